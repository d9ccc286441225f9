"""The facts of 倒排工期 progress sheets: of one task, or of all that a unit has in hand.

The columns are those that counties expect (domain §8: 序号、任务、节点 … 存在问题、下一步). Lag is counted in
calendar days against the baseline, which an extension does not move.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from taskflow import clock, db
from taskflow.org.models import Unit
from taskflow.reports.models import Report
from taskflow.reports.periods import month_end
from taskflow.rules import book, lights
from taskflow.rules import progress as reckoning
from taskflow.tasks.models import Node, Task, TaskState

#: In hand: what was assigned and is not closed out.
LIVE = (
    TaskState.ASSIGNED, TaskState.REFUSED, TaskState.UNDERWAY, TaskState.PARKED, TaskState.CLAIMED, TaskState.VERIFIED
)  # fmt: skip
CELL = 110  # characters of a text that fit a cell; the rest stands in the system


def of_task(task: Task) -> dict[str, Any]:
    """One task: the grid spans its whole term, and every date says why."""
    last = max([task.due_on, task.baseline_due_on, *(node.finish_on for node in task.nodes)])
    facts = _sheet(task.region_code, [task], task.start_on.replace(day=1), month_end(last.year, last.month))
    because = [[node.name, node.because] for node in task.nodes if node.because]
    return facts | {"title": f"“{task.title}”倒排工期推进表", "unit": task.lead_unit.name, "because": because}


def of_unit(unit: Unit) -> dict[str, Any]:
    """All that a unit has in hand: the grid spans this year; what reaches beyond is cut off at its edge."""
    year = clock.today().year
    wanted = select(Task).where(Task.lead_unit_id == unit.id, Task.state.in_(LIVE)).order_by(Task.due_on, Task.code)
    whole = wanted.options(selectinload(Task.nodes), joinedload(Task.leader_post), joinedload(Task.lead_unit))
    facts = _sheet(unit.region_code, db.session.scalars(whole).unique().all(), date(year, 1, 1), date(year, 12, 31))
    return facts | {"title": f"{unit.name}{year}年倒排工期推进表", "unit": unit.name, "because": []}


def _sheet(region_code: str, tasks: Sequence[Task], first: date, last: date) -> dict[str, Any]:
    rules, today = book.of(region_code), clock.today()
    reports = _newest_reports([task.id for task in tasks])
    standings = reckoning.standings(tasks)
    years = {year for task in tasks for year in rules.calendar.provisional(task.start_on, task.due_on)}
    listed = [
        _task(place, task, reports.get(task.id), today, standings[task.id]) for place, task in enumerate(tasks, start=1)
    ]
    return {
        "tasks": listed,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "provisional": sorted(years),
        "counts": _counts(listed),
    }


def _counts(listed: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """How many tasks show each light, with its shape and word."""
    found = [[light.shape, light.label, sum(t["light"] == light.value for t in listed)] for light in lights.IN_ORDER]
    return [row for row in found if row[2]]


def _newest_reports(ids: Sequence[int]) -> dict[int, Report]:
    """The newest report that each task's head has agreed to."""
    agreed = select(Report).where(Report.task_id.in_(ids), Report.submitted_at.is_not(None))
    return {report.task_id: report for report in db.rows(agreed.order_by(Report.period_end))}


def _task(place: int, task: Task, report: Report | None, today: date, stand: lights.Standing) -> dict[str, Any]:
    closed = clock.local(task.closed_at).date() if task.closed_at else None
    whole = {
        "name": "全程",
        "start": task.start_on.isoformat(),
        "finish": task.due_on.isoformat(),
        "done": closed.isoformat() if closed else "",
        "baseline": task.baseline_due_on.isoformat(),
        "lag": lag(task.baseline_due_on, closed, today),
        "percent": task.percent,
    }
    return {
        "no": place,
        "code": task.code,
        "title": task.title,
        "state": task.state.label,
        "light": stand.light.value,
        "shape": stand.light.shape,
        "word": stand.light.label,
        "why": stand.why,
        "percent": task.percent,
        "leader": task.leader_post.title,
        "unit": task.lead_unit.short,
        "physical": cut(task.physical),
        "problems": cut(report.problems if report else ""),
        "next": cut(report.next_steps if report else ""),
        "schedule_note": task.schedule_note,
        "lines": [whole, *(_node(node, today) for node in task.nodes)],
    }


def _node(node: Node, today: date) -> dict[str, Any]:
    return {
        "name": node.name,
        "start": node.start_on.isoformat(),
        "finish": node.finish_on.isoformat(),
        "done": node.done_on.isoformat() if node.done_on else "",
        "baseline": node.baseline_finish_on.isoformat(),
        "lag": lag(node.baseline_finish_on, node.done_on, today),
        "percent": 100 if node.done_on else 0,
    }


def lag(baseline: date, done: date | None, today: date) -> int:
    """Days behind the baseline: until it was done, or until today while it is not; never below 0."""
    return max(0, ((done or today) - baseline).days)


def cut(text: str) -> str:
    """As much of a text as a cell holds; that something is missing is said."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= CELL else one_line[: CELL - 1] + "…"
