"""One way of writing for every document: the same letters, no blanks inside, and the way back to the file.

Rules are written for clean text; whatever they find is told in characters of the file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

#: What a word processor leaves behind in extracted text, and the marks of footnotes.
RESIDUE = re.compile(
    r"\[bookmark:[^\]\n]*\]|(?<=[\u4e00-\u9fff”》）])[\[［]\d{1,3}[\]］]|[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]"
)
#: Half-width marks become full-width ones, except between digits and letters (1,000; 4.2:82.6; 12:30).
FULL = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "!": "！", "?": "？", "﹝": "〔", "﹞": "〕", "｡": "。"}
DASHES = "‐‑‒–—―－−─━"
#: These stay as they are although compatibility normalization would change them.
KEEP = "，；：（）！？。、％～…【】《》“”‘’〔〕—ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ①②③④⑤⑥⑦⑧⑨⑩"


@dataclass(frozen=True)
class Clean:
    """Text in one way of writing. `origin[i]` is the place in the file of its character i."""

    text: str
    origin: tuple[int, ...] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the file: first character and the one behind the last."""
        return self.origin[start], self.origin[max(start, end - 1)] + 1

    def __add__(self, other: Clean) -> Clean:
        """One after the other, as a line that goes on."""
        return Clean(self.text + other.text, self.origin + other.origin)

    def cut(self, start: int, end: int | None = None) -> Clean:
        """A part of it."""
        return Clean(self.text[start:end], self.origin[start:end])


def clean(raw: str, at: int = 0) -> Clean:
    """A line of a file, whose first character stands at `at`."""
    letters: list[str] = []
    origin: list[int] = []
    residue = [match.span() for match in RESIDUE.finditer(raw)]
    for place, letter in enumerate(raw):
        if any(start <= place < end for start, end in residue):
            continue
        if letter.isspace():
            if _is_word(raw[place - 1 : place]) and _is_word(raw[place + 1 : place + 2]):
                letters.append(" ")
                origin.append(at + place)
            continue
        for one in _same(letter):
            letters.append(one)
            origin.append(at + place)
    return _marks(letters, origin)


def _is_word(letter: str) -> bool:
    """Latin letters keep the blank between them."""
    return letter.isascii() and letter.isalpha()


def _same(letter: str) -> str:
    if letter in KEEP and letter not in "％～":
        return letter
    if letter in DASHES:
        return "—" if letter in "—―─━" else "-"
    return unicodedata.normalize("NFKC", letter)


def _marks(letters: list[str], origin: list[int]) -> Clean:
    """Punctuation in one width: between two digits or Latin letters half, elsewhere full."""
    for place, letter in enumerate(letters):
        if letter not in FULL:
            continue
        before = letters[place - 1] if place else ""
        after = letters[place + 1] if place + 1 < len(letters) else ""
        if letter in ",:" and before.isascii() and before.isalnum() and after.isascii() and after.isalnum():
            continue
        letters[place] = FULL[letter]
    return Clean("".join(letters), tuple(origin))


def doubled(text: str) -> str:
    """A headline that was printed twice over itself, once; anything else unchanged.

    A newspaper's shadow letters come out as “奋进新征程奋进新征程”.
    """
    return re.sub(r"((?:[^\W\d]|[《》“”，、]){3,}?)\1", r"\1", text)
