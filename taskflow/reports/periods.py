"""Reporting periods: which period is asked for next, when it opens and when it is due.

How often a task reports is what the office set for it, else the dated rule set `reporting`, by its source and
kind; on which days is always the rule set. A change of rhythm by decision is a new row of it, and a task
crosses over to it on the day it names. The last period before a deadline ends with the deadline, so that no
task is due without having been asked; a task that is overdue goes on being asked.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from taskflow import clock, db
from taskflow.plans.models import Recurrence
from taskflow.tasks.models import Node, Rhythm

if TYPE_CHECKING:  # the book stands on the same shelf and imports nothing from here
    from taskflow.rules.book import Rules

HORIZON = timedelta(days=6 * 366)  # looked ahead for the next period
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A stretch that one report covers."""

    name: str
    start: date
    end: date
    #: The last day that it answers for: a period cut short by the deadline is not asked for again.
    through: date
    opens_on: date
    due_on: date


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, months.monthrange(year, month)[1])


def quarter_of(day: date) -> tuple[str, date]:
    """The quarter of a day ("2024-Q2") and its last day."""
    number = (day.month - 1) // 3 + 1
    return f"{day.year}-Q{number}", month_end(day.year, number * 3)


def _week(day: date) -> tuple[str, date]:
    year, week, weekday = day.isocalendar()
    return f"{year}-W{week:02}", day + timedelta(days=7 - weekday)


def _ten_days(day: date) -> tuple[str, date]:
    part = min((day.day - 1) // 10, 2)
    end = month_end(day.year, day.month) if part == 2 else day.replace(day=10 * (part + 1))  # noqa: PLR2004  # 下旬
    return f"{day:%Y-%m}-{'上中下'[part]}旬", end


def _months(length: int, name: Callable[[date], str]) -> Callable[[date], tuple[str, date]]:
    def stretch(day: date) -> tuple[str, date]:
        last = -(-day.month // length) * length
        end = month_end(day.year, last)
        return name(end), end

    return stretch


#: Rhythms that follow the calendar: a day → the name and the last day of its period.
STRETCHES: dict[Rhythm, Callable[[date], tuple[str, date]]] = {
    Rhythm.WEEKLY: _week,
    Rhythm.TEN_DAY: _ten_days,
    Rhythm.MONTHLY: _months(1, lambda end: f"{end:%Y-%m}"),
    Rhythm.BIMONTHLY: _months(2, lambda end: f"{end.year}-{end.month - 1:02}/{end.month:02}"),
    Rhythm.QUARTERLY: _months(3, lambda end: quarter_of(end)[0]),
    Rhythm.HALF_YEARLY: _months(6, lambda end: f"{end.year}-H{end.month // 6}"),
    Rhythm.ANNUAL: _months(12, lambda end: str(end.year)),
}
#: How often work that comes again comes.
RECURS = {
    Recurrence.ANNUAL: Rhythm.ANNUAL,
    Recurrence.QUARTERLY: Rhythm.QUARTERLY,
    Recurrence.BIMONTHLY: Rhythm.BIMONTHLY,
    Recurrence.MONTHLY: Rhythm.MONTHLY,
}


def rhythm_on(task: Any, numbers: dict[str, Any], rules: Rules) -> Rhythm:
    """How often a task reports: as the office set it, else by the rule for its document and kind, or its source."""
    if task.rhythm is not None:
        return Rhythm(task.rhythm)
    rhythms: dict[str, str] = numbers["rhythm"]
    kind = str(task.source.kind.value)
    keys = (f"{task.document_code}.{task.kind}", task.document_code, f"{kind}.{task.kind}", kind)
    return Rhythm(next((rhythms[key] for key in keys if key in rhythms), source_rules(kind, rules)["rhythm"]))


def source_rules(kind: str, rules: Rules) -> dict[str, Any]:
    """What the county says of a kind of source: default rhythm, limit, what it asks for, whether closing is graded."""
    kinds: dict[str, dict[str, Any]] = rules.numbers("sources", clock.today())["kinds"]
    return kinds[kind]


def rhythm(task: Any, rules: Rules, day: date) -> Rhythm:
    """How often a task reports on a day."""
    try:
        return rhythm_on(task, rules.numbers("reporting", day), rules)
    except LookupError:  # before the county's first rule
        return Rhythm.NONE


def upcoming(task: Any, rules: Rules) -> Period | None:
    """The next period that has not been asked for and ends after the task began."""
    begun = clock.local(task.accepted_at).date() if task.accepted_at else task.start_on
    after = max(begun, task.asked_through) if task.asked_through else begun
    if task.rhythm is Rhythm.PER_NODE:  # nodes move; nothing of it may be remembered
        return _next(task, after, rules)
    key = (task.source.kind, task.document_code, task.kind, task.rhythm, after, task.due_on)
    if key not in rules.periods:  # every move of a task asks, and a plan of five years has many periods
        rules.periods[key] = _next(task, after, rules)
    found: Period | None = rules.periods[key]
    return found


def _next(task: Any, after: date, rules: Rules) -> Period | None:
    for day in _month_starts(after + ONE):
        if day > after + HORIZON:
            return None
        opening = month_end(day.year, day.month)
        try:
            numbers = rules.numbers("reporting", opening)
        except LookupError:
            continue
        if found := _in_month(task, max(day, after + ONE), opening, numbers, rules):
            return found
    return None


def _month_starts(first: date) -> Iterator[date]:
    """The first day of a month and of each one after it."""
    day = first.replace(day=1)
    while True:
        yield day
        day = month_end(day.year, day.month) + ONE


def _in_month(task: Any, day: date, last: date, numbers: dict[str, Any], rules: Rules) -> Period | None:
    """The first period from a day on that ends within this month, as the rhythm in force says."""
    kind = rhythm_on(task, numbers, rules)
    if kind is Rhythm.NONE:
        return None
    if kind is Rhythm.ONCE:
        return (
            _period("到期", (day, task.due_on, task.due_on), kind, numbers, rules)
            if day <= task.due_on <= last
            else None
        )
    if kind is Rhythm.PER_NODE:
        return _by_node(task, day, last, numbers, rules)
    name, through = STRETCHES[kind](day)
    end = task.due_on if day <= task.due_on < through else through  # the last one before the deadline ends with it
    return _period(name, (day, end, through), kind, numbers, rules) if end <= last else None


def _by_node(task: Any, day: date, last: date, numbers: dict[str, Any], rules: Rules) -> Period | None:
    """The next node's day, or the deadline's."""
    ahead = select(Node.finish_on, Node.place).where(Node.task_id == task.id, Node.finish_on >= day)
    found = db.session.execute(ahead.order_by(Node.finish_on, Node.place).limit(1)).first()
    name, end = (f"节点{found.place}", found.finish_on) if found else ("到期", task.due_on)
    return _period(name, (day, end, end), Rhythm.PER_NODE, numbers, rules) if day <= end <= last else None


def _period(name: str, days: tuple[date, date, date], kind: Rhythm, numbers: dict[str, Any], rules: Rules) -> Period:
    start, end, through = days
    spec = numbers.get(kind.value) or rules.numbers("rhythms", end)[kind.value]
    opens, due = (end + timedelta(days=spec[key]) for key in ("opens", "due"))
    return Period(name, start, end, through, opens, rules.calendar.roll(due))
