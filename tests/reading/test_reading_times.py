"""When a promise is due: its own time, one that leads its sentence, one that holds for what is behind, or none."""

import csv
from datetime import date

import pytest

from taskflow.reading.statements.feasts import LUNAR
from tests.reading.test_reader import PLAN, future, measures
from tests.reading.yardstick import SEED

pytestmark = pytest.mark.once


def dues(text):
    """(words, day, how it is known) of every measure."""
    return [(one["text"], one["deadline"]["date"], one["deadline"]["basis"]) for one in measures(future(text))]


@pytest.mark.parametrize(
    ("clause", "phrase", "due", "basis", "again"),
    [
        ("2026年底前建成学校2所。", "2026年底前", date(2026, 12, 31), "printed", None),
        ("6月底前完成管网改造。", "6月底前", date(2026, 6, 30), "printed", None),
        ("力争上半年建成停车场3处。", "上半年", date(2026, 6, 30), "printed", None),
        ("每季度召开一次调度会。", "每季度", date(2026, 12, 31), "recurring", "quarterly"),
        ("建立政企双月对接机制。", "双月", date(2026, 12, 31), "recurring", "bimonthly"),
        ("自2月起每季度通报进展。", "每季度", date(2026, 12, 31), "recurring", "quarterly"),
        ("2025年度结转的6个小区4月底前完工。", "4月底前", date(2026, 4, 30), "printed", None),
        ("2025年结转的6个小区4月底前完工。", "4月底前", date(2026, 4, 30), "printed", None),
        ("上年结转的6个小区4月底前完工。", "4月底前", date(2026, 4, 30), "printed", None),
        ("改造管网12公里。", None, date(2026, 12, 31), "assumed", None),
        ("推进殡葬改革，长期坚持。", None, None, "none", None),
        ("2026年启动老城改造工程。", "2026年", None, "printed", None),
    ],
)
def test_a_deadline_says_how_it_is_known(clause, phrase, due, basis, again):
    (one,) = measures(future(clause))
    deadline = one["deadline"]
    assert (deadline["phrase"], deadline["basis"], one["recurrence"]) == (phrase, basis, again)
    assert deadline["date"] == (due.isoformat() if due else None)


def test_a_clause_inherits_the_time_that_leads_its_sentence():
    found = [one["deadline"]["basis"] for one in measures(PLAN) if "生产总值" in one["text"] or "森林" in one["text"]]
    assert found == ["printed", "inherited"]


def test_each_day_of_a_sentence_is_the_deadline_of_what_stands_with_it():
    found = measures(future("引进生物加工项目，6月底前签订协议，9月份开工。"))
    assert [(one["text"], one["deadline"]["date"]) for one in found] == [
        ("引进生物加工项目，", "2026-12-31"),
        ("6月底前签订协议，", "2026-06-30"),
        ("9月份开工。", "2026-09-30"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # two times of one goal are two promises, and the second is about the same thing
            "经济总量2026年突破200亿元、年底力争达到250亿元。",
            [
                ("经济总量2026年突破200亿元、", "2026-12-31", "printed"),
                ("年底力争达到250亿元。", "2026-12-31", "printed"),
            ],
        ),
        (
            "改造老旧小区64个，其中6月底完成14个、9月底完成16个。",
            [
                ("改造老旧小区64个，", "2026-12-31", "assumed"),
                ("其中6月底完成14个、", "2026-06-30", "printed"),
                ("9月底完成16个。", "2026-09-30", "printed"),
            ],
        ),
        (
            "3月底前制定年度清单，每季度末向县政府报送进展。",
            [
                ("3月底前制定年度清单，", "2026-03-31", "printed"),
                ("每季度末向县政府报送进展。", "2026-12-31", "recurring"),
            ],
        ),
        (
            "树脂项目3月底前开工，电池基地一期8月试生产。",
            [("树脂项目3月底前开工，", "2026-03-31", "printed"), ("电池基地一期8月试生产。", "2026-08-31", "printed")],
        ),
        (
            "遗址公园10月1日前开园，东湖景区12月20日前通过评审。",
            [
                ("遗址公园10月1日前开园，", "2026-10-01", "printed"),
                ("东湖景区12月20日前通过评审。", "2026-12-20", "printed"),
            ],
        ),
        (
            "反馈的11个问题，7个6月底前完成整改，剩余4个12月底前完成销号。",
            [
                ("反馈的11个问题，7个6月底前完成整改，", "2026-06-30", "printed"),
                ("剩余4个12月底前完成销号。", "2026-12-31", "printed"),
            ],
        ),
        (  # a time of what is spoken of, and not of what is promised
            "2月底前完成上半年拟开工项目的用地报批。",
            [("2月底前完成上半年拟开工项目的用地报批。", "2026-02-28", "printed")],
        ),
        ("今年通过“英才计划”引进人才200名。", [("今年通过“英才计划”引进人才200名。", "2026-12-31", "printed")]),
        (
            "用两年时间完成片区污染治理，其中今年完成修复9万平方米。",
            [
                ("用两年时间完成片区污染治理，", "2027-12-31", "printed"),
                ("其中今年完成修复9万平方米。", "2026-12-31", "printed"),
            ],
        ),
        (
            "床位占比2026年达到50%、到2027年提高到70%。",
            [("床位占比2026年达到50%、", "2026-12-31", "printed"), ("到2027年提高到70%。", "2027-12-31", "printed")],
        ),
        (  # a year of the thing itself is not the year of what follows
            "谋划2027年项目200个以上，10月底前形成清单。",
            [("谋划2027年项目200个以上，", "2026-12-31", "assumed"), ("10月底前形成清单。", "2026-10-31", "printed")],
        ),
        (
            "支持甲企业加快股改，2026年底前报辅、2027年底前提交申请。",
            [
                ("支持甲企业加快股改，", "2026-12-31", "assumed"),
                ("2026年底前报辅、", "2026-12-31", "printed"),
                ("2027年底前提交申请。", "2027-12-31", "printed"),
            ],
        ),
        (
            "茶山项目要紧盯不放，确保2026年四季度开工、2027年底前一期运营。",
            [
                ("茶山项目要紧盯不放，确保2026年四季度开工、", "2026-12-31", "printed"),
                ("2027年底前一期运营。", "2027-12-31", "printed"),
            ],
        ),
        (
            "艺术中心3月开馆，年内完成室外工程。",
            [("艺术中心3月开馆，", "2026-03-31", "printed"), ("年内完成室外工程。", "2026-12-31", "printed")],
        ),
        (  # says when the thing before will be done
            "新建厂房4座，11月底前建成投用。",
            [("新建厂房4座，11月底前建成投用。", "2026-11-30", "printed")],
        ),
        (
            "定期开展安全检查，每年不少于2次。",
            [("定期开展安全检查，每年不少于2次。", "2026-12-31", "recurring")],
        ),
    ],
)
def test_each_time_of_a_sentence_belongs_to_the_words_it_stands_with(text, expected):
    assert dues(text) == expected


def test_what_goes_on_about_a_goal_keeps_its_name():
    first, second = measures(future("经济总量6月底突破200亿元、年底力争达到250亿元。"))
    assert first["targets"][0]["value"] == 200
    assert [(one["value"], one["unit"], one["indicator"]) for one in second["targets"]] == [(250, "亿元", "经济总量")]
    assert second["title"].startswith("经济总量")


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("9月底前，新建学校2所。改造道路3公里。", "inherited"),  # set apart: it holds for the paragraph
        ("9月底前建成学校2所。改造道路3公里。", "assumed"),  # leads one sentence
        ("9月底前建成学校2所，改造道路3公里。", "inherited"),
        ("第一小学9月底前竣工，改造道路3公里。", "assumed"),  # speaks of the school alone
    ],
)
def test_a_time_goes_over_to_what_follows_only_where_it_leads(text, basis):
    assert dues(text)[-1][2] == basis


def test_the_time_of_a_note_comes_before_one_that_is_only_inherited():
    text = "9月底前建立检查制度，满意度达到95%。（牵头单位：县审批局；完成时限：2026年11月）"
    assert [(day, basis) for _, day, basis in dues(text)] == [("2026-09-30", "printed"), ("2026-11-30", "printed")]


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("2024年，研发企业占比只有36.5%。今年，研发活动覆盖率要提高到45%。", [45]),
        ("五年来，修路120公里。越是吃紧越要算清账：新增财力用于民生的比例不低于70%。", [70]),
        ("去年建成学校3所。改造道路5公里，受到好评。", []),
        ("今年是过渡期后的第一年，要健全监测机制，务工规模稳定在1.9万人。", [1.9]),
    ],
)
def test_a_paragraph_that_opens_with_what_was_may_go_on_with_promises(text, promised):
    assert [target["value"] for one in measures(future(text)) for target in one["targets"]] == promised


def test_a_month_behind_a_former_year_is_of_this_year():
    text = "反馈问题逐件整改，2025年已销号11件，剩余6件10月底前全部清零。"
    assert dues(text)[-1][1:] == ("2026-10-31", "printed")


def test_what_was_stands_apart_from_what_will_be():
    assert dues("去年启动的街区改造已完成投资3200万元，4月底前全面开街。") == [
        ("4月底前全面开街。", "2026-04-30", "printed")
    ]


@pytest.mark.parametrize(
    ("clause", "phrase", "due"),
    [
        ("11月底前建成标准化厂房3万平方米。", "11月底前", date(2026, 11, 30)),  # 标准 here is no name
        ("综合考虑，我县今年发展的主要目标是：生产总值增长6%。", "今年", date(2026, 12, 31)),
        ("县医院2026年建成三级医院。", "2026年", date(2026, 12, 31)),
        ("改造2005年建成的小区12个。", None, date(2026, 12, 31)),
        ("将今年作为“项目攻坚年”，开展专项行动3项。", "今年", date(2026, 12, 31)),
        ("为老人每月上门巡诊1次。", "每月", date(2026, 12, 31)),
        ("每半年完成一次水质监测。", "每半年", date(2026, 12, 31)),
        ("低保标准每人每月提高20元。", None, date(2026, 12, 31)),
        ("用两年时间消除积水点11处。", "用两年时间", date(2027, 12, 31)),
    ],
)
def test_a_time_is_a_deadline_where_it_says_when_something_will_be_so(clause, phrase, due):
    (one,) = measures(future(clause))
    assert (one["deadline"]["phrase"], one["deadline"]["date"]) == (phrase, due.isoformat())


def test_the_first_years_of_a_plan_end_with_the_last_of_them():
    text = PLAN + "实施技改项目120个，其中前三年完成80个。\n"
    (one,) = [one for one in measures(text) if "前三年" in one["text"]]
    assert one["deadline"] == {"phrase": "前三年", "date": "2028-12-31", "basis": "printed"}


def test_a_section_about_a_plan_is_assumed_to_end_with_it():
    head = "政府工作报告\n——2026年1月9日在云溪县第三届人民代表大会第五次会议上\n"
    text = head + "二、“十五五”时期的主要目标\n研发投入年均增长9%。\n三、2026年工作安排\n新建学校2所。\n"
    assert [one["deadline"]["date"] for one in measures(text)] == ["2030-12-31", "2026-12-31"]


def test_a_time_alone_is_no_promise():
    assert dues("力争2026年末，全县建成服务站10个。") == [
        ("力争2026年末，全县建成服务站10个。", "2026-12-31", "printed")
    ]


def scheme(body):
    """A plan of three years."""
    return f"云溪县农村供水三年行动方案（2026—2028年）\n云溪县人民政府\n2026年2月6日\n一、重点任务\n{body}\n"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2027年9月底前完成20个村，年底前再完成22个村。", ["2027-09-30", "2027-12-31"]),
        ("2027年二季度完成主体工程，年内通过验收。", ["2027-06-30", "2027-12-31"]),
        ("2027年底前建成水厂2座。办法8月底前印发实施。", ["2027-12-31", "2026-08-31"]),  # another sentence
        ("较2025年下降9%，年底前出台方案。", ["2028-12-31", "2026-12-31"]),  # a year to compare with names none
        ("2026年12月底前完成选址，今年9月底前上线平台。", ["2026-12-31", "2026-09-30"]),
        ("到2028年漏损率降到9%，3月底前制定清单。", ["2028-12-31", "2028-03-31"]),
        ("三年累计改造管网45公里。", ["2028-12-31"]),
        ("五年累计改造管网45公里。", ["2028-12-31"]),  # not as long as the plan: its end is assumed
    ],
)
def test_in_a_plan_of_several_years_a_time_without_a_year_is_of_the_year_named_before(text, days):
    assert [one["deadline"]["date"] for one in measures(scheme(text)) if one["deadline"]["date"]] == days


def test_the_same_goal_in_each_of_three_years_keeps_its_name():
    found = measures(scheme("工业投资2026年完成45亿元、2027年完成52亿元、2028年突破60亿元。"))
    assert [(one["deadline"]["date"], one["targets"][0]["value"]) for one in found] == [
        ("2026-12-31", 45), ("2027-12-31", 52), ("2028-12-31", 60),
    ]  # fmt: skip


def test_a_stage_of_a_yearly_plan_has_its_day():
    text = PLAN + "（一）动员部署阶段（2026年3月20日前）。召开动员会1次。\n"
    assert measures(text)[-1]["deadline"] == {"phrase": "2026年3月20日前", "date": "2026-03-20", "basis": "printed"}


def test_a_day_of_every_year_comes_last_in_the_last_year_of_the_plan():
    (one,) = measures(scheme("每年11月底前完成全部验收结算。"))
    assert (one["recurrence"], one["deadline"]["date"]) == ("annual", "2028-11-30")


def test_a_year_that_opens_a_paragraph_holds_for_its_later_sentences():
    text = "2027年，建体系、强能力。新建床位200张，年底前建成平台1个。"
    assert [one["deadline"]["date"] for one in measures(scheme(text))][-2:] == ["2027-12-31", "2027-12-31"]


def test_in_a_yearly_report_a_goal_far_off_does_not_name_the_year_of_what_follows():
    text = "到2030年绿电占比达到40%，年底前建成风电场2座；明年上半年联调联试，8月底前投运；11月底前完成铺轨。"
    assert [day for _, day, _ in dues(text)] == ["2030-12-31", "2026-12-31", "2027-06-30", "2027-08-31", "2026-11-30"]


def test_the_time_of_a_phase_is_that_of_what_stands_in_it():
    text = scheme(
        "（一）部署阶段（2026年3月底前）。印发细则，召开会议。\n（二）总结阶段（2028年7月—12月）。10月底前完成验收。"
    )
    assert [(one["deadline"]["date"], one["deadline"]["basis"]) for one in measures(text)] == [
        ("2026-03-31", "printed"),
        ("2026-03-31", "inherited"),
        ("2028-10-31", "printed"),
    ]


@pytest.mark.parametrize(
    ("text", "rhythms"),
    [
        ("由督查室按月调度、按季通报。", ["monthly", "quarterly"]),
        ("实行月调度、季通报、年考核。", ["monthly", "quarterly", "annual"]),
        ("县级河长每季度巡河不少于1次、乡级河长每月不少于2次。", ["quarterly", "monthly"]),
        ("每年1月底前下达任务清单，每年11月组织评估。", ["annual", "annual"]),
        ("实行一月一调度机制。", ["monthly"]),
        ("年度计划投资96亿元。", [None]),
    ],
)
def test_each_rhythm_of_a_sentence_is_a_promise_of_its_own(text, rhythms):
    assert [one["recurrence"] for one in measures(future(text))] == rhythms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("路基8月底贯通、年底前通车。", [("路基8月底贯通、", "2026-08-31"), ("年底前通车。", "2026-12-31")]),
        ("3月、9月各开展演练1次。", [("3月、", "2026-03-31"), ("9月各开展演练1次。", "2026-09-30")]),
        (
            "石桥镇4月底前、永丰镇11月底前完工投用。",
            [("石桥镇4月底前、", "2026-04-30"), ("永丰镇11月底前完工投用。", "2026-11-30")],
        ),
        (  # no verb that is known, but a day and what is done by it
            "厂区9月底前完工，年底前与水厂联网运行。",
            [("厂区9月底前完工，", "2026-09-30"), ("年底前与水厂联网运行。", "2026-12-31")],
        ),
    ],
)
def test_parts_of_a_list_with_times_of_their_own_are_told_apart(text, expected):
    assert [(words, day) for words, day, _ in dues(text)] == expected


def test_a_figure_for_each_of_several_years_is_a_promise_for_each():
    first, second, third = measures(scheme("装表率2026年、2027年、2028年分别达到88%、93%和98%。"))
    assert [(one["text"], one["deadline"]["date"]) for one in (first, second, third)] == [
        ("装表率2026年、", "2026-12-31"),
        ("2027年、", "2027-12-31"),
        ("2028年分别达到88%、93%和98%。", "2028-12-31"),
    ]
    assert [target["value"] for one in (first, second, third) for target in one["targets"]] == [88, 93, 98]
    assert second["title"] == "装表率2027年达到93%"
    assert [one["targets"][0]["value"] for one in measures(scheme("2026年和2027年各改造管网110公里。"))] == [110, 110]
    left = measures(scheme("对剩余7个未通硬化路的村，2026年、2027年分别解决4个和3个。"))
    assert [[target["value"] for target in one["targets"]] for one in left] == [[4], [3]]


def test_the_base_of_a_goal_goes_with_the_goal_and_is_none():
    (one,) = measures(PLAN + "劳动生产率：2025年为11.8万元/人，2030年达到15万元/人以上。\n")[-1:]
    assert one["text"].startswith("劳动生产率")
    assert [target["value"] for target in one["targets"]] == [15]
    text = PLAN + "平均受教育年限：2025年10.6年，2028年达到11年，2030年不低于11.3年。\n"
    assert [[target["value"] for target in one["targets"]] for one in measures(text)[-2:]] == [[11], [11.3]]
    assert one["deadline"]["date"] == "2030-12-31"


@pytest.mark.parametrize(
    ("heading", "text", "day"),
    [
        ("“十五五”时期目标和2026年安排", "今年生产总值增长6%。", "2026-12-31"),
        ("“十五五”时期目标和2026年安排", "生产总值年均增长6%。", "2030-12-31"),
    ],
)
def test_under_a_heading_about_two_spans_of_years_the_paragraph_says_which(heading, text, day):
    head = "政府工作报告\n——2026年1月9日在云溪县第三届人民代表大会第五次会议上\n"
    assert [one["deadline"]["date"] for one in measures(f"{head}二、{heading}\n{text}\n")] == [day]


def test_what_leads_to_goals_of_five_years_says_whose_years_they_are():
    head = "政府工作报告\n——2026年1月9日在云溪县第三届人民代表大会第五次会议上\n一、总体要求\n"
    goals = "今后五年的主要目标是：\n——五年累计新增就业2万人，城镇化率达到60%。\n二、2026年工作安排\n新建学校2所。\n"
    assert [one["deadline"]["date"] for one in measures(head + goals)] == ["2030-12-31", "2030-12-31", "2026-12-31"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("健全保障机制，按月调度、按季通报。", [None, "monthly", "quarterly"]),
        ("每半年开展督查1次。", [None]),
    ],
)
def test_a_rhythm_may_open_its_clause(text, told):
    assert [one["recurrence"] for one in measures(future(text))] == told


@pytest.mark.parametrize(
    ("text", "phrase", "day"),
    [
        ("春节期间发放消费券2000万元。", "春节期间", None),
        ("春节前完成改造2处。", "春节前", "2026-02-16"),
        ("五一假期前完成改造2处。", "五一假期前", "2026-04-30"),
        ("今明两年创建示范村16个。", "今明两年", "2027-12-31"),
        ("行政村两年内全部打通公路。", "两年内", "2027-12-31"),
        ("旺季到来之前开展检查1次。", "旺季到来之前", None),
        ("暑假期间组织托管班4期。", "暑假期间", None),
        ("上半年引进专家工作站2个。", "上半年", "2026-06-30"),
        ("5月底前完成下半年项目储备申报。", "5月底前", "2026-05-31"),
        ("今年要闯出新路，三季度末前完成2号坞改造。", "三季度末前", "2026-09-30"),
        ("2027年元宵节前完成改造2处。", "2027年元宵节前", "2027-02-19"),
        ("中秋节前完成改造2处。", "中秋节前", "2026-09-24"),
        ("麦播前完成土建工程。", "麦播前", None),
        ("秋季学期开学前交付校舍2栋。", "秋季学期开学前", "2026-08-31"),
        ("清明节前建成步道3公里。", "清明节前", "2026-04-04"),
        ("国庆期间举办音乐节1场。", "国庆期间", "2026-10-07"),
        ("下半年分两批组织实施筛查900人。", "下半年", "2026-12-31"),
        ("2026年前三季度完成改造9座。", "2026年前三季度", "2026-09-30"),
        ("按照国家2030年前碳达峰部署，9月底前出台方案。", "9月底前", "2026-09-30"),
        ("2024年度续建地块的机井6月5日前完成。", "6月5日前", "2026-06-05"),
    ],
)
def test_times_of_the_season_and_the_year_are_found(text, phrase, day):
    (one,) = measures(future(text))
    assert (one["deadline"]["phrase"], one["deadline"]["date"]) == (phrase, day)


@pytest.mark.parametrize("feast", ["春节", "端午", "中秋"])
def test_feasts_of_the_moon_fall_on_days_off_of_every_calendar_that_we_have(feast):
    rows = csv.DictReader((SEED / "calendar.csv").read_text(encoding="utf-8").splitlines())
    off = {row["day"] for row in rows if row["kind"] == "off"}
    days = {f"{year}-{LUNAR[year][feast]}" for year in {int(day[:4]) for day in off}}
    assert len(days) >= 6  # years
    assert {day for day in days if date.fromisoformat(day).weekday() < 5} <= off  # Saturday


def test_feasts_of_the_moon_keep_their_distance_to_the_new_year():
    """Five, eight or nine moons and some days; one more where a moon is put in."""
    for year, row in LUNAR.items():
        spring, *later = (date.fromisoformat(f"{year}-{row[name]}") for name in ("春节", "端午", "中秋", "重阳"))
        assert date(year, 1, 21) <= spring <= date(year, 2, 21)
        for day, moons, more in zip(later, (4, 7, 8), (4, 14, 8), strict=True):
            short = (day - spring).days - more
            assert min(abs(short - 29.53 * count) for count in (moons, moons + 1)) < 2


def test_what_is_wholly_done_by_a_day_is_what_was_said_before():
    text = "31个图斑优先安排治理，年底前全部整改到位。"
    assert [(words, day) for words, day, _ in dues(text)] == [(text, "2026-12-31")]


STAGE = "云岭县百日攻坚行动方案\n一、工作步骤\n（一）动员部署阶段（2027年3月1日至3月20日）。"


def test_the_time_of_a_stage_holds_behind_a_sentence_that_has_a_day_of_its_own():
    found = measures(STAGE + "3月5日前各乡镇召开动员会。各部门制定实施细则。建立工作专班。")
    assert [(one["deadline"]["date"], one["deadline"]["basis"]) for one in found] == [
        ("2027-03-05", "printed"),
        ("2027-03-20", "printed"),
        ("2027-03-20", "inherited"),
    ]


def test_two_days_that_share_their_words_are_two_promises():
    assert dues("各乡镇于7月5日前、12月5日前报送工作总结。") == [
        ("各乡镇于7月5日前、", "2026-07-05", "printed"),
        ("12月5日前报送工作总结。", "2026-12-05", "printed"),
    ]
    titles = [one["title"] for one in measures(future("各乡镇于7月5日前、12月5日前报送工作总结。"))]
    assert titles == ["各乡镇于7月5日前报送工作总结", "各乡镇于12月5日前报送工作总结"]


@pytest.mark.parametrize(
    "text", ["每年6月、12月开展检查。", "截至6月、9月的进展报送督查室。", "5月1日、10月1日起施行新办法。"]
)
def test_days_that_are_no_limits_of_their_own_are_not_shared_out(text):
    assert len(measures(future(text))) <= 1


NOTICE = "云岭县人民政府办公室关于开展冬季火灾防控工作的通知\n一、工作任务\n{}\n云岭县人民政府办公室\n2027年12月22日\n"


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("本月底前", "2027-12-31"),
        ("本月25日前", "2027-12-25"),
        ("本月中旬前", "2027-12-20"),
        ("下月5日前", "2028-01-05"),
        ("下个月底前", "2028-01-31"),
        ("本周五前", "2027-12-24"),
        ("下周三前", "2027-12-29"),
        ("本周内", "2027-12-24"),
    ],
)
def test_this_month_and_this_week_count_from_the_day_on_which_a_notice_is_signed(phrase, day):
    (one,) = measures(NOTICE.format(phrase + "完成隐患排查。"))
    assert one["deadline"]["date"] == day


def test_minutes_count_from_the_day_of_their_meeting():
    opened = "2027年4月8日下午，县政府召开第12次常务会议，研究防汛工作。"
    minutes = f"云岭县人民政府常务会议纪要\n{opened}\n会议决定，本月底前完成隐患排查。\n"
    assert [one["deadline"]["date"] for one in measures(minutes)] == ["2027-04-30"]


def test_without_a_day_of_the_document_this_month_has_none_and_is_still_printed():
    (one,) = measures("关于开展排查工作的通知\n一、工作任务\n本月底前完成隐患排查。\n")
    assert (one["deadline"]["date"], one["deadline"]["basis"]) == (None, "printed")


def test_a_label_of_one_word_says_when_too():
    text = "新配专职保安86名。责任单位：县教育局。时限：秋季开学前。"
    assert dues(text) == [("新配专职保安86名。", "2026-08-31", "printed")]
