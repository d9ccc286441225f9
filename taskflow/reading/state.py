"""What is known while a document is read: its outline, its years, who answers, and what was found so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from taskflow.reading.about import About
from taskflow.reading.answers import Answers
from taskflow.reading.duties import Vocabulary
from taskflow.reading.layout.headings import Outline
from taskflow.reading.layout.lines import Lines, Paragraph
from taskflow.reading.statements import clauses, tense, when
from taskflow.reading.statements.times import mentions


@dataclass
class Reading:
    """The document as it is read, paragraph by paragraph."""

    lines: Lines
    about: About
    units: Vocabulary
    outline: Outline
    frame: tense.Frame
    time: when.Frame
    answers: Answers
    #: The years that the paragraph is about; and what leads to a list about more of them: 今后五年的目标是：
    section: when.Frame
    led: str = ""
    measures: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    #: In a newspaper: whether the paragraphs since the last headline are past ("past"), were said
    #: to be ("opened"), or are other people's words ("voices").
    run: str = ""
    #: The time that the heading gives to all below it: 第一阶段（2026年3月—5月）.
    stage: when.Due | None = None
    #: The same where the heading opens the paragraph, until a measure has it: 动员部署阶段（2026年3月底前）。印发方案…
    heads: when.Due | None = None
    #: A headline that may be a task itself, where only labels follow.
    headline: tuple[Paragraph, clauses.Piece] | None = None


def skip(reading: Reading, paragraph: Paragraph, start: int, end: int, reason: str) -> None:
    """Keep why a part of a paragraph is no promise."""
    first, last = paragraph.clean.span(start, end)
    before = reading.skipped[-1] if reading.skipped else None
    if before and before["reason"] == reason and first - before["char_end"] < 3:  # noqa: PLR2004  # next to it
        before["char_end"] = last
        return
    reading.skipped.append({"line": reading.lines.at(first), "char_start": first, "char_end": last, "reason": reason})


#: A stage of a plan of one year: 动员部署阶段（3月20日前）.
PHASE = re.compile(r"（[^（）]*\d月[^（）]*）")


def heading_time(reading: Reading) -> when.Due | None:
    """By when the heading says that everything below it is done: 第一阶段（2026年3月—5月）."""
    head = next(reversed(reading.outline.open), None)
    if head is None or head.kind == "chapter" or not (reading.time.several or PHASE.search(head.title)):
        return None
    due = when.printed(re.sub("[（）]", "，", head.title), reading.time)
    return due if due and due.date and due.basis == "printed" else None


#: A section about more than the document's own year: 今后五年的目标, “十五五”时期的主要目标.
OF_YEARS = re.compile(r"(?:今后|未来)五年|“?十.五”?(?:时期|期间)[^，。]*(?:目标|思路|任务)")


def section_time(reading: Reading, text: str = "") -> when.Frame:
    """The time of a paragraph: under 今后五年, or a plan's period, a yearly report speaks of five years.

    A heading may announce both (“十五五”时期目标和2026年安排); then the paragraph says which.
    In a plan of several years a heading that names one (第三阶段（2028年7月—12月）) names it for what stands below.
    """
    frame = reading.time
    if frame.several:
        named = (set(re.findall(r"20\d\d(?=年)", title)) for title in reversed(reading.outline.path))
        return next((frame.naming(int(years.pop())) for years in named if len(years) == 1), frame)
    for title in [*reading.outline.path, reading.led]:
        found = OF_YEARS.search(title)
        last = (
            max((one.last for one in mentions(found.group(), frame.year) if one.last), default=None) if found else None
        )
        this_year = f"{frame.year}年" in title and re.search(f"今年|{frame.year}年", text)
        if last and frame.ends and last > frame.ends and not this_year:
            return replace(frame, ends=last)
    return frame
