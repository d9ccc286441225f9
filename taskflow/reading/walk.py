"""Go through a document paragraph by paragraph: keep the headings, take what is promised, say why the rest is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from taskflow.reading.about import signs
from taskflow.reading.each_time import each_time
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
from taskflow.reading.layout.lines import Paragraph
from taskflow.reading.making import measure
from taskflow.reading.state import Reading, heading_time, section_time, skip
from taskflow.reading.statements import clauses, responsible, tense, verbs, when
from taskflow.reading.statements.figures import targets
from taskflow.reading.statements.subjects import CHANGES, trimmed
from taskflow.reading.statements.titles import title_of

LONGEST_FURNITURE = 60  # letters; longer ones are text that begins alike


def paragraph(reading: Reading, paragraph: Paragraph) -> None:
    text = paragraph.text
    head, begun = None if responsible.SAID.fullmatch(text) else recognise(paragraph), 0
    if (FURNITURE.match(text) and len(text) < LONGEST_FURNITURE) or _on_cover(reading, text, head):
        skip(reading, paragraph, 0, len(text), "boilerplate")
        return
    if head:
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
        reading.led = text
    elif not text.startswith("——"):
        reading.led = ""
    _body(reading, paragraph, begun)


def _on_cover(reading: Reading, text: str, head: Heading | None) -> bool:
    """Whether a line before the first numbered heading says who issued the document, when, or under what number."""
    first = head is not None and not head.number and not any(met.number for met, _ in reading.outline.met)
    return first and signs(text)


def _enter(reading: Reading, paragraph: Paragraph, head: Heading) -> None:
    """Go on under a heading, which may be the whole of a task where only labels follow."""
    text = paragraph.text
    reading.headline = paragraph, clauses.Piece(item_number(text), head.body or len(text))
    reading.answers.begin_item()
    if head.assigned:
        skip(reading, paragraph, text.rfind(head.title) + len(head.title), len(text), "units")
    reading.outline.enter(head)
    if head.rank != RUN_IN:
        reading.run = ""
        reading.answers.begin_part()


def row(reading: Reading, told: Paragraph, box: str) -> None:
    """A row of a box that is a sentence is read like one."""
    reading.outline.enter(Heading("box", RUN_IN - 1, "", box, told.line, told.clean.origin[0], Mode.FUTURE))
    reading.answers.begin_item()
    _body(reading, told, item_number(told.text))
    reading.outline.leave(1)


def behind_name(reading: Reading, row: Paragraph, begun: int, box: str) -> None:
    """What a row of a box says behind its name is promised like running text."""
    first = item_number(row.text)
    name = row.text[first : begun - 1]
    for rank, title in ((RUN_IN - 1, box), (RUN_IN, name)):
        reading.outline.enter(Heading("box", rank, "", title, row.line, row.clean.origin[0], Mode.FUTURE, begun))
    before = len(reading.measures)
    reading.answers.begin_item()
    _body(reading, row, first if SAYS_HOW_MUCH.match(row.text, begun) else begun)
    made = reading.measures[before:]
    if made and made[0]["char_start"] == row.clean.span(begun, begun + 1)[0]:
        start = row.clean.span(first, first + 1)[0]
        whole = reading.lines.text[start : made[0]["char_end"]]
        said = made[0]["title"]
        title = said if said.startswith(name) else title_of(name + said)
        made[0] |= {"char_start": start, "text": whole, "title": title}
    for one in made:
        for target in one["targets"]:
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
        skip(reading, paragraph, begun, len(text), "proposal")
        return
    past = _is_past(reading, text[begun:])
    carried, reading.section = heading_time(reading), section_time(reading, text)
    reading.stage = carried
    reading.heads = carried if begun and reading.outline.open[-1:] and reading.outline.open[-1].body == begun else None
    before: str | None = None
    notes = reading.answers.begin_paragraph(text, begun)
    for sentence in _told(text, begun, reading.frame):
        told = sentence.of(text)
        if responsible.LABELLED.match(told):
            _labelled(reading, paragraph, sentence)
            continue
        reading.answers.begin_sentence(told)
        past = past and not _promises_again(reading, told)
        before = _reason(reading, told, before, past=past)
        if before:
            skip(reading, paragraph, sentence.start, sentence.end, before)
        else:
            carried = _sentence(reading, paragraph, sentence, carried)
        for place, note in notes:
            if sentence.start <= place < sentence.end:
                reading.answers.note(note, paragraph.clean.origin[place])
    reading.headline = None


def _labelled(reading: Reading, paragraph: Paragraph, sentence: clauses.Piece) -> None:
    """A line of labels (牵头单位：…) is about the item above it: its text, or its headline where that is all."""
    if not reading.answers.item and reading.headline:
        measure(reading, *reading.headline, None, assured="labelled")
    reading.answers.label(sentence.of(paragraph.text))
    skip(reading, paragraph, sentence.start, sentence.end, "units")


def _told(text: str, begun: int, frame: tense.Frame) -> list[clauses.Piece]:
    """The sentences of a paragraph; one that tells of the past first, or of what a meeting heard, comes in parts."""
    found: list[clauses.Piece] = []
    for one in clauses.sentences(text, begun):
        if tense.HEARD.match(one.of(text)):
            found += clauses.split(text, one.start, one.end, "；")
        elif lead := ENUMERATES.match(one.of(text)) or LABEL.match(one.of(text)):
            found += _cut(one, lead.end())
        elif ours := tense.OURS_BEHIND_OTHERS[frame.level].match(one.of(text)):
            found += _cut(one, ours.end())
        elif turn := tense.turn(one.of(text), frame):
            found += _cut(one, turn)
        else:
            found.append(one)
    return found


def _cut(piece: clauses.Piece, behind: int) -> list[clauses.Piece]:
    return [clauses.Piece(piece.start, piece.start + behind), clauses.Piece(piece.start + behind, piece.end)]


#: What leads to a list in the same sentence: 重点在五个方面求突破：一是…；二是….
ENUMERATES = re.compile(
    r"[^；。：]*[^；。：一](?:突破|方面|工作|目标|任务|事项|措施|要求|关系|行动|文章)：(?=一是|（一）|1\.|①|（1）)"
)
#: Says what kind of thing follows: 整改目标：…, 主要措施：….
LABEL = re.compile(r"(?:整改|工作|主要|具体|年度)(?:目标|措施|任务|举措)：(?=.)")
#: 一是促进就业。 and 力争实现以下目标： name what the sentences behind them promise.
LEADS_IN = re.compile(
    r"[一二三四五六七八九十]+是[^，；]{2,16}。|[^。；]*(?:目标|指标|方面|要求|措施|任务|举措)(?:是|为|如下)?："
)


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
    text = paragraph.text
    section = reading.section
    if section.several and carried and carried.date and carried.date != section.ends:
        # 2027年，建体系、强能力。…年底前建成平台。
        section = section.naming(carried.date.year)
    years = when.Years(section, text, sentence.start, sentence.end)
    before, lasting, why = None, carried, None
    pieces = clauses.commitments(text, sentence, lambda part: when.time_of(part.of(text), years.at(part.start)))
    for piece in _with_base(reading, text, pieces):
        told = piece.of(text)
        if why := tense.of_others(told, reading.frame, after_vision=why == "vision"):
            skip(reading, paragraph, piece.start, piece.end, why)
            continue
        own = due = when.printed(told, years.at(piece.start))
        same = bool(before and clauses.SAME_THING.match(told))
        if due is None and reading.heads:
            due = reading.heads
        elif due is None and carried:
            due = when.inherited(carried)
        if each_time(reading, paragraph, piece, years.at(piece.start)) or measure(
            reading, paragraph, piece, due, before if same else None
        ):
            reading.heads = None if due is reading.heads else reading.heads
        else:
            skip(reading, paragraph, piece.start, piece.end, "description")
        if own and own.basis == "printed" and own.date and when.leads(told, own) and not same:
            carried = own
            lasting = own if when.stands_apart(told, own) else reading.stage
        before = before if same else piece
    return lasting


def _with_base(reading: Reading, text: str, pieces: list[clauses.Piece]) -> Iterator[clauses.Piece]:
    """The pieces; one that says what was goes with the one that says what will be: 2025年为52%，｜2027年提高到58%."""
    held: clauses.Piece | None = None
    for piece in pieces:
        whole = clauses.Piece(held.start, piece.end) if held else piece
        told = piece.of(text)
        base_alone = tense.was(told, reading.frame) and not tense.BASE_AND_GOAL.match(told)
        held = whole if base_alone and piece is not pieces[-1] else None
        if held is None:
            yield whole
