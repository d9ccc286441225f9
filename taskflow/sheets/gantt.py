"""The grid of months and 旬 beside a progress table, and one strip of bars per row, as small SVGs. Pure.

They are stretched over their cells, so everything in them is a filled rectangle: x in days from the grid's
first day, y from 0 to 100. Planned is a pale bar, done a dark one, lag a thin line: told apart without
colour.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

BY_TENDAYS = 14  # months up to which the grid shows 旬
BY_MONTHS = 30  # months up to which it shows months; beyond, quarters
NARROW = 3.5  # percent of the grid below which a label does not fit
BLUE, PALE, GREEN, RED, LINE, FAINT = "#2b5c94", "#d5e3f2", "#2e7d4f", "#b3261e", "#8a8a8a", "#d9d9d9"


@dataclass(frozen=True)
class Grid:
    """The days from `first` to `last`, and today."""

    first: date
    last: date
    today: date

    @property
    def days(self) -> int:
        """How many days it shows."""
        return (self.last - self.first).days + 1

    def x(self, day: date) -> int:
        """Where a day begins, held inside the grid."""
        return min(max((day - self.first).days, 0), self.days)

    def months(self) -> Iterator[date]:
        """The first day of each month."""
        month = self.first.replace(day=1)
        while month <= self.last:
            yield month
            month = (month + timedelta(days=32)).replace(day=1)

    @property
    def length(self) -> int:
        """How many months."""
        return sum(1 for _ in self.months())

    def header(self) -> list[list[tuple[str, str]]]:
        """Two lines of labels, each with its width in percent: years, then months or quarters."""
        return [_grouped(self, lambda m: f"{m.year}年"), _grouped(self, self._label)]

    def _label(self, month: date) -> str:
        return f"{month.month}月" if self.length <= BY_MONTHS else f"{(month.month - 1) // 3 + 1}季"

    def lines(self) -> Iterator[tuple[date, bool]]:
        """The days at which a line stands, and whether it is a strong one."""
        for month in self.months():
            strong = self.length <= BY_MONTHS or month.month in (1, 4, 7, 10)
            if strong:
                yield month, True
            if self.length <= BY_TENDAYS:
                yield month + timedelta(days=10), False
                yield month + timedelta(days=20), False


def _grouped(grid: Grid, named: Callable[[date], str]) -> list[tuple[str, str]]:
    groups: list[tuple[str, int, int]] = []
    for month in grid.months():
        start, end = grid.x(month), grid.x((month + timedelta(days=32)).replace(day=1))
        if groups and (groups[-1][0], groups[-1][2]) == (named(month), month.year):
            name, width, year = groups[-1]
            groups[-1] = (name, width + end - start, year)
        else:
            groups.append((named(month), end - start, month.year))
    shares = [(name, 100 * width / grid.days) for name, width, _ in groups]
    return [(name if share > NARROW else "", f"{share:.3f}") for name, share in shares]


def paper(grid: Grid) -> str:
    """The lines of the grid and of today, stretched over a cell of any height, as the address of an SVG."""
    hair = grid.days / 600
    parts = [_box(grid.x(day) - hair / 2, 0, hair, 100, LINE if strong else FAINT) for day, strong in grid.lines()]
    if grid.first <= grid.today <= grid.last:
        parts.append(_box(grid.x(grid.today), 0, hair * 2.4, 100, RED))
    return _svg(grid, parts)


def strip(grid: Grid, line: dict[str, Any], *, whole: bool = False) -> str:
    """The bars of one row (a line of the facts) as the address of an SVG; `whole` draws a task's own bar."""
    return _svg(grid, _bars(grid, line, top=26 if whole else 16, high=48 if whole else 68))


def _svg(grid: Grid, parts: Iterable[str]) -> str:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {grid.days} 100" width="{grid.days}" height="100" '
        f'preserveAspectRatio="none">{"".join(parts)}</svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def _bars(grid: Grid, line: dict[str, Any], *, top: int, high: int) -> Iterator[str]:
    start, finish = date.fromisoformat(line["start"]), date.fromisoformat(line["finish"])
    left, right = grid.x(start), grid.x(finish + timedelta(days=1))
    rim = grid.days / 350
    if right > left:
        done = grid.x(start + (finish + timedelta(days=1) - start) * line["percent"] / 100)
        yield _box(left, top, max(right - left, 2 * rim), high, BLUE)
        yield _box(left + rim, top + 6, max(right - left - 2 * rim, 0), high - 12, PALE)
        yield _box(left + rim, top + 6, max(done - left - 2 * rim, 0), high - 12, GREEN)
    else:  # before or after what the grid shows
        tip, foot = (rim, 8 * rim) if finish < grid.first else (grid.days - rim, grid.days - 8 * rim)
        yield f'<path d="M{tip:.2f} 50L{foot:.2f} 20V80Z" fill="{GREEN if line["done"] else BLUE}"/>'
    if line["lag"]:
        begin = date.fromisoformat(line["baseline"]) + timedelta(days=1)
        begun, ended = grid.x(begin), grid.x(begin + timedelta(days=line["lag"]))
        yield _box(begun, 44, ended - begun, 12, RED)


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.2f}" y="{y}" width="{width:.2f}" height="{height}" fill="{colour}"/>'
