"""Go through a document paragraph by paragraph: keep the headings, take what is promised, say why the rest is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from taskflow.reading.about import About
from taskflow.reading.answers import Answers
from taskflow.reading.duties import Vocabulary
from taskflow.reading.layout.headings import (
    FURNITURE,
    LEADS_TO_GOALS,
    RUN_IN,
    SAYS_HOW_MUCH,
    Heading,
    Mode,
    Outline,
    item_number,
    recognise,
)
from taskflow.reading.layout.lines import Lines, Paragraph
from taskflow.reading.statements import clauses, responsible, tense, verbs, when
from taskflow.reading.statements.figures import Figure, targets
from taskflow.reading.statements.subjects import CHANGES, subject, trimmed
from taskflow.reading.statements.times import mentions
from taskflow.reading.statements.titles import kind_of, title_of


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
    measures: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    #: In a newspaper: whether the paragraphs since the last headline are past ("past"), were said
    #: to be ("opened"), or are other people's words ("voices").
    run: str = ""
    #: The time in the heading that opens a paragraph, until a measure has it: 动员部署阶段（2026年3月底前）。印发方案…
    heads: when.Due | None = None
    #: A headline that may be a task itself, where only labels follow.
    headline: tuple[Paragraph, clauses.Piece] | None = None


def paragraph(reading: Reading, paragraph: Paragraph) -> None:
    text = paragraph.text
    begun = 0
    if FURNITURE.match(text) and len(text) < 60:  # noqa: PLR2004  # letters; longer ones are text that begins alike
        _skip(reading, paragraph, 0, len(text), "boilerplate")
        return
    if head := recognise(paragraph):
        _enter(reading, paragraph, head)
        if not head.body:
            return
        begun = head.body
    elif not responsible.LABELLED.match(text):
        _leave_run_in(reading.outline)
        begun = item_number(text)
        if begun:
            reading.answers.begin_item()
    if LEADS_TO_GOALS.search(text):
        reading.outline.turn(paragraph)
    _body(reading, paragraph, begun)


def _enter(reading: Reading, paragraph: Paragraph, head: Heading) -> None:
    """Go on under a heading, which may be the whole of a task where only labels follow."""
    text = paragraph.text
    reading.headline = paragraph, clauses.Piece(item_number(text), head.body or len(text))
    reading.answers.begin_item()
    if head.assigned:
        _skip(reading, paragraph, text.rfind(head.title) + len(head.title), len(text), "units")
    reading.outline.enter(head)
    if head.rank != RUN_IN:
        reading.run = ""


def behind_name(reading: Reading, row: Paragraph, begun: int, box: str) -> None:
    """What a row of a box says behind its name is promised like running text."""
    first = item_number(row.text)
    name = row.text[first : begun - 1]
    for rank, title in ((RUN_IN - 1, box), (RUN_IN, name)):
        reading.outline.enter(Heading("box", rank, "", title, row.line, row.clean.origin[0]))
    before = len(reading.measures)
    _body(reading, row, first if SAYS_HOW_MUCH.match(row.text, begun) else begun)
    made = reading.measures[before:]
    if made and made[0]["char_start"] == row.clean.span(begun, begun + 1)[0]:
        start = row.clean.span(first, first + 1)[0]
        whole = reading.lines.text[start : made[0]["char_end"]]
        made[0] |= {"char_start": start, "text": whole, "title": title_of(name + made[0]["title"])}
    for measure in made:
        for target in measure["targets"]:
            if target["raw"] in target["indicator"]:
                target["indicator"] = name
            elif target["indicator"] in CHANGES or not target["indicator"]:
                target["indicator"] = trimmed(name + target["indicator"])
    reading.outline.leave(2)


def _leave_run_in(outline: Outline) -> None:
    while outline.open and outline.open[-1].kind == "runin" and outline.open[-1].rank == RUN_IN:
        outline.open.pop()


def _body(reading: Reading, paragraph: Paragraph, begun: int) -> None:
    text = paragraph.text
    if tense.VOICE.search(text) or (reading.frame.newspaper and reading.run == "voices"):
        reading.run = "voices"
        _skip(reading, paragraph, begun, len(text), "proposal")
        return
    past = _is_past(reading, text[begun:])
    carried = heading_time(reading)
    reading.heads = carried if begun and reading.outline.open[-1:] and reading.outline.open[-1].body == begun else None
    before: str | None = None
    notes = reading.answers.begin_paragraph(text, begun)
    for sentence in _told(text, begun, reading.frame):
        told = sentence.of(text)
        if responsible.LABELLED.match(told):
            _labelled(reading, paragraph, sentence)
            continue
        reading.answers.begin_sentence()
        past = past and not _promises_again(reading, told)
        before = _reason(reading, told, before, past=past)
        if before:
            _skip(reading, paragraph, sentence.start, sentence.end, before)
        else:
            carried = _sentence(reading, paragraph, sentence, carried)
        for place, note in notes:
            if sentence.start <= place < sentence.end:
                reading.answers.note(note, paragraph.clean.origin[place])
    reading.headline = None


def _labelled(reading: Reading, paragraph: Paragraph, sentence: clauses.Piece) -> None:
    """A line of labels (牵头单位：…) is about the item above it: its text, or its headline where that is all."""
    if not reading.answers.item and reading.headline and clauses.acts(reading.headline[1].of(reading.headline[0].text)):
        _measure(reading, *reading.headline, None, None)
    reading.answers.label(sentence.of(paragraph.text))
    _skip(reading, paragraph, sentence.start, sentence.end, "units")


def _told(text: str, begun: int, frame: tense.Frame) -> list[clauses.Piece]:
    """The sentences of a paragraph; one that tells of the past first, or of what a meeting heard, comes in parts."""
    found: list[clauses.Piece] = []
    for one in clauses.sentences(text, begun):
        if tense.HEARD.match(one.of(text)):
            found += clauses.split(text, one.start, one.end, "；")
        elif lead := ENUMERATES.match(one.of(text)):
            found += _cut(one, lead.end())
        elif turn := tense.turn(one.of(text), frame):
            found += _cut(one, turn)
        else:
            found.append(one)
    return found


def _cut(piece: clauses.Piece, behind: int) -> list[clauses.Piece]:
    return [clauses.Piece(piece.start, piece.start + behind), clauses.Piece(piece.start + behind, piece.end)]


#: What leads to a list in the same sentence: 重点在五个方面求突破：一是…；二是….
ENUMERATES = re.compile(r"[^；。：]*[^；。：一](?:突破|方面|工作|目标|任务|事项|措施|要求|关系|行动|文章)：(?=一是|（一）|1\.|①|（1）)")
#: 一是促进就业。 and 力争实现以下目标： name what the sentences behind them promise.
LEADS_IN = re.compile(r"[一二三四五六七八九十]+是[^，；]{2,16}。|[^。；]*(?:目标|指标|方面|要求)(?:是|为|如下)?：")


def _is_past(reading: Reading, text: str) -> bool:
    """Whether a paragraph speaks of what has been; in a newspaper the ones before it under its headline tell too."""
    past = reading.run == "opened" or tense.paragraph_is_past(text, reading.frame, after_past=reading.run == "past")
    if reading.frame.newspaper:
        opened = tense.PAST_OPENING.match(text) or reading.run == "opened"
        reading.run = "opened" if opened else "past" if past else ""
    return past


def _promises_again(reading: Reading, told: str) -> bool:
    """Whether a paragraph that opened with what was goes on with what will be; in a newspaper nothing tells."""
    trusted = reading.outline.mode is Mode.FUTURE and not reading.frame.newspaper
    return trusted and tense.promises_again(told, reading.frame)


def _reason(reading: Reading, told: str, before: str | None, *, past: bool) -> str | None:
    """Why a sentence is no promise; a vision goes on until something is done or another time is named."""
    if responsible.NOTE.fullmatch(told.strip("。")) or responsible.SAID.fullmatch(told):
        return "units"
    heard = tense.HEARD.match(told) or (before == "heard" and not tense.DECIDED.match(told))
    if heard and not tense.TO_BE_DONE.search(told):
        return "heard"
    if LEADS_IN.fullmatch(told) and not targets(told):
        return "heading"
    if before == "vision" and not (verbs.ACTION.match(told) or re.search(r"到20\d\d年|今后五年|“十.五”", told)):
        return "vision"
    return tense.reason(told, reading.outline.mode, reading.frame, past=past)


def _sentence(
    reading: Reading, paragraph: Paragraph, sentence: clauses.Piece, carried: when.Due | None
) -> when.Due | None:
    """The measures of a sentence; the deadline that later sentences of the paragraph inherit."""
    text, section = paragraph.text, section_time(reading)

    def time(piece: clauses.Piece) -> when.Frame:
        since = sentence.start if section.several else max(sentence.start, text.rfind("；", 0, piece.start) + 1)
        return section.behind(text[since : piece.start])

    before, lasting, why = None, carried, None
    pieces = clauses.commitments(text, sentence, lambda part: when.time_of(part.of(text), time(part)))
    for piece in _with_base(reading, text, pieces):
        told = piece.of(text)
        if why := tense.of_others(told, reading.frame, after_vision=why == "vision"):
            _skip(reading, paragraph, piece.start, piece.end, why)
            continue
        own = due = when.printed(told, time(piece))
        same = bool(before and clauses.SAME_THING.match(told))
        if due is None and reading.heads:
            due = reading.heads
        elif due is None and carried:
            due = when.inherited(carried)
        if _measure(reading, paragraph, piece, due, before if same else None) is None:
            _skip(reading, paragraph, piece.start, piece.end, "description")
        else:
            reading.heads = None
        if own and own.basis == "printed" and own.date and when.leads(told, own) and not same:
            carried = own
            lasting = own if when.stands_apart(told, own) else None
        before = piece
    return lasting


def _with_base(reading: Reading, text: str, pieces: list[clauses.Piece]) -> Iterator[clauses.Piece]:
    """The pieces; one that says what was goes with the one that says what will be: 2025年为52%，｜2027年提高到58%."""
    held: clauses.Piece | None = None
    for piece in pieces:
        whole = clauses.Piece(held.start, piece.end) if held else piece
        held = whole if tense.was(piece.of(text), reading.frame) and piece is not pieces[-1] else None
        if held is None:
            yield whole


def heading_time(reading: Reading) -> when.Due | None:
    """By when the heading says that everything below it is done: 第一阶段（2026年3月—5月）."""
    head = next(reversed(reading.outline.open), None)
    if head is None or not reading.time.several or head.kind == "chapter":
        return None
    due = when.printed(re.sub("[（）]", "，", head.title), reading.time)
    return due if due and due.date and due.basis == "printed" else None


#: A section about more than the document's own year: 今后五年的目标, “十五五”时期的主要目标.
OF_YEARS = re.compile(r"(?:今后|未来)五年|“?十.五”?(?:时期|期间)[^，。]*(?:目标|思路|任务)")


def section_time(reading: Reading) -> when.Frame:
    """The time of the section: under 今后五年, or a plan's period, a yearly report speaks of five years.

    In a plan of several years a heading that names one (第三阶段（2028年7月—12月）) names it for what stands below.
    """
    frame = reading.time
    if frame.several:
        named = (set(re.findall(r"20\d\d(?=年)", title)) for title in reversed(reading.outline.path))
        frame = next((frame.behind(f"{years.pop()}年") for years in named if len(years) == 1), frame)
    for title in filter(OF_YEARS.search, reading.outline.path):
        last = max((one.last for one in mentions(title, frame.year) if one.last), default=None)
        if last and frame.ends and last > frame.ends:
            return replace(frame, ends=last)
    return frame


def _measure(
    reading: Reading, paragraph: Paragraph, piece: clauses.Piece, due: when.Due | None, about: clauses.Piece | None
) -> dict[str, Any] | None:
    """The measure of a clause, if it is one; `about`: the clause before, when it names what this one is about."""
    told = piece.of(paragraph.text)
    figures = targets(told) if about is None else _figures_behind(paragraph.text, about, piece)
    if base := tense.was(told, reading.frame):
        figures = [one for one in figures if one.start != base.end()]
    why = _why(told, figures)
    if not why and due and (clauses.own_time(told) or _bounded(told, due)):
        why = ["dated"]
    if not why:
        return None
    start, end = paragraph.clean.span(piece.start, piece.end)
    due = due or when.assumed(section_time(reading))
    units = reading.answers.units(told, reading.outline.assigned)
    why += [f"deadline_{due.basis}"] if due.basis in ("printed", "recurring", "inherited") else []
    why += ["units_named"] if units["named"] else []
    made = {
        "id": "",
        "line": reading.lines.at(start),
        "char_start": start,
        "char_end": end,
        "path": reading.outline.path,
        "text": reading.lines.text[start:end],
        "title": title_of(figures[0].indicator + told if about and figures else told),
        "kind": kind_of(told, has_targets=bool(figures)),
        "targets": [_plain(reading, paragraph, piece, figure) for figure in figures] + _relative(told),
        "deadline": due.plain(),
        "recurrence": due.recurrence,
        "units": units,
        "suggested": reading.units.suggest(told, reading.outline.path[-2:]),
        "aspirational": bool(re.search(r"力争|争取|努力实现|力求", told)),
        "duplicate_of": None,
        "confidence": _confidence(told, why, due),
        "why": why,
    }
    reading.measures.append(made)
    reading.answers.add(made)
    return made


def _figures_behind(text: str, about: clauses.Piece, piece: clauses.Piece) -> list[Figure]:
    """The targets of a clause read together with the one before it."""
    shift = piece.start - about.start
    found = [one for one in targets(text[about.start : piece.end]) if one.start >= shift]
    return [replace(one, start=one.start - shift, end=one.end - shift) for one in found]


def _bounded(told: str, due: when.Due) -> bool:
    """Whether something is said by when to be done, or at least in which part of the year."""
    phrase = str(due.phrase) if due.basis in ("printed", "recurring") else ""
    more = len(told.strip("，。；、 ")) - len(phrase)
    return more > 1 and bool(phrase) and not OF_YEARS.search(phrase)


def _plain(reading: Reading, paragraph: Paragraph, piece: clauses.Piece, figure: Figure) -> dict[str, Any]:
    start, end = paragraph.clean.span(piece.start + figure.start, piece.start + figure.end)
    return figure.plain(reading.lines.text[start:end])


RELATIVE = re.compile(
    r"全覆盖|应保尽保|应[^，。；]{1,3}尽[^，。；]{1,3}|(?:高于|优于|好于|不低于|达到|快于)(?:全[国省市]|省|市|上年|周边)[^，。；]{0,8}(?:平均)?水平|(?:居|位列|位居|进入|处于|走在|稳居|保持)[^，。；]{0,4}(?:全[国省市]|省内|市内)[^，。；]{0,4}(?:前列|前茅|先进|领先)|零突破|“零”的突破|零的突破|动态清零|“?零(?:发生|事故|增长|上访)”?|逐年前移|持续下降|持续减少"
)


def _relative(told: str) -> list[dict[str, Any]]:
    """Promises that compare without a number."""
    return [
        {
            "indicator": subject(told[: match.start()]) or title_of(told)[:12],
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


#: Openings that promise little by themselves, and how few letters say too little.
WEAK = re.compile(
    r"^(?:坚持|发挥|充分发挥|抢抓|瞄准|立足|把握|突出|强化.{0,4}意识|加大.{0,8}力度|统筹|进而|为.{0,12}提供|营造|树立|秉承)"
)
LITTLE = 9


def _confidence(told: str, why: list[str], due: when.Due) -> float:
    """How sure the rules are: figures, a verb and a printed time speak for a promise, vague or short words against."""
    score = 0.45 + 0.25 * ("target" in why) + 0.2 * ("action" in why) + 0.1 * (due.basis in ("printed", "recurring"))
    if "target" not in why:
        score -= 0.25 * bool(WEAK.match(told)) + 0.15 * (len(told) < LITTLE)
    return round(min(max(score, 0.1), 0.95), 2)


def _skip(reading: Reading, paragraph: Paragraph, start: int, end: int, reason: str) -> None:
    first, last = paragraph.clean.span(start, end)
    before = reading.skipped[-1] if reading.skipped else None
    if before and before["reason"] == reason and first - before["char_end"] < 3:  # noqa: PLR2004  # next to it
        before["char_end"] = last
        return
    reading.skipped.append({"line": reading.lines.at(first), "char_start": first, "char_end": last, "reason": reason})
