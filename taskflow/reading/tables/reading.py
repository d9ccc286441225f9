"""A table as the product takes it: what its columns mean, the tasks in it, and what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from taskflow import errors
from taskflow.reading.files.source import Source
from taskflow.reading.tables import header as heads
from taskflow.reading.tables import mapping as maps
from taskflow.reading.tables.grid import Grid
from taskflow.reading.tables.known import KnownUnits
from taskflow.reading.tables.mapping import Mapping

if TYPE_CHECKING:
    from taskflow.reading.tables.checks import Problem
    from taskflow.reading.tables.entries import Entry, Rows, Skipped

_FIRST_LEADS = re.compile("列第一位|排在?第一位|排在?首位|第一个?(?:为|是)牵头|首位(?:单位)?为牵头")
SAMPLES = 3
MOST = 6  # sheets named in a sentence


@dataclass(frozen=True)
class TableReading:
    """A table, read. Nothing is stored, and nothing may be while `ok` is false."""

    source: Source
    mapping: Mapping
    grid: Grid
    rows: Rows
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]
    period_to: dt.date | None = None
    #: Names of units as printed → as the county calls them; those that it does not know are left out.
    named: dict[str, str] | None = None

    @property
    def entries(self) -> list[Entry]:
        """The tasks."""
        return self.rows.entries

    @property
    def skipped(self) -> list[Skipped]:
        """Rows that are no task, and why."""
        return self.rows.skipped

    @property
    def errors(self) -> list[Problem]:
        """What must be mended before the table comes in."""
        return [problem for problem in self.problems if problem.error]

    @property
    def ok(self) -> bool:
        """Whether the whole table may come in."""
        return not self.errors and bool(self.entries)

    @cached_property
    def title(self) -> str:
        """What stands over the table; its sheet's or file's name must do where nothing does."""
        lines = [line for line in heads.above(self.grid, heads.at(self.grid, self._first, self._last)) if line]
        plain = [line for line in lines if not re.match("单位[:：]|附件|附表|填报", line)]
        return max(plain, key=len, default="") if plain else ""

    @property
    def _first(self) -> int:
        return self.mapping.header_first

    @property
    def _last(self) -> int:
        return self.mapping.header_last

    def samples(self, column: int) -> list[str]:
        """The first values of a column that say something."""
        found: list[str] = []
        for row in range(self.mapping.first_row, len(self.grid.rows)):
            if (text := self.grid.at(row, column)) and text not in found and not self.grid.spans(row):
                found.append(text)
            if len(found) == SAMPLES:
                break
        return found

    def unknown_units(self) -> dict[str, tuple[int, tuple[str, ...]]]:
        """Units that the county does not know, with how often they stand there and what may be meant."""
        found: dict[str, tuple[int, tuple[str, ...]]] = {}
        for problem in self.problems:
            if problem.message.startswith("单位库中没有"):
                count, _ = found.get(problem.value, (0, ()))
                found[problem.value] = count + 1, problem.allowed
        return found


def read_table(
    source: Source,
    mapping: Mapping | None = None,
    units: KnownUnits | None = None,
    *,
    year: int | None = None,
    period_to: dt.date | None = None,
) -> TableReading:
    """Read a table as the mapping says, or as its header does. Raises errors.Unreadable when there is no header."""
    from taskflow.reading.tables.checks import Checker, Problem  # noqa: PLC0415  # slow, and for this act alone
    from taskflow.reading.tables.entries import Reader  # noqa: PLC0415

    grids = maps.grids(source)
    if mapping is None:
        mapping = maps.best(grids, year)
    if mapping is None:
        raise errors.Unreadable(NO_HEADER)
    grid = next((one for one in grids if one.name == mapping.sheet), None)
    if grid is None or mapping.first_row > len(grid.rows) or len(mapping.columns) != grid.width:
        raise errors.Unreadable(f"文件里没有工作表“{mapping.sheet}”，或它的列数与所选的对应关系不同。")
    mapping = mapping if mapping.year or not year else replace(mapping, year=year)
    grid, joined = maps.together(grids, mapping)
    over = "".join("".join(row) for row in grid.rows[: mapping.first_row])
    foot = "".join("".join(row) for row in grid.rows[-3:])
    rows = Reader(grid, mapping, period_to, first_leads=bool(_FIRST_LEADS.search(over + foot))).read()
    problems = Checker(grid, mapping, units).check(rows.entries)
    if not rows.entries:
        problems.append(Problem(0, "", "", "表头下面没有任务，请核对表头所在的行。"))
    named = _named(rows.entries, mapping, units)
    return TableReading(
        source, mapping, grid, rows, tuple(problems), _warnings(source, grids, [grid.name, *joined]), period_to, named
    )


NO_HEADER = "没有找到表头：第一行应写明各列名称，如“序号、重点任务、牵头单位、完成时限”。"


def _warnings(source: Source, grids: list[Grid], read: list[str]) -> tuple[str, ...]:
    """What the reader of the file said, the sheets that were put together, and those that were left alone."""
    told = [*source.warnings]
    if len(read) > 1:
        told.append(f"{len(read)} 张工作表的表头相同，已一并读取：{'、'.join(read[:MOST])}。")
    others = [one.name for one in grids if one.name not in read and any(one.own(row) for row in range(len(one.rows)))]
    if others:
        told.append(f"还有 {len(others)} 张工作表没有读：{'、'.join(others[:MOST])}。如需导入，请另选工作表。")
    return tuple(told)


def _named(entries: list[Entry], mapping: Mapping, units: KnownUnits | None) -> dict[str, str] | None:
    if units is None:
        return None
    names = {name for entry in entries for name in (*entry.units.lead, *entry.units.supporting)}
    found = {name: mapping.units.get(name) or units.find(name) for name in names}
    return {name: short for name, short in found.items() if short and mapping.units.get(name, short)}
