"""Working days: the official calendars as tables, and what must hold of every day and number."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from taskflow.workdays import Calendar, Days, Hours, WorkDays

DAYS = some.dates(date(2020, 1, 1), date(2030, 12, 31))
NUMBERS = some.integers(-250, 250)
PLAIN = Calendar({}, frozenset())
#: A calendar that is wrong on purpose: whatever holds of it holds of every notice.
ODD = Calendar(
    {date(2024, 1, 1) + timedelta(days=n): bool(n % 3) for n in range(400)}, frozenset({2024}), {date(2024, 1, 1): "节"}
)
CALENDARS = some.sampled_from([PLAIN, ODD])


def working(calendar, first, last):
    """The working days of a stretch, counted one by one."""
    return [day for n in range((last - first).days + 1) if calendar.works(day := first + timedelta(days=n))]


# The State Council's notices


@pytest.mark.parametrize(
    ("year", "days"), [(2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_a_year_has_its_official_number_of_working_days(workdays, year, days):
    assert len(working(workdays, date(year, 1, 1), date(year, 12, 31))) == days


def test_the_months_of_2026_are_as_published(workdays):
    months = [(date(2026, m, 1), date(2026 + m // 12, m % 12 + 1, 1) - timedelta(days=1)) for m in range(1, 13)]
    assert [len(working(workdays, *month)) for month in months] == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]


HOLIDAYS_2026 = [("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-19", "06-21"),
                 ("09-25", "09-27"), ("10-01", "10-07")]  # fmt: skip


@pytest.mark.parametrize(("first", "last"), HOLIDAYS_2026)
def test_nobody_works_on_the_holidays_of_2026(workdays, first, last):
    assert working(workdays, date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}")) == []


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
                                 "2024-04-28", "2024-05-11"])  # fmt: skip
def test_a_weekend_that_is_worked_counts(workdays, day):
    worked = date.fromisoformat(day)
    assert worked.weekday() >= 5
    assert workdays.works(worked)
    assert workdays.count(worked - timedelta(days=1), worked) == 1


def test_working_days_run_over_the_may_holiday_of_2024(workdays):
    assert workdays.add(date(2024, 4, 30), 1) == date(2024, 5, 6)
    assert workdays.add(date(2024, 4, 26), 1) == date(2024, 4, 28)
    assert workdays.sub(date(2024, 5, 6), 1) == date(2024, 4, 30)
    assert workdays.add(date(2024, 5, 10), 1) == date(2024, 5, 11)
    assert workdays.roll(date(2024, 5, 1)) == date(2024, 5, 6)


def test_a_year_without_a_notice_is_provisional_and_says_so(workdays):
    assert workdays.provisional(date(2024, 3, 4), date(2026, 12, 31)) == []
    assert workdays.provisional(date(2026, 12, 1), date(2028, 1, 10)) == [2027, 2028]
    assert "2027 年放假安排未公布，暂定" in workdays.because(date(2026, 12, 28), date(2027, 1, 8))
    assert "暂定" not in workdays.because(date(2026, 12, 1), date(2026, 12, 31))


def test_an_explanation_names_the_holidays_skipped_and_the_weekends_worked(workdays):
    told = workdays.because(date(2024, 4, 26), date(2024, 5, 6))
    assert "劳动节（放假）" in told
    assert "劳动节（调休上班）" in told
    assert told.endswith("2024 年放假通知")


# What holds of every calendar


@given(CALENDARS, DAYS, NUMBERS.filter(bool))
def test_adding_working_days_ends_on_a_working_day(calendar, day, n):
    assert calendar.works(calendar.add(day, n))


@given(CALENDARS, DAYS, some.integers(1, 250))
def test_n_working_days_lie_between_a_day_and_the_nth_after_it(calendar, day, n):
    end = calendar.add(day, n)
    assert len(working(calendar, day + timedelta(days=1), end)) == n


@given(CALENDARS, DAYS, NUMBERS, some.integers(0, 250))
def test_adding_is_monotone_in_the_day_and_in_the_number(calendar, day, n, more):
    assert calendar.add(day, n) <= calendar.add(day, n + more)
    if n:
        assert calendar.add(day, n) <= calendar.add(day + timedelta(days=more), n)


@given(CALENDARS, DAYS, some.integers(1, 120), some.integers(1, 120))
def test_adding_is_additive(calendar, day, a, b):
    assert calendar.add(calendar.add(day, a), b) == calendar.add(day, a + b)


@given(CALENDARS, DAYS, some.integers(1, 250))
def test_taking_away_what_was_added_gives_the_day_or_the_working_day_before_it(calendar, day, n):
    back = calendar.sub(calendar.add(day, n), n)
    assert back == (day if calendar.works(day) else calendar.sub(day, 1))


@given(CALENDARS, DAYS, DAYS, DAYS)
def test_counting_is_additive_and_turns_its_sign_with_its_direction(calendar, a, b, c):
    assert calendar.count(a, b) + calendar.count(b, c) == calendar.count(a, c)
    assert calendar.count(a, b) == -calendar.count(b, a)


@given(CALENDARS, DAYS, DAYS)
def test_counting_is_counting_one_by_one(calendar, a, b):
    low, high = min(a, b), max(a, b)
    assert calendar.count(low, high) == len(working(calendar, low + timedelta(days=1), high))


@given(CALENDARS, DAYS)
def test_a_day_off_rolls_on_and_a_working_day_stays(calendar, day):
    rolled = calendar.roll(day)
    assert rolled >= day
    assert calendar.works(rolled)
    assert working(calendar, day, rolled - timedelta(days=1)) == []


def test_beyond_the_calendar_there_is_a_sentence_and_no_wrong_day():
    with pytest.raises(ValueError, match="超出日历范围"):
        PLAIN.add(date(2040, 12, 1), 100)


def test_lengths_of_different_sorts_are_never_equal():
    assert len({WorkDays(3), Days(3), Hours(3)}) == 3
    assert [str(length) for length in (WorkDays(-3), Days(3), Hours(0))] == ["3 个工作日", "3 天", "0 小时"]
