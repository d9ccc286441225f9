"""One clause that promises for several times at once: 2026年、2027年分别达到88%和93%; 7月5日前、12月5日前报送进展."""

from __future__ import annotations

import re
from typing import Any

from taskflow.reading.layout.lines import Paragraph
from taskflow.reading.making import measure
from taskflow.reading.state import Reading
from taskflow.reading.statements import clauses, when
from taskflow.reading.statements.times import mentions
from taskflow.reading.statements.titles import title_of

_YEAR = r"20\d\d年[底末]?"
_DAY = r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}[日号]|[底末初]|[上中下]旬)?+前?+"
_SHARED = r"(?P<rest>[^，。；]*)"
#: Years share their words only where the text says so; days where nothing stands between them.
FORMS = (
    re.compile(
        rf"(?P<thing>(?:对[^，。；]*，)?[^，。；、]*?)(?P<times>{_YEAR}(?:[、和及]{_YEAR})+)(?P<how>各|分别){_SHARED}"
    ),
    re.compile(
        rf"(?P<thing>(?![^，。；]*(?:每年|截至))[^，。；]*?)(?P<times>{_DAY}(?:[、和及]{_DAY})+)(?P<how>各|分别)?(?![起至到、])(?=[^，。；]{{2}}){_SHARED}"
    ),
)


def each_time(reading: Reading, paragraph: Paragraph, piece: clauses.Piece, frame: when.Frame) -> bool:
    """Make a measure for each of the times that a clause names, each with its own figure; False: it names no such list.

    The words are shared out: each measure stands where its time is printed, the last with all that follows.
    """
    told = piece.of(paragraph.text)
    found = next((match for form in FORMS if (match := form.match(told))), None)
    times = mentions(found["times"], frame.year, frame.ends, named=frame.named) if found else []
    if not found or len(times) != len(re.split("[、和及]", found["times"])) or not all(one.last for one in times):
        return False
    shift = found.start("times")
    begins = [0, *(shift + one.start for one in times[1:]), len(told)]
    phrases = [told[shift + one.start : shift + one.end] for one in times]
    dues = [when.Due(phrase, one.last, "printed") for phrase, one in zip(phrases, times, strict=True)]
    made = [measure(reading, paragraph, piece, due, assured="dated") for due in dues]
    for place, one in enumerate(filter(None, made)):
        figures = one["targets"]
        if found["how"] == "分别" and len(figures) == len(times):
            one["targets"] = figures[place : place + 1]
        start, end = paragraph.clean.span(piece.start + begins[place], piece.start + begins[place + 1])
        one |= {
            "line": reading.lines.at(start),
            "char_start": start,
            "char_end": end,
            "text": reading.lines.text[start:end],
            "title": title_of(found["thing"] + phrases[place] + _said(found, one["targets"])),
        }
    return True


def _said(found: re.Match[str], figures: list[dict[str, Any]]) -> str:
    """What is to be done by one of the times: 分别达到88%和93% says of each time only its own figure."""
    if found["how"] != "分别":
        return found["rest"]
    return re.split(r"[\d一二三四五六七八九十]", found["rest"], maxsplit=1)[0] + (figures[0]["raw"] if figures else "")
