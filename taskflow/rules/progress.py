"""How far a task is, should be, and since when anybody knows: the one place where it is reckoned.

Scheduled progress (序时进度) is the share of the planned days of the task's nodes that have passed, so it
follows the node plan (of work without a percentage: the share of its nodes that should be done); a task without
nodes has only its dates. It is reckoned in SQL, for one task as for the lists that filter and sort by it, so that a
light on a page and a light in a list cannot differ.

What nobody has heard of for longer than its rhythm allows is 情况不明, never 正常: absence of knowledge is not a
good sign. How long that is, is the rule set `lights` (`silence`, days after the last knowledge).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, case, func, literal, select
from sqlalchemy.types import Date, Integer

from taskflow import clock, db
from taskflow.rules import book
from taskflow.rules.lights import FINISHED, NOT_STARTED, WAITS, Light, Pace, Standing
from taskflow.tasks.models import Method, Node, Rhythm, Task, TaskState

WORST = {Light.RED: 0, Light.UNKNOWN: 1, Light.YELLOW: 2, Light.BLUE: 3, Light.GREY: 4, Light.GREEN: 5}
SENT = 500  # ids in one question
#: Ended without being done: no light speaks of them.
OVER = (TaskState.CANCELLED, TaskState.MERGED, TaskState.HANDED_OFF)


def days_left(day: date) -> Any:
    """Days from a day to the deadline, negative when it has passed."""
    return db.days_between(literal(day, Date), Task.due_on)


def scheduled(day: date) -> Any:
    """序时进度 in points, 0–100."""
    return _scheduled(literal(day, Date))


def _scheduled(day: Any) -> Any:
    """The same on a day that is an expression."""
    length = db.days_between(Node.start_on, Node.finish_on) + 1
    gone = case(
        (Node.finish_on <= day, length), (Node.start_on > day, 0), else_=db.days_between(Node.start_on, day) + 1
    )
    # Both sums are whole numbers, so `//` is the plain division of either database.
    by_nodes = select((100 * func.sum(gone)) // func.sum(length)).where(Node.task_id == Task.id).correlate(Task)
    # Work without a percentage is as far as its nodes are done, so it should be as far as they should be.
    over = func.sum(case((Node.finish_on <= day, 1), else_=0))
    by_count = select((100 * over) // func.count()).where(Node.task_id == Task.id).correlate(Task)
    planned = case(
        (Task.method.in_((Method.YES, Method.OCCURRENCES)), by_count.scalar_subquery()),
        else_=by_nodes.scalar_subquery(),
    )
    since = db.days_between(Task.start_on, day)
    whole = db.days_between(Task.start_on, Task.due_on)
    by_dates = case((Task.start_on >= day, 0), else_=(100 * since) // case((whole < 1, 1), else_=whole))
    share = func.coalesce(planned, by_dates)
    return case((Task.due_on <= day, 100), else_=share)


def measured() -> Any:
    """Whether a task has a percentage to be held against the schedule: somebody asked for it, or it was told."""
    return Task.asked_through.is_not(None) | Task.progress_at.is_not(None)


def unknown(day: date) -> Any:
    """Under way, and nothing has been heard for longer than its rhythm allows."""
    return (Task.state == TaskState.UNDERWAY) & (Task.stale_on <= day)


def gap(day: date) -> Any:
    """Points behind (or, negative, ahead of) the scheduled progress; 0 where nobody can say."""
    told = case((measured() & ~unknown(day), scheduled(day) - Task.percent), else_=None)
    return func.coalesce(told, 0, type_=Integer())


def light(day: date, numbers: dict[str, Any]) -> Any:
    """A task's light as an SQL expression; its value is `Light`'s word."""
    drives = numbers.get("drives", "both")
    behind = gap(day)
    rows: list[tuple[Any, Any]] = [
        (Task.state.in_(FINISHED), Light.GREEN.value),
        (Task.state.in_((TaskState.PARKED, *OVER)), Light.GREY.value),
        (Task.due_on < day, Light.RED.value),
        (Task.state.in_(NOT_STARTED), Light.GREY.value),
        (unknown(day), Light.UNKNOWN.value),
    ]
    if drives != "date":
        # Nested, so that most rows (not even yellow, which comes before red) are reckoned once.
        worse = case((behind > numbers["red"], Light.RED.value), else_=Light.YELLOW.value)
        rows.append((behind >= numbers["yellow"], worse))
    if drives != "gap":
        rows.append((days_left(day) <= numbers["near_days"], Light.YELLOW.value))
    return case(*rows, else_=Light.BLUE.value)


def by_light(day: date, numbers: dict[str, Any]) -> Any:
    """A number to sort by: the worst light first."""
    return case({word.value: place for word, place in WORST.items()}, value=light(day, numbers), else_=9)


def columns(day: date, numbers: dict[str, Any]) -> tuple[Any, ...]:
    """What `of_row` needs of a task, for a query that reads many."""
    return (
        Task.state.label("task_state"),
        scheduled(day).label("scheduled"),
        gap(day).label("gap"),
        days_left(day).label("days_left"),
        light(day, numbers).label("light"),
        case((measured(), 1), else_=0).label("measured"),
        case((unknown(day), 1), else_=0).label("unknown"),
        Task.known_on.label("known_on"),
    )


def of_row(row: Row[Any] | Any, day: date, numbers: dict[str, Any]) -> Standing:
    """The standing that a row of `columns` tells."""
    given = Light(row.light)
    pace = _pace(row, numbers)
    return Standing(row.scheduled, row.gap, row.days_left, given, pace, _why(row, day, numbers), row.known_on)


def _pace(row: Any, numbers: dict[str, Any]) -> Pace:
    """欠, 达 or 超: within `even` points of the schedule is 达; nobody is behind with what they were never asked."""
    if row.task_state in FINISHED:
        return Pace.DONE
    if row.task_state in (*NOT_STARTED, TaskState.PARKED, *OVER) or row.unknown or not row.measured:
        return Pace.OTHER
    even = numbers["even"]
    return Pace.BEHIND if row.gap > even else Pace.AHEAD if row.gap < -even else Pace.ON


def _why(row: Any, day: date, numbers: dict[str, Any]) -> str:
    """The facts behind a light, in words."""
    state, left = row.task_state, row.days_left
    said = {TaskState.PARKED: "挂账，停止计时", **{one: one.label for one in OVER}}
    if state in FINISHED:
        return "已核验完成"
    if state in said:
        return said[state]
    if left < 0:
        return f"已超期 {-left} 天" + ("，" + _silence(row, day) if row.unknown else "")
    if state in NOT_STARTED:
        return WAITS
    near = [f"距时限 {left} 天"] if left <= numbers["near_days"] and numbers.get("drives") != "gap" else []
    if row.unknown:
        return "，".join([_silence(row, day), *near])
    behind = row.gap >= numbers["yellow"] and numbers.get("drives") != "date"
    told = ([f"比序时进度慢 {row.gap} 个百分点"] if behind else []) + near
    return "，".join(told) or ("按序时推进" if row.measured else "尚未到报送的时候，暂看时限")


def _silence(row: Any, day: date) -> str:
    if row.known_on is None:
        return "从未掌握进展"
    return f"最近一次掌握情况是 {row.known_on}，已 {(day - row.known_on).days} 天没有新的情况"


@dataclass(frozen=True)
class _Asked:
    """The day and the numbers of one question."""

    day: date
    numbers: dict[str, Any]


def standings(tasks: Iterable[Task], day: date | None = None) -> dict[int, Standing]:
    """Where tasks of one region stand on a day (today), by id."""
    given = list(tasks)
    if not given:
        return {}
    asked = _asked(given[0].region_code, day)
    return _read([task.id for task in given], asked)


def standing(task: Task, day: date | None = None) -> Standing:
    """Where one task stands on a day (today)."""
    return standings([task], day)[task.id]


def _asked(region_code: str, day: date | None) -> _Asked:
    day = day or clock.today()
    return _Asked(day, book.of(region_code).numbers("lights", day))


def _read(ids: Collection[int], asked: _Asked) -> dict[int, Standing]:
    found: dict[int, Standing] = {}
    wanted = sorted(set(ids))
    for first in range(0, len(wanted), SENT):
        rows = select(Task.id, *columns(asked.day, asked.numbers)).where(Task.id.in_(wanted[first : first + SENT]))
        for row in db.session.execute(rows):
            found[row.id] = of_row(row, asked.day, asked.numbers)
    return found


#: The question of `scheduled_on`, built once.
_SCHEDULED: Any = select(_scheduled(bindparam("day", type_=Date()))).where(Task.id == bindparam("of", type_=Integer()))


def scheduled_on(task: Task, day: date) -> int:
    """序时进度 of one task on a day."""
    return int(db.session.execute(_SCHEDULED, {"day": day, "of": task.id}).scalar_one())


def stale_on(region_code: str, rhythm: Rhythm, known_on: date) -> date:
    """From which day on a task is 情况不明 when nothing more is heard of it."""
    silence = book.of(region_code).numbers("lights", known_on)["silence"]
    return known_on + timedelta(days=silence[rhythm.value])
