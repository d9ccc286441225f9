"""The reader of plans: structure, tense, deadlines, units, duplicates and conflicts, on texts invented for it."""

import json

import pytest

from taskflow.reading.duties import Unit, Vocabulary
from taskflow.reading.reader import read_text

pytestmark = pytest.mark.once

PLAN = """云溪县国民经济和社会发展第十五个五年规划纲要
第一章 “十四五”发展回顾
五年来，全县建成公路120公里，新增企业35家。
第二章 主要目标
到2030年，地区生产总值达到320亿元，森林覆盖率达到46%以上。到2035年，基本实现现代化，城镇化率达到75%。
第三章 重点任务
第一节 做强产业
提升产业链水平。新建标准厂房12万平方米，2027年底前建成投用；培育规上企业40家以上。支持企业技术改造，提高产品质量。
"""


def read(text):
    return read_text(text)


def measures(text):
    return read(text)["measures"]


def texts(text):
    return [one["text"] for one in measures(text)]


def reasons(text):
    return [(text[one["char_start"] : one["char_end"]], one["reason"]) for one in read(text)["skipped"]]


def future(body):
    """A yearly report of 2026 whose work begins with the body."""
    return f"2025年工作回顾\n一年来，完成技改项目18个。\n2026年工作安排\n{body}\n"


def test_a_measure_tells_its_place_in_the_file():
    for one in measures(PLAN):
        assert PLAN[one["char_start"] : one["char_end"]] == one["text"]
        assert PLAN[: one["char_start"]].count("\n") + 1 == one["line"]
        assert one["why"]


def test_what_is_read_has_exactly_the_agreed_form():
    found = read(PLAN)
    assert list(found) == [
        "document", "outline", "measures", "projects", "indicators", "conflicts", "skipped", "warnings",
    ]  # fmt: skip
    assert list(found["document"]) == [
        "title", "number", "issuer", "issued_on", "kind", "region", "period", "reporting_year",
    ]  # fmt: skip
    assert list(found["measures"][0]) == [
        "id", "line", "char_start", "char_end", "path", "text", "title", "kind", "targets", "deadline", "recurrence",
        "units", "suggested", "aspirational", "duplicate_of", "confidence", "why",
    ]  # fmt: skip
    target = next(one["targets"][0] for one in found["measures"] if one["targets"])
    assert list(target) == [
        "indicator", "comparator", "value", "value_high", "unit", "raw", "direction", "printed", "cumulative",
    ]  # fmt: skip
    assert json.loads(json.dumps(found, ensure_ascii=False)) == found


def test_the_same_text_is_read_the_same_way_twice():
    assert read(PLAN) == read(PLAN)


def test_every_sentence_is_either_promised_or_skipped_with_a_reason():
    found = read(PLAN)
    told = [(one["char_start"], one["char_end"]) for one in found["measures"] + found["skipped"]]
    heads = {head["line"] for head in found["outline"] if head["level"] != "runin"}
    line = 0
    for number, text in enumerate(PLAN.split("\n"), start=1):
        if text and number not in heads:
            covered = sum(max(0, min(end, line + len(text)) - max(start, line)) for start, end in told)
            run_in = sum(len(head["title"]) + 1 for head in found["outline"] if head["line"] == number)
            assert covered + run_in == len(text), text
        line += len(text) + 1


def test_a_document_says_what_it_is():
    about = read(PLAN)["document"]
    assert about["title"] == "云溪县国民经济和社会发展第十五个五年规划纲要"
    assert (about["kind"], about["region"]) == ("plan", "云溪县")
    assert about["period"] == ["2026-01-01", "2030-12-31"]


@pytest.mark.parametrize(
    ("head", "title", "number"),
    [
        ("青石县“十五五”交通发展规划（2026—2030年）（节选）\n", "青石县“十五五”交通发展规划", None),
        ("青石县2026年重点工作任务分解方案\n（青政发〔2026〕4号，2026年2月12日印发）\n",
         "青石县2026年重点工作任务分解方案", "青政发〔2026〕4号"),
        ("青石县人民政府办公室\n关于印发2026年《政府工作报告》重点任务分解的通知\n青政办发〔2026〕7号\n",
         "2026年《政府工作报告》重点任务分解", "青政办发〔2026〕7号"),
        ("互动交流\n当前位置：首页 > 政务公开 > 政府工作报告\n青石县2026年政府工作报告\n",
         "青石县2026年政府工作报告", None),
    ],
)  # fmt: skip
def test_a_title_is_found_without_what_stands_around_it(head, title, number):
    about = read(head + "一、重点任务\n新建学校2所。\n")["document"]
    assert (about["title"], about["number"]) == (title, number)


def test_a_headline_that_ends_like_a_bureau_is_no_issuer():
    assert read("加压奋进开新局\n一、重点任务\n新建学校2所。\n")["document"]["issuer"] is None


def test_what_a_document_does_not_say_stays_unknown():
    about = read("各位代表：\n现在，我向大会报告工作。\n加强学校建设。\n")["document"]
    assert about["number"] is about["issuer"] is about["issued_on"] is about["region"] is None


def test_a_report_knows_its_year_and_its_county():
    head = "政 府 工 作 报 告\n——2026年1月9日在云溪县第三届人民代表大会第五次会议上\n各位代表：\n"
    about = read(head + future("新建学校2所。"))["document"]
    assert (about["title"], about["region"]) == ("政府工作报告", "云溪县")
    assert (about["issued_on"], about["reporting_year"]) == ("2026-01-09", 2026)


# --- tables ---------------------------------------------------------------------------------------


def test_a_row_a_line_between_tabs_is_a_table():
    text = (
        "序号\t重点任务\t牵头单位\t配合单位\t完成时限\n1\t新建厂房3万平方米\t工信局\t财政局\t6月底\n"
        "2\t引进企业12家\t投促局\t\t年底\n"
    )
    found = measures(future(text + "加强督查。\n"))
    assert [(one["units"]["lead"], one["units"]["supporting"], one["deadline"]["date"]) for one in found] == [
        (["工信局"], ["财政局"], "2026-06-30"), (["投促局"], [], "2026-12-31"), ([], [], "2026-12-31"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "target"),
    [
        ("15.2\t6左右", ("=", 15.2, "亿元")),
        ("≥6.5\t—", ("≥", 6.5, "亿元")),
        ("—\t6左右", ("≈", 6, "%")),
        ("—\t〔12〕", ("=", 12, "亿元")),
        ("—\t高于GDP增速", None),
    ],
)
def test_an_indicator_has_its_target_or_its_rate_of_growth(cells, target):
    head = "专栏1 主要指标\n序号\t指标名称\t2025年\t2030年\t年均增长（累计）（%）\t属性\n"
    rows = f"1\t工业总产值（亿元）\t11.4\t{cells}\t预期性\n2\t户籍人口（万人）\t3\t3\t—\t预期性\n"
    (first, _) = read(future(head + rows))["indicators"]
    assert [(one["comparator"], one["value"], one["unit"]) for one in first["targets"]] == ([target] if target else [])


# --- structure ------------------------------------------------------------------------------------


def test_headings_nest_and_a_run_in_head_is_no_measure():
    path = next(one["path"] for one in measures(PLAN) if "标准厂房" in one["text"])
    assert path == ["重点任务", "做强产业", "提升产业链水平"]
    assert not any(text.startswith("提升产业链水平") for text in texts(PLAN))


def test_a_chapter_without_its_number_is_noted():
    text = "第一章 回顾\n一年来完成12项。\n发展环境、\n指导思想\n面临机遇。\n第三章 任务\n新建学校3所。\n"
    (noted,) = [head for head in read(text)["outline"] if head["note"]]
    assert (noted["title"], noted["level"], noted["note"]) == ("发展环境、指导思想", "chapter", "number 2 missing")


def test_a_doubled_headline_counts_once():
    text = "奋进新征程奋进新征程\n" + future("新建学校2所。")
    head = read(text)["outline"][0]
    assert (head["title"], head["note"]) == ("奋进新征程", "doubled")


def test_bookmarks_blanks_and_full_width_digits_do_not_disturb():
    text = future("[bookmark: _Toc123]　　新建污水处理厂 ２ 座 ，改造管网 １５．５ 公里。")
    found = [(one["value"], one["unit"]) for measure in measures(text) for one in measure["targets"]]
    assert found == [(2, "座"), (15.5, "公里")]


COLUMNS = """（一）推动农业提档升级，建设

特色农业强县

新 建 高 标 准 农 田 ３ 万 亩 。 培

育省级龙头企业 5 家，改造老旧果园

1200 亩，完成农村改厕 30

00 座。整治河道 15 公里，新建提水

泵站 4 座，新增灌溉面积 2 万亩，推

进农产品加工园区二期工程建设，力

争年内完成主体工程。

城乡面貌焕然一新
五年来，全县新修公路 300 公里，建

成小区 20 个，绿化村庄 46 个，城乡

环境有了明显变化，群众生活条件得

到改善。

办好教育这件大事
实施教育提质行动。新建小学 2 所，

公开招聘教师 120 人，建成标准化食

堂 8 个，为乡村学校配备校车。
"""


def test_a_newspaper_column_is_read_across_its_lines():
    found = [(one["value"], one["unit"]) for measure in measures(COLUMNS) for one in measure["targets"]]
    assert found == [
        (3, "万亩"), (5, "家"), (1200, "亩"), (3000, "座"), (15, "公里"), (4, "座"), (2, "万亩"),
        (2, "所"), (120, "人"), (8, "个"),
    ]  # fmt: skip
    assert read(COLUMNS)["outline"][0]["title"] == "推动农业提档升级，建设特色农业强县"
    assert ("past" in {reason for _, reason in reasons(COLUMNS)}) is True


BOX = """第五章 建设项目
第一节 道路
推进道路建设。
专栏5-2：云溪县道路项目（部分）
1.东环路改造工程。

2.滨河路（暂定）延伸工程

3.农村公路类项目（谋划）
第二节 管网
改造管网12公里。
专栏5-1
云溪县管网项目
（1）城北供水管网工程。
"""


def test_boxes_give_their_rows_with_marks_wherever_they_stand():
    found = [
        (row["box"], row["seq"], row["name"], row["mark"], row["category"], row["line"])
        for row in read(BOX)["projects"]
    ]
    assert found == [
        ("5-2", 1, "东环路改造工程", None, False, 5),
        ("5-2", 2, "滨河路延伸工程", "暂定", False, 7),
        ("5-2", 3, "农村公路类项目", "谋划", True, 9),
        ("5-1", 1, "城北供水管网工程", None, False, 14),
    ]
    assert not any("东环路" in text for text in texts(BOX))


TABLE = """附表
\t序号
\t指标名称
\t2025年
（基期）
\t2030年
（目标）
\t年均增长
\t属性

\t一、绿色生态（2项）

\t1
\t森林覆盖率（%）
\t41.2
\t≥46
\t-
\t约束性

\t2
\t空气质量优良天数比例（%）
\t85
\t完成上级

下达的目标
\t-
\t预期性
"""


def test_a_table_printed_one_cell_a_line_gives_its_indicators_as_printed():
    first, second = read(TABLE)["indicators"]
    assert (first["group"], first["seq"], first["name"], first["unit"]) == ("绿色生态", 1, "森林覆盖率", "%")
    assert (first["base"], first["target"], first["growth"], first["nature"]) == ("41.2", "≥46", "-", "binding")
    assert (first["targets"][0]["comparator"], first["targets"][0]["value"]) == ("≥", 46)
    assert (second["target"], second["nature"], second["targets"]) == ("完成上级下达的目标", "expected", [])
    assert first["line"] == 13


def test_a_table_right_before_a_box_is_not_lost():
    text = TABLE.rstrip("\n") + "\n\n\t专栏1：重大项目\n\n1.青石储能电站。\n2.青石数据中心。\n"
    found = read(text)
    assert len(found["indicators"]) == len(read(TABLE)["indicators"])
    assert [one["name"] for one in found["projects"]] == ["青石储能电站", "青石数据中心"]


# --- tense ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("各位代表，让我们携起手来，奋力谱写新篇章！", "boilerplate"),
        ("到2035年，城镇化率达到80%。", "vision"),
        ("2025年全县生产总值完成120亿元，同比增长6%。", "past"),
        ("去年新增企业20家。", "past"),
        ("省政府将安排我省铁路建设3000公里。", "other_government"),
        ("今年是规划的开局之年。", "description"),
        ("我建议政府出台扶持政策，建设5个基地。", "proposal"),
        ("高举伟大旗帜，以习近平新时代中国特色社会主义思想为指导。", "slogan"),
        ("为落实省市部署，制定本方案。", "boilerplate"),
        ("根据有关规定，结合我县实际，特制订本实施意见。", "boilerplate"),
        ("为办好这件事，现提出如下措施。", "boilerplate"),
        ("经县政府同意，现将《青石县2027年任务清单》印发给你们，请抓好落实。", "boilerplate"),
        ("本通知自印发之日起施行，有效期至2027年12月31日。", "boilerplate"),
    ],
)
def test_what_is_no_promise_is_skipped_with_its_reason(sentence, reason):
    text = future(f"新建学校2所。{sentence}改造道路3公里。")
    assert reason in {why for told, why in reasons(text) if sentence[:6] in told}
    assert [one["value"] for measure in measures(text) for one in measure["targets"]] == [2, 3]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (
            "县医院通过三级综合医院评审，每千人口床位数达到6.5张。",
            ["县医院通过三级综合医院评审", "每千人口床位数达到6.5张"],
        ),
        ("“三公”经费只减不增，一般性支出压减5%。", ["“三公”经费只减不增", "一般性支出压减5%"]),
        ("建议今年的主要预期目标是：地区生产总值增长6%以上。", ["地区生产总值增长6%以上"]),
        ("会议要求，各执收单位要加大征管力度。", ["各执收单位要加大征管力度"]),
        ("2026年度18个小区9月底前完工。", ["2026年度18个小区9月底前完工"]),
        ("为全县1.1万名老人购买意外险；新建食堂2处。", ["为全县1.1万名老人购买意外险", "新建食堂2处"]),
        (
            "对仍存在大班额的学校，通过集团化办学分流学生160人。",
            ["通过集团化办学分流学生160人"],
        ),
        ("整改不力的，由县督查室挂牌督办。", ["整改不力的，由县督查室挂牌督办"]),
        ("布设观测站10个，5月底前投入业务运行。", ["布设观测站10个，5月底前投入业务运行"]),
        (
            "各单位每月25日前将工作进展报县安委办（联系人：林静，电话：0598-8123456）。",
            ["各单位每月25日前将工作进展报县安委办"],
        ),
    ],
)
def test_a_clause_is_a_measure_under_its_own_words(text, titles):
    assert [one["title"] for one in measures(future(text))] == titles


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("新建农村公路40公里；年底前累计完成26公里。", ["新建农村公路", "新建农村公路"]),
        ("优先安排自然村通硬化路，2026年底前完成26个、2027年底前完成41个。", ["优先安排自然村通硬化路"] * 2),
    ],
)
def test_a_figure_without_words_of_its_own_is_about_what_was_spoken_of(text, about):
    assert [target["indicator"] for one in measures(future(text)) for target in one["targets"]] == about


def test_what_a_sum_of_money_is_may_stand_in_the_clause_before():
    [_, whole] = measures(future("确保上半年预算收入增速不低于5%，全年完成11.8亿元。"))
    assert [(one["value"], one["unit"]) for one in whole["targets"]] == [(11.8, "亿元")]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (
            "新建青峰水库（总库容2300万立方米），2027年开工，2030年下闸蓄水。",
            ["新建青峰水库（总库容2300万立方米）", "新建青峰水库：2027年开工", "新建青峰水库：2030年下闸蓄水"],
        ),
        ("电站6月完成可研审查，力争年内核准。", ["电站6月完成可研审查", "电站6月完成可研审查：力争年内核准"]),
        ("新建学校2所。年底前开工。", ["新建学校2所", "年底前开工"]),
        (
            "同意污水厂二期立项，由县城投公司作为业主，年内开工，2028年8月底前通水。",
            ["同意污水厂二期立项：年内开工", "同意污水厂二期立项：2028年8月底前通水"],
        ),
        ("新建农村公路40公里，年底前累计完成26公里。", ["新建农村公路40公里", "新建农村公路：年底前累计完成26公里"]),
    ],
)
def test_a_few_words_have_the_thing_before_them_in_their_title(text, titles):
    assert [one["title"] for one in measures(future(text))] == titles


def test_a_few_words_below_a_head_on_their_own_line_have_the_head_in_their_title():
    found = measures(future("1、饮水安全工程。改造水厂3处。3月底前完成取水点选址，11月底前投用。"))
    assert [one["title"] for one in found] == [
        "饮水安全工程：改造水厂3处",
        "饮水安全工程：3月底前完成取水点选址",
        "饮水安全工程：11月底前投用",
    ]
    found = measures(future("1、优化环境。3月底前完成取水点选址，11月底前投用。"))
    assert [one["title"] for one in found] == ["3月底前完成取水点选址", "3月底前完成取水点选址：11月底前投用"]


def test_a_plan_that_somebody_is_to_make_is_no_opening_of_the_document_itself():
    text = future("各乡镇6月底前制定本辖区实施方案。县教育局编制如厕环境改造计划，建设厕所20座。")
    assert len(measures(text)) >= 2


@pytest.mark.parametrize(
    "told",
    [
        "各部门制定实施细则。",
        "各乡镇要建立问题台账。",
        "县财政局安排专项资金。",
        "教育、民政等部门要组织演练。",
        "县直各单位要及时报送信息。",
        "对排查出的问题逐项整改。",
        "对照清单逐户销号。",
        "县督查室对落实情况进行跟踪督办。",
        "将排查结果如实报送县应急局。",
        "请各单位于本月25日前将总结报县应急局。",
    ],
)
def test_a_sentence_that_opens_with_who_or_with_what_promises_too(told):
    assert texts(future(told)) == [told]


@pytest.mark.parametrize("told", ["县委组织部、县教育局参与，", "县医院与乡镇卫生院建设。", "市政府编制了规划。"])
def test_who_helps_and_what_was_done_is_no_promise_of_its_own(told):
    assert texts(future(told)) == []


def test_a_sentence_that_only_leads_to_the_goals_is_no_promise():
    text = future("经过努力，力争实现以下目标：\n——新建学校2所。")
    assert ("经过努力，力争实现以下目标：", "heading") in reasons(text)
    assert len(measures(text)) == 1


def test_a_review_of_the_past_promises_nothing():
    text = "第一章 “十四五”发展成就\n建成学校12所，新增床位300张。\n（一）产业\n新增企业20家。\n"
    found = read(text)
    assert found["measures"] == []
    assert any("没有读出" in warning for warning in found["warnings"])


def test_the_voices_of_delegates_are_proposals_until_the_next_headline():
    text = future("新建学校2所。") + "代表委员之声\n县人大代表\n建设农产品基地3个。\n2026年主要目标\n新增就业900人。\n"
    assert [one["value"] for measure in measures(text) for one in measure["targets"]] == [2, 900]
    assert ("建设农产品基地3个。", "proposal") in reasons(text)


def test_explanations_of_terms_promise_nothing():
    text = future("新建学校2所。") + "附：名词解释\n1.双创中心：为企业提供20项服务的平台。\n"
    assert [one["value"] for measure in measures(text) for one in measure["targets"]] == [2]


MINUTES = """青石县人民政府常务会议纪要
〔2026〕5号
2026年4月8日，县政府召开常务会议，研究审计整改等9项议题。
会议传达学习了条例精神，条例共33条。
会议听取了整改情况汇报，83个问题已整改76个，整改率91.6%；余下7个问题6月底前清零。
会议决定，新装水位站8处。代表提出的再建5座停车场，留待论证。
"""


def test_minutes_promise_what_is_decided_and_what_is_to_be_done_by_a_day():
    assert texts(MINUTES) == ["余下7个问题6月底前清零。", "会议决定，新装水位站8处。"]
    assert measures(MINUTES)[0]["deadline"]["date"] == "2026-06-30"


def test_a_box_of_goals_promises_each_goal_with_its_name():
    one = measures(PLAN + "专栏1：主要指标\n（1）老年助餐点：2028年达到400个；\n（2）床位：2030年达到32张以上；\n")[-2]
    assert one["text"] == "老年助餐点：2028年达到400个；"
    assert (one["targets"][0]["indicator"], one["deadline"]["date"]) == ("老年助餐点", "2028-12-31")


def test_a_year_inside_a_name_is_no_deadline():
    found = measures(future("落实《云溪县2024—2027年治水行动方案》，推进河道整治。"))
    assert {one["deadline"]["basis"] for one in found} == {"assumed"}


# --- units ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "lead", "supporting"),
    [
        ("（责任单位：县教育局）", ["县教育局"], []),
        ("（牵头单位：县水利局）", ["县水利局"], []),
        ("（县水利局牵头，县财政局、县发改局配合）", ["县水利局"], ["县财政局", "县发改局"]),
        ("（县水利局、县农业农村局牵头，各有关部门、各乡镇分工负责）", ["县水利局", "县农业农村局"], []),
        ("（县教育局、县财政局负责，列第一位者为牵头部门，下同）", ["县教育局"], ["县财政局"]),
        ("（县教育局、县财政局按职责分工负责）", [], ["县教育局", "县财政局"]),
        ("（6月底完成，牵头考核单位：县住建局、县城管局）", ["县住建局", "县城管局"], []),
        ("（牵头单位：县住建局；配合单位：县城管局、县交通局）", ["县住建局"], ["县城管局", "县交通局"]),
    ],
)
def test_every_way_of_naming_units_is_read(note, lead, supporting):
    (one,) = measures(future(f"改造管网12公里。{note}"))
    assert (one["units"]["lead"], one["units"]["supporting"]) == (lead, supporting)
    assert one["units"]["named"] is True


def test_a_note_speaks_of_what_stands_before_it_and_after_the_note_before():
    text = future(
        "新建学校2所。（牵头单位：县教育局）改造管网3公里，整治河道5公里。（牵头单位：县住建局）扩建公园1座。"
    )
    found = [one["units"]["lead"] for one in measures(text)]
    assert found == [["县教育局"], ["县住建局"], ["县住建局"], []]


def test_the_rule_of_the_first_named_holds_from_there_on():
    text = future(
        "新建学校2所。（县教育局、县财政局负责）\n"
        "新建医院1所。（县卫健局、县财政局负责，列第一位者为牵头部门，下同）\n"
        "新建公园3个。（县住建局、县林业局负责）"
    )
    assert [one["units"]["lead"] for one in measures(text)] == [[], ["县卫健局"], ["县住建局"]]


def test_a_note_may_bring_the_deadline():
    (one,) = measures(future("改造管网12公里。（6月底前完成，牵头单位：县住建局）"))
    assert one["deadline"] == {"phrase": "6月底前", "date": "2026-06-30", "basis": "printed"}


def test_a_suggested_unit_is_never_presented_as_read():
    known = Vocabulary((Unit("云溪县教育局", "教育局", duties=(("学校", 2.0),)),))
    (one,) = read_text(future("新建学校2所。"), known)["measures"]
    assert one["units"] == {"lead": [], "supporting": [], "named": False}
    assert one["suggested"][0]["unit"] == "云溪县教育局"
    assert 0 < one["suggested"][0]["score"] <= 1
    assert measures(future("新建学校2所。"))[0]["suggested"] == []


# --- the whole document ---------------------------------------------------------------------------


def test_a_statement_printed_twice_is_one_measure():
    text = future("（一）产业\n培育规上企业40家以上。\n（二）企业\n培育规上企业40家以上。")
    first, second = measures(text)
    assert (first["duplicate_of"], second["duplicate_of"]) == (None, first["id"])


def test_one_figure_promised_in_two_ways_is_a_conflict():
    text = future("（一）目标\n规上工业企业达到150户。\n（二）任务\n规上企业达到120户。")
    (found,) = read(text)["conflicts"]
    assert [one["raw"] for one in found["statements"]] == ["150户", "120户"]


def test_a_conflict_reaches_into_the_table_of_indicators():
    text = future("森林覆盖率达到48%。") + TABLE
    (found,) = read(text)["conflicts"]
    assert [one["raw"] for one in found["statements"]] == ["48%", "≥46"]
    assert found["statements"][1]["indicator"] == 1


def test_a_hope_is_marked_as_one():
    (one,) = measures(future("力争规上企业突破40户。"))
    assert one["aspirational"] is True


@pytest.mark.slow
def test_long_and_hostile_lines_are_read_to_the_end():
    """No pattern may run away: one that does would run for hours."""
    hostile = ["（" * 3000, "“" * 3000, "、".join("甲" * 2000), "1" * 4000, "2026年" * 1500, "，" * 4000, "第一" * 2000]
    assert isinstance(read("\n".join(hostile) + "\n" + PLAN * 100)["measures"], list)
