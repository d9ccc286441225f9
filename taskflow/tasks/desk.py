"""The desk: what waits for somebody, in the order in which it is due.

Which states wait for whom stands in the flows (`waits`); LINES only adds the words: what to do, and whether
it is work of one's own (办) or a judgement of somebody else's (审).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, func, null, or_, select
from sqlalchemy.orm import joinedload, raiseload
from sqlalchemy.types import Date

from taskflow import clock, db
from taskflow.escalations.models import Escalation
from taskflow.notices.models import Notice
from taskflow.org.models import Post, Role
from taskflow.reviews.models import Review
from taskflow.rules import book, lights
from taskflow.tasks.models import Extension, Node, Task, TaskState
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.models import Timer, TimerState
from taskflow.workflows.table import Flow, Party
from taskflow.workflows.who import LEAD, LEADER

SOON = 7  # days: what is due within them stands on top
MOST = 30  # items of one kind that a desk shows; the rest is a number with a link

DO, JUDGE = "do", "judge"
FORM, CLICK, PAGE = "form", "click", "page"


@dataclass(frozen=True)
class Line:
    """What one state means for whom it waits.

    `due` names the limit that runs (a rule) or, with "@", the column that holds the day. `opens`: the move's
    form, the move itself by one click, or the record's page, where the facts are that one judges by.
    """

    flow: str
    state: str
    nature: str
    what: str
    button: str
    verb: str
    due: str
    opens: str = FORM
    party: Party | None = None


# fmt: off
LINES = (
    #    flow          state            nature  what                        button    verb           due until           opens
    Line("report",     "due",           DO,     "填报 {period} 期进度",      "填报",   "draft",       "@due_on"),
    Line("report",     "returned",      DO,     "修改重报 {period} 期进度",  "修改",   "draft",       "report_redo"),
    Line("report",     "drafted",       JUDGE,  "审签 {period} 期进度报告",  "审签",   "agree",       "@due_on",          PAGE),
    Line("report",     "submitted",     JUDGE,  "审核 {period} 期进度报告",  "审核",   "accept",      "report_judge",     PAGE),
    Line("task",       "proposed",      JUDGE,  "批准立项",                  "查看",   "approve",     "approve",          PAGE),
    Line("task",       "approved",      DO,     "交办任务",                  "交办",   "assign",      "assign",           CLICK),
    Line("task",       "assigned",      DO,     "签收任务",                  "签收",   "accept",      "accept",           CLICK),
    Line("task",       "refused",       JUDGE,  "处理退回的任务",            "处理",   "uphold",      "redecide",         PAGE),
    Line("task",       "underway",      DO,     "办理任务",                  "查看",   "claim",       "@due_on",          PAGE),
    Line("task",       "parked",        JUDGE,  "挂账任务到期处理",          "处理",   "resume",      "@parked_until",    PAGE),
    Line("task",       "claimed",       JUDGE,  "核验办结申请",              "核验",   "verify",      "verify",           PAGE),
    Line("task",       "verified",      JUDGE,  "销号",                      "查看",   "close",       "close",            PAGE),
    Line("review",     "open",          DO,     "{quarter} 季度自评",        "自评",   "self_assess", "@due_on",          PAGE),
    Line("review",     "self_assessed", JUDGE,  "{quarter} 季度初评",        "初评",   "assess",      "assess",           PAGE),
    Line("review",     "objected",      JUDGE,  "{quarter} 季度申辩复议",    "复议",   "decide",      "object_decide",    PAGE),
    Line("review",     "assessed",      JUDGE,  "{quarter} 季度评审签批",    "签批",   "sign",        "sign",             PAGE),
    Line("escalation", "proposed",      JUDGE,  "签发“{name}”",             "签发",   "issue",       "step_sign",        PAGE),
    Line("escalation", "issued",        DO,     "答复“{name}”",             "答复",   "answer",      "@answer_by",       FORM, LEAD),
    Line("escalation", "answered",      JUDGE,  "审核“{name}”的答复",       "审核",   "clear",       "step_judge",       PAGE),
)
# fmt: on

_BY_STATE = {(line.flow, line.state): line for line in LINES}


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
    #: (flow, state) → how many wait in all, also those not shown.
    waiting: dict[tuple[str, str], int] = field(default_factory=dict)
    extensions: int = 0
    unread: int = 0

    @property
    def to_judge(self) -> int:
        """How many judgements wait in all."""
        return self.extensions + sum(n for key, n in self.waiting.items() if _BY_STATE[key].nature == JUDGE)

    @property
    def hidden(self) -> int:
        """How many things wait that the desk has no room for."""
        shown = len(self.soon) + len(self.judge) + len(self.later)
        return max(0, sum(self.waiting.values()) + self.extensions - shown)


def of(person_id: int, posts: Sequence[Post], region_code: str) -> Desk:
    """The desk of somebody who holds these posts; the number of queries does not depend on what waits."""
    desk = Desk(unread=_unread(person_id))
    for name in FLOWS:
        for nature in (DO, JUDGE):
            _fill(desk, FLOWS[name], [line for line in LINES if (line.flow, line.nature) == (name, nature)], posts)
    _fill_extensions(desk, posts)
    desk.nodes = _nodes(posts)
    for items in (desk.soon, desk.judge, desk.later):
        items.sort(key=lambda item: (item.due or date.max, item.record.id))
    return desk


def _unread(person_id: int) -> int:
    unread = select(func.count(Notice.id)).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return db.session.scalar(unread) or 0


def waits_for(flow: Flow, line: Line, posts: Sequence[Post]) -> Any:
    """The condition on a flow's record that it stands in this line's state and waits for these posts."""
    party = line.party or flow.owner(flow.states(line.state))
    return and_(flow.record.state == line.state, party.waiting(flow.record, posts)) if party else null()


def _fill(desk: Desk, flow: Flow, lines: Sequence[Line], posts: Sequence[Post]) -> None:
    kind = flow.record
    waits = or_(*(waits_for(flow, line, posts) for line in lines))
    counted = select(kind.state, func.count(kind.id)).where(waits).group_by(kind.state)
    desk.waiting |= {(flow.name, state.value): count for state, count in db.session.execute(counted)}
    at, on = _rings(flow, lines), _written(kind, lines)
    found = select(kind, at, on).where(waits).options(*_shown(kind), raiseload("*"))
    for record, moment, day in db.session.execute(found.order_by(func.coalesce(at, db.day_over(on)), kind.id).limit(MOST)):
        due = day or (clock.local(moment).date() if moment else None)
        _put(desk, _item(_BY_STATE[flow.name, record.state.value], record, due, posts))


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
    task = record if isinstance(record, Task) else getattr(record, "task", None)
    unit = record.lead_unit if isinstance(record, Task) else record.unit
    named = {name: getattr(record, name, "") for name in ("period", "quarter", "name")}
    what = line.what.format(**named)
    if isinstance(record, Task) and record.state is TaskState.UNDERWAY and record.percent == 100:  # noqa: PLR2004
        what = "已报完成，可申请办结"
    # A clerk sees what is asked of the unit's head, but only the head answers.
    mine = not isinstance(record, Escalation) or line.nature == JUDGE or any(post.role is Role.HEAD for post in posts)
    return Item(line, record, task, unit.short, due, _standing(task), what, mine)


def _standing(task: Task | None) -> lights.Standing | None:
    if task is None:
        return None
    today = clock.today()
    return lights.standing(task, today, book.of(task.region_code).numbers("lights", today))


def _put(desk: Desk, item: Item) -> None:
    left = item.left
    if item.line.nature == JUDGE and not (item.line.state == "parked" and left is not None and left > 0):
        desk.judge.append(item)
    elif left is not None and left <= SOON:
        desk.soon.append(item)
    else:
        desk.later.append(item)


_EXTENSION = Line("task", "underway", JUDGE, "批复延期申请", "批复", "grant_extension", "", PAGE)


def _fill_extensions(desk: Desk, posts: Sequence[Post]) -> None:
    """Requests to move a deadline: they wait for the leader while the task goes on."""
    asked = (
        select(Task, Extension)
        .join(Extension, Extension.task_id == Task.id)
        .where(Extension.granted.is_(None), Task.state == TaskState.UNDERWAY, LEADER.waiting(Task, posts))
        .options(joinedload(Task.lead_unit), raiseload("*"))
    )
    for task, asking in db.session.execute(asked.order_by(Extension.asked_at).limit(MOST)):
        what = f"批复延期申请（{asking.old_due_on} → {asking.new_due_on}）"
        desk.judge.append(Item(_EXTENSION, task, task, task.lead_unit.short, task.due_on, _standing(task), what))
        desk.extensions += 1


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
