"""The kinds of late (domain: “overdue” is eight facts, and a turn of recurring work a ninth), as conditions in SQL.

Every kind is a fact about a task on a day, computed and never stored; that a limit passed is in the ledger.
Kept apart: each has its word, its rule and its count, and a task may be late in several ways at once.
A day is over when the next one begins on the county's wall clock, so what is due today is not late today.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select

from taskflow import clock, db
from taskflow.db import State
from taskflow.ledger.models import LedgerEntry
from taskflow.reports.models import NOT_IN, Report
from taskflow.requests.models import ANSWERED, Request, RequestKind
from taskflow.rules import book, progress
from taskflow.tasks.models import ENDED, Node, Occurrence, OccurrenceState, Task, TaskState
from taskflow.workflows.engine.models import Timer, TimerState


class Late(State):
    """A kind of late, and its word. Escalations name it as their reason."""

    ACCEPT = "accept_late", "未按时签收"
    REPORT = "report_late", "进度报送迟报"
    MISSING = "report_missing", "进度报送缺报"
    NODE = "node_late", "节点滞后"
    TASK = "task_late", "任务超期"
    EXTENSION = "extension_late", "延期申请过晚"
    REDO = "redo_late", "退回后未重报"
    BEHIND = "behind", "落后于序时进度"
    OCCURRENCE = "occurrence_late", "期次超期"


#: What each kind means, for people.
MEANS = {
    Late.ACCEPT: "交办后超过签收时限仍未签收",
    Late.REPORT: "本季度应报的进度，在截止日之后才上报",
    Late.MISSING: "截止日已过，进度仍未上报",
    Late.NODE: "节点计划完成日已过，未报完成",
    Late.TASK: "完成时限已过，未通过核验",
    Late.EXTENSION: "时限过后才申请延期（本季度申请或仍待批复）",
    Late.REDO: "报告退回后，未在重报时限内改好上报",
    Late.BEHIND: "时限未到，但比序时进度慢得多",
    Late.OCCURRENCE: "周期性工作的某一期时限已过，未报完成",
}

WORKED = (TaskState.UNDERWAY, TaskState.CLAIMED)
MEASURED = tuple(state for state in TaskState if state not in (TaskState.PARKED, TaskState.VERIFIED, *ENDED))


def quarter_start(day: date) -> date:
    """The first day of a day's quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def report_late(day: date) -> Any:
    """On `Report`: due in this quarter, first handed in after its day.

    One that was in time, returned and handed in again later is not late: its redoing has a limit of its
    own. The ledger knows when it was first handed in.
    """
    in_time = select(LedgerEntry.id).where(
        LedgerEntry.subject_kind == "report",
        LedgerEntry.subject_id == Report.id,
        LedgerEntry.verb == "agree",
        LedgerEntry.at < db.day_over(Report.due_on),
    )
    asked = (Report.due_on >= quarter_start(day)) & (Report.due_on < day)
    return asked & (Report.submitted_at >= db.day_over(Report.due_on)) & ~exists(in_time)


def report_missing(day: date) -> Any:
    """On `Report`: its day is over and it was never handed in."""
    return Report.state.in_(NOT_IN) & (Report.due_on < day) & Report.submitted_at.is_(None)


def redo_late(day: date) -> Any:
    """On `Report`: returned by the office, and its limit for handing it in again is over."""
    over = select(Timer.id).where(
        Timer.subject_kind == "report",
        Timer.subject_id == Report.id,
        Timer.rule == "report_redo",
        Timer.state.in_((TimerState.ARMED, TimerState.FIRED)),
        Timer.due_at < clock.at(day),
        Timer.due_at > Report.submitted_at,
    )
    return Report.state.in_(NOT_IN) & Report.submitted_at.is_not(None) & exists(over)


def node_late(day: date) -> Any:
    """On `Node`, for tasks under way: planned to be done before this day, and not reported done."""
    return Node.done_on.is_(None) & (Node.finish_on < day)


def extension_late(day: date) -> Any:
    """On `Request`: an extension asked for after the deadline, in this quarter or still unanswered."""
    recent = Request.asked_at >= clock.at(quarter_start(day))
    asked = (Request.kind == RequestKind.EXTENSION) & Request.too_late
    return asked & or_(Request.state.not_in(ANSWERED), recent)


def occurrence_late(day: date) -> Any:
    """On `Occurrence`: its day is over and it is neither done nor waived."""
    return (Occurrence.state == OccurrenceState.OPEN) & (Occurrence.due_on < day)


def _accept(day: date, _region: str) -> Any:
    """The acceptance limit of this assignment is over (the timer knows which limit held)."""
    over = select(Timer.id).where(
        Timer.subject_kind == "task",
        Timer.subject_id == Task.id,
        Timer.rule == "accept",
        Timer.epoch == Task.epoch,
        Timer.due_at < clock.at(day),
    )
    return (Task.state == TaskState.ASSIGNED) & exists(over)


def _node(day: date, _region: str) -> Any:
    """Nobody is late with a step of what they were never asked about: that is 情况不明."""
    late = Task.id.in_(select(Node.task_id).where(node_late(day)))
    return Task.state.in_(WORKED) & late & progress.measured()


def _task(day: date, _region: str) -> Any:
    return Task.state.in_(MEASURED) & (Task.due_on < day)


def _behind(day: date, region: str) -> Any:
    yellow = book.of(region).numbers("lights", day)["yellow"]
    return (Task.state == TaskState.UNDERWAY) & (Task.due_on >= day) & (progress.gap(day) >= yellow)


def _by_report(condition: Callable[[date], Any]) -> Callable[[date, str], Any]:
    return lambda day, _region: Task.id.in_(select(Report.task_id).where(condition(day)))


_CONDITIONS: dict[Late, Callable[[date, str], Any]] = {
    Late.ACCEPT: _accept,
    Late.REPORT: _by_report(report_late),
    Late.MISSING: _by_report(report_missing),
    Late.NODE: _node,
    Late.TASK: _task,
    Late.EXTENSION: lambda day, _: Task.id.in_(select(Request.task_id).where(extension_late(day))),
    Late.OCCURRENCE: lambda day, _: Task.id.in_(select(Occurrence.task_id).where(occurrence_late(day))),
    Late.REDO: _by_report(redo_late),
    Late.BEHIND: _behind,
}


def tasks_of(kind: Late | str, day: date, region_code: str) -> Any:
    """The condition on `Task` that it is late in this way on this day."""
    return _CONDITIONS[Late(kind)](day, region_code)


def counts(region_code: str, day: date, visible: Any) -> dict[Late, int]:
    """How many tasks are late in each way, in one query; `visible` is the viewer's condition on `Task`.

    Tasks are counted, not reports or nodes, so that a count and the list behind it say the same number.
    """
    columns = [
        select(func.count(Task.id)).where(visible, tasks_of(kind, day, region_code)).scalar_subquery() for kind in Late
    ]
    row = db.session.execute(select(*columns)).one()
    return dict(zip(Late, row, strict=True))
