"""Which sheets somebody may ask for and read: those about what they may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from taskflow import db, errors
from taskflow.escalations.models import Escalation
from taskflow.org.may import may, visible_tasks
from taskflow.org.models import Post, Unit
from taskflow.sheets.catalog import SHEETS
from taskflow.sheets.models import SheetBuild
from taskflow.tasks.models import Task

RECENT = 50


def units(posts: Sequence[Post], region_code: str) -> Sequence[Unit]:
    """The units whose sheet somebody may ask for: their own, or every one that leads tasks."""
    wanted = select(Unit).where(Unit.region_code == region_code, Unit.leader_post_id.is_not(None))
    if not may(posts, "see_all_tasks"):
        wanted = wanted.where(Unit.id.in_([post.unit_id for post in posts]))
    return db.rows(wanted.order_by(Unit.place))


def subject(sheet: str, subject_id: int, posts: Sequence[Post], region_code: str) -> Any:
    """What a sheet is to be about. Raises errors.NotFound for what the viewer may not see."""
    kind = SHEETS[sheet].record if sheet in SHEETS else None
    seen = visible_tasks(posts, region_code)
    conditions = {
        Task: seen,
        Unit: Unit.id.in_([unit.id for unit in units(posts, region_code)]),
        Escalation: Escalation.task_id.in_(select(Task.id).where(seen)),
    }
    found = None
    if kind in conditions:
        found = db.session.scalars(select(kind).where(kind.id == subject_id, conditions[kind])).one_or_none()
    if found is None:
        raise errors.NotFound("没有这份报表的对象，或者您无权查看。")
    return found


def visible(posts: Sequence[Post], region_code: str) -> Any:
    """The condition on `SheetBuild` that it is about something the viewer may see."""
    here = SheetBuild.region_code == region_code
    if may(posts, "see_all_tasks"):
        return here
    tasks = select(Task.id).where(visible_tasks(posts, region_code))
    papers = select(Escalation.id).where(Escalation.task_id.in_(tasks))
    own = [post.unit_id for post in posts]
    about = SheetBuild.subject_kind, SheetBuild.subject_id
    return here & or_(
        and_(about[0] == "task", about[1].in_(tasks)),
        and_(about[0] == "escalation", about[1].in_(papers)),
        and_(about[0] == "unit", about[1].in_(own)),
    )


def recent(person_id: int, posts: Sequence[Post], region_code: str) -> Sequence[SheetBuild]:
    """What somebody asked for lately and may still see, newest first."""
    mine = select(SheetBuild).where(SheetBuild.asked_by_id == person_id, visible(posts, region_code))
    return db.rows(mine.order_by(SheetBuild.id.desc()).limit(RECENT))


def find(build_id: int, posts: Sequence[Post], region_code: str) -> SheetBuild:
    """One build. Raises errors.NotFound."""
    wanted = select(SheetBuild).where(SheetBuild.id == build_id, visible(posts, region_code))
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise errors.NotFound("没有这份报表，或者您无权查看。")
    return found
