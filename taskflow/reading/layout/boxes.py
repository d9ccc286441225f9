"""Project boxes (专栏) and their rows, and tables printed one cell a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from taskflow.reading.layout.headings import BOX, FURNITURE, NUMBERED
from taskflow.reading.layout.lines import Lines, Paragraph

ROW = re.compile(r"^(?:（?(\d{1,3})）?[.．、]?|([一二三四五六七八九十]+)、|（([一二三四五六七八九十]+)）|[①-⑳])(?=\S)")
MARK = re.compile(r"[（(](谋划|暂定)[）)]")
CATEGORY = re.compile(r"类(?:工程)?(?:项目|工程)?$")
LONGEST_NAME = 120
HIGHEST = 5  # rank of headings that end a box


@dataclass(frozen=True)
class Box:
    """A box: the place of its headline among the paragraphs, and of the paragraph behind its last row."""

    number: str
    title: str
    first: int
    behind: int


def boxes(paragraphs: Sequence[Paragraph]) -> list[Box]:
    """Every box with its extent; a box out of order or at the end of the document is one all the same."""
    found = []
    for place, paragraph in enumerate(paragraphs):
        match = BOX.match(paragraph.text)
        if match and paragraph.headline:
            first, title = place + 1, match[2]
            if not title and first < len(paragraphs) and paragraphs[first].headline:
                title, first = paragraphs[first].text, first + 1
            found.append(Box(match[1] or "", title, place, _behind(paragraphs, first)))
    return found


def _behind(paragraphs: Sequence[Paragraph], place: int) -> int:
    numbered = bool(place < len(paragraphs) and ROW.match(paragraphs[place].text))
    while place < len(paragraphs):
        text = paragraphs[place].text
        if BOX.match(text) or _ends(text) or (numbered and not ROW.match(text)):
            break
        if not numbered and not (paragraphs[place].headline or place == 0):
            break
        place += 1
    return place


def _ends(text: str) -> bool:
    return any(rank < HIGHEST and pattern.match(text) for _, rank, pattern in NUMBERED)


def rows(box: Box, paragraphs: Sequence[Paragraph], lines: Lines) -> list[dict[str, Any]]:
    """The box's projects as plan-json prints them."""
    found: list[dict[str, Any]] = []
    for paragraph in paragraphs[box.first + 1 : box.behind]:
        match = ROW.match(paragraph.text)
        if paragraph.text == box.title or FURNITURE.match(paragraph.text):
            continue
        begun = match.end() if match else 0
        stop = re.search(r"[。；：](?=.)", paragraph.text[begun:])
        until = begun + stop.start() if stop else len(paragraph.text)
        start, end = paragraph.clean.span(begun, until)
        name = re.sub(r"[\s。；;.]+$", "", lines.text[start:end])
        mark = MARK.search(name)
        name = name[: mark.start()] + name[mark.end() :] if mark else name
        if not name or len(name) > LONGEST_NAME:
            continue
        number = match and next((group for group in match.groups() if group), None)
        found.append(
            {
                "box": box.number,
                "box_title": box.title,
                "seq": int(number) if number and number.isdigit() else len(found) + 1,
                "name": name,
                "mark": mark[1] if mark else None,
                "category": bool(CATEGORY.search(name)),
                "line": paragraph.line,
                "char_start": start,
            }
        )
    return found


# --- the table of indicators ----------------------------------------------------------------------

HEADER = re.compile(r"^(?:序号|指标|指标名称|主要指标|类别)$")
NATURE = {"约束性": "binding", "预期性": "expected", "约束": "binding", "预期": "expected"}
GROUP = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)?(.+?)(?:（\d+项）)?$")
NAME_UNIT = re.compile(r"^(.*)（([^（）]*)）$")


@dataclass(frozen=True)
class Row:
    """A printed row: its cells, and the line of the first."""

    cells: tuple[str, ...]
    line: int


def indicators(paragraphs: Sequence[Paragraph], lines: Lines) -> tuple[list[dict[str, Any]], set[int]]:
    """The indicators of the tables whose last column says 预期性 or 约束性, and the places of their paragraphs."""
    found: list[dict[str, Any]] = []
    used: set[int] = set()
    group = ""
    rows_ = _rows(paragraphs, lines)
    natured = [place for place, (row, _) in enumerate(rows_) if row.cells[-1] in NATURE]
    if not natured:
        return found, used
    for row, places in rows_[: natured[-1] + 1]:
        if row.cells[-1] in NATURE and len(row.cells) > 3:  # noqa: PLR2004  # number, name, a figure, nature
            found.append(_indicator(row, group))
        elif len(row.cells) == 1 and (match := GROUP.match(row.cells[0])):
            group = match[1]
        used |= places
    first = next(iter(rows_))[1]
    return found, used | {min(first) - 1} - {-1}


def _rows(paragraphs: Sequence[Paragraph], lines: Lines) -> list[tuple[Row, set[int]]]:
    """The rows of the tables: a cell is led by a tab, and a blank line stands before the first of a row.

    A cell may be broken over lines, with blank lines between; those have no tab.
    """
    found: list[tuple[list[str], int, set[int]]] = []
    in_table = False
    for place, paragraph in enumerate(paragraphs):
        if BOX.match(paragraph.text) or (in_table and _ends(paragraph.text) and not paragraph.tabbed):
            in_table = False
        elif paragraph.tabbed and (not in_table or not paragraph.adjacent):
            in_table = True
            found.append(([_printed(paragraph, lines)], paragraph.line, {place}))
        elif in_table:
            cells = found[-1][0]
            if paragraph.tabbed:
                cells.append(_printed(paragraph, lines))
            else:
                cells[-1] += _printed(paragraph, lines)
            found[-1][2].add(place)
    begun = next((at for at, (cells, _, _) in enumerate(found) if HEADER.match(cells[0])), None)
    return [] if begun is None else [(Row(tuple(cells), line), places) for cells, line, places in found[begun:]]


def _printed(paragraph: Paragraph, lines: Lines) -> str:
    """A cell as it is printed, without the blanks."""
    start, end = paragraph.clean.span(0, len(paragraph.text))
    return "".join(lines.text[start:end].split())


def _indicator(row: Row, group: str) -> dict[str, Any]:
    cells = list(row.cells)
    seq = int(cells.pop(0)) if cells[0].isdigit() else None
    nature = NATURE[cells.pop()]
    name, unit = cells[0], ""
    if match := NAME_UNIT.match(name):
        name, unit = match[1], match[2]
    base, target = (cells + ["-"] * 3)[1:3]
    growth = "".join(cells[3:]) or "-"
    return {
        "group": group,
        "seq": seq,
        "name": name,
        "unit": unit,
        "base": base,
        "target": target,
        "growth": growth,
        "nature": nature,
        "line": row.line,
    }
