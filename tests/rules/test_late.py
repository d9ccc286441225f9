"""The eight kinds of late, each brought about by real moves under a moving clock and ended by what ends it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from taskflow import clock as county_clock
from taskflow import db
from taskflow.jobs.sweep import sweep
from taskflow.rules import book, late, lights, measured
from taskflow.rules.late import Late
from taskflow.tasks.models import Task, TaskState
from tests import factories as make

REGION = make.REGION


def ways(task):
    """In which ways a task is late today."""
    day = county_clock.today()
    return {
        kind for kind in Late if db.exists(select(Task.id).where(Task.id == task.id, late.tasks_of(kind, day, REGION)))
    }


def test_a_task_that_nobody_accepts_is_late_from_the_day_after_its_limit(county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-05 23:58")
    assert Late.ACCEPT not in ways(task)
    clock.to("2024-03-06")
    assert Late.ACCEPT in ways(task)
    make.do(task, "accept")
    assert Late.ACCEPT not in ways(task)


def test_a_task_assigned_anew_gets_its_whole_limit_again(county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-06")
    assert Late.ACCEPT in ways(task)
    make.do(task, "refuse")
    make.do(task, "uphold")
    assert Late.ACCEPT not in ways(task)


def test_a_report_is_missing_once_its_day_is_over_and_late_once_it_is_in(county, clock):
    report = make.report()
    clock.to(report.due_on, 23)
    assert not {Late.MISSING, Late.REPORT} & ways(report.task)
    clock.to(report.due_on + timedelta(days=1))
    assert Late.MISSING in ways(report.task)
    make.do(report, "draft")
    assert Late.MISSING in ways(report.task), "a text that the head has not agreed to is not handed in"
    make.do(report, "agree")
    assert Late.MISSING not in ways(report.task)
    assert Late.REPORT in ways(report.task)


def test_a_late_report_is_forgotten_with_its_quarter(county, clock):
    report = make.report()
    clock.to("2024-03-30")
    make.say(report)
    assert Late.REPORT in ways(report.task)
    clock.to("2024-04-01")
    assert Late.REPORT not in ways(report.task)


def test_a_report_handed_in_on_its_last_evening_is_not_late(county, clock):
    report = make.report()
    make.do(report, "draft")
    clock.to(report.due_on, 23, 59)
    make.do(report, "agree")
    clock.forward(days=1)
    assert not {Late.MISSING, Late.REPORT} & ways(report.task)


def test_a_report_in_time_that_is_redone_later_is_not_a_late_one(county, clock):
    report = make.report()
    make.do(report, "draft")
    make.do(report, "agree")
    clock.to(report.due_on)
    make.do(report, "return")
    clock.forward(days=3)
    make.do(report, "draft")
    make.do(report, "agree")
    assert not {Late.MISSING, Late.REPORT, Late.REDO} & ways(report.task)


def test_a_returned_report_is_late_when_its_limit_is_over_until_it_is_in_again(county, clock):
    report = make.report()
    make.do(report, "draft")
    make.do(report, "agree")
    make.do(report, "return")
    clock.to("2024-03-07 23:00")
    assert Late.REDO not in ways(report.task)
    clock.to("2024-03-08")
    assert Late.REDO in ways(report.task)
    sweep(REGION)
    make.do(report, "draft")
    assert Late.REDO in ways(report.task), "drafted is not handed in"
    make.do(report, "agree")
    assert Late.REDO not in ways(report.task)
    make.do(report, "return")
    assert Late.REDO not in ways(report.task), "returned again, a new limit runs"


def test_a_step_is_late_from_the_day_after_its_planned_end(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-06-28")
    assert Late.NODE not in ways(task)
    clock.to("2024-06-29")
    assert Late.NODE in ways(task)
    make.say(make.report(task), nodes_done={str(task.nodes[0].id): "2024-06-28"})
    assert Late.NODE not in ways(task)


def test_a_task_is_late_after_its_deadline_and_not_while_parked(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-12-31")
    assert Late.TASK not in ways(task)
    clock.to("2025-01-01")
    assert Late.TASK in ways(task)
    make.do(task, "ask_extension", new_due_on="2025-06-30")
    make.do(task, "grant_extension")
    assert Late.TASK not in ways(task)


def test_a_parked_task_is_late_in_no_way(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "park", until="2024-12-30")
    clock.to("2025-01-02")
    assert ways(task) == set()


def test_an_extension_asked_after_the_deadline_stays_late_for_the_quarter(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-12-30")
    make.do(task, "ask_extension", new_due_on="2025-06-30")
    assert Late.EXTENSION not in ways(task)
    make.do(task, "deny_extension")
    clock.to("2025-01-02")
    make.do(task, "ask_extension", new_due_on="2025-06-30")
    assert Late.EXTENSION in ways(task)
    clock.to("2025-04-01")
    assert Late.EXTENSION in ways(task), "still unanswered"
    make.do(task, "grant_extension")
    assert Late.EXTENSION not in ways(task)


def test_a_task_falls_behind_without_any_date_passing(county, clock):
    task = make.report().task
    assert Late.BEHIND in ways(task), "17 points of schedule, nothing reported"
    make.say(make.newest_report(task), percent="40")
    assert Late.BEHIND not in ways(task)
    clock.to("2025-01-02")
    assert Late.BEHIND not in ways(task), "from its deadline on it is late, not behind"


def test_counts_are_the_lists_behind_them(county, clock):
    first, second = make.report(), make.report(make.task("agri"))
    make.walk(make.task(), TaskState.ASSIGNED)
    make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-07-01")
    make.do(first, "draft")
    make.do(first, "agree")
    day = county_clock.today()
    here = Task.region_code == REGION
    counted = late.counts(REGION, day, here)
    lists = {kind: len(db.rows(select(Task.id).where(here, late.tasks_of(kind, day, REGION)))) for kind in Late}
    assert counted == lists
    assert counted[Late.ACCEPT] == counted[Late.MISSING] == 1
    assert counted[Late.NODE] == 3
    of_agri = late.counts(REGION, day, here & (Task.lead_unit_id == second.unit_id))
    assert of_agri[Late.MISSING] == 1
    assert of_agri[Late.ACCEPT] == 0


@pytest.mark.parametrize("drives", ["both", "gap", "date"])
def test_the_lights_of_the_database_are_those_of_the_program(county, clock, drives):
    for state in (TaskState.PROPOSED, TaskState.REFUSED, TaskState.UNDERWAY, TaskState.PARKED, TaskState.CLOSED):
        make.walk(make.task(), state)
    for due in (date(2024, 3, 4), date(2024, 3, 20), date(2024, 4, 10), date(2025, 2, 27)):
        make.walk(make.task(due_on=due), TaskState.UNDERWAY)
    for percent in (0, 10, 17, 40):
        make.say(make.report(), percent=str(percent))
    numbers = book.of(REGION).numbers("lights", date(2024, 3, 4)) | {"drives": drives}
    seen = set()
    for day in (date(2023, 12, 30), date(2024, 3, 4), date(2024, 3, 5), date(2024, 5, 17), date(2025, 3, 1)):
        facts = measured.scheduled(day), measured.gap(day), measured.days_left(day)
        wanted = select(Task, measured.light(day, numbers), *facts)
        for task, light, scheduled, gap, left in db.session.execute(wanted):
            stand = lights.standing(task, day, numbers)
            assert (light, scheduled, left) == (stand.light.value, stand.scheduled, stand.days_left), (task.state, day)
            if task.state not in lights.FINISHED:
                assert gap == stand.gap
            seen.add(light)
    assert seen >= {"green", "grey", "red", "blue"} | {"yellow"}


def test_lists_sort_by_the_worst_light_first(county, clock):
    calm = make.say(make.report(), percent="40").task
    done = make.walk(make.task(), TaskState.CLOSED)
    over = make.walk(make.task(due_on=date(2024, 3, 4)), TaskState.UNDERWAY)
    clock.to("2024-03-05")
    numbers = book.of(REGION).numbers("lights", date(2024, 3, 5))
    order = measured.by_light(date(2024, 3, 5), numbers)
    wanted = select(Task.id).where(Task.id.in_([calm.id, done.id, over.id])).order_by(order)
    assert list(db.rows(wanted)) == [over.id, calm.id, done.id]
