"""What the columns of an uploaded table were taken for: as the header says, as a person set it, as it was saved."""

from __future__ import annotations

from collections.abc import Mapping as Given
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from taskflow import clock, db, errors
from taskflow.org.models import Person
from taskflow.reading.files.source import Source
from taskflow.reading.tables import header as heads
from taskflow.reading.tables import mapping as maps
from taskflow.reading.tables.grid import Grid
from taskflow.reading.tables.mapping import Mapping
from taskflow.reading.tables.words import FIELDS
from taskflow.tables.models import TableMapping, TableUpload

LONGEST_NAME = 40  # characters of a saved mapping's name


def saved(region_code: str) -> list[TableMapping]:
    """The saved mappings of a county, by name."""
    mine = select(TableMapping).where(TableMapping.region_code == region_code)
    return list(db.rows(mine.order_by(TableMapping.name)))


def remembered(region_code: str, source: Source) -> dict[str, Any] | None:
    """The mapping saved for a table with the same header, if there is one."""
    guessed = maps.best(maps.grids(source))
    kept = saved(region_code) if guessed else []
    known = next((one for one in kept if guessed and one.header_words == guessed.header_words), None)
    return guessed.taken_as(known.columns).as_json() if guessed and known else None


def save(name: str, mapping: Mapping, by: Person, *, instead: bool) -> TableMapping:
    """Save a mapping by name. Raises errors.Refusal for a name that is taken or missing. The caller commits."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise errors.Refusal(f"请给这个对应关系起一个名称（不超过 {LONGEST_NAME} 字）。")
    taken = select(TableMapping).where(TableMapping.region_code == by.region_code, TableMapping.name == name)
    found = db.session.scalars(taken).one_or_none()
    if found and not instead:
        raise errors.Refusal(f"已有名为“{name}”的对应关系，请换一个名称，或勾选“替换同名的”。")
    if found is None:
        found = TableMapping(region_code=by.region_code, name=name)
        db.session.add(found)
    found.layout, found.header_words = mapping.layout, mapping.header_words
    found.columns = [column.field for column in mapping.columns]
    found.created_at, found.created_by_id = clock.now(), by.id
    db.session.flush()
    return found


def mapping_of(upload: TableUpload, source: Source) -> Mapping | None:
    """What the columns were taken for: as somebody set it, or as the header says; None without a header."""
    if upload.mapping is not None:
        return Mapping.from_json(upload.mapping)
    return maps.best(maps.grids(source))


def changed(
    current: Mapping | None, source: Source, given: Given[str, str], kept: list[TableMapping], units: set[str]
) -> Mapping:
    """The mapping as a form says it; `units`: short names that may be chosen. Raises errors.BadInput for nonsense."""
    grids = {grid.name: grid for grid in maps.grids(source)}
    grid = grids.get(given.get("sheet", "")) or next(iter(grids.values()))
    made = _rows_and_fields(current, grid, given)
    if name := given.get("saved"):
        one = next((one for one in kept if one.name == name), None)
        known = made.like(one.header_words, one.columns) if one else None
        if known is None:
            raise _refused("saved", f"“{name}”是为另一种表头保存的，不能用于这张表。")
        made = known
    return replace(made, year=_year(given.get("year", "")), units=_units(given, made.units, units))


def _rows_and_fields(current: Mapping | None, grid: Grid, given: Given[str, str]) -> Mapping:
    """The meanings that were chosen; another sheet or another header is guessed afresh."""
    if current is None or grid.name != current.sheet:
        return _guess(grid, *(_header_rows(given, grid) if current is None else (-1, -1)))
    first, last = _header_rows(given, grid)
    if first >= 0 and (first, last) != (current.header_first, current.header_last):
        return replace(_guess(grid, first, last), units=current.units)
    return current.taken_as([_field(given, column) for column in current.columns])


def _refused(field: str, sentence: str) -> errors.BadInput:
    return errors.BadInput({field: sentence})


def _guess(grid: Grid, first: int, last: int) -> Mapping:
    found = maps.guess(grid, head=heads.at(grid, first, last)) if first >= 0 else maps.guess(grid)
    if found is None:
        raise _refused("header_first", f"工作表“{grid.name}”里没有找到表头，请填写表头所在的行。")
    return found


def _header_rows(given: Given[str, str], grid: Grid) -> tuple[int, int]:
    """First and last row of the header from 0; -1: as the reader finds it."""
    first, last = (_number(given.get(name, "")) for name in ("header_first", "header_last"))
    if not first:
        return -1, -1
    last = last or first
    if not first <= last <= min(first + 1, len(grid.rows)):
        raise _refused("header_first", f"表头应是一行或相邻两行，且不超过第 {len(grid.rows)} 行，请改正。")
    return first - 1, last - 1


def _number(text: str) -> int:
    text = text.strip()
    return int(text[:6]) if text.isascii() and text.isdigit() else 0


def _year(text: str) -> int | None:
    year = _number(text)
    if text.strip() and not 2000 <= year <= 2100:  # noqa: PLR2004
        raise _refused("year", "年度应是四位数字，如 2024。")
    return year or None


def _field(given: Given[str, str], column: maps.Column) -> str:
    field = given.get(f"field-{column.index}", column.field)
    if field not in FIELDS:
        raise _refused(f"field-{column.index}", f"{column.place} 的含义“{field[:20]}”无法识别，请重新选择。")
    return field


def _units(given: Given[str, str], before: dict[str, str], units: set[str]) -> dict[str, str]:
    """Which unit is meant by each name that the county does not know; “-”: none."""
    found = dict(before)
    place = 0
    while name := given.get(f"unit-name-{place}"):
        chosen = given.get(f"unit-{place}", "")
        if chosen not in {"", "-", *units}:
            raise _refused(f"unit-{place}", f"单位库中没有“{chosen[:20]}”，请重新选择。")
        found.pop(name, None)
        if chosen:
            found[name] = "" if chosen == "-" else chosen
        place += 1
    return found
