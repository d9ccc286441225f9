"""Project boxes (专栏) and their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from taskflow.reading.layout.headings import BOX, FURNITURE, opens_a_part
from taskflow.reading.layout.lines import Lines, Paragraph
from taskflow.reading.statements.clauses import acts

ROW = re.compile(
    r"^(?:（?(\d{1,3})(?![\d年])）?[.．、]?|([一二三四五六七八九十]+)、|（([一二三四五六七八九十]+)）|[①-⑳])(?=\S)"
)
MARK = re.compile(r"[（(](谋划|暂定)[）)]")
CATEGORY = re.compile(r"类(?:工程)?(?:项目|工程)?$")
LONGEST_NAME = 120
#: A row for each year (2026年：…) has no name.
YEAR = re.compile(r"20\d\d年度?")


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
        if BOX.match(text) or opens_a_part(text) or (numbered and not ROW.match(text)):
            break
        if not numbered and not (paragraphs[place].headline or place == 0):
            break
        place += 1
    return place


#: Boxes whose rows are goals, not projects.
OF_GOALS = re.compile(r"指标|目标")


def promises(text: str) -> bool:
    """Whether a row is a sentence that promises, and not a name: 新建公办幼儿园1所，8月底前投入使用。"""
    match = ROW.match(text)
    told = text[match.end() if match else 0 :]
    clause, comma, more = re.split(r"[：。；]", told, maxsplit=1)[0].partition("，")
    return bool(comma and more) and acts(clause)


def says_more(text: str) -> int:
    """Where the words behind a row's name begin (智慧平台：整合12类数据…, 轴承产业园。占地…); 0: there are none."""
    stop = re.search(r"[：。；](?=.{4,})", text)
    return stop.end() if stop else 0


def rows(box: Box, paragraphs: Sequence[Paragraph], lines: Lines) -> list[dict[str, Any]]:
    """The box's projects as plan-json prints them; a row that is a sentence is a measure, and no project."""
    found: list[dict[str, Any]] = []
    if OF_GOALS.search(box.title):
        return found
    for paragraph in paragraphs[box.first + 1 : box.behind]:
        match = ROW.match(paragraph.text)
        if paragraph.text == box.title or FURNITURE.match(paragraph.text) or promises(paragraph.text):
            continue
        begun = match.end() if match else 0
        stop = re.search(r"[。；：](?=.)", paragraph.text[begun:])
        until = begun + stop.start() if stop else len(paragraph.text)
        start, end = paragraph.clean.span(begun, until)
        name = re.sub(r"[\s。；;.]+$", "", lines.text[start:end])
        mark = MARK.search(name)
        name = name[: mark.start()] + name[mark.end() :] if mark else name
        if not name or len(name) > LONGEST_NAME or YEAR.fullmatch(name):
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
