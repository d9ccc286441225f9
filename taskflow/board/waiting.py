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
from taskflow.tasks.models import Extension, Task, TaskState
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
class Request:
    """An extension to decide; `earlier`: how many this task was granted before."""

    extension: Extension
    earlier: int

    @property
    def task(self) -> Task:
        """The task that asks for time."""
        return self.extension.task


def extensions(posts: Sequence[Post]) -> tuple[int, list[Request]]:
    """Open requests for more time, the nearest deadline first: how many, and the first page of them."""
    waiting = Extension.granted.is_(None) & (Task.state == TaskState.UNDERWAY) & LEADER.waiting(Task, posts)
    total = db.session.scalar(select(func.count(Extension.id)).join(Extension.task).where(waiting)) or 0
    with_task = (
        select(Extension)
        .join(Extension.task)
        .where(waiting)
        .options(contains_eager(Extension.task).joinedload(Task.lead_unit))
    )
    found = db.rows(with_task.order_by(Extension.old_due_on, Extension.id).limit(PAGE))
    granted = (
        select(Extension.task_id, func.count().label("granted"))
        .where(Extension.task_id.in_([one.task_id for one in found]), Extension.granted.is_(True))
        .group_by(Extension.task_id)
    )
    before = {row.task_id: row.granted for row in db.session.execute(granted)}
    return total, [Request(one, before.get(one.task_id, 0)) for one in found]


def named(region_code: str, task_ids: Sequence[int]) -> dict[int, Task]:
    """Tasks of a region by id."""
    known = select(Task).where(Task.region_code == region_code, Task.id.in_(task_ids))
    return {task.id: task for task in db.rows(known.options(joinedload(Task.lead_unit)))}
