"""Who answers for a task: what changes of lead, of the person in charge and of the other roles cause."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from taskflow import db
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.org.models import Unit
from taskflow.reports.models import Report, ReportState
from taskflow.support.models import Answer
from taskflow.tasks.models import (
    Occurrence,
    OccurrenceState,
    RoleKind,
    Task,
    TaskRole,
)
from taskflow.workflows.effects import today_of
from taskflow.workflows.engine.perform import begin
from taskflow.workflows.engine.table import FLOWS, Moment

DAY = timedelta(days=1)


def hand_over(m: Moment) -> None:
    """Give the task, with its open reports and escalations, to another unit, which then supports it no longer.

    The leader in charge changes with the field, unless the task was given to a leader of its own. Those who
    answered until now stay in the record, with their last day.
    """
    task, day = m.record, today_of(m)
    unit = db.session.get_one(Unit, int(m.args["unit"]))
    if unit.leader_post_id and task.leader_post_id == task.lead_unit.leader_post_id:
        replace_role(task, RoleKind.LEADER, day, post_id=unit.leader_post_id)
        task.leader_post_id = unit.leader_post_id
    replace_role(task, RoleKind.LEAD, day, unit_id=unit.id)
    end_role(task, RoleKind.SUPPORTING, day, TaskRole.unit_id == unit.id)
    task.lead_unit = unit
    db.session.flush()
    db.session.expire(task, ["supporting", "leader_post", "roles"])
    open_reports = (ReportState.DUE, ReportState.DRAFTED, ReportState.RETURNED)
    for kind, live in (
        (Report, open_reports),
        (Escalation, (EscalationState.PROPOSED, EscalationState.ISSUED)),
        (Occurrence, (OccurrenceState.OPEN,)),
    ):
        moved = update(kind).where(kind.task_id == task.id, kind.state.in_(live)).values(unit_id=unit.id)
        db.session.execute(moved)


def replace_role(task: Task, role: RoleKind, day: date, **who: Any) -> None:
    """Somebody else answers in this way from today on; the one before until yesterday (or never, on the same day)."""
    end_role(task, role, day)
    db.session.add(TaskRole(task_id=task.id, role=role, since=day, **who))


def end_role(task: Task, role: RoleKind, day: date, *more: Any) -> None:
    """End the rows of a role that hold now."""
    db.session.flush()
    for row in db.rows(
        select(TaskRole).where(TaskRole.task_id == task.id, TaskRole.role == role, TaskRole.until.is_(None), *more)
    ):
        row.until = max(row.since, day - DAY)
    db.session.flush()


def name_person(m: Moment) -> None:
    """The unit says who does the work (责任人)."""
    replace_role(m.record, RoleKind.PERSON, today_of(m), name=str(m.args["person"]).strip())
    db.session.expire(m.record, ["roles"])


def set_role(m: Moment) -> None:
    """The office names who else answers, in which way and under what name; or that somebody does no longer."""
    task, day = m.record, today_of(m)
    role = RoleKind(str(m.args["role"]))
    unit = db.session.get_one(Unit, int(m.args["role_unit"]))
    held = (TaskRole.unit_id == unit.id,)
    rows = select(TaskRole.id).where(
        TaskRole.task_id == task.id, TaskRole.role == role, TaskRole.until.is_(None), *held
    )
    m.args["who"] = unit.short
    if db.exists(rows):
        end_role(task, role, day, *held)
        m.args["what"] = f"不再作为{role.label}"
    else:
        db.session.add(TaskRole(task_id=task.id, role=role, unit_id=unit.id, since=day))
        m.args["what"] = f"作为{role.label}"
        if role is RoleKind.SUPPORTING:
            db.session.flush()
            m.after.append(lambda: ask_support(m, unit.id))
    db.session.flush()
    db.session.expire(task, ["supporting", "roles"])


def ask_supporting(m: Moment) -> None:
    """Ask every supporting unit for its answer to the assignment."""
    for unit in m.record.supporting:
        m.after.append(lambda unit_id=unit.id: ask_support(m, unit_id))  # type: ignore[misc]


def ask_support(m: Moment, unit_id: int) -> None:
    """Ask one supporting unit, once; who was asked before and has not answered is asked no second time."""
    task = m.task
    if db.exists(select(Answer.id).where(Answer.task_id == task.id, Answer.unit_id == unit_id, Answer.period == "")):
        return
    asked = Answer(region_code=task.region_code, task_id=task.id, unit_id=unit_id, task=task)
    begin(
        FLOWS["answer"],
        asked,
        f"begin:answer:{task.id}:{unit_id}",
        None,
        {"unit": db.session.get_one(Unit, unit_id).short},
    )


