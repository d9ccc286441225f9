"""Where the record of each flow lives, and who sees it: whoever sees its task, its unit, or the workbench."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from taskflow import db
from taskflow.org.may import may, visible_tasks
from taskflow.org.models import Post
from taskflow.tasks.models import Task
from taskflow.workflows.engine.table import Home

Page = tuple[str, dict[str, Any]]


def _task_id(record: Any) -> int:
    """The task that a record is or belongs to."""
    return int(getattr(record, "task_id", record.id))


def _sees_task(record: Any, posts: Sequence[Post]) -> bool:
    seen = visible_tasks(posts, record.region_code)
    return db.exists(select(Task.id).where(Task.id == _task_id(record), seen))


def _sees_unit(record: Any, posts: Sequence[Post]) -> bool:
    return may(posts, "see_all_tasks") or any(post.unit_id == record.unit_id for post in posts)


def _sees_draft(record: Any, posts: Sequence[Post]) -> bool:
    return may(posts, "see_imports") or (record.measure_id is not None and may(posts, "see_plan"))


def _task_page(record: Any, _posts: Sequence[Post]) -> Page:
    return "tasks.detail", {"task_id": _task_id(record)}


def _draft_page(record: Any, posts: Sequence[Post]) -> Page:
    if may(posts, "see_imports"):
        return "drafts.show", {"intake_id": record.intake_id, "draft": record.id}
    return "plans.measure", {"measure_id": record.measure_id}


TASK = Home(_sees_task, _task_page)
REVIEW = Home(_sees_unit, lambda record, _: ("board.review", {"review_id": record.id}))
ESCALATION = Home(_sees_task, lambda record, _: ("board.escalation", {"escalation_id": record.id}))
DRAFT = Home(_sees_draft, _draft_page)
