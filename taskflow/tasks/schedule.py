"""Scheduling (倒排工期): fix the deadline, walk back through the steps in working days. Pure.

A step's length is in working days; each step ends where the next begins, the last one ends at the
deadline less the slack kept before acceptance. When the steps do not fit between start and deadline the
plan says by how much and at which step, and compresses them in proportion so that every task still has
dated nodes; the note stays on the task for the person who decides. Where there is far more room than the steps
need, they can be spread over it in proportion, so that not all of them lie at its end. Work of several years without
steps of its own has a stage for each year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from taskflow.workdays import Calendar


@dataclass(frozen=True)
class Step:
    """A step of a template: a name and a length in working days."""

    name: str
    days: int


@dataclass(frozen=True)
class Planned:
    """A dated step, and why it ends when it ends."""

    name: str
    start: date
    finish: date
    because: str


@dataclass(frozen=True)
class Schedule:
    """The dated steps, first to last; `short` working days are missing (0: it fits)."""

    steps: Sequence[Planned]
    short: int = 0
    first_failing: str = ""
    #: The steps need so many working days and were spread over so many (0, 0: they were not).
    spread: tuple[int, int] = (0, 0)

    @property
    def note(self) -> str:
        """What a person must know before signing; empty when all fits as it is."""
        if self.spread[1]:
            return f"标准工期 {self.spread[0]} 个工作日，任务期内有 {self.spread[1]} 个，各节点已按比例摊到全期"
        if not self.short:
            return ""
        return f"按标准工期缺 {self.short} 个工作日，从“{self.first_failing}”起排不下，已按比例压缩"


def backward(  # the five of a schedule, and how much room is too much
    start: date, due: date, steps: Sequence[Step], calendar: Calendar, slack: int = 0, spread: float = 0
) -> Schedule:
    """Lay the steps back from the deadline.

    `slack` working days are kept free before `due`. Steps never start before `start`. Where there are more than
    `spread` times the working days that they need, they are stretched in proportion (0: never).
    """
    if due < start:
        raise ValueError(f"deadline {due} is before the start {start}")
    need = sum(step.days for step in steps) + slack
    room = calendar.count(start, due)
    lengths = need - slack
    if spread and lengths and room - slack > spread * lengths:
        stretched = _share_out(steps, room - slack)
        return Schedule(_lay(start, due, stretched, calendar, slack), spread=(lengths, room - slack))
    if need <= room:
        return Schedule(_lay(start, due, steps, calendar, slack))
    failing = _first_failing(steps, room - slack)
    squeezed = _share_out(steps, max(0, room))
    return Schedule(_lay(start, due, squeezed, calendar, 0), need - room, failing)


def _first_failing(steps: Sequence[Step], room: int) -> str:
    """Walking back, the first step whose start falls before the plan may begin."""
    used = 0
    for step in reversed(steps):
        used += step.days
        if used > room:
            return step.name
    return steps[0].name if steps else ""


def _share_out(steps: Sequence[Step], room: int) -> list[Step]:
    """The same steps in less room or more, in proportion; rounding never adds up to more than the room."""
    total = max(1, sum(step.days for step in steps))
    shared, given, seen = [], 0, 0
    for step in steps:
        seen += step.days
        upto = room * seen // total
        shared.append(Step(step.name, upto - given))
        given = upto
    return shared


def yearly(start: date, due: date, name: str, calendar: Calendar, slack: int = 0) -> Schedule:
    """A stage for each year from the start to the deadline; `name` has {year} in it.

    Each ends with the last working day of its year, the last one with the deadline less `slack` working days. A year
    in which no working day is left for a stage has none.
    """
    if due < start:
        raise ValueError(f"deadline {due} is before the start {start}")
    last = max(start, _before(due, slack, calendar))
    before = f"完成时限 {due}" + (f" 前留 {slack} 个工作日余量" if slack else "")
    ends = [(year, calendar.add(date(year + 1, 1, 1), -1)) for year in range(start.year, due.year)]
    stages = [(year, end, f"{year} 年最后一个工作日") for year, end in ends if start < end < last]
    laid: list[Planned] = []
    for year, end, why in [*stages, (last.year, last, before)]:
        begin = calendar.add(laid[-1].finish, 1) if laid else start
        laid.append(Planned(name.format(year=year), min(begin, end), end, f"{end} ← {why}"))
    return Schedule(laid)


def _before(day: date, n: int, calendar: Calendar) -> date:
    """The latest day with `n` working days after it up to `day`; a day off is none of them."""
    return calendar.add(day, -n if calendar.works(day) else -n - 1) if n else day


def _lay(start: date, due: date, steps: Sequence[Step], calendar: Calendar, slack: int) -> list[Planned]:
    finish = _before(due, slack, calendar)
    why = f"完成时限 {due}" + (f" 前留 {slack} 个工作日余量" if slack else "")
    laid: list[Planned] = []
    for step in reversed(steps):
        begin = max(start, _before(finish, step.days, calendar))
        laid.append(Planned(step.name, min(begin, finish), finish, f"{finish} ← {why}"))
        why = f"下一节点“{step.name}”须 {begin} 开始"
        finish = max(start, begin)
    return laid[::-1]
