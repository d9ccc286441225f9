"""One clause that promises for several years at once: 2026年、2027年、2028年分别达到88%、93%和98%."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from taskflow.reading.layout.lines import Paragraph
from taskflow.reading.making import measure
from taskflow.reading.state import Reading
from taskflow.reading.statements import clauses, when
from taskflow.reading.statements.titles import title_of

_YEAR = r"20\d\d年[底末]?"
YEARS = re.compile(
    rf"(?P<thing>(?:对[^，。；]*，)?[^，。；、]*?)(?P<years>{_YEAR}(?:[、和及]{_YEAR})+)(?P<how>各|分别)(?P<rest>[^，。；]*)"
)


def each_year(reading: Reading, paragraph: Paragraph, piece: clauses.Piece) -> bool:
    """Make a measure for each of the years that a clause names, each with its own figure; False: it names no such list.

    The words are shared out: each measure stands where its year is printed, the last with all that follows.
    """
    told = piece.of(paragraph.text)
    found = YEARS.match(told)
    if not found:
        return False
    years = list(re.finditer(_YEAR, found["years"]))
    begins = [0, *(found.start("years") + one.start() for one in years[1:]), len(told)]
    whole = [_of(reading, paragraph, piece, int(one.group()[:4])) for one in years]
    for place, made in enumerate(filter(None, whole)):
        figures = made["targets"]
        if found["how"] == "分别" and len(figures) == len(years):
            made["targets"] = figures[place : place + 1]
        start, end = paragraph.clean.span(piece.start + begins[place], piece.start + begins[place + 1])
        raw = made["targets"][0]["raw"] if made["targets"] else ""
        verb = re.split(r"[\d一二三四五六七八九十]", found["rest"], maxsplit=1)[0]
        of_year = found["thing"] + years[place].group() + (verb + raw if found["how"] == "分别" else found["rest"])
        made |= {
            "line": reading.lines.at(start),
            "char_start": start,
            "char_end": end,
            "text": reading.lines.text[start:end],
            "title": title_of(of_year),
        }
    return True


def _of(reading: Reading, paragraph: Paragraph, piece: clauses.Piece, year: int) -> dict[str, Any] | None:
    due = when.Due(f"{year}年", dt.date(year, 12, 31), "printed")
    return measure(reading, paragraph, piece, due, assured="dated")
