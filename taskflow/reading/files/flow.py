"""What a .docx and a web page are poured into: lines, and tables among them.

In the text a table's row begins after an empty line, and each of its cells begins a line with a tab; a cell of
several lines goes on without one. The grid is kept beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from taskflow import errors
from taskflow.reading.files import source
from taskflow.reading.files.source import Content, Range, Rows, Table

WIDEST = 100  # columns that one cell may cover


@dataclass(frozen=True)
class Cell:
    """A cell, and how many columns and rows it covers."""

    text: str
    across: int = 1
    down: int = 1


class Flow:
    """Lines and tables in the order of the document."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._tables: list[Table] = []
        self._room = source.MOST_ROOM

    def say(self, text: str) -> None:
        """A paragraph. A line that is no cell never begins with a tab."""
        self._lines += [line.lstrip("\t") for line in text.split("\n")]

    def gap(self) -> None:
        """An empty line, unless there is one."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def table(self, rows: Sequence[Sequence[Cell]]) -> None:
        """A table, if anything is in it. A row without cells of its own is covered from above."""
        if not any(cell.text for row in rows for cell in row):
            return
        begins = []
        for row in rows:
            if row:
                self.gap()
            begins.append(len(self._lines) + (1 if row or not self._lines else 0))
            for cell in row:
                self._lines += _cell_lines(cell.text)
        self.gap()
        grid, merged = placed(rows, self._room)
        self._room -= len(grid) * len(grid[0])
        self._tables.append(Table(grid, merged, tuple(begins)))

    def text(self) -> str:
        """Everything so far."""
        return "\n".join(self._lines)

    def content(self, *warnings: str) -> Content:
        """The whole document."""
        return Content(self.text(), (), tuple(self._tables), warnings)


def _cell_lines(text: str) -> list[str]:
    first, *others = text.split("\n")
    return [f"\t{first.strip()}", *(line.strip("\t") for line in others)]


def placed(rows: Sequence[Sequence[Cell]], room: int) -> tuple[Rows, tuple[Range, ...]]:
    """The grid that the cells make, each put into the first free column, and the merged ranges in it."""
    texts: dict[tuple[int, int], str] = {}
    merged: list[Range] = []
    for top, row in enumerate(rows):
        left = 0
        for cell in row:
            while (top, left) in texts:
                left += 1
            bottom = min(top + max(cell.down, 1), len(rows)) - 1
            right = left + min(max(cell.across, 1), WIDEST) - 1
            room -= (bottom - top + 1) * (right - left + 1)
            if room < 0:
                raise errors.Unreadable(source.TOO_MANY_CELLS)
            texts |= {(line, at): "" for line in range(top, bottom + 1) for at in range(left, right + 1)}
            texts[top, left] = cell.text
            if (top, left) != (bottom, right):
                merged.append((top, left, bottom, right))
    width = max(at for _, at in texts) + 1
    if width * len(rows) > source.MOST_ROOM:
        raise errors.Unreadable(source.TOO_MANY_CELLS)
    grid = tuple(tuple(texts.get((line, at), "") for at in range(width)) for line in range(len(rows)))
    return grid, tuple(merged)
