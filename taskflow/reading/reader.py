"""Read a plan or report: what it promises, with place, figures, deadline and units, and what it does not and why.

Rules and lists only: the same text gives the same answer, and every measure tells the rules that made it one.
The form is that of plan-json; places count characters of the decoded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from taskflow.reading import compare, tabled
from taskflow.reading.about import About, about
from taskflow.reading.answers import Answers
from taskflow.reading.duties import NONE, Vocabulary
from taskflow.reading.files.source import Source, Table
from taskflow.reading.layout import boxes, cells, indicators
from taskflow.reading.layout.headings import CHAPTER, Outline, gaps
from taskflow.reading.layout.lines import Lines, Paragraph
from taskflow.reading.limit import at_most
from taskflow.reading.state import Reading
from taskflow.reading.statements import tense, when
from taskflow.reading.tables.planned import plan_of
from taskflow.reading.walk import behind_name, paragraph, row

SECONDS = 120  # of the processor's time; the longest documents take half of it


def read_plan(source: Source, units: Vocabulary = NONE) -> dict[str, Any]:
    """The plan-json object of a file, a document or a table.

    Raises errors.Unreadable for a sheet without a header, and for a text that takes too long.
    """
    with at_most(SECONDS):
        if source.sheets:
            return plan_of(source, units)
        found = read_text(source.text, units, source.tables)
    return found | {"warnings": [*source.warnings, *found["warnings"]]}


def read_text(text: str, units: Vocabulary = NONE, tables: Sequence[Table] = ()) -> dict[str, Any]:
    """The plan-json object of a text; `tables`: those of the file, where the text prints them one cell a line."""
    lines = Lines(text)
    paragraphs = lines.paragraphs()
    own = about(paragraphs)
    period = own.period or (None, None)
    newspaper = lines.wrapped
    reading = Reading(
        lines=lines,
        about=own,
        units=units,
        outline=Outline(has_chapters=_has_chapters(paragraphs), newspaper=newspaper),
        frame=tense.Frame(period[0].year if period[0] else own.reporting_year, own.plan_number, own.level, newspaper),
        time=_time(own),
        answers=Answers(_time(own)),
        section=_time(own),
    )
    printed = cells.printed(paragraphs, lines, tables)
    found = indicators.indicators(printed)
    held = boxes.boxes(paragraphs)
    apart = {place for box in held for place in range(box.first, box.behind)}
    for table in filter(indicators.is_table, printed):
        apart |= table.places
    rows = {place: box.title for box in held for place in range(box.first + 1, box.behind)}
    tasks = {min(table.places): table for table in printed if not apart & table.places}
    for place, one in enumerate(paragraphs):
        if place in tasks and (entries := tabled.entries(reading, tasks[place].table)):
            reading.measures += entries
            apart |= tasks[place].places
        if place not in apart:
            paragraph(reading, one)
        elif place in rows and boxes.promises(one.text):
            row(reading, one, rows[place])
        elif place in rows and (more := boxes.says_more(one.text)):
            behind_name(reading, one, more, rows[place])
    projects = [row for box in held for row in boxes.rows(box, paragraphs, lines)]
    for number, measure in enumerate(reading.measures, start=1):
        measure["id"] = f"m{number}"
    compare.duplicates(reading.measures)
    return {
        "document": own.plain(),
        "outline": _outline(reading, held, paragraphs),
        "measures": reading.measures,
        "projects": projects,
        "indicators": found,
        "conflicts": compare.conflicts(reading.measures, found),
        "skipped": reading.skipped,
        "warnings": list(_warnings(reading)),
    }


def _has_chapters(paragraphs: list[Paragraph]) -> bool:
    return any(re.match(r"第[一二三四五六七八九十]+章", one.text) for one in paragraphs)


def _time(own: About) -> when.Frame:
    begins, ends = own.period or (None, None)
    return when.Frame(
        own.reporting_year or (begins.year if begins else None), begins, ends, issued=own.issued_on or own.held_on
    )


def _outline(reading: Reading, held: list[boxes.Box], paragraphs: list[Paragraph]) -> list[dict[str, Any]]:
    """Headings and boxes in the order of the document."""
    notes = {id(head): note for head, note in gaps(head for head, _ in reading.outline.met)}
    found: list[dict[str, Any]] = []
    for place, (head, parent) in enumerate(reading.outline.met):
        found.append(
            {
                "id": f"h{place + 1}",
                "parent": f"h{parent + 1}" if parent is not None else None,
                "level": "chapter" if head.rank == CHAPTER else head.kind,
                "number": head.number or None,
                "title": head.title,
                "line": head.line,
                "char_start": head.start,
                "note": head.note or notes.get(id(head)),
            }
        )
    for number, box in enumerate(held, start=1):
        headline = paragraphs[box.first]
        above = [one for one in found if one["line"] < headline.line and one["level"] != "box"]
        found.append(
            {
                "id": f"b{number}",
                "parent": above[-1]["id"] if above else None,
                "level": "box",
                "number": box.number or None,
                "title": box.title,
                "line": headline.line,
                "char_start": headline.clean.origin[0],
                "note": None,
            }
        )
    return sorted(found, key=lambda one: (one["line"], one["char_start"]))


def _warnings(reading: Reading) -> Iterator[str]:
    if not reading.measures:
        yield "没有读出任何举措：这份文件只回顾或说明，或者不是规划、报告。"
    for head, note in gaps(head for head, _ in reading.outline.met):
        number = re.sub(r"\D", "", note)
        yield f"缺第 {number} 章的章号：第 {head.line} 行“{head.title}”{'之前' if head.number else ''}。"
    if reading.time.end is None:
        yield "文件没有写明年度或规划期，没有时限的举措无法推定时限。"
    if reading.frame.newspaper:
        yield "文件按报纸分栏排印，标题可能错位，时态按段落判断。"
