"""Sentences of a paragraph, and the separate commitments inside a sentence.

A commitment is a clause with its own verb and object. What only says how (以…为…) belongs to the clause after
it, what only says to what end (不断提升…) to the clause before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from taskflow.reading.statements import verbs
from taskflow.reading.statements.figures import targets
from taskflow.reading.statements.responsible import NOTE

OPENERS, CLOSERS = "“《（【〔‘", "”》）】〕’"
SENTENCE_ENDS = "。！？"
#: A clause that says more about the subject of the one before: …增长12%，达到92亿元.
GOES_ON = re.compile(
    r"^(?:(?:年均|分别|累计|平均|合计|占|达到?|同比|其中|增幅|增速|总量|人均)(?=[^，]{0,12}\d)"
    r"|(?:增长|下降|提高|提升|降低|力争|争取|确保|力争达到|力争突破|冲刺)\d"
    r"|到20\d\d年(?:达到|突破|超过|实现)\d)"
)

#: A clause that opens with a day of its own has a deadline of its own: 6月底前签约，9月份开工.
OWN_DAY = re.compile(r"(?:20\d\d年|今年|年内)?(?:\d{1,2}月|第?[一二三四]季度|[上下]半年)")
OWN_YEAR = re.compile(r"20\d\d年年?[底末]?前?")


@dataclass(frozen=True)
class Piece:
    """A part of a paragraph's clean text: text[start:end]."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The part itself."""
        return text[self.start : self.end]


def split(text: str, start: int, end: int, marks: str) -> Iterator[Piece]:
    """The parts between marks that stand outside quotation marks and brackets; the mark goes with the part before."""
    depth, begun = 0, start
    for place in range(start, end):
        letter = text[place]
        if letter in OPENERS:
            depth += 1
        elif letter in CLOSERS:
            depth = max(0, depth - 1)
        elif letter in marks and (
            not depth or (letter in SENTENCE_ENDS and depth == 1 and not _closes(text, place, end))
        ):
            yield Piece(begun, place + 1)
            begun, depth = place + 1, 0
    if begun < end:
        yield Piece(begun, end)


def _closes(text: str, place: int, end: int) -> bool:
    """Whether an open quotation or bracket is closed soon after a sentence's end inside it."""
    return any(letter in CLOSERS for letter in text[place + 1 : min(end, place + 40)])


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Piece]:
    """The sentences of a paragraph; a note that names units, standing before one, is a piece of its own."""
    found: list[Piece] = []
    for piece in split(text, start, len(text) if end is None else end, SENTENCE_ENDS):
        begun = piece.start
        while note := NOTE.match(text, begun, piece.end):
            found.append(Piece(begun, note.end()))
            begun = note.end()
        found.append(Piece(begun, piece.end))
    return [piece for piece in found if piece.of(text).strip("”’）。")]


def commitments(text: str, sentence: Piece) -> list[Piece]:
    """The clauses of a sentence that can each be checked by themselves."""
    found: list[Piece] = []
    for part in split(text, sentence.start, sentence.end, "；"):
        found += _grouped(text, list(split(text, part.start, part.end, "，")))
    return found


def _grouped(text: str, parts: list[Piece]) -> list[Piece]:
    groups: list[Piece] = []
    has_core = False
    for part in parts:
        told = part.of(text)
        timed = own_time(told)
        core = acts(told) or timed
        starts = core and not GOES_ON.match(told) and not (has_core and verbs.RESULT.match(told) and not targets(told))
        again = has_core and timed
        if groups and (not has_core or not starts) and not (has_core and leads(told)) and not again:
            groups[-1] = Piece(groups[-1].start, part.end)
            has_core = has_core or core
        else:
            groups.append(part)
            has_core = core
    if len(groups) > 1 and not has_core:  # what was to lead the next clause had none
        last = groups.pop()
        groups[-1] = Piece(groups[-1].start, last.end)
    return groups


def own_time(told: str) -> bool:
    """Whether a clause opens with a time of its own and does something else by then."""
    if OWN_DAY.match(told):
        return acts(told)
    year = OWN_YEAR.match(told)
    rest = told[year.end() :] if year else ""
    return bool(verbs.ACTION.match(rest)) and not GOES_ON.match(rest)


def acts(told: str) -> bool:
    """Whether a clause says what is done, or how much."""
    if leads(told):
        return False
    return bool(verbs.ACTION.match(told) or targets(told) or verbs.LATE.search(told))


def leads(told: str) -> bool:
    """Whether a clause only says how, when or with regard to what."""
    if not verbs.MANNER.match(told):
        return bool(
            re.match(
                r"(?:到|至|截至)?“?(?:20\d\d年|十[一二三四五六]五|规划期|今后|未来|今年|年内|全年|其中|同时|此外|另外|为此)[^，]{0,10}，?$",
                told,
            )
        )
    late = verbs.LATE.search(told[2:])
    return not (
        targets(told)
        or (
            told.startswith(
                (
                    "对",
                    "为",
                    "把",
                    "将",
                    "在",
                    "与",
                    "加强与",
                    "深化与",
                    "坚持",
                    "用好",
                    "发挥",
                    "充分发挥",
                    "突出",
                    "紧盯",
                    "抢抓",
                )
            )
            and (late or re.search("进行|给予|提供|开展|合作|作用|纳入|打造|建|作为|转化|列入", told))
        )
    )
