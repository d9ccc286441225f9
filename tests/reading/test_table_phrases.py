"""Deadlines as offices phrase them: the day that is meant, starts, work that comes again, work without an end."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskflow.reading.statements.phrases import Deadline, deadline
from taskflow.reading.statements.times import mentions

pytestmark = pytest.mark.once
PERIOD = date(2025, 12, 31)


def day(phrase, year=2022, period_to=None):
    found = deadline(phrase, year, period_to)
    return found.date.isoformat() if found.date else None


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("2022年底", "2022-12-31"),
        ("2022年底前", "2022-12-31"),
        ("2022年年底前完成", "2022-12-31"),
        ("6月底", "2022-06-30"),
        ("6月底完成", "2022-06-30"),
        ("二季度末", "2022-06-30"),
        ("2023年第三季度", "2023-09-30"),
        ("一至三季度", "2022-09-30"),
        ("二、三季度", "2022-09-30"),
        ("Q2", "2022-06-30"),
        ("年内", "2022-12-31"),
        ("年底前", "2022-12-31"),
        ("全年", "2022-12-31"),
        ("今年", "2022-12-31"),
        ("本年度内", "2022-12-31"),
        ("明年6月底", "2023-06-30"),
        ("年中", "2022-06-30"),
        ("上半年", "2022-06-30"),
        ("2023年上半年", "2023-06-30"),
        ("下半年", "2022-12-31"),
        ("2022.6", "2022-06-30"),
        ("2022.06", "2022-06-30"),
        ("2022.12", "2022-12-31"),
        ("2017.6.30", "2017-06-30"),
        ("2022/6/30", "2022-06-30"),
        ("2022/2", "2022-02-28"),
        ("2024-2", "2024-02-29"),
        ("2022-06-30", "2022-06-30"),
        ("2022-06-30 00:00:00", "2022-06-30"),
        ("20220630", "2022-06-30"),
        ("202206", "2022-06-30"),
        ("44742", "2022-06-30"),
        ("44742.0", "2022-06-30"),
        ("2022", "2022-12-31"),
        ("6.30前", "2022-06-30"),
        ("6月30日前", "2022-06-30"),
        ("2022年6月30日", "2022-06-30"),
        ("2022 年 6 月 30 日前", "2022-06-30"),
        ("２０２２年６月底", "2022-06-30"),
        ("二〇二三年六月三十日", "2023-06-30"),
        ("二〇二三年十二月", "2023-12-31"),
        ("六月底", "2022-06-30"),
        ("十二月二十五日", "2022-12-25"),
        ("22年底", "2022-12-31"),
        ("5月中旬", "2022-05-20"),
        ("5月上旬前", "2022-05-10"),
        ("5月下旬", "2022-05-31"),
        ("5月初", "2022-05-10"),
        ("5月底取得阶段性成效并持续推进", "2022-05-31"),
        ("12月取得明显成效", "2022-12-31"),
        ("6-8月", "2022-08-31"),
        ("6月至8月", "2022-08-31"),
        ("11月至次年3月", "2023-03-31"),
        ("3月1日至5月20日", "2022-05-20"),
        ("2021-2025年", "2025-12-31"),
        ("2021年至2023年底", "2023-12-31"),
        ("2022.3—2023.4", "2023-04-30"),
        ("到2025年", "2025-12-31"),
        ("2025年前", "2025-12-31"),
        ("3月底前启动，10月底前完成", "2022-10-31"),
        ("2024年9月开工，12月底完工", "2024-12-31"),
        ("2024年10月开工，次年5月完工", "2025-05-31"),
        ("6月底前开工", "2022-06-30"),
        ("年内开工", "2022-12-31"),
        ("6月底、12月底", "2022-12-31"),
        ("国庆前", "2022-09-30"),
        ("国庆节前完成", "2022-09-30"),
        ("五一前", "2022-04-30"),
        ("元旦前", "2022-12-31"),
        ("七一前", "2022-06-30"),
        ("“十四五”末", "2025-12-31"),
        ("十五五期末", "2030-12-31"),
        ("三年内", "2024-12-31"),
        ("用两年时间", "2023-12-31"),
        ("用2年时间", "2023-12-31"),
        ("2月30日", None),
        ("30日内", None),
    ],
)
def test_a_phrase_names_a_day(phrase, expected):
    assert day(phrase) == expected


@pytest.mark.parametrize("phrase", ["“十四五”末", "“十四五”期间", "规划期末", "规划期内", "五年内", "本届政府任期内"])
def test_the_end_of_the_plan_is_the_end_of_its_period(phrase):
    assert deadline(phrase, 2021, date(2025, 6, 30)).date == date(2025, 6, 30)
    assert deadline(phrase, 2021, date(2025, 6, 30)).basis == "printed"


@pytest.mark.parametrize(
    "phrase",
    ["持续推进", "按进度推进", "长期坚持", "按时序进度推进", "常态化开展", "长期任务", "全程", "—", "", "/", "无"],
)
def test_some_work_has_no_end_and_says_so(phrase):
    assert deadline(phrase, 2022) == Deadline(None, "none")


@pytest.mark.parametrize("phrase", ["2022年启动", "2022年开工", "自2022年起", "2022年6月启动实施", "从2022年1月1日起"])
def test_a_start_is_no_deadline(phrase):
    found = deadline(phrase, 2021)
    assert (found.date, found.basis, found.start) == (None, "none", True)
    assert found.begins.year == 2022


@pytest.mark.parametrize(
    ("phrase", "again", "expected"),
    [
        ("每年", "annual", None),
        ("每年6月底前", "annual", "2022-06-30"),
        ("每年底前", "annual", "2022-12-31"),
        ("逐年", "annual", None),
        ("每季度末", "quarterly", None),
        ("按季度", "quarterly", None),
        ("每月", "monthly", None),
        ("每月25日前", "monthly", None),
        ("每周", "monthly", None),
        ("双月", "bimonthly", None),
        ("每两个月", "bimonthly", None),
        ("每半年一次", None, None),
    ],
)
def test_work_that_comes_again_says_how_often(phrase, again, expected):
    found = deadline(phrase, 2022)
    assert (found.recurrence, found.basis) == (again, "recurring")
    assert (found.date.isoformat() if found.date else None) == expected


@pytest.mark.parametrize("phrase", ["汛期前", "供暖季前", "尽快", "立行立改", "3个月内", "15个工作日内"])
def test_what_gives_no_day_is_still_printed(phrase):
    found = deadline(phrase, 2022)
    assert (found.date, found.basis, found.understood) == (None, "printed", True)


@pytest.mark.parametrize("phrase", ["看情况再说", "张三", "完成", "甲乙丙", "13月底", "abc"])
def test_what_is_no_time_is_not_understood(phrase):
    assert not deadline(phrase, 2022).understood


def test_without_a_year_there_is_no_day():
    assert deadline("6月底") == Deadline(None, "printed")
    assert day("2023年6月底", None) == "2023-06-30"


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("2017.6", "2017-06-01"), ("2022年3月", "2022-03-01"), ("二季度", "2022-04-01"), ("2022-03-15", "2022-03-15")],
)
def test_a_start_is_the_first_day(phrase, expected):
    assert deadline(phrase, 2022).begins.isoformat() == expected


def test_times_are_found_where_they_stand():
    text = "力争到2025年建成10个园区，６月底前开工，全县20个乡镇今年完成。第二季度通报，投资2022.5万元。"
    found = [(text[one.start : one.end], one.last and one.last.isoformat()) for one in mentions(text, 2024)]
    assert found == [
        ("2025年", "2025-12-31"),
        ("６月底前", "2025-06-30"),
        ("今年", "2024-12-31"),
        ("第二季度", "2024-06-30"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "近几年内容",
        "少年内心",
        "一年级",
        "历年底数",
        "国道105",
        "3.5%",
        "第十四届",
        "2022.5万元",
        "1月10大案件",
        "十个",
    ],
)
def test_what_only_looks_like_a_time_is_passed_over(text):
    assert mentions(text, 2024) == []


@given(st.text(alphabet="0123456789年月日底前末季度上下半初中旬至-./每按持续二十五“”国庆规划期内 春节", max_size=24))
def test_no_phrase_breaks_the_reader(phrase):
    found = deadline(phrase, 2022, PERIOD)
    assert found.basis in ("printed", "recurring", "none")
    assert not (found.start and found.date)
