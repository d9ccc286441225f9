"""Who answers for a task: what changes of lead, of the person in charge and of the other roles cause."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from taskflow import clock, db
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.org import posts
from taskflow.org.models import Post, Unit
from taskflow.reports.models import NOT_IN, Report
from taskflow.reports.periods import source_rules
from taskflow.rules import book
from taskflow.support.models import Answer
from taskflow.tasks.models import (
    Occurrence,
    OccurrenceState,
    RoleKind,
    Task,
    TaskRole,
)
from taskflow.workflows.effects import today_of
from taskflow.workflows.engine.perform import Command, begin, perform
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
    for kind, live in (
        (Report, NOT_IN),
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
    role, who = RoleKind(str(m.args["role"])), named(str(m.args["role_who"]), task.region_code)
    assert who is not None  # noqa: S101  # names_role_who
    column, key = ("unit_id", who.id) if isinstance(who, Unit) else ("post_id", who.id)
    held = getattr(TaskRole, column) == key
    m.args["who"] = who.short if isinstance(who, Unit) else who.title
    label = str(m.args.get("role_label") or "").strip()[:20]
    rows = select(TaskRole.id).where(TaskRole.task_id == task.id, TaskRole.role == role, TaskRole.until.is_(None), held)
    if db.exists(rows):
        end_role(task, role, day, held)
        m.args["what"] = f"不再作为{label or role.label}"
    else:
        db.session.add(TaskRole(task_id=task.id, role=role, since=day, label=label, **{column: key}))
        m.args["what"] = f"作为{label or role.label}"
        if role is RoleKind.SUPPORTING:
            m.after.append(lambda: ask_support(m, key))
    db.session.flush()
    db.session.expire(task, ["supporting", "roles"])


def named(text: str, region_code: str) -> Unit | Post | None:
    """The unit or post of a region that a form names (“unit:5”, “post:7”); None: there is none."""
    kind, _, key = text.partition(":")
    table: Any = {"unit": Unit, "post": Post}.get(kind)
    found: Any = db.session.get(table, int(key)) if table and key.isdecimal() and len(key) < 10 else None  # noqa: PLR2004
    return found if found is not None and found.region_code == region_code else None


def ask_supporting(m: Moment) -> None:
    """Ask every supporting unit for its answer to the assignment, where the kind of source wants it."""
    if not source_rules(m.record.source.kind.value, book.of(m.record.region_code))["support"]:
        return
    for unit in m.record.supporting:
        m.after.append(lambda unit_id=unit.id: ask_support(m, unit_id))  # type: ignore[misc]


def ask_support(m: Moment, unit_id: int) -> None:
    """Ask one supporting unit, once; who was asked before and has not answered is asked no second time."""
    task = m.task
    if answer_of(task.id, unit_id, "") is not None:
        return
    _begin_answer(m, unit_id, "")


def answer_of(task_id: int, unit_id: int, period: str) -> Answer | None:
    """What a unit was asked, or said, about its part in a task or in one report of it."""
    about = select(Answer).where(Answer.task_id == task_id, Answer.unit_id == unit_id, Answer.period == period)
    return db.session.scalars(about).one_or_none()


def _begin_answer(m: Moment, unit_id: int, period: str) -> Answer:
    task, unit = m.task, db.session.get_one(Unit, unit_id)
    asked = Answer(region_code=task.region_code, task_id=task.id, unit_id=unit_id, period=period, task=task)
    key = f"begin:answer:{task.id}:{unit_id}:{period}"
    begin(FLOWS["answer"], asked, key, None, {"unit": unit.short})
    return asked


def speak(m: Moment) -> None:
    """A supporting unit says its line without being asked: about the open report, else about the task."""
    task, actor = m.record, m.actor
    assert actor is not None  # noqa: S101  # the clock does not speak
    units = {post.unit_id for post in posts.held_by(actor.id, clock.today())}
    unit = next(unit for unit in task.supporting if unit.id in units)
    open_report = select(Report.period).where(Report.task_id == task.id, Report.state.in_(NOT_IN))
    period = db.session.scalar(open_report.order_by(Report.period_end).limit(1)) or ""
    m.args["who"] = unit.short
    given = dict(m.args)

    def says() -> None:
        answer = answer_of(task.id, unit.id, period) or _begin_answer(m, unit.id, period)
        perform(
            FLOWS["answer"], answer, Command(f"speak:{task.id}:v{task.version}", "say", actor, note=m.note, args=given)
        )

    m.after.append(says)
