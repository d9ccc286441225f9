"""Read a plan or report: what it promises, with place, figures, deadline and units, and what it does not and why.

Rules and lists only: the same text gives the same answer, and every measure tells the rules that made it one.
The form is that of `plan-json`; places count characters of the decoded text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from taskflow.reading import boxes, clauses, compare, responsible, tense, verbs, when
from taskflow.reading.about import About, about
from taskflow.reading.duties import NONE, Vocabulary
from taskflow.reading.figures import Figure, targets
from taskflow.reading.headings import FURNITURE, RUN_IN, Heading, Mode, Outline, gaps, recognise
from taskflow.reading.lines import Lines, Paragraph
from taskflow.reading.titles import kind_of, title_of

LEVELS = {0: "section"}


@dataclass
class Reading:
    """The document as it is read, paragraph by paragraph."""

    lines: Lines
    about: About
    units: Vocabulary
    outline: Outline
    frame: tense.Frame
    time: when.Frame
    notes: responsible.Notes = field(default_factory=responsible.Notes)
    measures: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    #: Measures that a note about responsible units would still be about.
    unnamed: list[dict[str, Any]] = field(default_factory=list)


def read_text(text: str, units: Vocabulary = NONE) -> dict[str, Any]:
    """The plan-json object of a text."""
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
    )
    found, used = boxes.indicators(paragraphs, lines)
    held = boxes.boxes(paragraphs)
    boxed = {place for box in held for place in range(box.first, box.behind)}
    for place, paragraph in enumerate(paragraphs):
        if place in boxed or place in used:
            continue
        _paragraph(reading, paragraph)
    projects = [row for box in held for row in boxes.rows(box, paragraphs, lines)]
    for number, measure in enumerate(reading.measures, start=1):
        measure["id"] = f"m{number}"
    compare.duplicates(reading.measures)
    return {
        "document": own.plain(),
        "outline": _outline(reading, held, paragraphs),
        "measures": reading.measures,
        "projects": projects,
        "indicators": [_with_target(one) for one in found],
        "conflicts": compare.conflicts(reading.measures, found),
        "skipped": reading.skipped,
        "warnings": _warnings(reading),
    }


def _has_chapters(paragraphs: list[Paragraph]) -> bool:
    return any(re.match(r"第[一二三四五六七八九十]+章", paragraph.text) for paragraph in paragraphs)


def _time(own: About) -> when.Frame:
    begins, ends = own.period or (None, None)
    return when.Frame(own.reporting_year or (begins.year if begins else None), begins, ends)


# --- one paragraph --------------------------------------------------------------------------------


def _paragraph(reading: Reading, paragraph: Paragraph) -> None:
    text = paragraph.text
    begun = 0
    if FURNITURE.match(text) and len(text) < 60:  # noqa: PLR2004  # letters; longer ones are text that begins alike
        _skip(reading, paragraph, 0, len(text), "boilerplate")
        return
    if head := recognise(paragraph):
        reading.outline.enter(head)
        if not head.body:
            return
        begun = head.body
        if head.rank < RUN_IN and (run_in := _second_head(paragraph, begun)):
            reading.outline.enter(run_in)
            begun = run_in.body
    else:
        _leave_run_in(reading.outline)
    _body(reading, paragraph, begun)


def _second_head(_paragraph: Paragraph, _begun: int) -> Heading | None:
    return None


def _leave_run_in(outline: Outline) -> None:
    while outline.open and outline.open[-1].kind == "runin":
        outline.open.pop()


def _body(reading: Reading, paragraph: Paragraph, begun: int) -> None:
    text = paragraph.text
    mode = reading.outline.mode
    past = tense.paragraph_is_past(text[begun:], reading.frame)
    carried: when.Due | None = None
    vision = False
    notes = list(responsible.notes(text))
    alone = bool(notes) and notes[0].start() - begun < 2  # noqa: PLR2004  # nothing but the note
    if not alone:
        reading.unnamed = []
    for sentence in clauses.sentences(text, begun):
        told = sentence.of(text)
        reason = "vision" if vision and not re.search(r"到20\d\d年|今后五年|“十.五”", told) else None
        reason = reason or tense.reason(told, mode, reading.frame, past=past)
        if reason:
            vision = reason == "vision"
            _skip(reading, paragraph, sentence.start, sentence.end, reason)
        else:
            vision = False
            carried = _sentence(reading, paragraph, sentence, carried)
        for note in notes:
            if sentence.start <= note.start() < sentence.end:
                _assign(reading, note[1])


def _sentence(
    reading: Reading, paragraph: Paragraph, sentence: clauses.Piece, carried: when.Due | None
) -> when.Due | None:
    """The measures of a sentence; the deadline that later sentences of the paragraph inherit."""
    text = paragraph.text
    opening = True
    for piece in clauses.commitments(text, sentence):
        told = piece.of(text)
        due = when.printed(told, _section_time(reading))
        if due is None and carried:
            due = when.inherited(carried)
        if _measure(reading, paragraph, piece, due) is None:
            _skip(reading, paragraph, piece.start, piece.end, "description")
        own = when.printed(told, _section_time(reading))
        if own and own.basis == "printed" and own.date and (opening or carried):
            carried = own
        opening = False
    return carried


def _section_time(reading: Reading) -> when.Frame:
    """The time of the section: under 今后五年 a yearly report speaks of five years."""
    frame = reading.time
    for title in reading.outline.path:
        if re.search(r"(?:今后|未来)五年", title) and frame.year:
            return replace(frame, ends=dt.date(frame.year + 4, 12, 31))
    return frame


def _measure(
    reading: Reading, paragraph: Paragraph, piece: clauses.Piece, due: when.Due | None
) -> dict[str, Any] | None:
    told = piece.of(paragraph.text)
    figures = targets(told)
    why = _why(told, figures)
    if not why:
        return None
    start, end = paragraph.clean.span(piece.start, piece.end)
    due = due or when.assumed(_section_time(reading))
    if due.basis in ("printed", "recurring", "inherited"):
        why.append(f"deadline_{due.basis}")
    made = {
        "id": "",
        "line": reading.lines.at(start),
        "char_start": start,
        "char_end": end,
        "path": reading.outline.path,
        "text": reading.lines.text[start:end],
        "title": title_of(told),
        "kind": kind_of(told, has_targets=bool(figures)),
        "targets": [_plain(reading, paragraph, piece, figure) for figure in figures] + _relative(told),
        "deadline": due.plain(),
        "recurrence": due.recurrence,
        "units": {"lead": [], "supporting": [], "named": False},
        "suggested": reading.units.suggest(told, reading.outline.path[-2:]),
        "aspirational": bool(re.search(r"力争|争取|努力实现|力求", told)),
        "duplicate_of": None,
        "confidence": _confidence(why, due),
        "why": why,
    }
    reading.measures.append(made)
    reading.unnamed.append(made)
    return made


def _plain(reading: Reading, paragraph: Paragraph, piece: clauses.Piece, figure: Figure) -> dict[str, Any]:
    start, end = paragraph.clean.span(piece.start + figure.start, piece.start + figure.end)
    return figure.plain(reading.lines.text[start:end])


RELATIVE = re.compile(
    r"全覆盖|应保尽保|应[^，。；]{1,3}尽[^，。；]{1,3}|(?:高于|优于|好于|不低于|达到|快于)(?:全[国省市]|省|市|上年|周边)[^，。；]{0,8}(?:平均)?水平|(?:居|位列|位居|进入|处于|走在|稳居|保持)[^，。；]{0,4}(?:全[国省市]|省内|市内)[^，。；]{0,4}(?:前列|前茅|先进|领先)|零突破|“零”的突破|零的突破|动态清零|逐年前移|持续下降|持续减少"
)


def _relative(told: str) -> list[dict[str, Any]]:
    """Promises that compare without a number."""
    return [
        {
            "indicator": told[max(0, match.start() - 12) : match.start()].split("，")[-1].strip("、；。"),
            "comparator": "relative",
            "value": None,
            "value_high": None,
            "unit": "",
            "raw": match.group(),
        }
        for match in RELATIVE.finditer(told)
    ]


def _why(told: str, figures: list[Figure]) -> list[str]:
    """The rules that make a clause a measure; none: it is description."""
    found = []
    if figures:
        found.append("target")
    elif RELATIVE.search(told):
        found.append("relative_target")
    parts = [part for part in re.split(r"[，：]", told) if part]
    if any(verbs.ACTION.match(part.lstrip("“（")) for part in parts):
        found.append("action")
    elif verbs.LATE.search(told) and len(told) > 6:  # noqa: PLR2004  # letters
        found.append("result")
    return found


def _confidence(why: list[str], due: when.Due) -> float:
    score = 0.4 + 0.25 * ("target" in why) + 0.2 * ("action" in why) + 0.1 * (due.basis in ("printed", "recurring"))
    return round(min(score, 0.95), 2)


def _skip(reading: Reading, paragraph: Paragraph, start: int, end: int, reason: str) -> None:
    first, last = paragraph.clean.span(start, end)
    before = reading.skipped[-1] if reading.skipped else None
    if before and before["reason"] == reason and first - before["char_end"] < 3:  # noqa: PLR2004  # next to it
        before["char_end"] = last
        return
    reading.skipped.append({"line": reading.lines.at(first), "char_start": first, "char_end": last, "reason": reason})


def _assign(reading: Reading, note: str) -> None:
    """A note names the units of every measure since the note before it."""
    named = reading.notes.read(note)
    if not named:
        return
    due = when.printed(note, reading.time)
    for measure in reading.unnamed:
        measure["units"] = {
            "lead": list(named.lead),
            "supporting": list(named.supporting),
            "named": bool(named.lead or named.supporting),
        }
        measure["why"].append("units_named")
        if due and measure["deadline"]["basis"] == "assumed":
            measure["deadline"] = due.plain()
            measure["recurrence"] = due.recurrence
    reading.unnamed = []


# --- the rest of the object -----------------------------------------------------------------------


def _outline(reading: Reading, held: list[boxes.Box], paragraphs: list[Paragraph]) -> list[dict[str, Any]]:
    notes = {id(head): note for head, note in gaps(head for head, _ in reading.outline.met)}
    found = []
    for place, (head, parent) in enumerate(reading.outline.met):
        found.append(
            {
                "id": f"h{place + 1}",
                "parent": f"h{parent + 1}" if parent is not None else None,
                "level": head.kind,
                "number": head.number or None,
                "title": head.title,
                "line": head.line,
                "char_start": head.start,
                "note": head.note or notes.get(id(head)),
            }
        )
    for number, box in enumerate(held, start=1):
        paragraph = paragraphs[box.first]
        above = max(
            (one for one in found if one["line"] < paragraph.line and one["level"] != "box"),
            default=None,
            key=lambda one: one["line"],
        )
        found.append(
            {
                "id": f"b{number}",
                "parent": above["id"] if above else None,
                "level": "box",
                "number": box.number or None,
                "title": box.title,
                "line": paragraph.line,
                "char_start": paragraph.clean.origin[0],
                "note": None,
            }
        )
    return sorted(found, key=lambda one: (one["line"], one["char_start"]))


def _with_target(indicator: dict[str, Any]) -> dict[str, Any]:
    """An indicator's printed target also as a figure, where it is one."""
    cell = indicator["target"] if re.match(r"[≥≤<>＞＜]?\d", indicator["target"]) else indicator["growth"]
    match = re.fullmatch(r"([≥≤<>＞＜]?)(\d+(?:\.\d+)?)(%?)", cell)
    if not match:
        return indicator | {"targets": []}
    sign = {"": "=", "＞": ">", "＜": "<"}.get(match[1], match[1])
    value = float(match[2])
    figure = {
        "indicator": indicator["name"],
        "comparator": sign,
        "value": int(value) if value.is_integer() else value,
        "value_high": None,
        "unit": indicator["unit"],
        "raw": cell,
    }
    return indicator | {"targets": [figure]}


def _warnings(reading: Reading) -> list[str]:
    return list(_told(reading))


def _told(reading: Reading) -> Iterator[str]:
    if not reading.measures:
        yield "没有读出任何举措：这份文件只回顾或说明，或者不是规划、报告。"
    for head, note in gaps(head for head, _ in reading.outline.met):
        yield f"第 {head.line} 行“{head.title}”之前缺章号（{note}）。"
    if reading.time.end is None:
        yield "文件没有写明年度或规划期，没有时限的举措无法推定时限。"
    if reading.frame.newspaper:
        yield "文件按报纸分栏排印，标题可能错位，时态按段落判断。"


def mode_of(reading: Reading) -> Mode:
    """What the text at this place is about."""
    return reading.outline.mode
