"""What waits for a leader's decision, with the facts that a decision needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from taskflow import db
from taskflow.org.models import Post
from taskflow.plans.models import Measure
from taskflow.requests.models import ANSWERED, Request, RequestKind, RequestState
from taskflow.tasks.models import Task, TaskState
from taskflow.workflows.parties import LEADER

PAGE = 50


def proposals(posts: Sequence[Post], page: int) -> tuple[int, Sequence[Task]]:
    """Tasks to approve, by document and code, a page at a time; how many there are in all."""
    waiting: Any = (Task.state == TaskState.PROPOSED) & LEADER.waiting(Task, posts)
    total = db.session.scalar(select(func.count(Task.id)).where(waiting)) or 0
    with_parts = select(Task).options(
        joinedload(Task.lead_unit),
        joinedload(Task.measure).selectinload(Measure.targets),
        selectinload(Task.supporting),
        selectinload(Task.nodes),
    )
    ordered = with_parts.where(waiting).order_by(Task.document_code, Task.code, Task.id)
    return total, db.rows(ordered.offset((page - 1) * PAGE).limit(PAGE))


@dataclass(frozen=True)
class Asked:
    """A request to decide; `earlier`: how many of its kind this task was granted before."""

    request: Request
    earlier: int

    @property
    def task(self) -> Task:
        """The task that it is about."""
        return self.request.task


def requests(posts: Sequence[Post]) -> tuple[int, list[Asked]]:
    """Requests that wait for this leader's answer, the nearest deadline first: how many, and the first page."""
    waiting = (Request.state == RequestState.FORWARDED) & LEADER.waiting(Request, posts)
    total = db.session.scalar(select(func.count(Request.id)).where(waiting)) or 0
    with_task = (
        select(Request)
        .join(Request.task)
        .where(waiting)
        .options(contains_eager(Request.task).joinedload(Task.lead_unit), joinedload(Request.unit))
    )
    found = db.rows(with_task.order_by(Task.due_on, Request.id).limit(PAGE))
    before = granted_before(found)
    return total, [Asked(one, before.get((one.task_id, one.kind), 0)) for one in found]


def granted_before(found: Sequence[Request]) -> dict[tuple[int, RequestKind], int]:
    """How many requests of each kind the tasks of these were granted."""
    granted = (
        select(Request.task_id, Request.kind, func.count())
        .where(Request.task_id.in_([one.task_id for one in found]), Request.state == RequestState.GRANTED)
        .group_by(Request.task_id, Request.kind)
    )
    return {(task_id, kind): count for task_id, kind, count in db.session.execute(granted)}


def register(where: Any, page: int, *, open_only: bool) -> tuple[int, Sequence[Request]]:
    """The register of requests: every one that was ever made, those that wait first, then the newest."""
    over = Request.state.in_(ANSWERED)
    wanted = (where, ~over) if open_only else (where,)
    total = db.session.scalar(select(func.count(Request.id)).join(Request.task).where(*wanted)) or 0
    rows = (
        select(Request)
        .join(Request.task)
        .where(*wanted)
        .options(contains_eager(Request.task), joinedload(Request.unit), joinedload(Request.leader_post))
        .order_by(over, Request.asked_at.desc(), Request.id.desc())
    )
    return total, db.rows(rows.offset((page - 1) * PAGE).limit(PAGE))


def named(region_code: str, task_ids: Sequence[int]) -> dict[int, Task]:
    """Tasks of a region by id."""
    known = select(Task).where(Task.region_code == region_code, Task.id.in_(task_ids))
    return {task.id: task for task in db.rows(known.options(joinedload(Task.lead_unit)))}
