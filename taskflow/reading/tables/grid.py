"""A sheet as a grid: merged cells known, values tidy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from taskflow.reading.files.source import Range, Table

_HAN = r"[\u3400-\u9fff\u3007]"
_BREAK = re.compile(rf"(?<={_HAN})\s*\n\s*(?={_HAN})")
#: How a .csv marks a cell that only looks like a formula; more marks than one stand for one less.
_MARKED = re.compile(r"'(?='*[=+\-@＝＋－＠\t\r])")


def letter(column: int) -> str:
    """The column as spreadsheets call it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def tidy(cell: str) -> str:
    """A cell's text: no blanks around it, no line breaks between Chinese words."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n\u3000\xa0")
    return _BREAK.sub("", text) if "\n" in text else text


@dataclass(frozen=True)
class Grid:
    """A sheet with as many cells in every row; empty cells are ""."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[Range, ...]
    #: On which line of the file's text each row begins, from 1.
    lines: tuple[int, ...]
    #: Sheet and row (from 0) of each row, where several sheets were put together.
    origins: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, sheet: Table, name: str, *, marked: bool = False) -> Grid:
        """The grid of a sheet; `marked`: cells that look like formulas carry an apostrophe (our .csv)."""
        width = max((len(row) for row in sheet.rows), default=0)
        rows = tuple(
            tuple(_MARKED.sub("", cell, count=1) if marked and cell.startswith("'") else cell for cell in row)
            + ("",) * (width - len(row))
            for row in sheet.rows
        )
        inside = tuple(one for one in sheet.merged if one[2] < len(rows) and one[3] < width)
        return cls(name, rows, inside, sheet.lines)

    def joined(self, other: Grid, skip: int) -> Grid:
        """This grid with another sheet's rows below it, from `skip` on, under that sheet's name as a heading."""
        here = self.origins or tuple((self.name, row) for row in range(len(self.rows)))
        top = len(self.rows)
        shift = top + 1 - skip
        head = (other.name, *[""] * (self.width - 1))
        moved = tuple((a + shift, b, c + shift, d) for a, b, c, d in other.merged if a >= skip)
        return Grid(
            self.name,
            (*self.rows, head, *other.rows[skip:]),
            (*self.merged, (top, 0, top, self.width - 1), *moved),
            (*self.lines, other.lines[0], *other.lines[skip:]),
            (*here, (other.name, 0), *((other.name, row) for row in range(skip, len(other.rows)))),
        )

    def label(self, row: int) -> str:
        """A row as people call it: “3”, or “乙表 3” where several sheets were put together."""
        if not self.origins:
            return str(row + 1)
        sheet, number = self.origins[row]
        return f"{sheet} {number + 1}"

    @property
    def width(self) -> int:
        """Columns."""
        return len(self.rows[0]) if self.rows else 0

    @cached_property
    def ranges(self) -> dict[tuple[int, int], Range]:
        """The merged range over a cell."""
        found: dict[tuple[int, int], Range] = {}
        for one in self.merged:
            for row in range(one[0], one[2] + 1):
                found |= {(row, column): one for column in range(one[1], one[3] + 1)}
        return found

    def raw(self, row: int, column: int) -> str:
        """A cell as printed, or what stands in the merged cell over it."""
        over = self.ranges.get((row, column))
        return self.rows[over[0]][over[1]] if over else self.rows[row][column]

    def at(self, row: int, column: int) -> str:
        """The same, tidy."""
        return tidy(self.raw(row, column))

    def top(self, row: int, column: int) -> int:
        """The first row of the merged cell over a cell; its own row when it is not merged."""
        over = self.ranges.get((row, column))
        return over[0] if over else row

    def own(self, row: int) -> list[tuple[int, str]]:
        """The cells of a row that are not just the lower or right part of a merged one, with their columns."""
        found = []
        for column in range(self.width):
            over = self.ranges.get((row, column))
            if (over is None or over[:2] == (row, column)) and (text := tidy(self.rows[row][column])):
                found.append((column, text))
        return found

    def spans(self, row: int) -> bool:
        """Whether one cell fills (nearly) the whole width of a row."""
        own = self.own(row)
        if len(own) != 1:
            return False
        over = self.ranges.get((row, own[0][0]))
        return over is not None and over[3] - over[1] + 1 >= max(2, self.width - 2)
