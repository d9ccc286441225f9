"""The numbers that Word prints before paragraphs and that stand nowhere in their text (一、 （一） 1.)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from taskflow.reading.files import markup
from taskflow.reading.files.markup import Element

DEEPEST = 8
LONGEST = 40  # characters of a label's pattern
CHAIN = 20  # styles that one may be based on
HIGHEST = 3999  # beyond it every number is printed in digits
_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_CHINESE = "chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting taiwaneseCountingThousand"


@dataclass
class Level:
    """How paragraphs on one level of a list are numbered."""

    style: str = "decimal"
    pattern: str = ""
    start: int = 1
    plain: bool = False  # every number in digits, whatever the levels above use
    tight: bool = False  # nothing between the number and the text
    linked: str = ""  # the paragraph style that has this level


@dataclass
class Numbering:
    """Counts paragraphs as Word does: lists that share a definition share their counters."""

    lists: dict[str, str] = field(default_factory=dict)  # number id → definition
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # by definition
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)  # by number id
    styles: dict[str, Element] = field(default_factory=dict)
    default: str = ""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, properties: Element | None) -> str:
        """The number before a paragraph with these properties; "" when it has none. Counts it."""
        number, depth = self._place(properties)
        definition = self.lists.get(number, "")
        level = self.levels.get(definition, {}).get(depth)
        if level is None:
            return ""
        counts = self.counts.setdefault(definition, {})
        restart = self.restarts.get(number, {}).pop(depth, None)
        for above in range(depth):
            counts.setdefault(above, self._start(definition, above))
        counts[depth] = restart if restart is not None else counts.get(depth, level.start - 1) + 1
        for below in [at for at in counts if at > depth]:
            del counts[below]
        return self._printed(definition, level, counts)

    def _start(self, definition: str, depth: int) -> int:
        return self.levels[definition].get(depth, Level()).start

    def _printed(self, definition: str, level: Level, counts: dict[int, int]) -> str:
        if level.style in ("bullet", "none"):
            return ""

        def one(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            style = self.levels[definition].get(at, level).style
            return printed(counts.get(at, 1), "decimal" if level.plain else style)

        text = re.sub(r"%([1-9])", one, level.pattern).strip()
        return text if level.tight or not text or not text[-1].isalnum() else f"{text} "

    def _place(self, properties: Element | None) -> tuple[str, int]:
        """The list and the level of a paragraph: its own, else those of its style and what that is based on."""
        number, depth = _numbered(properties)
        style = markup.value(properties, "w:pStyle") or self.default
        for _ in range(CHAIN):
            found = self.styles.get(style)
            if number is not None or found is None:
                break
            number, given = _numbered(markup.child(found, "w:pPr"))
            if depth is None:
                depth = self._depth_of(number, style) if given is None else given
            style = markup.value(found, "w:basedOn") or ""
        return number or "", min(depth or 0, DEEPEST)

    def _depth_of(self, number: str | None, style: str) -> int | None:
        levels = self.levels.get(self.lists.get(number or "", ""), {})
        return next((depth for depth, level in levels.items() if level.linked == style), None)


def _numbered(properties: Element | None) -> tuple[str | None, int | None]:
    found = None if properties is None else markup.child(properties, "w:numPr")
    return markup.value(found, "w:numId"), _int(markup.value(found, "w:ilvl"))


def _int(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch("[0-9]{1,9}", text) else None


def of(numbering: Element | None, styles: Element | None) -> Numbering:
    """The numbering that a document's two parts describe."""
    made = Numbering()
    for element in () if styles is None else styles:
        if markup.name(element) == "w:style" and markup.attributes(element).get("type") == "paragraph":
            given = markup.attributes(element)
            made.styles[given.get("styleId", "")] = element
            if given.get("default") in ("1", "true", "on"):
                made.default = given.get("styleId", "")
    for element in () if numbering is None else numbering:
        given = markup.attributes(element)
        if markup.name(element) == "w:abstractNum":
            made.levels[given.get("abstractNumId", "")] = dict(map(_level, _all(element, "w:lvl")))
        elif markup.name(element) == "w:num":
            number = given.get("numId", "")
            made.lists[number] = markup.value(element, "w:abstractNumId") or ""
            made.restarts[number] = _restarts(element)
    return made


def _all(element: Element, wanted: str) -> list[Element]:
    return [one for one in element if markup.name(one) == wanted]


def _level(element: Element) -> tuple[int, Level]:
    depth = _int(markup.attributes(element).get("ilvl")) or 0
    return depth, Level(
        style=markup.value(element, "w:numFmt") or "decimal",
        pattern=(markup.value(element, "w:lvlText") or "")[:LONGEST],
        start=_int(markup.value(element, "w:start")) or 0,
        plain=markup.child(element, "w:isLgl") is not None,
        tight=markup.value(element, "w:suff") == "nothing",
        linked=markup.value(element, "w:pStyle") or "",
    )


def _restarts(number: Element) -> dict[int, int]:
    found = {}
    for element in _all(number, "w:lvlOverride"):
        if (start := _int(markup.value(element, "w:startOverride"))) is not None:
            found[_int(markup.attributes(element).get("ilvl")) or 0] = start
    return found


# --- one number ----------------------------------------------------------------------------------


def printed(count: int, style: str) -> str:
    """A number in one of Word's styles; in digits where the style is unknown or ends."""
    if style in _CHINESE.split() and 0 < count <= HIGHEST:
        return chinese(count)
    if style in ("chineseDigital", "ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return "".join(_DIGITS[int(digit)] for digit in str(count))
    if style == "ideographTraditional" and 0 < count <= len(_STEMS):
        return _STEMS[count - 1]
    if style.startswith("decimalEnclosedCircle") and 0 < count <= 20:  # noqa: PLR2004  # ① to ⑳
        return chr(ord("①") + count - 1)
    if style == "decimalFullWidth":
        return "".join(chr(ord("０") + int(digit)) for digit in str(count))
    return _western(count, style)


def _western(count: int, style: str) -> str:
    if style in ("upperLetter", "lowerLetter") and 0 < count <= 26:  # noqa: PLR2004
        letter = chr(ord("a") + count - 1)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("upperRoman", "lowerRoman") and 0 < count <= HIGHEST:
        letters = roman(count)
        return letters.upper() if style == "upperRoman" else letters
    return f"{count:02}" if style == "decimalZero" else str(count)


def roman(count: int) -> str:
    """4 is iv."""
    made = ""
    for worth, letters in _ROMAN:
        made += letters * (count // worth)
        count %= worth
    return made


def chinese(count: int) -> str:
    """12 is 十二, 105 is 一百零五, as headings are numbered; below 10 000."""
    digits = [int(digit) for digit in str(count)]
    made = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        made += _DIGITS[digit] + _UNITS[place] if digit else "零"
    made = re.sub("零+", "零", made).rstrip("零")
    return made.removeprefix("一") if made.startswith("一十") else made
