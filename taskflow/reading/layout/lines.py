"""The lines of a file and the paragraphs that they print, whatever the layout.

In a newspaper's column every printed line is a line of the file and a paragraph runs over many of them;
elsewhere a paragraph is a line. Which it is, is measured, not asked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from taskflow.reading.layout.letters import Clean, clean

#: How a printed sentence ends.
ENDS = "。！？；：…!?"
CLOSERS = "”’）》】"
#: A line that starts something of its own: a number, a bullet, a bracketed key word, a box.
STARTS = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[章节篇编]|[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）"
    r"|\d{1,2}[.．、](?!\d)|[•●■□◆▪·*]|——|专栏|【|附[表件：])"
)
#: A numbered head or a label, which has no full stop wherever it is printed: 一、…, 责任单位：….
STANDS_ALONE = re.compile(r"[一二三四五六七八九十]+、关于|(?:责任|牵头|配合|主办|完成|整改|包抓)[\u4e00-\u9fff]{1,4}：")
WRAPPED_SHARE = 0.35  # share of long lines without an end from which a file counts as laid out in columns
COLUMN = 60  # Chinese characters; no newspaper column is wider
LONG = 10  # letters from which a line's end says something about the layout
FULL_SHARE = 0.78  # of the next line's width: a line this long goes on in the next one
SPREAD = 1.5  # letters and blanks per letter: a line this loose was spaced out to fill its column


@dataclass(frozen=True)
class Line:
    """A printed line: `number` is 1-based, `start` its first character in the file."""

    number: int
    start: int
    raw: str
    clean: Clean
    #: Whether a blank line, or none at all, stands between it and the line before.
    adjacent: bool = False

    @property
    def text(self) -> str:
        """Its clean text."""
        return self.clean.text

    @property
    def open(self) -> bool:
        """Whether it ends in the middle of a sentence."""
        return bool(self.text) and self.text.rstrip(CLOSERS)[-1:] not in ENDS

    @property
    def width(self) -> float:
        """Its printed width in Chinese characters; digits, Latin letters and blanks take half."""
        shown = self.text if self.spread else self.raw.strip()
        return sum(0.5 if letter.isascii() else 1 for letter in shown)

    @property
    def spread(self) -> bool:
        """Whether its letters were spaced out to fill the column."""
        return len(self.raw) >= SPREAD * len(self.text) > LONG


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or a heading, as one piece of clean text."""

    clean: Clean
    line: int
    #: Led by a blank or tab in the file: how a table printed one cell a line marks a row.
    tabbed: bool = False
    #: Stood alone on its line without a sentence's end.
    headline: bool = False
    #: No blank line stands before it.
    adjacent: bool = False

    @property
    def text(self) -> str:
        """Its clean text."""
        return self.clean.text


class Lines:
    """Every line of a file, and which one a character stands on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        self.starts += [match.end() for match in re.finditer("\n", text)]
        self.printed: list[Line] = []
        former = -1
        for number, start in enumerate(self.starts, start=1):
            end = self.starts[number] - 1 if number < len(self.starts) else len(text)
            raw = text[start:end]
            made = Line(number, start, raw, clean(raw, start), adjacent=former == number - 1)
            if made.text:
                self.printed.append(made)
                former = number

    def at(self, place: int) -> int:
        """The 1-based line of a character."""
        return bisect_right(self.starts, place)

    @property
    def wrapped(self) -> bool:
        """Whether the file prints one line of a column a line."""
        told = (line for line in self.printed if not (line.raw.startswith("\t") or STANDS_ALONE.match(line.text)))
        long = [line for line in told if len(line.text) >= LONG]
        narrow = [line for line in long if line.width <= COLUMN]
        letters = sum(len(line.text) for line in long)
        if len(narrow) <= LONG or sum(len(line.text) for line in narrow) < letters / 2:
            return False
        return sum(line.open for line in narrow) / len(narrow) > WRAPPED_SHARE

    def paragraphs(self) -> list[Paragraph]:
        """The file's paragraphs and headings in order."""
        if self.wrapped:
            return _joined(self.printed)
        return _whole_headlines(self._each())

    def _each(self) -> list[Paragraph]:
        return [
            Paragraph(
                line.clean, line.number, line.raw.startswith("\t"), line.open and not _runs(line.text), line.adjacent
            )
            for line in self.printed
        ]


def _whole_headlines(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """A headline that is broken over two lines, as one."""
    found: list[Paragraph] = []
    for one in paragraphs:
        before = found[-1] if found else None
        if before and before.headline and before.text.endswith(("、", "和", "与")) and one.headline:
            found[-1] = replace(before, clean=before.clean + one.clean)
        else:
            found.append(one)
    return found


def _runs(text: str) -> bool:
    """Whether an open line is running text all the same: long, with a comma in it."""
    return "。" in text or len(text) > 60 or (len(text) > 36 and "，" in text)  # noqa: PLR2004  # letters; headings are shorter


def _goes_on(line: Line, follower: Line | None) -> bool:
    """Whether a line of a column is continued in the next one."""
    if not line.open or follower is None or STARTS.match(follower.text):
        return False
    if line.text[-1].isdigit() and follower.text[0].isdigit():
        return True  # a number is broken
    if line.spread:
        return True
    if STARTS.match(line.text):
        return follower.adjacent or (follower.open and follower.width < FULL_SHARE * line.width)
    return line.width > LONG and (follower.adjacent or line.width >= FULL_SHARE * follower.width)


def _joined(lines: list[Line]) -> list[Paragraph]:
    """The paragraphs of a file laid out in columns."""
    found: list[Paragraph] = []
    going = False
    for place, line in enumerate(lines):
        if going:
            last = found[-1]
            found[-1] = replace(last, clean=last.clean + line.clean, headline=last.headline and line.open)
        else:
            found.append(Paragraph(line.clean, line.number, headline=line.open))
        going = _goes_on(line, lines[place + 1] if place + 1 < len(lines) else None)
    return [replace(one, headline=one.headline and not _runs(one.text)) for one in found]
