"""Many drafts in one act: all or nothing, a constant number of questions, and from a file to assigned tasks."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from taskflow import db, errors
from taskflow.drafts.models import Draft, DraftState, Intake
from taskflow.drafts.write import bulk
from taskflow.ledger import dump, verify
from taskflow.models import CommandDone, LedgerEntry, Task
from taskflow.plans.models import Measure
from taskflow.tasks.models import TaskState
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.engine.perform import Command, perform_all
from tests import drafting
from tests import factories as make
from tests.workflows.test_races import at_once


def plan_of(number, **more):
    """An invented plan with as many measures as asked for; without units."""
    lines = [f"第{place}项：新建标准厂房{place}座，年底前投用。" for place in range(1, number + 1)]
    starts = [sum(len(line) + 1 for line in lines[:place]) for place in range(number)]
    bare = {"units": {"lead": [], "supporting": [], "named": False}} | more
    rows = [
        drafting.measure(place, line, start, line=place, title=f"新建厂房{place}座", **bare)
        for place, (line, start) in enumerate(zip(lines, starts, strict=True), start=1)
    ]
    return drafting.take_in("\n".join(lines), drafting.plan(rows))


def picked(intake):
    return {one.id: one.version for one in db.rows(select(Draft).where(Draft.intake_id == intake.id))}


def act(intake, verb, key=None, **more):
    return bulk.move_all(intake, verb, picked(intake), drafting.officer(), key or make.fresh(), **more)


def units():
    return {"lead": str(make.unit("industry").id), "supporting": [str(make.unit("agri").id)]}


def statements(job):
    counted = []

    def count(_connection, _cursor, statement, *_rest):
        counted.append(statement.split()[0:3])

    event.listen(db.engine(), "before_cursor_execute", count)
    try:
        job()
    finally:
        event.remove(db.engine(), "before_cursor_execute", count)
    return counted


def test_from_a_file_to_assigned_tasks_in_five_acts(county):
    intake = plan_of(12)
    act(intake, "name_units", args=units())
    act(intake, "confirm")
    act(intake, "take_up")
    states = set(db.rows(select(Draft.state).where(Draft.intake_id == intake.id)))
    assert states == {DraftState.TAKEN}
    tasks = db.rows(select(Task))
    assert [task.state for task in tasks] == [TaskState.PROPOSED] * 12
    leader = make.hand(tasks[0], ASSIGNMENT.move("approve", TaskState.PROPOSED), "", {})
    perform_all(ASSIGNMENT, {task.id: Command(make.fresh(), "approve", leader) for task in tasks})
    assert len(bulk.assignable(intake.document)) == 12
    bulk.assign_all({task.id: task.version for task in tasks}, drafting.officer(), make.fresh())
    assert {task.state for task in db.rows(select(Task))} == {TaskState.ASSIGNED}
    assert len(db.rows(select(Measure.code).distinct())) == 12
    assert verify.check(dump.entries()).breaks == []


def test_one_that_is_not_ready_keeps_all_where_they_are_and_says_why(county):
    intake = plan_of(3)
    first, second, third = db.rows(select(Draft).order_by(Draft.place))
    for draft in (first, third):
        make.do(draft, "name_units", **units())
    before = db.rows(select(LedgerEntry.id))
    with pytest.raises(errors.AllOrNothing) as refusal:
        act(intake, "confirm")
    assert {key: list(one.reasons) for key, one in refusal.value.refused.items()} == {second.id: ["还没有牵头单位。"]}
    assert {first.state, second.state, third.state} == {DraftState.OPEN}
    assert db.rows(select(LedgerEntry.id)) == before


def test_one_that_somebody_changed_meanwhile_keeps_all_where_they_are(county):
    intake = plan_of(2)
    seen = picked(intake)
    first = db.rows(select(Draft).order_by(Draft.place))[0]
    make.do(first, "revise", title="别人改的标题")
    with pytest.raises(errors.AllOrNothing) as refusal:
        bulk.move_all(intake, "drop", seen, drafting.officer(), make.fresh(), note="重复")
    assert "别人改的标题" in str(refusal.value.refused[first.id])


def test_the_same_act_sent_twice_is_done_once(county):
    intake = plan_of(4)
    seen = picked(intake)
    for _ in range(2):
        bulk.move_all(intake, "name_units", seen, drafting.officer(), "one-click", args=units())
    entries = db.rows(select(LedgerEntry.subject_id).where(LedgerEntry.verb == "name_units"))
    assert sorted(entries) == sorted(seen)
    with pytest.raises(errors.KeyReused):
        bulk.move_all(intake, "drop", seen, drafting.officer(), "one-click", note="重复")
    assert len(db.rows(select(CommandDone.id).where(CommandDone.id.like("one-click:%")))) == 4


def test_only_the_office_acts_on_many(county):
    intake = plan_of(2)
    with pytest.raises(errors.AllOrNothing) as refusal:
        bulk.move_all(intake, "drop", picked(intake), make.person("industry-clerk"), make.fresh(), note="重复")
    assert all(isinstance(one, errors.NotYours) for one in refusal.value.refused.values())


@pytest.mark.parametrize("verb", ["name_units", "confirm"])
def test_what_is_asked_of_the_database_does_not_grow_with_the_drafts(county, verb):
    """SQLite takes entries that must come back in order one by one; everything else goes together."""
    counts = []
    for number in (3, 30):
        intake = plan_of(number)
        if verb == "confirm":
            act(intake, "name_units", args=units())
        made = statements(lambda intake=intake: act(intake, verb, args=units() if verb == "name_units" else {}))
        counts.append(len([one for one in made if one[:2] != ["INSERT", "INTO"]]))
    assert counts[0] == counts[1]


def test_taking_up_asks_at_most_a_few_questions_for_each(county):
    counts = []
    for number in (5, 25):
        intake = plan_of(number)
        act(intake, "name_units", args=units())
        act(intake, "confirm")
        counts.append(len(statements(lambda intake=intake: act(intake, "take_up"))))
    assert (counts[1] - counts[0]) / 20 <= 10


@pytest.mark.parametrize("jobs", [2, 4])
def test_two_officers_who_take_up_the_same_file_at_once_make_each_task_once(real_db, jobs):
    with db.transaction():
        intake = plan_of(6)
        act(intake, "name_units", args=units())
        act(intake, "confirm")
        intake_id = intake.id

    def job(login):
        def takes():
            mine = db.session.get_one(Intake, intake_id)
            bulk.move_all(mine, "take_up", picked(mine), make.person(login), make.fresh())

        return takes

    told = at_once(*(job(f"officer-{1 + number % 2}") for number in range(jobs)))
    assert sorted(type(one).__name__ for one in told) == ["AllOrNothing"] * (jobs - 1) + ["NoneType"]
    with db.transaction():
        assert len(db.rows(select(Task))) == 6
        assert verify.check(dump.entries()).breaks == []


def test_two_files_registered_at_once_get_two_numbers(real_db):
    with db.transaction():
        ids = [plan_of(2, units=None).id for _ in range(2)]
        for intake_id in ids:
            mine = db.session.get_one(Intake, intake_id)
            act(mine, "name_units", args=units())
            act(mine, "confirm")

    def job(intake_id):
        def takes():
            mine = db.session.get_one(Intake, intake_id)
            bulk.move_all(mine, "take_up", picked(mine), drafting.officer(), make.fresh())
            return mine.document.code

        return takes

    assert sorted(at_once(*map(job, ids))) == ["000", "001"]
