"""When a promise is due: its own time, one that leads its sentence, one that holds for what is behind, or none."""

from datetime import date

import pytest

from tests.test_reader import PLAN, future, measures

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
