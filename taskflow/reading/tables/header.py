"""Where the header of a table is (one row or two), and what stands over it: the title, the year, the unit of money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from taskflow.reading.tables import words
from taskflow.reading.tables.grid import Grid

DEEPEST = 20  # rows that are searched for a header
FEWEST = 2  # columns that a header must name
YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年|\D|$)")
#: These stand in the first columns of every row of data, so a second row without them is still the header.
_ALWAYS = ("seq", "title", "code")


@dataclass(frozen=True)
class Header:
    """The header's first and last row (from 0), and the words over each column: upper row, lower row."""

    first: int
    last: int
    over: tuple[tuple[str, str], ...]

    @cached_property
    def names(self) -> list[str]:
        """What a person would call each column: the lower word, with the upper one where both speak."""
        return [
            f"{upper}／{lower}" if upper and lower and upper != lower else upper or lower for upper, lower in self.over
        ]

    @cached_property
    def meanings(self) -> list[words.Meaning]:
        """What each column means by its words: the lower word first, then both together, then the upper one."""
        return [meaning(upper, lower) for upper, lower in self.over]

    @property
    def score(self) -> float:
        """How sure it is that this is a header."""
        best: dict[str, float] = {}
        for one in self.meanings:
            if one.confidence:
                best[one.field] = max(best.get(one.field, 0), one.confidence)
        return sum(best.values())


def meaning(upper: str, lower: str = "") -> words.Meaning:
    """What the words over a column mean."""
    said = [words.meaning(text) for text in (lower, upper + lower, upper) if text]
    return max(said, key=lambda one: one.confidence, default=words.UNKNOWN)


def find(grid: Grid) -> Header | None:
    """The header of a grid; None when no row names enough columns."""
    tried = [_header(grid, row) for row in range(min(DEEPEST, len(grid.rows)))]
    found = [one for one in tried if one.score >= FEWEST * words.PART and _enough(one)]
    return max(found, key=lambda one: (one.score, -one.first), default=None)


def at(grid: Grid, first: int, last: int) -> Header:
    """The header that a person has pointed at."""
    lower = last if last > first else None
    return Header(first, last, _words(grid, first, lower))


def _enough(header: Header) -> bool:
    """Whether columns with a meaning are at least two, one of them a task's name, and not the smaller part."""
    known = [one.field for one in header.meanings if one.confidence]
    named = sum(1 for name in header.names if name)
    said = {"title", "content", "problem", "node", "goal"} & set(known)
    return len(set(known)) >= FEWEST and bool(said) and len(known) * 2 >= named


def _header(grid: Grid, row: int) -> Header:
    return at(grid, row, row + 1 if _goes_on(grid, row) else row)


def _goes_on(grid: Grid, row: int) -> bool:
    """Whether the row below still belongs to the header: it names columns, and holds no task."""
    below = row + 1
    if below >= len(grid.rows) or not (own := grid.own(below)) or grid.spans(below):
        return False
    upper = dict(grid.own(row))
    alone = set(upper) - {column for column, _ in own}
    if not any(words.meaning(upper[column]).confidence for column in alone):  # a title, or a line of its own
        return False
    always = [column for column, text in upper.items() if words.meaning(text).field in _ALWAYS]
    if any(column in always for column, _ in own):
        return False
    known = [text for _, text in own if words.meaning(text).confidence]
    short = all(len(words.header(text)) <= words.LONGEST for _, text in own)
    return short and len(known) * 2 >= len(own) and known != list(upper.values())


def _words(grid: Grid, row: int, below: int | None) -> tuple[tuple[str, str], ...]:
    """Upper and lower word of each column; in a file that knows no merged cells a group's word reaches to the right."""
    found, reach = [], ""
    for column in range(grid.width):
        upper = grid.at(row, column)
        lower = "" if below is None or grid.top(below, column) == row else grid.at(below, column)
        reach = upper or (reach if lower else "")
        found.append((_one_line(reach), _one_line(lower)))
    return tuple(found)


def _one_line(text: str) -> str:
    return text.replace("\n", "")


def above(grid: Grid, header: Header) -> list[str]:
    """What stands over the header, line by line: titles, “单位：万元”."""
    return ["　".join(text for _, text in grid.own(row)) for row in range(header.first) if grid.own(row)]


def year_of(lines: Sequence[str], names: Sequence[str]) -> int | None:
    """The year that the title names, or the header (2024年计划投资)."""
    return next((int(found[1]) for text in (*lines, *names) if (found := YEAR.search(text))), None)
