"""What is promised is read though it stands in one sentence, list or box with what is not."""

import pytest

from tests.reading.test_reader import PLAN, future, measures, read, reasons, texts

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("省里提出到2027年全省企业突破2.5万家，我县要培育入库企业40家。", [40]),
        ("2026年全市生产总值增长5%左右，我县生产总值增长6%左右。", [6]),
        ("市分解我县粮食总产2.55亿斤，全县粮食总产不低于2.6亿斤。", [2.6]),
        ("市级方案要求，2027年底前各县完成改造30处。新建水厂4座。", [4]),
        ("全市前列的企业新增3家。", [3]),
        ("按照市委会议部署，市里提出今年全市收入增长6.5%，我县走在前列。", []),
        ("从机遇看，国家持续加大支持力度，省里明确到2030年产值达到5000亿元。新建水厂4座。", [4]),
        ("市第十四次党代会明确，到2030年全市占比达到40%。新建水厂4座。", [4]),
        ("综合考虑发展条件，到2026年底，全县生产总值突破80亿元。", [80]),
        ("同志们，今年是“十五五”规划开局之年。新建水厂4座。", [4]),
        ("引水工程全长63公里，是解决缺水的关键，今年要铺设管线34公里。", [34]),
        ("完成专项排查，对存在问题的9月底前整治12处。", [12]),
        ("各单位每月25日前将存在问题报县攻坚办，培训干部20人次。", [20]),
        ("对已完成整改的问题，由县督查室每季度开展回访40户。", [40]),
        ("“十四五”以来，我县企业由61户增加到94户。\n新建水厂4座。", [4]),
        ("今年的预期目标是：服务业收入增长7%左右，力争突破10.3亿元。", [7, 10.3]),
    ],
)
def test_our_goals_stand_beside_those_of_other_governments(text, promised):
    found = measures("云溪县2026年工作要点\n" + text + "\n")
    assert [target["value"] for one in found for target in one["targets"]] == promised


def test_a_goal_stands_behind_a_vision_in_one_sentence():
    text = "锚定到2035年基本实现现代化，届时人均生产总值达到14万元，到2030年，森林覆盖率达到60%。"
    found = measures(future(text))
    assert [target["value"] for one in found for target in one["targets"]] == [60]
    assert "vision" in {why for _, why in reasons(future(text))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "由食品公司投资9600万元建设，2025年11月已开工，2026年12月上旬试生产。",
            ["2026年12月上旬试生产。"],
        ),
        ("2025年检查发现的43个问题，尚有7个未整改到位，3月底前逐项销号。", ["3月底前逐项销号。"]),
        ("县老年大学新校区（2025年已完成投资1150万元）年底前启用。", None),
    ],
)
def test_what_was_does_not_hide_what_will_be(text, expected):
    assert texts(future(text)) == (expected or [text])


def test_a_base_year_that_opens_a_sentence_does_not_hide_its_goal():
    text = PLAN + "2025年事故死亡率为0.021，到2030年降至0.015以内。建立每季度巡查制度。\n"
    found = measures(text)[-2:]
    assert [target["value"] for one in found for target in one["targets"]] == [0.015]
    assert found[1]["recurrence"] == "quarterly"


def test_a_list_in_one_sentence_is_read_part_by_part():
    text = "实现上述目标，重点在两个方面求突破：一是2028年底前建成泊位2个；二是健全补偿机制。"
    assert texts(future(text)) == ["一是2028年底前建成泊位2个；", "二是健全补偿机制。"]


def test_an_address_does_not_hide_what_is_promised():
    assert texts(future("各位代表，今年继续办好实事，9月中旬报告进展。"))[-1] == "9月中旬报告进展。"


def test_a_heading_that_closes_a_gap_is_no_description():
    found = texts(future("1.补齐抗旱短板。对缺水村逐村制定供水方案，6月底前完成。"))
    assert found == ["对缺水村逐村制定供水方案，6月底前完成。"]


@pytest.mark.parametrize(
    ("item", "day"),
    [
        ("1.矿山图斑实地核查。完成时限：4月底。牵头单位：县林业局。", "2026-04-30"),
        ("7.6月底前新增车位800个；新建公园5处。", "2026-06-30"),  # item 7, and not 7.6 of something
        ("3.10月1日前建成新院区，设置病房；新建公园5处。", "2026-10-01"),
        ("4.适老化改造：1000户，11月底前验收。", "2026-11-30"),
    ],
)
def test_an_item_that_looks_like_a_heading_is_promised(item, day):
    one = measures(future(item))[0]
    assert one["deadline"]["date"] == day
    assert one["text"][:4] in item


def test_a_row_of_a_box_that_is_a_sentence_is_promised_with_its_units():
    text = (
        future("新建学校2所。")
        + "专栏：民生实事\n（1）新建幼儿园1所，8月底前投用。（县教育局负责）\n（2）城北管网工程。\n"
    )
    one = measures(text)[-1]
    assert (one["deadline"]["date"], one["units"]["lead"]) == ("2026-08-31", ["县教育局"])
    assert [row["name"] for row in read(text)["projects"]] == ["城北管网工程"]


def test_years_in_brackets_behind_a_project_are_its_own():
    text = PLAN + "实施急救中心建设项目（2026—2027年）、信息平台二期项目（2026—2028年）。\n"
    assert [one["deadline"]["date"] for one in measures(text)[-2:]] == ["2027-12-31", "2028-12-31"]


@pytest.mark.parametrize(
    ("note", "lead", "supporting"),
    [
        ("（牵头股室：疾控股；责任单位：县疾控中心）", ["疾控股"], ["县疾控中心"]),
        ("（县水利局牵头，县财政局及有关乡镇配合）", ["县水利局"], ["县财政局"]),
        ("（县住建局、县教育局分别负责）", [], ["县住建局", "县教育局"]),
        ("（县农业农村局、县供销社，各产茶乡镇）", [], ["县农业农村局", "县供销社"]),
        ("（县纪委监委机关、县委办公室）", [], ["县纪委监委机关", "县委办公室"]),
        ("〔牵头：县水利局；参与：县财政局、县林业局〕", ["县水利局"], ["县财政局", "县林业局"]),
        ("（县商务局牵头，县人社局协同，电信运营企业参与）", ["县商务局"], ["县人社局"]),
        ("（县水利局牵头，县委员会成员单位参与）", ["县水利局"], []),
        ("\n县水利局牵头，县财政局、县林业局配合", ["县水利局"], ["县财政局", "县林业局"]),
        ("\n责任单位：县水利局牵头，县财政局参与", ["县水利局"], ["县财政局"]),
        ("\n责任领导：周敏　牵头单位：县水利局　配合单位：县财政局、县残联", ["县水利局"], ["县财政局", "县残联"]),
        ("［牵头：县水利局；配合：县财政局，项目所在乡镇］", ["县水利局"], ["县财政局"]),
        (
            "该项任务由县水利局牵头负责，县卫健局按职责抓好落实，县水务集团具体实施。",
            ["县水利局"],
            ["县卫健局", "县水务集团"],
        ),
        ("此项工作由县工信局牵头，县科技局协同推进。", ["县工信局"], ["县科技局"]),
        ("县科技局、县人社局为责任单位。", [], ["县科技局", "县人社局"]),
        ("（县信访局牵头，县司法局协办）", ["县信访局"], ["县司法局"]),
        ("\n由县工商联牵头，县法院配合落实。", ["县工商联"], ["县法院"]),
        ("（牵头单位：县水利局；配合单位：县财政局，沿线乡镇、县直各部门）", ["县水利局"], ["县财政局"]),
    ],
)
def test_offices_inside_a_bureau_are_units_and_groups_are_none(note, lead, supporting):
    (one,) = measures(future(f"改造管网12公里。{note}"))
    assert (one["units"]["lead"], one["units"]["supporting"]) == (lead, supporting)


def test_who_leads_may_open_a_sentence_and_who_helps_follow():
    found = measures(future("由县民政局牵头，县住建局、县总工会配合，年内建成中心1个、新建助餐点20个。"))
    assert {(*one["units"]["lead"], *one["units"]["supporting"]) for one in found} == {
        ("县民政局", "县住建局", "县总工会")
    }


def test_a_label_may_be_about_all_that_stands_above():
    text = PLAN + "三、指标\n1.使用率达到90%。\n2.公示期压缩到5天。\n以上指标责任单位：县供电公司、县税务局\n"
    found = [one["units"]["supporting"] for one in measures(text) if "三" not in one["text"]][-2:]
    assert found == [["县供电公司", "县税务局"]] * 2


def test_an_opinion_is_called_by_its_subject_and_has_its_own_years():
    head = "云溪县人民政府\n关于优化营商环境推进工业强县建设的实施意见\n（2026—2028年）\n云政发〔2026〕2号\n"
    document = read(head + "“十四五”以来，我县坚持工业强县。\n一、任务\n新建厂房2座。\n")["document"]
    assert document["title"] == "关于优化营商环境推进工业强县建设的实施意见"
    assert (document["period"], document["kind"]) == (["2026-01-01", "2028-12-31"], "plan")


@pytest.mark.parametrize(
    "head",
    [
        "云溪县人民政府办公室关于印发《云溪县农村供水三年行动方案（2026—2028年）》的通知\n云政办发〔2026〕3号\n",
        "云溪县人民政府办公室\n2026年2月6日\n云溪县农村供水三年行动方案\n（2026—2028年）\n",
    ],
)
def test_a_plan_of_three_years_has_its_title_and_its_years(head):
    document = read(head + "新建水厂2座。\n")["document"]
    assert document["title"] == "云溪县农村供水三年行动方案"
    assert (document["period"], document["reporting_year"]) == (["2026-01-01", "2028-12-31"], None)


def test_a_box_below_a_description_promises_all_the_same():
    text = PLAN + "第四章 指导思想\n坚持统筹发展。\n专栏1 主要指标\n1.水土保持率：2030年不低于81.5%，约束性。\n"
    (one,) = [one for one in measures(text) if "水土" in one["text"]]
    assert [target["value"] for target in one["targets"]] == [81.5]


def test_a_box_with_a_row_for_each_year_says_by_when():
    head = "云溪县医疗三年行动计划（2026—2028年）\n一、任务\n新建医院1所。\n专栏 分年度安排\n"
    found = measures(head + "2026年：急救站点主体，维修卫生室28个。\n2027年：住院楼竣工，维修卫生室30个。\n")
    assert [one["deadline"]["date"] for one in found if "维修" in one["text"]] == ["2026-12-31", "2027-12-31"]


def test_a_town_tells_the_goals_of_its_county_from_its_own():
    head = "政府工作报告\n——2026年1月16日在石佛镇第二十届人民代表大会第六次会议上\n2026年工作安排\n"
    text = head + "2026年全县生产总值增长5.5%左右。力争全镇工业总产值增长8%。\n"
    assert [target["value"] for one in measures(text) for target in one["targets"]] == [8]


def test_a_street_of_a_town_tells_the_goals_of_its_district_from_its_own():
    head = "在棠溪街道2026年度工作会议上的报告\n（2026年1月16日）\n一、2026年工作\n"
    text = head + "区里明年将设立5亿元基金，街道要提前储备，10月底前报送项目不少于12个。\n"
    (one,) = measures(text)
    assert ([target["value"] for target in one["targets"]], one["deadline"]["date"]) == ([12], "2026-10-31")


def test_who_issued_a_document_and_when_are_no_headings_of_it():
    head = "云溪县人民政府关于印发供水方案的通知\n云政发〔2026〕3号\n云溪县人民政府\n2026年2月6日\n"
    head += "一、任务\n新建水厂2座。\n"
    assert [node["title"] for node in read(head)["outline"]] == ["云溪县人民政府关于印发供水方案的通知", "任务"]
    assert [why for _, why in reasons(head)] == ["boilerplate"]


RECTIFICATION = """一、关于补贴发放不及时的问题
整改目标：2026年4月底前，将拖欠的补贴1263万元全部兑付到户，建立月清月结机制。
整改措施：（1）县财政局3月20日前完成186个村补贴底数核查；（2）严格落实一卡通发放；（3）对具备条件的9宗土地，督促企业5月底前开工。
责任单位：县财政局、开发区管委会 责任人：刘志远、陈刚 整改时限：2026年12月10日
二、关于污水处理设施运行率低的问题
整改目标：58座污水处理站正常运行率由46%提高到85%以上。
牵头单位：县生态环境局 配合单位：县住建局 整改时限：2026年12月20日
"""


def test_heads_and_labels_without_a_full_stop_make_no_newspaper():
    title = "青石县2026年度问题整改任务分解方案"
    found = read(f"{title}\n为全面整改反馈意见指出的问题，制定本方案。\n{RECTIFICATION * 2}")
    assert (found["document"]["title"], found["warnings"]) == (title, [])
    assert [one["title"] for one in found["outline"]][-1] == "关于污水处理设施运行率低的问题"


def test_a_plan_of_rectification_is_read_problem_by_problem():
    found = measures(future(RECTIFICATION))
    assert [one["title"] for one in found] == [
        "4月底前，将拖欠的补贴1263万元全部兑付到户",
        "建立月清月结机制",
        "县财政局3月20日前完成186个村补贴底数核查",
        "严格落实一卡通发放",
        "对具备条件的9宗土地，督促企业5月底前开工",
        "58座污水处理站正常运行率由46%提高到85%以上",
    ]
    named = [(one["units"]["lead"], one["units"]["supporting"]) for one in found]
    assert named == [([], ["县财政局", "开发区管委会"])] * 5 + [(["县生态环境局"], ["县住建局"])]
    assert [one["deadline"]["date"] for one in found] == [
        "2026-04-30", "2026-12-10", "2026-03-20", "2026-12-10", "2026-05-31", "2026-12-20",
    ]  # fmt: skip
    assert [target["raw"] for one in found[5:] for target in one["targets"]] == ["85%以上"]
