"""The desk: what waits for somebody, in the order in which it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, null, or_, select
from sqlalchemy.orm import joinedload, raiseload
from sqlalchemy.types import Date

from taskflow import clock, db
from taskflow.drafts import queries as drafts
from taskflow.drafts.models import Draft, DraftState, Intake
from taskflow.escalations.models import Escalation
from taskflow.notices.models import Notice
from taskflow.org.may import may, units_of
from taskflow.org.models import Post
from taskflow.reports.models import NOT_IN, Report, ReportOrigin
from taskflow.reviews.models import Review
from taskflow.rules import lights, progress
from taskflow.tasks.models import Node, Task, TaskState
from taskflow.tasks.waits import BY_STATE, DO, JUDGE, Line, lines_for, waits_for
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.models import Timer, TimerState
from taskflow.workflows.engine.table import Flow
from taskflow.workflows.parties import HEAD, LEAD

SOON = 7  # days: what is due within them stands on top
MOST = 20  # items of one kind that a desk shows; the rest is a number with a link
LATER = 10  # things far away that it shows


@dataclass(frozen=True)
class Item:
    """One thing that waits. `due` None: nothing presses."""

    line: Line
    record: Any
    task: Task | None
    unit: str
    due: date | None
    standing: lights.Standing | None
    what: str
    mine: bool = True
    #: A task that the viewer may report on now, of their own accord.
    reportable: bool = False

    @property
    def left(self) -> int | None:
        """Days left, negative when over."""
        return (self.due - clock.today()).days if self.due else None

    @property
    def title(self) -> str:
        """The task's title; a review has its unit's name."""
        return self.task.title if self.task else self.unit


@dataclass(frozen=True)
class NodeDue:
    """A task with steps that are due soon or late: the first of them, and how many."""

    task: Task
    first: date
    count: int


@dataclass
class Desk:
    """Everything on one person's desk."""

    soon: list[Item] = field(default_factory=list)
    judge: list[Item] = field(default_factory=list)
    later: list[Item] = field(default_factory=list)
    nodes: Sequence[NodeDue] = ()
    #: Files taken in with drafts to be confirmed or taken up: (file, to confirm, to take up). No clock runs there.
    files: Sequence[tuple[Intake, int, int]] = ()
    #: How many changes by new editions wait for the unit's head.
    editions: int = 0
    #: How many wait in all, also those not listed: work of one's own, judgements.
    to_do: int = 0
    to_judge: int = 0
    unread: int = 0

    def unlisted(self, nature: str) -> int:
        """How many more of a nature wait than are listed."""
        listed = sum(item.line.nature == nature for item in (*self.soon, *self.judge, *self.later))
        return max(0, (self.to_judge if nature == JUDGE else self.to_do) - listed)


def of(person_id: int, posts: Sequence[Post]) -> Desk:
    """The desk of somebody who holds these posts; the number of queries depends on their roles alone."""
    desk = Desk(unread=_unread(person_id))
    for name in FLOWS:
        for nature in (DO, JUDGE):
            if lines := lines_for(posts, name, nature):
                _fill(desk, FLOWS[name], lines, posts)
    if may(posts, "see_own_tasks"):
        desk.nodes = _nodes(posts)
    desk.editions = drafts.count_for_owners(units_of(posts, "confirm_editions"))
    if may(posts, "import_plans"):
        desk.files = _files(posts[0].region_code)
    for items in (desk.soon, desk.judge, desk.later):
        items.sort(key=lambda item: (item.due or date.max, item.record.id))
    del desk.later[LATER:]
    return desk


def _files(region_code: str) -> list[tuple[Intake, int, int]]:
    """Files whose drafts wait for the office, the newest first."""
    waiting = [func.sum(case((Draft.state == state, 1), else_=0)) for state in (DraftState.OPEN, DraftState.CONFIRMED)]
    waits = (
        select(Draft.intake_id, *(count.label(name) for count, name in zip(waiting, ("open", "ready"), strict=True)))
        .where(Draft.region_code == region_code, Draft.state.in_((DraftState.OPEN, DraftState.CONFIRMED)))
        .group_by(Draft.intake_id)
        .subquery()
    )
    found = select(Intake, waits.c.open, waits.c.ready).join(waits, waits.c.intake_id == Intake.id)
    rows = db.session.execute(found.order_by(Intake.id.desc()).limit(LATER).options(raiseload("*")))
    return [(intake, int(to_confirm), int(ready)) for intake, to_confirm, ready in rows]


def _unread(person_id: int) -> int:
    unread = select(func.count(Notice.id)).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return db.session.scalar(unread) or 0


def _fill(desk: Desk, flow: Flow, lines: Sequence[Line], posts: Sequence[Post]) -> None:
    """Put on the desk what waits in one flow: the most pressing, and the number of all."""
    kind = flow.record
    at, on = _rings(flow, lines), _written(kind, lines)
    found = (
        select(kind, at, on, func.count().over())
        .where(or_(*(waits_for(line, posts) for line in lines)))
        .options(*_shown(kind), raiseload("*"))
        .order_by(func.coalesce(at, db.day_over(on)), kind.id)
        .limit(MOST)
    )
    total, rows = 0, db.session.execute(found).all()
    standings = progress.standings(filter(None, (_task_of(row[0]) for row in rows)))
    reportable = _reportable([row[0] for row in rows], posts) if kind is Task else ()
    for record, moment, day, count in rows:
        due, total = day or (clock.local(moment).date() if moment else None), count
        item = _item(BY_STATE[flow.name, record.state.value], record, due, posts)
        stands = standings.get(item.task.id) if item.task else None
        _put(desk, replace(item, standing=stands, reportable=kind is Task and record.id in reportable))
    if lines[0].nature == JUDGE:
        desk.to_judge += total
    else:
        desk.to_do += total


def _reportable(tasks: Sequence[Task], posts: Sequence[Post]) -> set[int]:
    """The tasks under way of which a clerk may write a report now: none is open, and more is to be told."""
    units = units_of(posts, "write_reports")
    mine = {
        task.id
        for task in tasks
        if task.state is TaskState.UNDERWAY and task.lead_unit_id in units and task.percent < 100  # noqa: PLR2004
    }
    if not mine:
        return mine
    return mine - set(db.rows(select(Report.task_id).where(Report.task_id.in_(mine), Report.state.in_(NOT_IN))))


def _rings(flow: Flow, lines: Sequence[Line]) -> Any:
    """When the limit of the present state runs out, or ran out: from its newest timer."""
    kind = flow.record
    rule = case({line.state: line.due for line in lines}, value=kind.state, else_="")
    newest = select(func.max(Timer.due_at)).where(
        Timer.subject_kind == flow.name,
        Timer.subject_id == kind.id,
        Timer.rule == rule,
        Timer.state.in_((TimerState.ARMED, TimerState.FIRED)),
    )
    return newest.correlate(kind).scalar_subquery()


def _written(kind: Any, lines: Sequence[Line]) -> Any:
    """The day that stands in the record itself, for the states that have one."""
    days = [(kind.state == line.state, getattr(kind, line.due[1:])) for line in lines if line.due.startswith("@")]
    return case(*days, else_=null()) if days else null().cast(Date)


def _shown(kind: Any) -> list[Any]:
    if kind is Task:
        return [joinedload(Task.lead_unit)]
    if kind is Review:
        return [joinedload(Review.unit)]
    return [joinedload(kind.unit), joinedload(kind.task)]


def _item(line: Line, record: Any, due: date | None, posts: Sequence[Post]) -> Item:
    task = _task_of(record)
    unit = record.lead_unit if isinstance(record, Task) else record.unit
    named = {name: getattr(record, name, "") for name in ("period", "quarter", "name")}
    named["kind"] = getattr(getattr(record, "kind", None), "label", "")
    if isinstance(record, Report):
        named["called"] = record.called + ("" if record.origin is ReportOrigin.RHYTHM else "的")
    what = line.what.format(**named)
    if isinstance(record, Task) and record.state is TaskState.UNDERWAY and record.percent == 100:  # noqa: PLR2004
        what = "已报完成，可申请办结"
    # A clerk sees what is asked of the unit's head, but only the head answers.
    answers = any(post.role in HEAD.roles for post in posts)
    mine = not isinstance(record, Escalation) or line.nature == JUDGE or answers
    return Item(line, record, task, unit.short, due, None, what, mine)


def _task_of(record: Any) -> Task | None:
    """The task that a record is or belongs to."""
    return record if isinstance(record, Task) else getattr(record, "task", None)


def _put(desk: Desk, item: Item) -> None:
    left = item.left
    if item.line.nature == JUDGE and not (item.line.state == "parked" and left is not None and left > 0):
        desk.judge.append(item)
    elif left is not None and left <= SOON:
        desk.soon.append(item)
    else:
        desk.later.append(item)


def _nodes(posts: Sequence[Post]) -> list[NodeDue]:
    """Steps of one's own tasks that are late or due within the week, by task."""
    first, count = func.min(Node.finish_on), func.count(Node.id)
    near = (
        select(Task, first, count)
        .join(Node, Node.task_id == Task.id)
        .where(Task.state == TaskState.UNDERWAY, LEAD.waiting(Task, posts))
        .where(Node.done_on.is_(None), Node.finish_on <= clock.today() + timedelta(days=SOON))
        .group_by(Task.id)
        .options(raiseload("*"))
    )
    return [NodeDue(*row) for row in db.session.execute(near.order_by(first, Task.id).limit(MOST))]
