"""The nine kinds of late, each brought about by real moves under a moving clock and ended by what ends it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from taskflow import clock as county_clock
from taskflow import db
from taskflow.jobs.sweep import sweep
from taskflow.rules import book, late, progress
from taskflow.rules.late import Late
from taskflow.rules.lights import FINISHED
from taskflow.tasks.models import Method, Task, TaskState
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
    task = make.say(make.report()).task
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
    asked = make.request(task, new_due_on="2025-06-30")
    assert Late.TASK in ways(task), "asking moves no deadline"
    make.walk(asked, "granted")
    assert Late.TASK not in ways(task)


def test_a_parked_task_is_late_in_no_way(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "park", until="2024-12-30")
    clock.to("2025-01-02")
    assert ways(task) == set()


def test_an_extension_asked_after_the_deadline_stays_late_for_the_quarter(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-12-30")
    asked = make.request(task, new_due_on="2025-06-30")
    assert Late.EXTENSION not in ways(task)
    make.walk(asked, "denied")
    clock.to("2025-01-02")
    asked = make.request(task, new_due_on="2025-06-30")
    assert Late.EXTENSION in ways(task)
    clock.to("2025-04-01")
    assert Late.EXTENSION in ways(task), "still unanswered"
    make.walk(asked, "granted")
    assert Late.EXTENSION not in ways(task)


def test_another_request_after_the_deadline_is_no_late_extension(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2025-01-02")
    make.request(task, "ask_cancellation")
    assert Late.EXTENSION not in ways(task)


def test_a_turn_is_late_from_the_day_after_its_own_deadline_until_it_is_done(county, clock):
    turn = make.occurrence()
    clock.to(turn.due_on, 23)
    assert Late.OCCURRENCE not in ways(turn.task)
    clock.to(turn.due_on + timedelta(days=1))
    assert Late.OCCURRENCE in ways(turn.task)
    assert Late.TASK not in ways(turn.task), "the work as a whole is not over"
    make.do(turn, "fulfil")
    assert Late.OCCURRENCE not in ways(turn.task)


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
    assert counted[Late.NODE] == 2, "the third was never asked about"
    of_agri = late.counts(REGION, day, here & (Task.lead_unit_id == second.unit_id))
    assert of_agri[Late.MISSING] == 1
    assert of_agri[Late.ACCEPT] == 0


@pytest.mark.parametrize("drives", ["both", "gap", "date"])
def test_the_light_of_one_task_is_the_one_of_the_lists(county, clock, drives, monkeypatch):
    for state in (TaskState.PROPOSED, TaskState.REFUSED, TaskState.UNDERWAY, TaskState.PARKED, TaskState.CLOSED):
        make.walk(make.task(), state)
    for due in (date(2024, 3, 4), date(2024, 3, 20), date(2024, 4, 10), date(2025, 2, 27)):
        make.walk(make.task(due_on=due), TaskState.UNDERWAY)
    for percent in (0, 10, 17, 40):
        make.say(make.report(), percent=str(percent))
    for end in ("cancel", "merge", "hand_off"):
        make.do(make.walk(make.task(), TaskState.UNDERWAY), end)
    numbers = book.of(REGION).numbers("lights", date(2024, 3, 4)) | {"drives": drives}
    monkeypatch.setattr(book.Rules, "numbers", lambda *_: numbers)
    seen = set()
    for day in (date(2023, 12, 30), date(2024, 3, 4), date(2024, 3, 5), date(2024, 5, 17), date(2025, 3, 1)):
        facts = progress.scheduled(day), progress.gap(day), progress.days_left(day)
        for task, light, scheduled, gap, left in db.session.execute(select(Task, progress.light(day, numbers), *facts)):
            stand = progress.standing(task, day)
            assert (light, scheduled, left) == (stand.light.value, stand.scheduled, stand.days_left), (task.state, day)
            assert scheduled == by_hand(task, day), (task.state, day)
            if task.state not in FINISHED:
                assert gap == stand.gap
            seen.add(light)
    assert seen >= {"green", "grey", "red", "blue", "unknown"} | {"yellow"}


def by_hand(task, day):
    """The share of the nodes' planned days that have passed, counted day by day."""
    if task.due_on <= day:
        return 100
    days = [
        node.start_on + timedelta(days=n)
        for node in task.nodes
        for n in range((node.finish_on - node.start_on).days + 1)
    ]
    return 100 * sum(one <= day for one in days) // len(days)


def test_scheduled_progress_of_a_task_without_nodes_follows_its_dates(county):
    task = make.task(nodes=0, start_on=date(2024, 1, 1), due_on=date(2024, 4, 10))
    told = [progress.scheduled_on(task, day) for day in (date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 20))]
    assert told == [0, 0, 50]
    assert progress.scheduled_on(task, date(2024, 4, 10)) == 100


@pytest.mark.parametrize(("method", "planned"), [(Method.PERCENT, 50), (Method.YES, 25)])
def test_work_without_a_percentage_should_be_as_far_as_its_nodes_should(county, method, planned):
    task = make.task(nodes=4, method=method)
    task.due_on = date(2025, 3, 31)
    db.session.flush()
    day = date(2024, 5, 1)  # one of four is over
    assert progress.scheduled_on(task, day) == planned


def test_a_node_of_what_nobody_was_asked_about_is_not_called_late(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-07-01")
    assert Late.NODE not in ways(task)
    make.do(task, "demand_report")
    assert Late.NODE in ways(task)


def test_silence_longer_than_the_rhythm_allows_is_no_good_sign(county, clock):
    task = make.say(make.report(), percent="40").task
    assert progress.standing(task).light.value == "blue"
    clock.to(task.stale_on - timedelta(days=1))
    assert progress.standing(task).light.value != "unknown"
    clock.to(task.stale_on)
    stand = progress.standing(task)
    assert (stand.light.value, stand.known_on) == ("unknown", date(2024, 3, 4))
    assert "没有新的情况" in stand.why
    assert Late.BEHIND not in ways(task), "nobody knows whether it is behind"
    make.say(make.own_report(task), percent="90")
    assert progress.standing(task).light.value != "unknown"


def test_lists_sort_by_the_worst_light_first(county, clock):
    calm = make.say(make.report(), percent="40").task
    done = make.walk(make.task(), TaskState.CLOSED)
    over = make.walk(make.task(due_on=date(2024, 3, 4)), TaskState.UNDERWAY)
    silent = make.walk(make.task(), TaskState.UNDERWAY)
    silent.stale_on = date(2024, 3, 5)
    db.session.flush()
    clock.to("2024-03-05")
    numbers = book.of(REGION).numbers("lights", date(2024, 3, 5))
    order = progress.by_light(date(2024, 3, 5), numbers)
    wanted = select(Task.id).where(Task.id.in_([calm.id, done.id, over.id, silent.id])).order_by(order)
    assert list(db.rows(wanted)) == [over.id, silent.id, calm.id, done.id]
