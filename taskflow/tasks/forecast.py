"""The forecast: what the clock will do in the next seven working days, told to those whom it concerns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, false, func, null, or_, select

from taskflow import clock, db
from taskflow.escalations.models import Escalation
from taskflow.org.may import may, units_of
from taskflow.org.models import Post, Unit
from taskflow.reports.models import Report
from taskflow.requests.models import Request
from taskflow.reviews.models import Review
from taskflow.rules import book
from taskflow.support.models import Answer
from taskflow.tasks.models import Occurrence, Task
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.models import Timer, TimerState

AHEAD = 7  # working days
MOST = 40  # timers listed; the sums count all


@dataclass(frozen=True)
class Coming:
    """A move that the clock will make: when, which, on what, and why then."""

    at: datetime
    label: str
    title: str
    task_id: int | None
    kind: str
    record_id: int
    because: str


@dataclass(frozen=True)
class Forecast:
    """Until when, the first moves that come, and how many of each in all."""

    until: date
    coming: Sequence[Coming]
    sums: Sequence[tuple[str, int]]

    @property
    def total(self) -> int:
        """How many moves in all."""
        return sum(count for _, count in self.sums)

    def groups(self) -> list[list[Coming]]:
        """The moves of the same kind at the same moment, together."""
        return [list(same) for _, same in groupby(self.coming, key=lambda move: (move.at, move.label))]


def of(posts: Sequence[Post], region_code: str) -> Forecast:
    """What the clock will do to what concerns these posts."""
    until = book.of(region_code).calendar.add(clock.today(), AHEAD)
    mine = and_(
        Timer.state == TimerState.ARMED,
        Timer.not_before <= clock.end_of(until),
        Timer.region_code == region_code,
        _concerns(posts),
    )
    counted = select(Timer.subject_kind, Timer.verb, func.count(Timer.id)).where(mine)
    sums: Counter[str] = Counter()
    for kind, verb, count in db.session.execute(counted.group_by(Timer.subject_kind, Timer.verb)):
        sums[label(kind, verb)] += count
    first = select(Timer).where(mine).order_by(Timer.not_before, Timer.subject_kind, Timer.verb, Timer.id)
    return Forecast(until, _told(db.rows(first.limit(MOST))), sums.most_common())


def label(kind: str, verb: str) -> str:
    """The clock's move in words."""
    return next(move.label for move in FLOWS[kind].moves if move.verb == verb)


def _concerns(posts: Sequence[Post]) -> Any:
    """The condition on `Timer`: the office hears of everything, a unit and a leader of their own."""
    if may(posts, "follow_all_clocks"):
        return Timer.subject_kind.in_(FLOWS)
    units = units_of(posts, "see_own_tasks")
    charged = [post.id for post in posts if may([post], "see_queue")]
    if not units and not charged:
        return false()
    tasks = select(Task.id).where(or_(Task.lead_unit_id.in_(units), Task.leader_post_id.in_(charged)))
    own = {
        "task": tasks,
        "report": select(Report.id).where(Report.task_id.in_(tasks)),
        "escalation": select(Escalation.id).where(
            or_(Escalation.task_id.in_(tasks), Escalation.signer_post_id.in_(charged))
        ),
        "review": select(Review.id).where(or_(Review.unit_id.in_(units), Review.leader_post_id.in_(charged))),
    }
    return or_(
        *(
            and_(Timer.subject_kind == kind, Timer.subject_id.in_(ids), Timer.verb.not_in(_others(kind, posts)))
            for kind, ids in own.items()
        )
    )


def _others(kind: str, posts: Sequence[Post]) -> list[str]:
    """The clock's mere reminders of a flow that go to somebody else."""
    flow, mine = FLOWS[kind], {post.role for post in posts}
    owners = {limit.fires: flow.owner(limit.state) for limit in flow.limits if limit.fires.startswith("urge_")}
    return [verb for verb, owner in owners.items() if owner and not mine & owner.roles]


def _told(timers: Sequence[Timer]) -> list[Coming]:
    """The timers with the titles of what they belong to; one query for each kind of record."""
    titles: dict[tuple[str, int], tuple[str, int | None]] = {}
    for kind, named in _NAMED.items():
        ids = [timer.subject_id for timer in timers if timer.subject_kind == kind]
        for key, title, task_id in db.session.execute(named(ids)) if ids else ():
            titles[kind, key] = title, task_id
    return [_coming(timer, *titles[timer.subject_kind, timer.subject_id]) for timer in timers]


def _of_task(record: Any, ids: Sequence[int]) -> Any:
    return select(record.id, Task.title, Task.id).join(Task, Task.id == record.task_id).where(record.id.in_(ids))


def _of_review(ids: Sequence[int]) -> Any:
    title = Unit.short + " " + Review.quarter + " 季度评审"
    return select(Review.id, title, null()).join(Unit, Unit.id == Review.unit_id).where(Review.id.in_(ids))


#: Kind of record → the question for (id, title, id of the task) of some of them.
_NAMED: dict[str, Callable[[Sequence[int]], Any]] = {
    "task": lambda ids: select(Task.id, Task.title, Task.id.label("task_id")).where(Task.id.in_(ids)),
    "report": lambda ids: _of_task(Report, ids),
    "escalation": lambda ids: _of_task(Escalation, ids),
    "request": lambda ids: _of_task(Request, ids),
    "occurrence": lambda ids: _of_task(Occurrence, ids),
    "answer": lambda ids: _of_task(Answer, ids),
    "review": _of_review,
}


def _coming(timer: Timer, title: str, task_id: int | None) -> Coming:
    words = label(timer.subject_kind, timer.verb)
    return Coming(timer.not_before, words, title, task_id, timer.subject_kind, timer.subject_id, timer.because)
