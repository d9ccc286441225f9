"""A table that was read, held against the database: which rows are there already, unchanged or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from taskflow import db
from taskflow.drafts.models import Draft
from taskflow.org import vocabulary
from taskflow.org.models import Unit
from taskflow.reading.tables.grid import tidy
from taskflow.reading.tables.known import KnownUnits
from taskflow.reading.tables.reading import TableReading
from taskflow.tables import items
from taskflow.tables.items import Item
from taskflow.tasks.models import Task

if TYPE_CHECKING:
    from taskflow.reading.tables.entries import Entry


@dataclass(frozen=True)
class Known:
    """A row whose code the database has: what differs, as (column's name, in the table, in the database)."""

    row: int
    code: str
    title: str
    differences: tuple[tuple[str, str, str], ...] = ()

    @property
    def same(self) -> bool:
        """Whether the row says just what the database says."""
        return not self.differences


@dataclass(frozen=True)
class Compared:
    """The rows of a table that are known already; all others are new."""

    known: Sequence[Known] = field(default=())

    @property
    def same(self) -> list[Known]:
        """与库中一致"""
        return [one for one in self.known if one.same]

    @property
    def different(self) -> list[Known]:
        """与库中不同"""
        return [one for one in self.known if not one.same]

    @property
    def rows(self) -> frozenset[int]:
        """The rows (from 0) that are no new work."""
        return frozenset(one.row for one in self.known)


def units_of(region_code: str) -> KnownUnits:
    """The units of a county under all their names; two queries."""
    return KnownUnits.of((unit.name, unit.short, *others) for unit, others in vocabulary.called(region_code))


def unit_names(region_code: str) -> Sequence[str]:
    """The short names of a county's units, in their order."""
    return db.rows(select(Unit.short).where(Unit.region_code == region_code).order_by(Unit.place, Unit.id))


def compare(reading: TableReading, region_code: str) -> Compared:
    """Which rows are known by their codes; a constant number of queries."""
    coded = {entry.code: entry for entry in reading.entries if entry.code}
    if not coded:
        return Compared()
    found = _items(sorted(coded), region_code)
    return Compared([_held(reading, coded[code], item) for code, item in found.items()])


def _items(codes: Sequence[str], region_code: str) -> Mapping[str, Item]:
    tasks = {item.code: item for item in items.tasks([Task.code.in_(codes)], region_code)}
    files = {int(code[1:].split("-")[0]) for code in codes if _is_draft(code)}
    mine = select(Draft.intake_id).where(Draft.region_code == region_code, Draft.intake_id.in_(files)).distinct()
    drafts = [item for intake_id in db.rows(mine) for item in items.drafts(intake_id, region_code)] if files else []
    wanted = set(codes)
    return {item.code: item for item in drafts if item.code in wanted} | tasks


def _is_draft(code: str) -> bool:
    """“D12-3”"""
    file, _, place = code[1:].partition("-")
    return code.startswith("D") and all(part.isascii() and part.isdigit() and len(part) < 10 for part in (file, place))  # noqa: PLR2004


def _held(reading: TableReading, entry: Entry, item: Item) -> Known:
    """What a row says otherwise than the database, in the columns that it has."""
    fields = {column.field for column in reading.mapping.columns}
    called = reading.named or {}
    lead, supporting = (
        [called.get(name, name) for name in names] for names in (entry.units.lead, entry.units.supporting)
    )
    pairs = [
        ("title", "名称", entry.title, tidy(item.title)),
        ("lead", "牵头单位", "、".join(lead), item.lead),
        ("supporting", "配合单位", "、".join(sorted(supporting)), "、".join(sorted(item.supporting))),
        ("start", "开始时间", _day(entry.start), _day(item.start)),
        ("due", "完成时限", _day(entry.deadline.date) or entry.phrase, _day(item.due)),
    ]
    if "node" in fields:
        pairs.append(("node", "节点", _read_steps(entry), _steps(item)))
    told = tuple((word, ours, theirs) for name, word, ours, theirs in pairs if name in fields and ours != theirs)
    return Known(entry.row, entry.code, entry.title, told)


def _day(value: date | str | None) -> str:
    return "" if value is None else str(value)


def _read_steps(entry: Entry) -> str:
    told = [(part.name, part.start, part.due, part.done_on) for part in entry.parts if part.name]
    return "；".join(" ".join(map(_day, step)).strip() for step in told)


def _steps(item: Item) -> str:
    told = [(step.name, step.start, step.finish, step.done_on) for step in item.steps]
    return "；".join(" ".join(map(_day, step)).strip() for step in told)
