"""Make a measure of a clause that is one, and tell the rules that made it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from taskflow.reading.layout.lines import Paragraph
from taskflow.reading.state import OF_YEARS, Reading
from taskflow.reading.statements import clauses, tense, verbs, when
from taskflow.reading.statements.counted import Figure, ahead, target
from taskflow.reading.statements.figures import targets
from taskflow.reading.statements.subjects import subject
from taskflow.reading.statements.titles import kind_of, title_of, under


def measure(
    reading: Reading,
    paragraph: Paragraph,
    piece: clauses.Piece,
    due: when.Due | None,
    about: clauses.Piece | None = None,
    *,
    assured: str = "",
) -> dict[str, Any] | None:
    """The measure of a clause, if it is one; `about`: the clause before, when it names what this one is about.

    `assured`: the rule that makes it one though its words say little.
    """
    told = piece.of(paragraph.text)
    figures = targets(told) if about is None else _figures_behind(paragraph.text, about, piece)
    if base := tense.was(told, reading.frame):
        figures = [one for one in figures if one.start != base.end()]
    why = _why(told, figures)
    if not why and due and (clauses.own_time(told) or _bounded(told, due)):
        why = ["dated"]
    why = why or [assured][: bool(assured)]
    if not why:
        return None
    start, end = paragraph.clean.span(piece.start, piece.end)
    spoken = any(not one.indicator for one in figures)
    figures = [
        one if one.indicator else replace(one, indicator=_spoken_of(reading, paragraph, piece, one)) for one in figures
    ]
    due = due or when.assumed(reading.section)
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
        **promise(told, figures, lambda figure: _printed(reading, paragraph, piece, figure)),
        "deadline": due.plain(),
        "recurrence": due.recurrence,
        "units": units,
        "suggested": reading.units.suggest(told, reading.outline.path[-2:]),
        "aspirational": bool(verbs.HOPEFUL.search(told)),
        "duplicate_of": None,
        "confidence": _confidence(told, why, due),
        "why": why,
    }
    if about and figures:
        made["title"] = title_of(figures[0].indicator + told)
    elif spoken and clauses.is_short(told, counted=True):
        made["title"] = under(figures[0].indicator, made["title"])
    elif thing := _thing(reading, start, told, dated=bool(due.phrase and not figures)):
        made["title"] = under(thing, told)
    reading.measures.append(made)
    reading.answers.add(made)
    return made


#: A head that is the name of a piece of work, and not what a section is about.
NAMES_A_WORK = re.compile(r"(?:工程|项目|行动|计划|平台|中心|公园|医院|学校|[馆站厂库路桥园])$")


def _thing(reading: Reading, start: int, told: str, *, dated: bool) -> str:
    """What a few words at a place are about: the work that heads their line, or what their sentence named before.

    `dated`: they say when and not how much.
    """
    last = reading.measures[-1] if reading.measures else None
    near = last and last["char_end"] == start and not last["text"].endswith(("。", "；"))
    said = str(last["title"]).partition("：")[0] if last and near else ""
    heads = (head.title for head in reading.outline.open[-1:] if head.line == reading.lines.at(start))
    work = next(filter(NAMES_A_WORK.search, heads), "")
    named = said not in ("", work) and not clauses.OWN_DAY.match(said)
    if work and not named and clauses.is_short(told, counted=True):
        return work
    return said if dated and clauses.is_short(told) else ""


def _spoken_of(reading: Reading, paragraph: Paragraph, piece: clauses.Piece, figure: Figure) -> str:
    """What a figure without words of its own is about: what stands before it, or the thing of the last figure."""
    begin, _ = paragraph.clean.span(0, 1)
    earlier = takewhile(lambda one: one["char_start"] >= begin, reversed(reading.measures))
    named = (last["indicator"] for one in earlier for last in one["targets"][-1:])
    own = _phrases(ahead(piece.of(paragraph.text), figure.start))
    return next(own, "") or next(named, "") or next(_phrases(ahead(paragraph.text, piece.start)), "")


def _phrases(before: str) -> Iterator[str]:
    """What the clauses that are closed before a place speak of, the nearest first."""
    told = map(subject, reversed(re.split("[，。；、：]", before)[:-1]))
    return (phrase for phrase in told if phrase and not re.search(r"\d", phrase))


def _figures_behind(text: str, about: clauses.Piece, piece: clauses.Piece) -> Sequence[Figure]:
    """The targets of a clause read together with the one that names what it counts; what stands between is left out."""
    shift = about.end - about.start
    found = [one for one in targets(about.of(text) + piece.of(text)) if one.start >= shift]
    return [replace(one, start=one.start - shift, end=one.end - shift) for one in found]


def _bounded(told: str, due: when.Due) -> bool:
    """Whether something is said by when to be done, or at least in which part of the year."""
    phrase = str(due.phrase) if due.basis in ("printed", "recurring") else ""
    more = len(told.strip("，。；、 ")) - len(phrase)
    return more > 1 and bool(phrase) and not OF_YEARS.search(phrase)


def _printed(reading: Reading, paragraph: Paragraph, piece: clauses.Piece, figure: Figure) -> str:
    return reading.lines.text[slice(*paragraph.clean.span(piece.start + figure.start, piece.start + figure.end))]


def promise(told: str, figures: Sequence[Figure], printed: Callable[[Figure], str]) -> dict[str, Any]:
    """What words promise, whoever says that they do; `printed` gives the letters of the file for a figure."""
    title = title_of(told)
    return {
        "title": title,
        "kind": kind_of(told, has_targets=bool(figures)),
        "targets": [figure.plain(printed(figure), told) for figure in figures] + _relative(told, title),
    }


RELATIVE = re.compile(
    r"全覆盖|应保尽保|应[^，。；]{1,3}尽[^，。；]{1,3}|(?:高于|优于|好于|不低于|达到|快于)(?:全[国省市]|省|市|上年|周边)[^，。；]{0,8}(?:平均)?水平|(?:居|位列|位居|进入|处于|走在|稳居|保持)[^，。；]{0,4}(?:全[国省市]|省内|市内)[^，。；]{0,4}(?:前列|前茅|先进|领先)|零突破|“零”的突破|零的突破|动态清零|“?零(?:发生|事故|增长|上访)”?|逐年前移|持续下降|持续减少"
)


def _relative(told: str, title: str) -> list[dict[str, Any]]:
    """Promises that compare without a number."""
    return [
        target(
            indicator=subject(ahead(told, match.start())) or title[:12],
            comparator="relative",
            value=None,
            unit="",
            raw=match.group(),
        )
        for match in RELATIVE.finditer(told)
    ]


def _why(told: str, figures: Sequence[Figure]) -> list[str]:
    """The rules that make a clause a measure; none: it is description."""
    found = []
    if figures:
        found.append("target")
    elif RELATIVE.search(told):
        found.append("relative_target")
    parts = [part for part in re.split(r"[，：]", told) if part]
    if any(verbs.does(part.lstrip("“（")) for part in parts):
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
