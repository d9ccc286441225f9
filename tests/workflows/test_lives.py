"""One task of every kind, source and rhythm lives from its entry to its end, on time and late, by people's moves.

The clock sweeps as days pass; people only do what the tables offer them. Whoever is stuck fails here.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from taskflow import clock as county_clock
from taskflow import db
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.jobs import sweep
from taskflow.plans.models import MeasureKind, Recurrence
from taskflow.reports.models import Report, ReportState
from taskflow.requests.models import Request
from taskflow.rules import progress
from taskflow.rules.lights import Light
from taskflow.tasks import entering, taking
from taskflow.tasks.entering import BY_HAND, Entry
from taskflow.tasks.models import ClosingGrade, Method, Occurrence, OccurrenceState, Rhythm, Task, TaskState
from taskflow.workflows.catalog import ALL
from taskflow.workflows.guards import is_graded
from tests import factories as make

BEGIN = date(2024, 3, 4)
STEP = timedelta(days=4)  # between two looks at the desk


def by_hand(kind, due_on=None, **more) -> Task:
    entry = Entry(
        kind=kind, title=f"办好{kind.label}交办的一件事", lead=make.unit("industry"), words="请认真办理，按期反馈。",
        origin="县长", number="12", issued_on=BEGIN, due_on=due_on, **more,
    )  # fmt: skip
    return entering.enter(entry, make.person("officer-1"), make.fresh("enter"))


def of_measure(kind, due_on, recurrence=None, targets=0) -> Task:
    promised = make.measure(kind=kind, deadline=due_on, recurrence=recurrence, targets=targets)
    promised.document.issued_on = BEGIN
    return taking.take_up(promised, make.fresh("take"), make.person("officer-1"))


def of_project(due_on) -> Task:
    row = make.project(deadline=due_on)
    db.session.get_one(type(row.lead_unit), row.lead_unit_id)
    return taking.take_up(row, make.fresh("take"), make.person("officer-1"))


def take_up(task: Task) -> Task:
    for verb in ("approve", "assign", "accept"):
        make.do(task, verb)
    return task


def unfinished(task: Task) -> list[Report]:
    open_ = (ReportState.DUE, ReportState.DRAFTED, ReportState.RETURNED)
    return list(db.rows(select(Report).where(Report.task_id == task.id, Report.state.in_(open_)).order_by(Report.id)))


def tell(report: Report, *, done: bool) -> None:
    """A report from the clerk to its acceptance."""
    task = report.task
    nodes = {str(n.id): county_clock.today().isoformat() for n in task.nodes if n.done_on is None} if done else {}
    figures = {str(t.id): "8" if done else "3" for t in (task.measure.targets if task.measure else [])}
    said = {"percent": "100" if done else "40", "fulfilled": "yes" if done else "no", "figures": figures}
    if task.method is Method.FIGURES:
        said["percent"] = ""  # it follows from the figures
    if task.method is Method.OCCURRENCES:
        said["fulfilled"] = "yes"
    make.say(report, nodes_done=nodes, evidence=[make.proof()], **said)


def finish(task: Task) -> None:
    """What is open is told, what is missing is told on the unit's own initiative; then claimed, verified, closed."""
    for paper in db.rows(select(Escalation).where(Escalation.task_id == task.id)):
        if paper.state in (EscalationState.PROPOSED, EscalationState.ISSUED, EscalationState.ANSWERED):
            make.walk(paper, EscalationState.CLEARED)
    for report in unfinished(task):
        tell(report, done=True)
    for turn in db.rows(select(Occurrence).where(Occurrence.task_id == task.id)):
        if turn.state is OccurrenceState.OPEN:
            make.do(turn, "waive")
    if task.percent < 100 or any(node.done_on is None for node in task.nodes):
        make.do(task, "report")
        (own,) = unfinished(task)
        tell(own, done=True)
    make.do(task, "claim")
    make.do(task, "verify", by="officer-1")
    grade = {"closing_grade": "good"} if is_graded(task) else {"closing_grade": ""}
    make.do(task, "close", by="officer-2", **grade)


def days_pass(clock, until: date, task: Task, *, diligent: bool) -> None:
    """The county goes on: the clock sweeps, and a diligent unit reports what it is asked for."""
    day = county_clock.today()
    while day < until:
        day = min(until, day + STEP)
        clock.to(day, 10)
        sweep.sweep(make.REGION)
        db.session.expire_all()
        if diligent and task.state is TaskState.UNDERWAY:
            for report in unfinished(task):
                tell(report, done=False)


@pytest.mark.parametrize("late", [False, True], ids=["on time", "late"])
@pytest.mark.parametrize("kind", BY_HAND)
def test_every_source_entered_by_hand_ends(county, clock, kind, late):
    clock.to(BEGIN, 10)
    task = take_up(by_hand(kind, supporting=[make.unit("agri")]))
    days_pass(
        clock, task.due_on + timedelta(days=9) if late else task.due_on - timedelta(days=2), task, diligent=not late
    )
    assert progress.standing(task).light in ((Light.RED,) if late else tuple(Light))
    finish(task)
    assert task.state is TaskState.CLOSED
    assert (task.closing_grade is ClosingGrade.GOOD) is is_graded(task)


MEASURES = {
    "quantified": lambda due: of_measure(MeasureKind.QUANTIFIED, due, targets=1),
    "institutional": lambda due: of_measure(MeasureKind.INSTITUTIONAL, due),
    "continuing": lambda due: of_measure(MeasureKind.CONTINUING, due),
    "recurring": lambda due: of_measure(MeasureKind.CONTINUING, due, Recurrence.MONTHLY),
    "project": of_project,
}


@pytest.mark.parametrize("late", [False, True], ids=["on time", "late"])
@pytest.mark.parametrize("kind", MEASURES)
def test_every_kind_of_measure_ends(county, clock, kind, late):
    clock.to(BEGIN, 10)
    task = take_up(MEASURES[kind](date(2024, 6, 28)))
    days_pass(clock, date(2024, 7, 9) if late else date(2024, 6, 26), task, diligent=not late)
    finish(task)
    assert task.state is TaskState.CLOSED


#: The deadline before the first period of most rhythms is over, within one, and after several.
DEADLINES = [date(2024, 3, 14), date(2024, 4, 17), date(2024, 12, 31)]


@pytest.mark.parametrize("due_on", DEADLINES, ids=str)
@pytest.mark.parametrize("rhythm", Rhythm)
def test_every_rhythm_ends_whenever_the_deadline_falls(county, clock, rhythm, due_on):
    clock.to(BEGIN, 10)
    task = take_up(of_measure(MeasureKind.INSTITUTIONAL, due_on))
    if rhythm is not Rhythm.NONE:
        make.do(task, "set_rhythm", rhythm=rhythm.value)
    days_pass(clock, min(due_on, BEGIN + timedelta(days=70)), task, diligent=True)
    finish(task)
    assert task.state is TaskState.CLOSED


@pytest.mark.parametrize("rhythm", [one for one in Rhythm if one not in (Rhythm.NONE, Rhythm.ANNUAL)])
def test_no_task_with_a_rhythm_is_due_without_having_been_asked(county, clock, rhythm):
    clock.to(BEGIN, 10)
    task = take_up(of_measure(MeasureKind.INSTITUTIONAL, date(2024, 5, 15)))
    make.do(task, "set_rhythm", rhythm=rhythm.value)
    days_pass(clock, date(2024, 5, 15), task, diligent=False)
    asked = db.rows(select(Report).where(Report.task_id == task.id))
    assert asked
    assert max(report.period_end for report in asked) <= date(2024, 5, 15)


def test_a_leaders_note_due_in_ten_days_can_be_reported_and_closed_within_them(county, clock):
    """The fault that was found: after 签收 the clerk had no move, and after the deadline the product wrote a 提醒."""
    clock.to(BEGIN, 10)
    task = take_up(by_hand(entering.SourceKind.INSTRUCTION, due_on=BEGIN + timedelta(days=10)))
    days_pass(clock, BEGIN + timedelta(days=4), task, diligent=False)
    finish(task)
    assert task.state is TaskState.CLOSED
    assert not db.rows(select(Escalation))


def test_an_overdue_task_is_asked_on_and_can_still_be_reported(county, clock):
    clock.to(BEGIN, 10)
    task = take_up(of_measure(MeasureKind.INSTITUTIONAL, date(2024, 4, 10)))
    make.do(task, "set_rhythm", rhythm="monthly")
    days_pass(clock, date(2024, 6, 20), task, diligent=True)
    assert max(r.period_end for r in db.rows(select(Report).where(Report.task_id == task.id))) > task.due_on
    finish(task)
    assert task.state is TaskState.CLOSED


ENDS = {
    "cancel": TaskState.CANCELLED,
    "merge": TaskState.MERGED,
    "hand_off": TaskState.HANDED_OFF,
}


@pytest.mark.parametrize("verb", ENDS)
def test_the_other_ends_leave_nothing_open_and_can_be_taken_back_by_the_director(county, clock, verb):
    clock.to(BEGIN, 10)
    task = take_up(of_measure(MeasureKind.CONTINUING, date(2024, 6, 28)))
    make.do(task, "set_rhythm", rhythm="monthly")
    days_pass(clock, date(2024, 3, 26), task, diligent=False)
    make.do(task, "escalate", step="2")
    make.do(task, "ask_extension")
    assert unfinished(task)
    make.do(task, verb)
    assert task.state is ENDS[verb]
    assert task.closed_at is not None
    assert unfinished(task) == []
    for kind in (Escalation, Request):
        for record in db.rows(select(kind).where(kind.task_id == task.id)):
            assert record.state in make.flow_of(record).ends
    make.do(task, "revive")
    assert (task.state, task.closed_at) == (TaskState.APPROVED, None)
    make.do(task, "assign")
    make.do(task, "accept")
    finish(task)
    assert task.state is TaskState.CLOSED


def test_a_closed_task_is_taken_up_again_by_the_director_with_a_reason(county, clock):
    clock.to(BEGIN, 10)
    task = take_up(by_hand(entering.SourceKind.MATTER))
    finish(task)
    make.do(task, "reactivate")
    assert (task.state, task.closed_at, task.closing_grade) == (TaskState.UNDERWAY, None, None)
    finish(task)
    assert task.state is TaskState.CLOSED


def test_a_turn_of_recurring_work_ends_with_its_task(county, clock):
    clock.to(BEGIN, 10)
    task = take_up(of_measure(MeasureKind.CONTINUING, date(2024, 6, 28), Recurrence.MONTHLY))
    days_pass(clock, date(2024, 3, 26), task, diligent=False)
    make.do(task, "cancel")
    (turn,) = db.rows(select(Occurrence).where(Occurrence.task_id == task.id))
    assert turn.state is OccurrenceState.WAIVED


def test_recurring_work_that_was_never_asked_for_ends_when_its_last_day_has_come(county, clock):
    clock.to(date(2024, 6, 20), 10)
    promised = make.measure(
        kind=MeasureKind.CONTINUING, deadline=date(2024, 6, 28), recurrence=Recurrence.ANNUAL, targets=0
    )
    promised.document.issued_on = BEGIN
    task = take_up(taking.take_up(promised, make.fresh("take"), make.person("officer-1")))
    clock.to(date(2024, 6, 28), 10)
    finish(task)
    assert task.state is TaskState.CLOSED


def test_a_report_of_a_former_period_that_comes_late_does_not_take_newer_progress_back(county, clock):
    clock.to(BEGIN, 10)
    task = take_up(of_measure(MeasureKind.INSTITUTIONAL, date(2024, 12, 31)))
    task.method = Method.PERCENT
    make.do(task, "set_rhythm", rhythm="monthly")
    days_pass(clock, date(2024, 3, 25), task, diligent=False)
    (march,) = unfinished(task)
    days_pass(clock, date(2024, 4, 25), task, diligent=False)
    april = unfinished(task)[-1]
    make.say(april, percent="60", figures={})
    assert task.percent == 60
    clock.forward(days=2)
    make.say(march, percent="30", figures={})
    assert task.percent == 60


def test_what_the_unit_says_itself_counts_though_a_report_for_a_longer_period_was_accepted(county, clock):
    clock.to(BEGIN, 10)
    task = take_up(of_measure(MeasureKind.INSTITUTIONAL, date(2024, 12, 31)))
    task.method = Method.PERCENT
    make.do(task, "set_rhythm", rhythm="monthly")
    days_pass(clock, date(2024, 3, 22), task, diligent=False)
    make.say(unfinished(task)[0], percent="30", figures={})  # March, told on the 22nd
    clock.forward(days=3)
    make.do(task, "report")
    make.say(unfinished(task)[0], percent="50", figures={})
    assert task.percent == 50


STATES = [(flow.name, state) for flow in ALL for state in flow.states if state not in flow.ends]


@pytest.mark.parametrize(("name", "state"), STATES, ids=[f"{name}-{state}" for name, state in STATES])
def test_people_bring_every_state_of_every_flow_to_an_end(county, name, state):
    record = make.walk(make.STARTS[name](), state)
    flow = make.flow_of(record)
    make.walk_by_people(record)
    assert record.state in flow.ends
    made = [entry for entry in make.entries(record) if entry.version > 1]
    assert any(entry.actor_id is not None for entry in made)
