"""A .docx: paragraphs and tables in the order of the document, as a reader sees them on paper.

Deleted revisions, comments, notes, field codes and hidden text are no part of it; a text box follows the paragraph
that it hangs on. A table that holds another one is there for the layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from taskflow import errors
from taskflow.reading.files import archive, markup, numbering
from taskflow.reading.files.archive import Package
from taskflow.reading.files.flow import Cell, Flow
from taskflow.reading.files.markup import Element
from taskflow.reading.files.numbering import Numbering
from taskflow.reading.files.source import Content

NOTES = ("w:footnoteReference", "w:endnoteReference")
SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"} | dict.fromkeys(NOTES, "")
SILENT = frozenset((
    "w:pPr", "w:rPr", "w:tblPr", "w:trPr", "w:tcPr", "w:sdtPr", "w:sdtEndPr", "w:instrText", "w:delText",
    "w:delInstrText", "w:del", "w:moveFrom", "w:annotationRef", "w:rt", "w:rubyPr",
))  # fmt: skip
#: What Word keeps as a character of its Symbol font.
SYMBOLS = {"b3": "≥", "a3": "≤", "b1": "±", "b4": "×", "b0": "°", "b8": "÷", "b9": "≠", "bb": "≈", "6d": "μ", "b7": "·"}
LOST = "有 {} 个特殊符号不能读出，请对照原文核对。"
UNREAD_NOTES = "有 {} 处脚注或尾注没有读取；如果其中有任务，请从原文补列。"
ATTACHED = "文件里嵌有另一个文件的内容，没有读取。"
_OFF = ("0", "false", "off")


def read(package: Package) -> Content:
    """The text and the tables of the document."""
    main = package.main()
    data = package.read(main)
    body = markup.child(markup.tree(data), "w:body") if data else None
    if body is None:
        raise errors.Unreadable(archive.BROKEN)
    parts = dict(package.targets(main).values())
    trees = [
        markup.tree(part) if (part := package.read(parts.get(kind, ""))) else None for kind in ("numbering", "styles")
    ]
    reader = _Reader(Flow(), numbering.of(*trees))
    try:
        reader.blocks(body)
    except RecursionError as error:
        raise errors.Unreadable(archive.BROKEN) from error
    return reader.flow.content(*reader.warnings())


class _Reader:
    """Walks the document; what is in cells and text boxes is walked by others that share its counters."""

    def __init__(self, flow: Flow, numbers: Numbering, lost: list[str] | None = None) -> None:
        self.flow = flow
        self._numbers = numbers
        self._lost = [] if lost is None else lost

    def warnings(self) -> Iterator[str]:
        """What could not be read."""
        if symbols := self._lost.count("w:sym"):
            yield LOST.format(symbols)
        if "w:altChunk" in self._lost:
            yield ATTACHED
        if notes := sum(map(self._lost.count, NOTES)):
            yield UNREAD_NOTES.format(notes)

    def blocks(self, parent: Element) -> None:
        """Paragraphs and tables, through whatever is wrapped around them."""
        for element in parent:
            kind = markup.name(element)
            if kind == "w:p":
                self._paragraph(element)
            elif kind == "w:tbl":
                self._table(element)
            elif kind == "w:altChunk":
                self._lost.append(kind)
            elif kind == "mc:AlternateContent":
                self.blocks(_chosen(element))
            elif kind not in SILENT:
                self.blocks(element)

    def _paragraph(self, paragraph: Element) -> None:
        properties = markup.child(paragraph, "w:pPr")
        pieces = [self._numbers.label(properties)]
        boxes: list[Element] = []
        self._runs(paragraph, pieces, boxes)
        self.flow.say("".join(pieces))
        for box in boxes:
            self.blocks(box)

    def _runs(self, parent: Element, pieces: list[str], boxes: list[Element]) -> None:
        for element in parent:
            kind = markup.name(element)
            if kind in ("w:t", "m:t"):
                pieces.append((element.text or "").replace("\n", " ").replace("\r", " "))
            elif kind in SIGNS or kind == "w:sym":
                pieces.append(self._sign(element, kind))
            elif kind == "w:txbxContent":
                boxes.append(element)
            elif kind == "mc:AlternateContent":
                self._runs(_chosen(element), pieces, boxes)
            elif kind not in SILENT and not _is_hidden(element):
                self._runs(element, pieces, boxes)

    def _sign(self, element: Element, kind: str) -> str:
        """What stands in the text for a sign; notes stand at the foot of the page."""
        if kind in NOTES:
            self._lost.append(kind)
        return self._symbol(element) if kind == "w:sym" else SIGNS[kind]

    def _symbol(self, element: Element) -> str:
        given = markup.attributes(element)
        code = given.get("char", "").lower().removeprefix("f0")
        if given.get("font", "").lower() != "symbol" or code not in SYMBOLS:
            self._lost.append("w:sym")
            return ""
        return SYMBOLS[code]

    def _table(self, table: Element) -> None:
        rows = [list(_within(row, "w:tc")) for row in _within(table, "w:tr") if not _is_deleted(row)]
        if any(True for row in rows for cell in row for _ in _within(cell, "w:tbl")):
            for row in rows:
                for cell in row:
                    self.blocks(cell)
            return
        self.flow.table(_joined([[self._cell(cell) for cell in row] for row in rows]))

    def _cell(self, cell: Element) -> tuple[Cell, bool]:
        """A cell, and whether it continues the one above."""
        properties = markup.child(cell, "w:tcPr")
        merge = None if properties is None else markup.child(properties, "w:vMerge")
        span = markup.value(properties, "w:gridSpan") or "1"
        inside = _Reader(Flow(), self._numbers, self._lost)
        inside.blocks(cell)
        across = int(span) if span.isdecimal() and len(span) < len("1000") else 1
        continues = merge is not None and markup.attributes(merge).get("val") != "restart"
        return Cell(inside.flow.text().strip(), across), continues


def _within(parent: Element, wanted: str) -> Iterator[Element]:
    """Rows of a table, cells of a row, tables of a cell: through content controls, not into other tables."""
    for element in parent:
        if markup.name(element) == wanted:
            yield element
        elif markup.name(element) in ("w:sdt", "w:sdtContent", "w:ins", "w:customXml", "w:moveTo"):
            yield from _within(element, wanted)


def _is_deleted(row: Element) -> bool:
    properties = markup.child(row, "w:trPr")
    return properties is not None and markup.child(properties, "w:del") is not None


def _is_hidden(run: Element) -> bool:
    properties = markup.child(run, "w:rPr") if markup.name(run) == "w:r" else None
    mark = None if properties is None else markup.child(properties, "w:vanish")
    return mark is not None and markup.attributes(mark).get("val") not in _OFF


def _chosen(alternatives: Element) -> Element:
    """One of two ways to write the same: the newer if it has text, so that no text box is read twice."""
    for name in ("mc:Choice", "mc:Fallback"):
        found = markup.child(alternatives, name)
        if found is not None and any(markup.name(element) in ("w:t", "m:t") for element in found.iter()):
            return found
    return ()


def _joined(rows: list[list[tuple[Cell, bool]]]) -> list[list[Cell]]:
    """Cells merged downwards become one, where the cell above has the same column."""
    made: list[list[Cell]] = []
    tops: dict[int, tuple[int, int]] = {}  # column → where in `made` the cell stands that may go on
    for row in rows:
        line: list[Cell] = []
        still: dict[int, tuple[int, int]] = {}
        column = 0
        for cell, continues in row:
            if continues and column in tops:
                top, at = still[column] = tops[column]
                made[top][at] = replace(made[top][at], down=made[top][at].down + 1)
            else:
                still[column] = (len(made), len(line))
                line.append(cell)
            column += cell.across
        made.append(line)
        tops = still
    return made
