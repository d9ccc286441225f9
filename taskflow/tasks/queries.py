"""The list of tasks: what the filters mean to the database, one page of rows, and what may be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import case, false, func, or_, select
from sqlalchemy.orm import joinedload, load_only, raiseload

from taskflow import clock, db
from taskflow.org.may import MAY, answers_for
from taskflow.org.models import Post, Unit
from taskflow.plans.models import Chapter, Measure, PlanDocument, Project
from taskflow.rules import book, late, lights, progress
from taskflow.rules.late import Late
from taskflow.rules.lights import Light
from taskflow.sources.models import Source
from taskflow.tasks.models import ENDED, RoleKind, Task, TaskState
from taskflow.workflows.parties import LEADER

SIZE = 50  # rows a page

KINDS = {"quantified": "量化目标", "project": "项目建设", "institutional": "制度机制", "continuing": "持续推进"}
SORTS = {"due": "时限", "light": "亮灯", "progress": "完成率"}
MINE = {"lead": "我牵头的", "support": "我配合的"}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; the empty value of each means “all”."""

    q: str = ""
    mine: str = ""
    document: str = ""
    chapter: int | None = None
    unit: str = ""
    leader: str = ""
    state: TaskState | None = None
    light: Light | None = None
    kind: str = ""
    late: Late | None = None
    due_from: date | None = None
    due_to: date | None = None
    sort: str = "due"

    def args(self, without: str = "", **instead: Any) -> dict[str, str]:
        """The same filters as GET parameters, one left out or others put in."""
        given = {item.name: getattr(self, item.name) for item in fields(self)} | instead
        kept = {name: value for name, value in given.items() if value and name != without}
        if kept.get("sort") == "due":
            del kept["sort"]
        return {name: getattr(value, "value", None) or str(value) for name, value in kept.items()}


@dataclass(frozen=True)
class Row:
    """A task in a list, and where it stands today."""

    task: Task
    standing: lights.Standing


@dataclass(frozen=True)
class Found:
    """One page of a list."""

    rows: Sequence[Row]
    total: int
    page: int


@dataclass(frozen=True)
class Options:
    """What may be chosen for each filter."""

    documents: Sequence[PlanDocument]
    chapters: Sequence[Chapter]
    units: Sequence[Unit]
    leaders: Sequence[Post]


def options(region_code: str) -> Options:
    """The documents with their chapters, units and leaders of a region; four queries."""
    documents = db.rows(select(PlanDocument).where(PlanDocument.region_code == region_code).order_by(PlanDocument.code))
    chapters = select(Chapter).where(Chapter.document_id.in_([document.id for document in documents]))
    units = select(Unit).where(Unit.region_code == region_code).order_by(Unit.place, Unit.id)
    leaders = select(Post).where(Post.region_code == region_code, Post.role.in_(MAY["see_queue"])).order_by(Post.id)
    return Options(
        documents,
        db.rows(chapters.order_by(Chapter.document_id, Chapter.line)),
        db.rows(units),
        db.session.scalars(leaders).unique().all(),
    )


def find(filters: Filters, visible: Any, posts: Sequence[Post], region_code: str, page: int = 1) -> Found:
    """One page of the tasks that the filters leave; a page beyond the last one gives the last."""
    day = clock.today()
    numbers = book.of(region_code).numbers("lights", day)
    narrow = (
        select(Task.id, func.count().over())
        .where(visible, *conditions(filters, posts, region_code, day))
        .order_by(*_order(filters.sort, day, numbers))
        .limit(SIZE)
    )
    ids = db.session.execute(narrow.offset((page - 1) * SIZE)).all()
    if not ids and page > 1:  # beyond the last page: the first one says how many there are
        first = db.session.execute(narrow).first()
        page = -(-first[1] // SIZE) if first else 1
        ids = db.session.execute(narrow.offset((page - 1) * SIZE)).all()
    wide = (
        select(Task)
        .where(Task.id.in_([key for key, _ in ids]))
        .options(
            load_only(*SHOWN, raiseload=True),
            joinedload(Task.lead_unit).load_only(Unit.short, Unit.name),
            raiseload("*"),
        )
    )
    tasks = {task.id: task for task in db.rows(wide)}
    standings = progress.standings(tasks.values(), day)
    rows = [Row(tasks[key], standings[key]) for key, _ in ids]
    return Found(rows, ids[0][1] if ids else 0, page)


#: What a row of a list shows.
SHOWN = (
    Task.code, Task.title, Task.kind, Task.state, Task.start_on, Task.due_on, Task.percent, Task.lead_unit_id,
    Task.baseline_due_on, Task.region_code, Task.version,
)  # fmt: skip


def ids(filters: Filters, visible: Any, posts: Sequence[Post], region_code: str, most: int) -> tuple[int, list[int]]:
    """How many tasks the filters leave, and the ids of the first ones."""
    day = clock.today()
    left = (visible, *conditions(filters, posts, region_code, day))
    total = db.session.scalar(select(func.count(Task.id)).where(*left)) or 0
    ordered = select(Task.id).where(*left).order_by(*_order("due", day, {})).limit(most)
    return total, list(db.rows(ordered))


def named(task_ids: Sequence[int], visible: Any) -> dict[int, Task]:
    """Tasks that the viewer may see, by id."""
    known = select(Task).where(Task.id.in_(task_ids), visible).options(joinedload(Task.lead_unit))
    return {task.id: task for task in db.rows(known)}


def _order(sort: str, day: date, numbers: dict[str, Any]) -> tuple[Any, ...]:
    """What is finished comes last, whatever the order."""
    finished = case((Task.state.in_((*lights.FINISHED, *ENDED)), 1), else_=0)
    if sort == "light":
        return progress.by_light(day, numbers), Task.due_on, Task.id
    if sort == "progress":
        return finished, Task.percent, Task.due_on, Task.id
    return finished, Task.due_on, Task.id


def conditions(filters: Filters, posts: Sequence[Post], region_code: str, day: date) -> list[Any]:
    """The filters as conditions on `Task`."""
    numbers = book.of(region_code).numbers("lights", day)
    light = filters.light
    # fmt: off
    given: list[tuple[Any, Any]] = [
        (filters.mine,     lambda: _mine(filters.mine, posts)),
        (filters.document, lambda: Task.document_code == filters.document),
        (filters.chapter,  lambda: _in_chapter(filters.chapter)),
        (filters.unit,     lambda: Task.lead_unit_id.in_(select(Unit.id).where(Unit.code == filters.unit))),
        (filters.leader,   lambda: Task.leader_post_id.in_(select(Post.id).where(Post.code == filters.leader))),
        (filters.state,    lambda: Task.state == filters.state),
        (light,            lambda: progress.light(day, numbers) == light.value),  # type: ignore[union-attr]
        (filters.kind,     lambda: Task.kind == filters.kind),
        (filters.late,     lambda: late.tasks_of(filters.late, day, region_code)),  # type: ignore[arg-type]
        (filters.due_from, lambda: Task.due_on >= filters.due_from),
        (filters.due_to,   lambda: Task.due_on <= filters.due_to),
    ]
    # fmt: on
    return [made() for value, made in given if value] + [_says(word) for word in filters.q.split()]


def _says(word: str) -> Any:
    """A word, of one character or more, in the code or the title."""
    return or_(Task.title.icontains(word, autoescape=True), Task.code.icontains(word, autoescape=True))


def _in_chapter(chapter_id: int | None) -> Any:
    measures = select(Measure.id).where(Measure.chapter_id == chapter_id)
    projects = select(Project.id).where(Project.chapter_id == chapter_id)
    of_chapter = select(Source.id).where(or_(Source.measure_id.in_(measures), Source.project_id.in_(projects)))
    return Task.source_id.in_(of_chapter)


def _mine(which: str, posts: Sequence[Post]) -> Any:
    """Tasks that the units of these posts lead or support; of a leader, those in their charge."""
    units = [post.unit_id for post in posts]
    if which == "support":
        return Task.id.in_(answers_for(units, RoleKind.SUPPORTING))
    if not posts:
        return false()
    return or_(Task.lead_unit_id.in_(units), LEADER.waiting(Task, posts))
