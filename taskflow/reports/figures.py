"""What the figures of a report say: each held against its target, and the percentage that follows from them.

A cumulative target (累计) is told what was done in the period, and the sum over the accepted reports counts; a
target at a point in time (时点) is told the state at the end of the period, and the newest counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, bindparam, or_, select

from taskflow import db
from taskflow.plans.models import Direction, Target
from taskflow.reports.models import Report, TargetValue
from taskflow.reports.periods import RECURS, STRETCHES
from taskflow.tasks.models import Rhythm

FULL, ALMOST = 100, 99
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?\Z", re.ASCII)


#: The newest report first, by the day for which it speaks.
NEWEST = (Report.as_of.desc(), Report.drafted_at.desc(), Report.id.desc())


def after(report: Any) -> Any:
    """The condition on `Report` that it speaks for a later day, or of the same day again."""
    again = (Report.as_of == report.as_of) & (Report.drafted_at > report.drafted_at)
    return (Report.as_of > report.as_of) | again


def number(text: str | None) -> str:
    """A figure as typed, when it is a number; otherwise empty."""
    found = (text or "").strip()
    return found if _NUMBER.match(found) else ""


@dataclass(frozen=True)
class Figure:
    """A target, what earlier reports gave for it, and what this one says."""

    target: Target
    before: Decimal | None
    #: As typed; a number, but for targets that print none.
    told: str

    @property
    def reached(self) -> Decimal | None:
        """What counts after this report; None: nobody ever gave a figure."""
        now = number(self.told)
        if not now:
            return self.before
        return Decimal(now) + (self.before or 0) if self.target.cumulative else Decimal(now)

    @property
    def wanted(self) -> tuple[Decimal, Decimal] | None:
        """The target as (low, high), the same twice unless it is a range; None: it prints no number."""
        low, high = number(self.target.value), number(self.target.value_high)
        if not low:
            return None
        return Decimal(low), Decimal(high or low)

    @property
    def met(self) -> bool:
        """Whether the target is reached; one without a number is, when something was told."""
        if self.wanted is None:
            return bool(self.told)
        return self.share == FULL

    @property
    def share(self) -> int:
        """How much of the target is reached, 0–100; 100 only when it is met."""
        if self.wanted is None or self.reached is None:
            return 0
        (low, high), now = self.wanted, self.reached
        direction = self.target.direction
        if direction is Direction.LOWER:
            return FULL if now <= high else _part(high, now)
        if direction is Direction.HIGHER:
            return FULL if now >= low else _part(now, low)
        if low <= now <= high:
            return FULL
        return _part(now, low) if now < low else _part(high, now)


def _part(small: Decimal, large: Decimal) -> int:
    return max(0, min(ALMOST, int(100 * small / large))) if large else 0


def standing(report: Any, told: Mapping[str, str]) -> list[Figure]:
    """Every target of the report's task with what earlier reports gave and what this one says."""
    targets = targets_of(report, told)
    others = [TargetValue.report_id != report.id]
    if report.judged_at is not None:  # what was written after it does not count before it
        others.append(~after(report))
    before = counted({target.id: target.cumulative for target in targets}, *others)
    return [Figure(one, before.get(one.id), str(told.get(str(one.id)) or "").strip()) for one in targets]


def targets_of(report: Any, told: Mapping[str, str]) -> Sequence[Target]:
    """The figures that the task's measure promises; one since replaced stays where it was reported on."""
    if report.task.measure_id is None:
        return []
    named = [int(key) for key in told if str(key).isdecimal()]
    return db.session.scalars(_PROMISED, {"of": report.task.measure_id, "named": named}).all()


_PROMISED = (
    select(Target)
    .where(
        Target.measure_id == bindparam("of", type_=Integer()),
        or_(Target.replaced_on.is_(None), Target.id.in_(bindparam("named", expanding=True, type_=Integer()))),
    )
    .order_by(Target.place)
)


def counted(cumulative: Mapping[int, bool], *where: Any) -> dict[int, Decimal]:
    """What accepted reports gave for targets (id → cumulative): the sum of a cumulative one, else the newest figure."""
    if not cumulative:
        return {}
    given = select(TargetValue).join(Report, Report.id == TargetValue.report_id)
    given = given.where(TargetValue.target_id.in_(cumulative), *where)
    found: dict[int, Decimal] = {}
    for one in db.rows(given.order_by(Report.as_of, Report.drafted_at, TargetValue.id)):
        before = found.get(one.target_id, Decimal(0)) if cumulative[one.target_id] else Decimal(0)
        found[one.target_id] = before + one.value
    return found


def reckoned(figures: Sequence[Figure]) -> int | None:
    """The percentage that follows from the figures: their mean, 100 only when all are met; None: nothing to reckon."""
    with_number = [one for one in figures if one.wanted is not None]
    if not with_number or not any(one.told or one.before is not None for one in with_number):
        return None
    mean = sum(one.share for one in with_number) // len(with_number)
    return FULL if all(one.met for one in with_number) else min(mean, ALMOST)


def short(figures: Sequence[Figure]) -> list[Figure]:
    """The figures that are told and below their target (or above, where less is better)."""
    return [one for one in figures if one.wanted is not None and one.reached is not None and not one.met]


def turns(task: Any) -> int:
    """How many turns recurring work has from its acceptance to its deadline, at least one."""
    recurrence = task.measure.recurrence if task.measure else None
    rhythm = RECURS[recurrence] if recurrence else task.rhythm or Rhythm.ANNUAL
    if rhythm not in STRETCHES:
        return 1
    stretch = STRETCHES[rhythm]
    day, count = task.start_on, 0
    while day <= task.due_on and count < 600:  # noqa: PLR2004  # weeks of ten years
        day = stretch(day)[1] + (day.resolution)
        count += 1
    return max(1, count)
