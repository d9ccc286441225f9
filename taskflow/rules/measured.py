"""The facts behind the lights as SQL: the same sums as `lights.standing`, for lists that the database filters.

A test holds the two against each other for every state, date and percentage.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import case, func, literal
from sqlalchemy.types import Date, Integer

from taskflow import db
from taskflow.rules.lights import FINISHED, NOT_STARTED, Light
from taskflow.tasks.models import Task, TaskState


def days_left(day: date) -> Any:
    """Days from a day to the deadline, negative when it has passed."""
    return db.days_between(literal(day, Date), Task.due_on)


def scheduled(day: date) -> Any:
    """序时进度 in points, 0–100."""
    gone = db.days_between(Task.start_on, literal(day, Date))
    length = db.days_between(Task.start_on, Task.due_on)
    # Both are whole numbers, so `//` is the plain division of either database.
    sofar = (100 * gone) // case((length < 1, 1), else_=length)
    return case((Task.due_on <= day, 100), (Task.start_on >= day, 0), else_=sofar)


def gap(day: date) -> Any:
    """Points behind (or, negative, ahead of) the scheduled progress; 0 while no report was ever asked for."""
    asked = case((Task.asked_through.is_(None), None), else_=scheduled(day) - Task.percent)
    return func.coalesce(asked, 0, type_=Integer())


def light(day: date, numbers: dict[str, Any]) -> Any:
    """A task's light as an SQL expression; its value is `Light`'s word."""
    drives = numbers.get("drives", "both")
    by_gap, by_date = drives != "date", drives != "gap"
    behind = gap(day)
    rows: list[tuple[Any, Any]] = [
        (Task.state.in_(FINISHED), Light.GREEN.value),
        (Task.state == TaskState.PARKED, Light.GREY.value),
        (Task.due_on < day, Light.RED.value),
        (Task.state.in_(NOT_STARTED), Light.GREY.value),
    ]
    if by_gap:
        # Nested, so that most rows (not even yellow, which comes before red) are reckoned once.
        worse = case((behind > numbers["red"], Light.RED.value), else_=Light.YELLOW.value)
        rows.append((behind >= numbers["yellow"], worse))
    if by_date:
        rows.append((days_left(day) <= numbers["near_days"], Light.YELLOW.value))
    return case(*rows, else_=Light.BLUE.value)


#: Worst first, for sorting by light.
WORST = {Light.RED: 0, Light.YELLOW: 1, Light.BLUE: 2, Light.GREY: 3, Light.GREEN: 4}


def by_light(day: date, numbers: dict[str, Any]) -> Any:
    """A number to sort by: the worst light first."""
    return case({word.value: place for word, place in WORST.items()}, value=light(day, numbers), else_=9)
