"""The units of a county as documents know them: all their names, and the words that mark their work."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from taskflow import db
from taskflow.org.models import Unit, UnitDuty, UnitName
from taskflow.reading import duties


def called(region_code: str) -> list[tuple[Unit, tuple[str, ...]]]:
    """The units of a region in their order, each with its further names; two queries."""
    others: dict[int, list[str]] = defaultdict(list)
    ours = select(Unit.id).where(Unit.region_code == region_code)
    for name in db.rows(select(UnitName).where(UnitName.unit_id.in_(ours)).order_by(UnitName.id)):
        others[name.unit_id].append(name.name)
    units = db.rows(select(Unit).where(Unit.region_code == region_code).order_by(Unit.place, Unit.id))
    return [(unit, tuple(others[unit.id])) for unit in units]


def of(region_code: str) -> duties.Vocabulary:
    """The units with their duties; three queries, and never an old answer: a file is read once, by a worker."""
    words: dict[int, list[tuple[str, float]]] = defaultdict(list)
    ours = select(Unit.id).where(Unit.region_code == region_code)
    for duty in db.rows(select(UnitDuty).where(UnitDuty.unit_id.in_(ours)).order_by(UnitDuty.id)):
        words[duty.unit_id].append((duty.word, float(duty.weight)))
    return duties.Vocabulary(
        tuple(duties.Unit(unit.name, unit.short, others, tuple(words[unit.id])) for unit, others in called(region_code))
    )
