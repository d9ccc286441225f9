"""A .csv file: which sign parts its cells, and the grid."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from itertools import islice

from taskflow import errors
from taskflow.reading.files import source
from taskflow.reading.files.source import Content, Rows

SIGNS = (",", "\t", ";")  # when two fit equally well, the first
TRIED = 50  # rows
BROKEN = "表格有一格太长或引号没有配对，不能读取，请用 Excel 打开后另存为 .xlsx 再试。"


def read(text: str) -> Content:
    """The grid of a .csv. A cell that begins with = + - or @ is text like any other."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == len("sep=,"):  # Excel's own hint
        text, sign = rest, first[-1]
    else:
        sign = max(SIGNS, key=lambda tried: _fits(text, tried))
    made, sheets = source.tabbed({"": _square(_rows(text, sign))}, {})
    return Content(made, sheets)


def _fits(text: str, sign: str) -> tuple[int, int]:
    """How many of the first rows agree on a number of cells, and on how many; (0, 0) when nothing is parted."""
    try:
        widths = Counter(len(row) for row in islice(csv.reader(StringIO(text, newline=""), delimiter=sign), TRIED))
    except csv.Error:
        return 0, 0
    fitting = [(count, width) for width, count in widths.items() if width > 1]
    return max(fitting, default=(0, 0))


def _rows(text: str, sign: str) -> list[list[str]]:
    rows, cells = [], 0
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=sign):
            cells += len(row)
            if cells > source.MOST_CELLS:
                raise errors.Unreadable(source.TOO_MANY_CELLS)
            rows.append(row)
    except csv.Error as error:
        raise errors.Unreadable(BROKEN) from error
    return rows


def _square(rows: list[list[str]]) -> Rows:
    """Every row as long as the longest."""
    width = max(map(len, rows), default=0)
    if width * len(rows) > source.MOST_ROOM:
        raise errors.Unreadable(source.TOO_MANY_CELLS)
    return tuple((*row, *("" for _ in range(width - len(row)))) for row in rows)
