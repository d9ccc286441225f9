"""A long text in parts that a page can show: its chapters, cut finer where they are long. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST = 6000  # characters of a part, where headings allow it
PIECE = 5000  # characters of a part of a text without headings


@dataclass(frozen=True)
class Part:
    """A piece of the text under one heading; places count characters."""

    number: int
    title: str
    start: int
    end: int
    #: 0 for a chapter, 1 for a section of it.
    depth: int = 0


def parts_of(outline: Sequence[Mapping[str, Any]], text: str) -> list[Part]:
    """The parts in order; together they are the whole text."""
    chapters = _heads(outline, "chapter")
    heads = _behind_cover(outline, chapters or _heads(outline, "section"))
    if not heads:
        return _numbered([(start, f"第 {number} 段", 0) for number, start in enumerate(_cuts(text), start=1)], text)
    finer = _heads(outline, "section") if chapters else _heads(outline, "subhead")
    marks = [] if heads[0][0] == 0 else [(0, "开头", 0)]
    for place, (start, title) in enumerate(heads):
        end = heads[place + 1][0] if place + 1 < len(heads) else len(text)
        marks.append((start, title, 0))
        if end - start > LONGEST:
            marks += [(at, name, 1) for at, name in finer if start < at < end]
    return _numbered(marks, text)


def _behind_cover(outline: Sequence[Mapping[str, Any]], heads: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The headings from the first that has a number on: those before it stand on the cover (标题、文号、日期)."""
    numbered = {int(node.get("char_start") or 0) for node in outline if node.get("number")}
    first = next((start for start, _ in heads if start in numbered), 0)
    return [head for head in heads if head[0] >= first] if first <= LONGEST else heads


def _heads(outline: Sequence[Mapping[str, Any]], level: str) -> list[tuple[int, str]]:
    found: dict[int, str] = {}
    for node in outline:
        if node.get("level") == level:
            title = " ".join(filter(None, (str(node.get("number") or ""), str(node.get("title") or ""))))
            found.setdefault(int(node.get("char_start") or 0), title[:60] or "（无标题）")
    return sorted(found.items())


def _cuts(text: str) -> list[int]:
    """Where a text without headings is cut: at ends of lines, about a page or two apart."""
    found, start = [0], 0
    while len(text) - start > PIECE:
        end = text.find("\n", start + PIECE)
        if end < 0 or end + 1 >= len(text):
            break
        start = end + 1
        found.append(start)
    return found


def _numbered(marks: Sequence[tuple[int, str, int]], text: str) -> list[Part]:
    ends = [start for start, *_ in marks[1:]] + [len(text)]
    return [
        Part(number, title, start, end, depth)
        for number, ((start, title, depth), end) in enumerate(zip(marks, ends, strict=True), start=1)
    ]


def part_at(parts: Sequence[Part], place: int) -> Part:
    """The part in which a character stands."""
    return parts[max(0, bisect_right([part.start for part in parts], place) - 1)]
