"""Reporting periods: which period is asked for next, when it opens and when it is due.

How often a task reports and on which days is the dated rule set `reporting`; a change of rhythm by
decision is a new row, and a task crosses over to it on the day it names.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from taskflow import clock

if TYPE_CHECKING:  # the book stands on the same shelf and imports nothing from here
    from taskflow.rules.book import Rules

HORIZON = 12 * 6  # months looked ahead for the next period


@dataclass(frozen=True)
class Period:
    """A stretch that one report covers."""

    name: str
    start: date
    end: date
    opens_on: date
    due_on: date


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, months.monthrange(year, month)[1])


def quarter_of(day: date) -> tuple[str, date]:
    """The quarter of a day ("2024-Q2") and its last day."""
    number = (day.month - 1) // 3 + 1
    return f"{day.year}-Q{number}", month_end(day.year, number * 3)


def rhythm(task: Any, numbers: dict[str, Any]) -> str:
    """monthly, quarterly, annual or none: by the document's kind and the task's own kind."""
    rhythms: dict[str, str] = numbers["rhythm"]
    source = "project" if task.project_id else "measure"
    keys = (f"{task.document_code}.{task.kind}", task.document_code, f"{source}.{task.kind}", source)
    return next((rhythms[key] for key in keys if key in rhythms), "none")


def ending(month: date, rhythm_name: str, numbers: dict[str, Any], rules: Rules) -> Period | None:
    """The period of a rhythm that ends with this month, if one does."""
    year, number = month.year, month.month
    end = month_end(year, number)
    spec = numbers.get(rhythm_name)
    if spec is None:
        return None
    if rhythm_name == "monthly":
        name, start = f"{year}-{number:02}", date(year, number, 1)
    elif rhythm_name == "quarterly" and number % 3 == 0:
        name, start = quarter_of(end)[0], date(year, number - 2, 1)
    elif rhythm_name == "annual" and number == 12:  # noqa: PLR2004  # December
        name, start = str(year), date(year, 1, 1)
    else:
        return None
    opens, due = (end + timedelta(days=spec[key]) for key in ("opens", "due"))
    return Period(name, start, end, opens, rules.calendar.roll(due))


def upcoming(task: Any, rules: Rules) -> Period | None:
    """The next period that has not been asked for and ends after the task began."""
    begun = clock.local(task.accepted_at).date() if task.accepted_at else task.start_on
    after = max(begun, task.asked_through) if task.asked_through else begun
    source = "project" if task.project_id else "measure"
    key = (source, task.document_code, task.kind, after, task.due_on)
    if key not in rules.periods:  # every move of a task asks, and a plan of five years has many months
        rules.periods[key] = _next(task, after, rules)
    found: Period | None = rules.periods[key]
    return found


def _next(task: Any, after: date, rules: Rules) -> Period | None:
    for month in _months(after):
        if month > task.due_on.replace(day=1):
            return None
        opening = month_end(month.year, month.month)
        try:
            numbers = rules.numbers("reporting", opening)
        except LookupError:
            continue
        period = ending(month, rhythm(task, numbers), numbers, rules)
        if period and period.end > after:
            return period
    return None


def _months(start: date) -> Iterator[date]:
    year, month = start.year, start.month
    for _ in range(HORIZON):
        yield date(year, month, 1)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004
