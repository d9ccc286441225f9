"""Who answers for a promise: as its clause says, a note, a line of labels below it, or the heading above it."""

import pytest

from tests.reading.test_reader import future, measures, reasons

pytestmark = pytest.mark.once


def named(text):
    """(words, lead units, supporting units, day) of every measure."""
    return [
        (one["text"], one["units"]["lead"], one["units"]["supporting"], one["deadline"]["date"])
        for one in measures(future(text))
    ]


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("由县消防大队组建40人的队伍。改造道路5公里。", [["县消防大队"], []]),
        ("县投促中心负责，于6月10日前报送优惠清单。", [["县投促中心"]]),
        ("每月由县政府办公室通报进度。（牵头单位：县督查室）", [["县督查室"]]),
        ("由此推动产业升级改造项目12个。", [[]]),
        ("推动卫生院（社区卫生服务中心）与机构签约12家。", [[]]),
    ],
)
def test_who_does_it_is_named_in_the_midst_of_a_sentence_too(text, leads):
    assert [one["units"]["lead"] for one in measures(future(text))] == leads


def test_the_label_of_one_row_of_a_box_is_not_about_the_row_before():
    rows = "9. 惠民工程。送戏下岛80场。县文旅局牵头。\n10. 岸线工程。建成步道5公里。牵头单位：县住建局。\n"
    found = named("新建学校1所。\n专栏一 民生实事\n" + rows)
    assert [(lead, supporting) for _, lead, supporting, _ in found[1:]] == [(["县文旅局"], []), (["县住建局"], [])]


@pytest.mark.parametrize(
    ("label", "days"),
    [
        ("完成时限：2026年10月底前。", ["2026-10-31"] * 3),
        ("完成时限：水库除险加固2026年4月底前，其余2026年10月底。", ["2026-10-31", "2026-04-30", "2026-10-31"]),
        ("完成时限：农村公路和危桥改造2026年11月底前。", ["2026-11-30", "2026-12-31", "2026-11-30"]),
        ("完成时限：清单6月底前。", ["2026-06-30"] * 3),  # none of them is named: better all than none
    ],
)
def test_a_label_may_say_which_part_of_a_task_is_due_when(label, days):
    text = "1.新改建农村公路75公里，完成5座小型水库除险加固，改造危桥9座。牵头单位：县水利局；"
    assert [one["deadline"]["date"] for one in measures(future(text + label))] == days


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "新造油茶林2万亩。县林业局牵头，县财政局、各乡镇配合，2026年6月底前完成。",
            [("新造油茶林2万亩。", ["县林业局"], ["县财政局"], "2026-06-30")],
        ),
        (
            "新造油茶林2万亩。县林业局牵头，县财政局配合，长期坚持。",
            [("新造油茶林2万亩。", ["县林业局"], ["县财政局"], None)],
        ),
        (
            "县发改局牵头，6月底前完成中期评估，9月底前编制方案，县财政局、县统计局配合。",
            [
                ("县发改局牵头，6月底前完成中期评估，", ["县发改局"], ["县财政局", "县统计局"], "2026-06-30"),
                ("9月底前编制方案，县财政局、县统计局配合。", ["县发改局"], ["县财政局", "县统计局"], "2026-09-30"),
            ],
        ),
        (
            "县财政局负责建立专项资金，年内安排2亿元。改造道路5公里。",
            [
                ("县财政局负责建立专项资金，", ["县财政局"], [], "2026-12-31"),
                ("年内安排2亿元。", ["县财政局"], [], "2026-12-31"),
                ("改造道路5公里。", [], [], "2026-12-31"),
            ],
        ),
        ("县委负责人每月调度1次。", [("县委负责人每月调度1次。", [], [], "2026-12-31")]),
    ],
)
def test_a_sentence_may_open_with_who_does_what_it_says(text, told):
    assert named(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "1.推进产业链升级。（县工信局牵头，县财政局配合）",
        "推进产业链升级。（县工信局牵头，县财政局配合）",
        "（一）推进产业链升级。（县工信局牵头，县财政局配合）",
        "——推进产业链升级。（县工信局牵头，县财政局配合）",
        "二、推进产业链升级。（县工信局牵头，县财政局配合）",
        "1.推进产业链升级\n牵头单位：县工信局\n配合单位：县财政局",
    ],
)
def test_a_short_task_with_its_units_is_a_task_and_no_heading(text):
    ((words, lead, supporting, _),) = named(text)
    assert (words.strip("。"), lead, supporting) == ("推进产业链升级", ["县工信局"], ["县财政局"])


def test_a_line_of_labels_is_about_the_whole_item_above_it():
    text = (
        "1.产业升级\n推进产业链升级。\n引进企业3家。\n牵头领导：张三\n牵头单位：县工信局\n完成时限：2026年6月底\n"
        "2.建成厂房3座。\n责任单位：县住建局\n"
    )
    assert named(text) == [
        ("推进产业链升级。", ["县工信局"], [], "2026-06-30"),
        ("引进企业3家。", ["县工信局"], [], "2026-06-30"),
        ("建成厂房3座。", ["县住建局"], [], "2026-12-31"),
    ]
    assert "units" in {why for _, why in reasons(future(text))}


def test_a_paragraph_that_is_nothing_but_a_note_is_about_the_one_before():
    assert named("引进企业3家。\n（县投促局牵头，5月底前完成）\n") == [
        ("引进企业3家。", ["县投促局"], [], "2026-05-31"),
    ]  # fmt: skip
    assert measures("（县投促局负责）\n1.（县投促局负责）\n") == []


def test_labels_at_the_end_of_a_paragraph_are_about_it():
    text = "引进企业3家。牵头单位：县审批局；配合单位：县财政局；完成时限：6月底前。"
    assert named(text) == [("引进企业3家。", ["县审批局"], ["县财政局"], "2026-06-30")]


def test_labels_say_nothing_about_the_item_behind_them():
    text = "1.引进企业3家。\n责任单位：县投促局\n改造道路5公里。\n"
    assert [lead for _, lead, _, _ in named(text)] == [["县投促局"], []]


def test_a_heading_that_names_a_unit_answers_for_what_stands_below_it_unless_a_note_says_better():
    text = (
        "（一）工业经济（责任单位：县工信局）\n1.引进企业12家。\n2.建成厂房3座。（县住建局负责）\n"
        "（二）农业\n1.改造农田5万亩。\n"
    )
    assert [lead for _, lead, _, _ in named(text)] == [["县工信局"], ["县住建局"], []]


@pytest.mark.parametrize(
    ("text", "lead", "supporting"),
    [
        ("县财政局要安排专项资金。", ["县财政局"], []),
        ("县政府督查室每月通报进展情况。", ["县政府督查室"], []),
        ("责成县水利局立即整改渗漏问题。", ["县水利局"], []),
        ("县委组织部、县教育局要抓紧选派教师。", [], ["县委组织部", "县教育局"]),
        ("县医院建设要加快推进。", [], []),
        ("县城管局6月底前完成平台招标。", ["县城管局"], []),
        ("县体育中心6月底前完成主体工程。", [], []),
        ("县财政局统筹安排前期费，用于项目谋划。", ["县财政局"], []),
        ("县公安局改造工程年底前完工。", [], []),
        ("同意二期项目立项，由县城投公司作为业主，年内开工。", ["县城投公司"], []),
        ("会议同意提质方案，由县住建局根据会议意见修改完善。", ["县住建局"], []),
        ("县委组织部选派干部20名。", ["县委组织部"], []),
        ("县文旅局、县教育局按照分工做好行业检查。", [], ["县文旅局", "县教育局"]),
        (
            "去年排查的隐患尚有11处未销号，由县应急局牵头，县住建局配合，3月20日前全部整改到位。",
            ["县应急局"],
            ["县住建局"],
        ),
    ],
)
def test_a_unit_that_is_told_to_do_something_is_named(text, lead, supporting):
    assert [(one["units"]["lead"], one["units"]["supporting"]) for one in measures(future(text))] == [
        (lead, supporting)
    ]


@pytest.mark.parametrize(
    ("note", "lead", "supporting"),
    [
        ("县政协办牵头，县委督查督办中心配合", ["县政协办"], ["县委督查督办中心"]),
        ("责任单位：县协同发展中心、县政协办", [], ["县协同发展中心", "县政协办"]),
        ("县审计局督办", ["县审计局"], []),
        ("责任单位：县市场监管局（牵头），县税务局、云溪海关", ["县市场监管局"], ["县税务局", "云溪海关"]),
        ("责任单位：县税务局、县市场监管局（牵头）", ["县市场监管局"], ["县税务局"]),
        ("县住建局（牵头）、县财政局", ["县住建局"], ["县财政局"]),
    ],
)
def test_a_word_for_a_role_is_told_from_the_name_of_a_unit(note, lead, supporting):
    [one] = measures(future(f"建成便民服务点12个。（{note}）"))
    assert (one["units"]["lead"], one["units"]["supporting"]) == (lead, supporting)


def test_a_part_of_a_sentence_may_say_by_itself_who_is_to_do_it():
    text = "县第五小学8月20日前竣工交付；县住建局、县供电公司要全力保障水电接入；县城投集团负责车位建设。"
    told = [(one["units"]["lead"], one["units"]["supporting"]) for one in measures(future(text))]
    assert told == [([], []), ([], ["县住建局", "县供电公司"]), (["县城投集团"], [])]
