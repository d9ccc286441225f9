"""Backward scheduling: steps in order, inside start and deadline, slack kept, and shortness said beforehand."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from taskflow.tasks.schedule import Step, backward, yearly
from taskflow.workdays import Calendar

pytestmark = pytest.mark.once

CALENDAR = Calendar(
    {date(2024, 2, 12) + timedelta(days=n): False for n in range(5)} | {date(2024, 2, 4): True}, frozenset({2024})
)
STARTS = some.dates(date(2024, 1, 1), date(2025, 6, 30))
STEPS = some.lists(some.builds(Step, some.sampled_from("甲乙丙丁"), some.integers(0, 40)), min_size=1, max_size=8)
LENGTHS, SLACK = some.integers(0, 500), some.integers(0, 15)


@given(STARTS, LENGTHS, STEPS, SLACK)
def test_steps_stand_in_order_between_start_and_deadline(start, length, steps, slack):
    due = start + timedelta(days=length)
    laid = backward(start, due, steps, CALENDAR, slack).steps
    assert [step.name for step in laid] == [step.name for step in steps]
    days = [day for step in laid for day in (step.start, step.finish)]
    assert days == sorted(days)
    assert start <= days[0]
    assert days[-1] <= due


@given(STARTS, LENGTHS, STEPS, SLACK)
def test_when_all_fits_every_step_has_its_working_days_and_the_slack_is_free(start, length, steps, slack):
    due = start + timedelta(days=length)
    plan = backward(start, due, steps, CALENDAR, slack)
    if plan.short:
        return
    assert plan.note == ""
    assert CALENDAR.count(plan.steps[-1].finish, due) >= slack
    for step, laid in zip(steps, plan.steps, strict=True):
        assert CALENDAR.count(laid.start, laid.finish) >= step.days


@given(STARTS, LENGTHS, STEPS, SLACK)
def test_it_is_short_by_exactly_what_is_missing(start, length, steps, slack):
    due = start + timedelta(days=length)
    plan = backward(start, due, steps, CALENDAR, slack)
    missing = sum(step.days for step in steps) + slack - CALENDAR.count(start, due)
    assert plan.short == max(0, missing)
    assert bool(plan.note) == bool(plan.short) == bool(plan.first_failing)
    if plan.short:
        assert f"缺 {missing} 个工作日" in plan.note


@given(STARTS, LENGTHS, STEPS, SLACK)
def test_the_first_failing_step_is_the_first_from_the_end_that_begins_too_early(start, length, steps, slack):
    due = start + timedelta(days=length)
    plan = backward(start, due, steps, CALENDAR, slack)
    if not plan.short or sum(step.days for step in steps) <= CALENDAR.count(start, due) - slack:
        return
    room = CALENDAR.count(start, due) - slack
    tails = [sum(step.days for step in steps[place:]) for place in range(len(steps))]
    failing = max(place for place, needed in enumerate(tails) if needed > room or place == 0)
    assert plan.first_failing == steps[failing].name


@given(STARTS, LENGTHS, STEPS, SLACK)
def test_each_step_says_why_it_ends_when_it_ends(start, length, steps, slack):
    laid = backward(start, start + timedelta(days=length), steps, CALENDAR, slack).steps
    assert all(step.because.startswith(f"{step.finish} ← ") for step in laid)
    assert "完成时限" in laid[-1].because
    assert all(f"下一节点“{after.name}”" in step.because for step, after in pairwise(laid))


def test_a_plan_as_people_would_count_it():
    plan = backward(date(2024, 1, 2), date(2024, 2, 29), [Step("立项", 5), Step("施工", 10)], CALENDAR, slack=3)
    assert [(step.name, step.start, step.finish) for step in plan.steps] == [
        ("立项", date(2024, 1, 30), date(2024, 2, 5)),  # over the Sunday that is worked
        ("施工", date(2024, 2, 5), date(2024, 2, 26)),  # over the holiday
    ]


def test_a_deadline_on_a_day_off_gives_no_working_day_away():
    plan = backward(date(2024, 1, 2), date(2024, 3, 10), [Step("施工", 5)], CALENDAR, slack=2)
    assert plan.steps[0].finish == date(2024, 3, 6)  # Thursday and Friday stay free before the Sunday
    assert plan.steps[0].start == date(2024, 2, 28)


def test_a_deadline_before_the_start_is_refused():
    with pytest.raises(ValueError, match="before the start"):
        backward(date(2024, 2, 2), date(2024, 2, 1), [Step("施工", 5)], CALENDAR)


def test_a_squeezed_plan_keeps_every_step():
    plan = backward(date(2024, 1, 2), date(2024, 1, 12), [Step("立项", 10), Step("施工", 30)], CALENDAR)
    assert (plan.short, plan.first_failing) == (32, "施工")
    assert [CALENDAR.count(step.start, step.finish) for step in plan.steps] == [2, 6]


@given(STARTS, some.integers(367, 3000), STEPS, SLACK)
def test_with_far_more_room_than_it_needs_a_template_is_spread_in_proportion(start, length, steps, slack):
    due = start + timedelta(days=length)
    plan = backward(start, due, steps, CALENDAR, slack, spread=2)
    need, room = sum(step.days for step in steps), CALENDAR.count(start, due) - slack
    assert [step.name for step in plan.steps] == [step.name for step in steps]
    days = [day for step in plan.steps for day in (step.start, step.finish)]
    assert days == sorted(days)
    assert start <= days[0]
    assert CALENDAR.count(days[-1], due) >= slack
    if plan.short or not need or room <= 2 * need:
        assert plan.spread == (0, 0)
        return
    assert plan.spread == (need, room)
    assert f"{need} 个工作日" in plan.note
    assert f"有 {room} 个" in plan.note
    seen = 0
    for step, laid in zip(steps, plan.steps, strict=True):
        seen += step.days
        assert abs(CALENDAR.count(start, laid.finish) - room * seen / need) <= 2


@given(STARTS, some.integers(0, 3000), SLACK)
def test_stages_end_with_their_years_and_the_last_before_the_deadline(start, length, slack):
    due = start + timedelta(days=length)
    stages = yearly(start, due, "{year}年阶段目标", CALENDAR, slack).steps
    assert [stage.name for stage in stages] == [f"{stage.finish.year}年阶段目标" for stage in stages]
    assert len({stage.name for stage in stages}) == len(stages)
    days = [day for stage in stages for day in (stage.start, stage.finish)]
    assert days == sorted(days)
    assert days[0] == start
    assert all(stage.because.startswith(f"{stage.finish} ← {stage.finish.year} 年最后") for stage in stages[:-1])
    assert all(CALENDAR.works(stage.finish) and stage.finish < after.start for stage, after in pairwise(stages))
    assert f"完成时限 {due}" in stages[-1].because
    assert stages[-1].finish == start or CALENDAR.count(stages[-1].finish, due) >= slack


def test_stages_as_people_would_name_them():
    stages = yearly(date(2024, 9, 10), date(2026, 12, 31), "{year}年阶段目标", CALENDAR, slack=5).steps
    assert [(stage.name, stage.start, stage.finish) for stage in stages] == [
        ("2024年阶段目标", date(2024, 9, 10), date(2024, 12, 31)),
        ("2025年阶段目标", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026年阶段目标", date(2026, 1, 1), date(2026, 12, 24)),
    ]
    assert stages[-1].because == "2026-12-24 ← 完成时限 2026-12-31 前留 5 个工作日余量"


def test_stages_of_nothing_are_refused():
    with pytest.raises(ValueError, match="before the start"):
        yearly(date(2024, 2, 2), date(2024, 2, 1), "{year}", CALENDAR)
