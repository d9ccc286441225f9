"""A piece of text as lines of pieces, each with the draft or the reason for skipping it belongs to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Mark:
    """A stretch of the text: a draft's (`of` is the draft) or a skipped one (`of` is the reason)."""

    start: int
    end: int
    of: Any


@dataclass(frozen=True)
class Piece:
    """A stretch within one line; `start` is its place in the whole text."""

    text: str
    start: int
    of: Any = None
    #: The first piece of its mark.
    first: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the text."""

    number: int
    pieces: Sequence[Piece]


def lines(text: str, start: int, end: int, marks: Sequence[Mark]) -> list[Line]:
    """The lines between two places of a text. Where marks lie over each other the shortest is seen."""
    number = text.count("\n", 0, start) + 1
    spans = list(_spans(start, end, marks))
    found, at, seen = [], start, set()
    for line in text[start:end].split("\n"):
        pieces = []
        for first, last, mark in _within(spans, at, at + len(line)):
            fresh = mark is not None and id(mark) not in seen
            seen.add(id(mark))
            pieces.append(Piece(text[first:last], first, mark.of if mark else None, first=fresh))
        found.append(Line(number, pieces))
        number += 1
        at += len(line) + 1
    return found


def _spans(start: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[int, int, Mark | None]]:
    """Stretches without a border in them, in order, with the mark seen there."""
    here = [mark for mark in marks if mark.start < end and mark.end > start]
    borders = sorted({start, end, *(place for mark in here for place in (mark.start, mark.end) if start < place < end)})
    waiting = sorted(here, key=lambda mark: -mark.start)
    live: list[Mark] = []
    for first, last in pairwise(borders):
        while waiting and waiting[-1].start <= first:
            live.append(waiting.pop())
        live = [mark for mark in live if mark.end > first]
        yield first, last, min(live, key=lambda mark: mark.end - mark.start, default=None)


def _within(spans: list[tuple[int, int, Mark | None]], start: int, end: int) -> Iterator[tuple[int, int, Mark | None]]:
    """The stretches of one line; those that lie before it are done with, and an empty line has none."""
    if start == end:
        return
    while spans and spans[0][1] <= start:
        spans.pop(0)
    for first, last, mark in spans:
        if first >= end:
            break
        yield max(first, start), min(last, end), mark
