"""An .xlsx: the grid of each sheet, with the values that the program which saved it has calculated.

A formula is never evaluated. What is empty costs nothing, whatever size a sheet claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from taskflow import errors
from taskflow.reading.files import archive, cells, markup, source
from taskflow.reading.files.archive import Package
from taskflow.reading.files.markup import Element
from taskflow.reading.files.source import Content, Range, Rows

LAST_ROW, LAST_COLUMN = 1_048_575, 16_383
NAMED = 5  # cells that a warning names one by one
HIDDEN = "工作表“{}”是隐藏的，也已读取。"
FORMULAS = "有 {} 个单元格是公式，读取的是保存时算出的数值。"
UNCALCULATED = "有 {} 个公式没有保存计算结果，读作空格：{}。请用 Excel 打开后重新保存。"
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


def read(package: Package) -> Content:
    """Every sheet, hidden ones and hidden rows included."""
    try:
        book = _Book(package)
        rows = {name: book.grid(name, part) for name, part in book.sheets()}
    except (ValueError, IndexError) as error:
        raise errors.Unreadable(archive.BROKEN) from error
    text, sheets = source.tabbed(rows, book.merged)
    return Content(text, sheets, (), tuple(book.warnings()))


@dataclass
class _Book:
    """The workbook while it is read: what sheets share, and what may still be read."""

    package: Package
    room: int = source.MOST_ROOM
    left: int = source.MOST_CELLS
    letters: int = source.MOST_TEXT
    formulas: int = 0
    uncalculated: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    merged: dict[str, tuple[Range, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        main = self.package.main()
        self._root = markup.tree(self.package.read(main) or b"")
        self._targets = self.package.targets(main)
        settings = markup.child(self._root, "x:workbookPr")
        told = {} if settings is None else markup.attributes(settings)
        self._since_1904 = told.get("date1904") in ("1", "true", "on")
        self._strings = self._shared()
        self._forms = self._formats()

    def sheets(self) -> Iterator[tuple[str, str]]:
        """(name, part) of each sheet of cells; one that shows only a chart has none."""
        listed = markup.child(self._root, "x:sheets")
        for element in () if listed is None else listed:
            given = markup.attributes(element)
            kind, part = self._targets.get(given.get("r:id", ""), ("", ""))
            if kind == "worksheet" and part in self.package:
                if given.get("state", "visible") != "visible":
                    self.hidden.append(given.get("name", ""))
                yield given.get("name", ""), part

    def warnings(self) -> Iterator[str]:
        """What a reader should know of the values."""
        yield from (HIDDEN.format(name) for name in self.hidden)
        if self.formulas:
            yield FORMULAS.format(self.formulas)
        if self.uncalculated:
            named = "、".join(self.uncalculated[:NAMED]) + ("等" if len(self.uncalculated) > NAMED else "")
            yield UNCALCULATED.format(len(self.uncalculated), named)

    def grid(self, name: str, part: str) -> Rows:
        """The rows of a sheet down to the last cell that holds something, all equally long."""
        found: dict[tuple[int, int], str] = {}
        merged: list[Range] = []
        row = -1
        for element in markup.stream(self.package.read(part) or b"", "x:row", "x:mergeCell"):
            if markup.name(element) == "x:mergeCell":
                merged.append(_range(element.get("ref", "")))
                continue
            row = _bounded(int(element.get("r", row + 2)) - 1, LAST_ROW)
            for column, cell in _filled(element):
                if text := self._cell(cell, name, row, column):
                    found[row, column] = text
                    self._count(text)
        height = max((at for at, _ in found), default=-1) + 1
        width = max((at for _, at in found), default=-1) + 1
        self.room -= height * width
        if self.room < 0:
            raise errors.Unreadable(source.TOO_MANY_CELLS)
        self.merged[name] = tuple(_clipped(merged, height, width))
        return tuple(tuple(found.get((at, to), "") for to in range(width)) for at in range(height))

    def _count(self, text: str) -> None:
        self.left -= 1
        self.letters -= len(text)
        if self.left < 0:
            raise errors.Unreadable(source.TOO_MANY_CELLS)
        if self.letters < 0:
            raise errors.Unreadable(source.TOO_MUCH_TEXT)

    def _cell(self, cell: Element, sheet: str, row: int, column: int) -> str:
        parts = {markup.name(one): one for one in cell}
        raw, kind = parts.get("x:v"), cell.get("t", "n")
        if "x:f" in parts:
            self.formulas += 1
            if raw is None or (kind == "n" and not raw.text):
                self.uncalculated.append(f"{sheet}!{_letters(column)}{row + 1}")
        if kind == "inlineStr":
            return _string(parts.get("x:is"))
        text = (raw.text or "") if raw is not None else ""
        if kind == "s" and text:
            return self._strings[int(text)]
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        if kind == "d":
            return text.removesuffix("T00:00:00")
        if kind == "n" and text:
            return cells.shown(text, self._form(cell.get("s", "0")), since_1904=self._since_1904)
        return _clean(text)

    def _form(self, style: str) -> str:
        number = int(style)
        return self._forms[number] if number < len(self._forms) else ""

    def _shared(self) -> list[str]:
        part = self._part("sharedStrings")
        return [_string(element) for element in markup.stream(part, "x:si")] if part else []

    def _formats(self) -> list[str]:
        """The number format of each style that a cell may name."""
        part = self._part("styles")
        root = markup.tree(part) if part else ()
        own: dict[str, str] = {}
        forms: list[str] = []
        for group in root:
            for element in group:
                given = markup.attributes(element)
                if markup.name(group) == "x:numFmts":
                    own[given.get("numFmtId", "")] = given.get("formatCode", "")
                elif markup.name(group) == "x:cellXfs":
                    number = given.get("numFmtId", "0")
                    forms.append(own.get(number, cells.BUILT_IN.get(int(number), "")))
        return forms

    def _part(self, kind: str) -> bytes | None:
        return next((self.package.read(part) for known, part in self._targets.values() if known == kind), None)


def _string(element: Element | None) -> str:
    """A text with its runs, without the reading aids printed above it."""
    pieces: list[str] = []
    for one in () if element is None else element:
        if markup.name(one) == "x:t":
            pieces.append(one.text or "")
        elif markup.name(one) == "x:r":
            run = markup.child(one, "x:t")
            pieces.append("" if run is None else run.text or "")
    return _clean("".join(pieces))


def _clean(text: str) -> str:
    """Line ends as everywhere; Excel writes what XML cannot hold as _x000D_."""
    return text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _filled(row: Element) -> Iterator[tuple[int, Element]]:
    """(column, cell) of the cells of a row in which something is. One without a place follows the one before."""
    column = -1
    for cell in row:
        place = cell.get("r")
        if place is None:
            column += 1
        elif len(cell):
            column = _place(place)[1]
        if len(cell):
            yield column, cell


def _place(text: str) -> tuple[int, int]:
    """Row and column of “B3”, from 0."""
    found = _PLACE.fullmatch(text)
    if not found:
        raise ValueError(text)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return _bounded(int(found[2]) - 1, LAST_ROW), _bounded(column - 1, LAST_COLUMN)


def _bounded(number: int, last: int) -> int:
    if not 0 <= number <= last:
        raise ValueError(number)
    return number


def _letters(column: int) -> str:
    """“AB” for 27."""
    made = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(ord("A") + rest) + made
    return made


def _range(text: str) -> Range:
    first, _, last = text.partition(":")
    return (*_place(first), *_place(last or first))


def _clipped(merged: list[Range], height: int, width: int) -> Iterator[Range]:
    """Merged ranges as far as the grid goes."""
    for top, left, bottom, right in merged:
        if top < height and left < width:
            yield top, left, min(bottom, height - 1), min(right, width - 1)
