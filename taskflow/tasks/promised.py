"""Whom a task waits for, and what the clock has promised: each date with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from taskflow import clock, db
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Holding, Post, Unit
from taskflow.tasks.models import Task
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.models import Timer, TimerState
from taskflow.workflows.engine.table import Flow, held_on

MOST = 30  # promises shown

#: What the clock does while a task is under way that does not end its time.
BESIDE = ("ask_report", "note_late_node", "remind")


@dataclass(frozen=True)
class Waiting:
    """Whom a task waits for, since when and until when (None: no limit runs); `expired`: its timer has fired."""

    party: str
    holders: Sequence[str]
    since: datetime | None
    until: datetime | None
    because: str
    expired: bool = False


@dataclass(frozen=True)
class Upcoming:
    """A move that the clock has promised."""

    at: datetime
    label: str
    about: str
    because: str
    rule_version: str
    error: str


#: What the records of a task are called beside it.
CALLED: dict[str, Callable[[Any], str]] = {
    "report": lambda report: f"{report.called}报告",
    "escalation": lambda paper: f"督办“{paper.name}”",
    "request": lambda asked: f"{asked.kind.label}申请",
    "occurrence": lambda turn: f"{turn.period} 期",
    "answer": lambda answer: f"{answer.unit.short}的配合意见",
}


def waiting(of: Task) -> Waiting | None:
    """For whom the present state waits; None at the end."""
    owner = ASSIGNMENT.owner(of.state)
    if owner is None:
        return None
    entered = select(func.max(LedgerEntry.at)).where(
        LedgerEntry.subject_kind == "task",
        LedgerEntry.subject_id == of.id,
        LedgerEntry.after == of.state.value,
        LedgerEntry.before != of.state.value,
    )
    timer = _state_timer(of)
    return Waiting(
        owner.name,
        _holders(owner, of),
        db.session.scalar(entered),
        timer.due_at if timer else None,
        timer.because if timer else "",
        bool(timer and timer.state is TimerState.FIRED),
    )


def _state_timer(of: Task) -> Timer | None:
    """The newest timer of the limit that makes the present state late."""
    rules = [limit.rule for limit in ASSIGNMENT.limits_of(of.state) if limit.fires not in BESIDE]
    newest = select(Timer).where(
        Timer.subject_kind == "task",
        Timer.subject_id == of.id,
        Timer.rule.in_(rules),
        Timer.state.in_((TimerState.ARMED, TimerState.FIRED)),
    )
    return db.session.scalars(newest.order_by(Timer.due_at.desc()).limit(1)).one_or_none()


def _holders(owner: Any, record: Any) -> list[str]:
    """Who holds the posts of a party today: “住建局局长 …”, in words."""
    held = (
        select(Unit.short, Post.title, Holding.acting_because)
        .join(Post, Post.id == Holding.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(held_on(clock.today()), owner.posts)
        .order_by(Post.id)
    )
    rows = db.session.execute(held, owner.of(record))
    return [f"{unit}{title}" + ("（代理）" if acting else "") for unit, title, acting in rows]


def upcoming(of: Task, **of_it: Sequence[Any]) -> list[Upcoming]:
    """What the clock has promised for the task and the records of it (by kind), and why then."""
    names = {("task", of.id): "任务"}
    names |= {(kind, record.id): CALLED[kind](record) for kind, records in of_it.items() for record in records}
    mine = or_(
        *(
            and_(Timer.subject_kind == kind, Timer.subject_id.in_([key for name, key in names if name == kind]))
            for kind in ("task", *of_it)
        )
    )
    # `done_at` says the same as the state; asked by state, SQLite would walk every armed timer of the county.
    armed = select(Timer).where(Timer.done_at.is_(None), mine).order_by(Timer.not_before, Timer.id)
    return [
        _upcoming(FLOWS[timer.subject_kind], timer, names[timer.subject_kind, timer.subject_id])
        for timer in db.rows(armed.limit(MOST))
    ]


def _upcoming(flow: Flow, timer: Timer, about: str) -> Upcoming:
    label = next(move.label for move in flow.moves if move.verb == timer.verb)
    return Upcoming(timer.not_before, label, about, timer.because, timer.rule_version, timer.last_error)
