"""Tables in a text: one cell a line with a tab before each, without any mark, or one row a line between tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from taskflow.reading.files.source import Table
from taskflow.reading.layout.headings import BOX, opens_a_part
from taskflow.reading.layout.lines import Lines, Paragraph
from taskflow.reading.statements.times import mentions
from taskflow.reading.tables import words

HEADER = re.compile(r"^(?:序号|指标|指标名称|主要指标|类别)$")
MOST_HEADER = 24  # lines of a header printed without tabs
FEWEST = 3  # columns by which a header without tabs is believed
#: What the cells of a column look like, where nothing but their kind tells one from the next.
LOOKS = {
    "leader": re.compile(r"^[\u4e00-\u9fff]{1,2}[\u3000 ]?[\u4e00-\u9fff]{1,2}(?:、.*)?$"),
    "lead": re.compile(r"(?:局|委|办|厅|处|中心|集团|街道|部|院|社|会|公司|政府|镇|乡|区|站|队|组|校|行|、)$"),
    "investment_total": re.compile(r"\d.*元|^-$|^—$"),
}


@dataclass(frozen=True)
class Printed:
    """A table, and the places of its paragraphs."""

    table: Table
    places: frozenset[int]


def printed(paragraphs: Sequence[Paragraph], lines: Lines, known: Sequence[Table] = ()) -> list[Printed]:
    """Every table of a text. `known`: the tables of the file itself, whose empty and merged cells the text has lost."""
    given = {table.lines[0]: table for table in known if table.lines}
    found = []
    for rows in _tabbed(paragraphs, lines):
        first = given.get(rows[0].line)
        found.append(Printed(first or _table(rows), frozenset(place for row in rows for place in row.places)))
    return [*found, *_bare(paragraphs, lines), *_between_tabs(paragraphs, lines)]


@dataclass
class _Row:
    cells: list[str]
    line: int
    places: set[int]


def _table(rows: Sequence[_Row]) -> Table:
    return Table(tuple(tuple(row.cells) for row in rows), (), tuple(row.line for row in rows))


def shown(paragraph: Paragraph, lines: Lines) -> str:
    """A cell as it is printed, without the blanks."""
    start, end = paragraph.clean.span(0, len(paragraph.text))
    return "".join(lines.text[start:end].split())


def _tabbed(paragraphs: Sequence[Paragraph], lines: Lines) -> Iterator[list[_Row]]:
    """Tables whose cells are led by a tab; a blank line stands before the first cell of a row.

    A cell may be broken over lines, with blank lines between; those have no tab.
    """
    table: list[_Row] = []
    for place, paragraph in enumerate(paragraphs):
        if BOX.match(paragraph.text) or (not paragraph.tabbed and (not table or _leaves(table[-1], paragraph))):
            yield from [table] if _is_table(table) else []
            table = []
        elif paragraph.tabbed and (not table or not paragraph.adjacent):
            table.append(_Row([shown(paragraph, lines)], paragraph.line, {place}))
        else:
            cells = table[-1].cells
            if paragraph.tabbed:
                cells.append(shown(paragraph, lines))
            else:
                cells[-1] += shown(paragraph, lines)
            table[-1].places.add(place)
    yield from [table] if _is_table(table) else []


def _leaves(row: _Row, paragraph: Paragraph) -> bool:
    """Whether a line without a tab stands behind the table, not inside a broken cell."""
    return opens_a_part(paragraph.text) or (not paragraph.headline and len(row.cells) > 1)


def _is_table(table: Sequence[_Row]) -> bool:
    return len(table) > 1 and any(HEADER.match(row.cells[0]) or len(row.cells) > 1 for row in table)


def _between_tabs(paragraphs: Sequence[Paragraph], lines: Lines) -> Iterator[Printed]:
    """Tables with a row a line, its cells between tabs, as they are pasted out of a word processor."""
    run: list[_Row] = []
    for place, paragraph in enumerate(paragraphs):
        start, end = paragraph.clean.span(0, len(paragraph.text))
        cells = ["".join(cell.split()) for cell in lines.text[start:end].split("\t")]
        if len(cells) < FEWEST or paragraph.tabbed:
            yield from _of(run)
            run = []
        else:
            run.append(_Row(cells, paragraph.line, {place}))
    yield from _of(run)


def _of(run: Sequence[_Row]) -> Iterator[Printed]:
    if len(run) > 1:
        width = max(len(row.cells) for row in run)
        for row in run:
            row.cells += [""] * (width - len(row.cells))
        yield Printed(_table(run), frozenset(place for row in run for place in row.places))


# --- without tabs ---------------------------------------------------------------------------------


def _bare(paragraphs: Sequence[Paragraph], lines: Lines) -> Iterator[Printed]:
    """Tables without tabs: the words of a header one a line (序 号 in two), then rows that begin with 1, 2, 3 …"""
    place = 0
    while place < len(paragraphs):
        if not paragraphs[place].tabbed and paragraphs[place].text in ("序号", "序"):
            first = _first_row(paragraphs, place)
            columns = _columns([one.text for one in paragraphs[place:first]]) if first else []
            if first and sum(field != "ignore" for _, field in columns) >= FEWEST:
                rows, behind = _rows(paragraphs, lines, first, columns)
                head = _Row([word for word, _ in columns], paragraphs[place].line, set())
                yield Printed(_table([head, *rows]), frozenset(range(place, behind)))
                place = behind
                continue
        place += 1


def _first_row(paragraphs: Sequence[Paragraph], place: int) -> int | None:
    """Where the row numbered 1 begins."""
    ahead = range(place + 1, min(len(paragraphs), place + MOST_HEADER))
    return next((at for at in ahead if paragraphs[at].text in ("1", "1.", "一")), None)


def _columns(pieces: list[str]) -> list[tuple[str, str]]:
    """The header's words, put together again where they were broken, with the field of each."""
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(pieces):
        tried = ("".join(pieces[place : place + many]) for many in (3, 2, 1))
        many, word = next(
            ((many, word) for many, word in zip((3, 2, 1), tried, strict=True) if words.meaning(word).confidence == 1),
            (1, pieces[place]),
        )
        found.append((word, words.meaning(word).field))
        place += min(many, len(pieces) - place)
    return found


def _rows(
    paragraphs: Sequence[Paragraph], lines: Lines, place: int, columns: list[tuple[str, str]]
) -> tuple[list[_Row], int]:
    """The rows from a place on, and the place behind the last of them."""
    found: list[_Row] = []
    while place < len(paragraphs) and paragraphs[place].text.rstrip(".") == str(len(found) + 1):
        behind = place + 1
        while behind < len(paragraphs) and not _closes(paragraphs[behind].text, len(found) + 2):
            behind += 1
        texts = [shown(one, lines) for one in paragraphs[place + 1 : behind]]
        cells = [paragraphs[place].text, *_shared_out(texts, [field for _, field in columns[1:]])]
        found.append(_Row(cells, paragraphs[place].line, set()))
        place = behind
    return found, place


def _closes(text: str, following: int) -> bool:
    return text.rstrip(".") == str(following) or opens_a_part(text) or text.startswith(("附件", "附表", "备注："))


def _shared_out(texts: list[str], fields: list[str]) -> list[str]:
    """The lines of a row over its columns: one each, or from the right as far as their kind tells."""
    if len(texts) <= len(fields):
        return texts
    cells: dict[int, list[str]] = {}
    column = len(fields) - 1
    rest = list(texts)
    while column > 0 and len(rest) > 1 and _looks(fields[column], rest[-1]):
        while len(rest) > 1 and _looks(fields[column], rest[-1]) and not _looks(fields[column - 1], rest[-1]):
            cells.setdefault(column, []).insert(0, rest.pop())
        if column not in cells:
            cells[column] = [rest.pop()]
        column -= 1
    cells[0] = rest[:1]
    cells.setdefault(1, [])[:0] = rest[1:]
    return ["".join(cells.get(place, [])) for place in range(len(fields))]


def _looks(field: str, text: str) -> bool:
    """Whether a cell may stand in a column of that field."""
    if field == "due":
        return bool(mentions(text, 2000)) or "持续" in text or "启动" in text
    pattern = LOOKS.get({"supporting": "lead", "investment_year": "investment_total"}.get(field, field))
    return bool(pattern and pattern.search(text))
