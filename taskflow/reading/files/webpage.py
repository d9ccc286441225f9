"""A web page's visible text: blocks are lines, tables are grids; scripts, menus and forms are no part of it.

A table that holds another one is there for the layout, so its cells are read like any block.
"""

from __future__ import annotations

import re

from taskflow import errors
from taskflow.reading.files import markup
from taskflow.reading.files.flow import Cell, Flow
from taskflow.reading.files.markup import Element
from taskflow.reading.files.source import Content

#: Not `form`: on many offices' sites the whole page is one.
DROPPED = frozenset((
    "head", "script", "style", "nav", "aside", "template", "noscript", "iframe", "object", "embed", "svg",
    "canvas", "video", "audio", "map", "button", "input", "select", "textarea", "datalist", "del", "rt", "rp",
))  # fmt: skip
BANNERS = frozenset(("header", "footer"))  # a page's; an article's own are text
BLOCKS = frozenset((
    "address", "article", "blockquote", "body", "center", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "legend", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
))  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*\n[ \t\n]*(?=[\u3000-\u9fff\uff00-\uffef])")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_LOOKS = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--((?!-->).)*-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"<(!doctype|[a-z][a-z0-9]*)\b[^<>]*>", re.IGNORECASE)
BEGIN = 4096  # bytes in which a page says what it is


def declared(data: bytes) -> str:
    """The encoding that a page names; "" when it names none."""
    found = _CHARSET.search(data[:BEGIN])
    return found[1].decode("ascii", errors="ignore") if found else ""


def looks_like(data: bytes) -> bool:
    """Whether bytes begin as a web page does."""
    return bool(_LOOKS.match(data[:BEGIN].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")))


def has_tags(text: str) -> bool:
    """Whether any tag is in a text."""
    return bool(_TAG.search(text))


def read(text: str) -> Content:
    """The visible text and the tables of a page."""
    flow = Flow()
    root = markup.page(text)
    if root is not None:
        try:
            _Reader(flow).whole(root)
        except RecursionError as error:
            raise errors.Unreadable(markup.TOO_DEEP) from error
    return flow.content()


class _Reader:
    """Walks the tree; what is inline waits until its block ends."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._waiting: list[str] = []

    def whole(self, root: Element) -> None:
        """Everything in an element, which is a page or a cell."""
        self._inside(root)
        self._end_line()

    def _walk(self, node: Element) -> None:
        if _dropped(node):
            return
        if node.tag == "br":
            self._end_line(broken=True)
        elif node.tag == "table" and not _is_layout(node):
            self._end_line()
            self._flow.table(_rows(node))
        elif node.tag == "pre":
            self._end_line()
            self._flow.say("".join(node.itertext()).strip("\n"))
        elif node.tag in BLOCKS:
            self._end_line()
            self._inside(node)
            self._end_line()
        else:
            self._inside(node)

    def _inside(self, node: Element) -> None:
        self._waiting.append(node.text or "")
        for child in node:
            self._walk(child)
            self._waiting.append(child.tail or "")

    def _end_line(self, *, broken: bool = False) -> None:
        line = _SPACE.sub(" ", _BREAK.sub("", "".join(self._waiting))).strip(" ").rstrip()
        self._waiting.clear()
        if line:
            self._flow.say(line)
        elif broken:
            self._flow.gap()


def _dropped(node: Element) -> bool:
    if node.tag in DROPPED or node.get("hidden") is not None or _HIDDEN.search(node.get("style", "")):
        return True
    return node.tag in BANNERS and next(node.iterancestors("article", "main"), None) is None


def _is_layout(table: Element) -> bool:
    return next(table.iterdescendants("table"), None) is not None


def _rows(table: Element) -> list[list[Cell]]:
    return [[_cell(cell) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr") if not _dropped(row)]


def _cell(cell: Element) -> Cell:
    inside = Flow()
    _Reader(inside).whole(cell)
    return Cell(inside.text().strip(), _span(cell, "colspan"), _span(cell, "rowspan"))


def _span(cell: Element, name: str) -> int:
    """How many columns or rows a cell says that it covers; 1 when that is no number."""
    told = cell.get(name, "1").strip()
    return int(told) if re.fullmatch("[1-9][0-9]{0,4}", told) else 1
