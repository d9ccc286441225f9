"""One unit under many names: with its place or without, short or long, or with one letter mistyped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: The place before a name: 县教育局, 某某县教育局, 中共某某县委组织部.
#: Not the 市 of 城市 or 市场, not the 区 of 开发区.
_PLACE = re.compile(
    r"^(?:中共|中国共产党)?(?:[\u4e00-\u9fff]{2,6}?)?"
    r"(?:省(?!级)|(?<!城)市(?!场|容|政(?!府))|县(?!域|级|城(?![市管建乡]))|(?<![发社园景新护库山灌矿林])区(?!块|域|划|级)|旗)"
    r"(?:委(?=[\u4e00-\u9fff]{3}))?(?=[\u4e00-\u9fff]{2})"
)
#: What may follow the name of a township: its government, its party committee, both.
_BODY = re.compile(r"(?<=[镇乡])(?:党委)?(?:人民政府|政府|党委)$|(?<=街道)(?:办事处|办|党工委)$")
_CLUTTER = re.compile(r"\s|[（(][^（）()]*[）)]$")
SHORTEST = 3  # letters of a name in which a typing error is looked for
LONG = 5  # letters of a name that one wrong letter does not turn into another unit's
ALIKE = 12  # places between letters of one sound


@dataclass
class Names:
    """Which unit a printed name means."""

    #: As printed, and without its place; the unit's full name, or "" where several units are called so.
    _known: dict[str, str] = field(default_factory=dict)
    _bare: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, unit: str) -> None:
        """A name of a unit; the first who has it keeps it, but a name without its place must be one unit's alone."""
        self._known.setdefault(name, unit)
        if self._bare.setdefault(bare(name), unit) != unit:
            self._bare[bare(name)] = self._known.get(bare(name), "")

    def find(self, printed: str) -> str | None:
        """The unit's full name; None when it is not known, or could be several."""
        plain = _CLUTTER.sub("", printed)
        known = self._known.get(plain) or self._bare.get(bare(plain))
        return known or self._mistyped(bare(plain))

    def _mistyped(self, name: str) -> str | None:
        """The one unit whose name differs in one letter. Several: none, for a guess is not a reading."""
        if len(name) < SHORTEST or name in self._bare:
            return None
        found = {unit for other, unit in self._bare.items() if unit and _one_slip(name, other)}
        return found.pop() if len(found) == 1 else None


def bare(name: str) -> str:
    """A name without its place, without blanks and brackets: 市文旅局, 文旅局 and 县文旅局 are one."""
    plain = _CLUTTER.sub("", name)
    while (shorter := _PLACE.sub("", plain)) != plain:
        plain = shorter
    return _BODY.sub("", plain)


def _one_slip(name: str, other: str) -> bool:
    """Whether one letter differs: any in a long name, in a short one a letter that sounds alike (洪湘镇, 洪相镇)."""
    if len(name) != len(other):
        return False
    slips = [(a, b) for a, b in zip(name, other, strict=True) if a != b]
    return len(slips) == 1 and (len(name) >= LONG or _sound_alike(*slips[0]))


def _sound_alike(one: str, other: str) -> bool:
    """GB 2312 orders its common letters by sound, and a slip of the keyboard is nearly always one of sound.

    So 教育局 and 体育局 stay two units, though one letter differs.
    """
    places = [_place(letter) for letter in (one, other)]
    return None not in places and abs((places[0] or 0) - (places[1] or 0)) <= ALIKE


def _place(letter: str) -> int | None:
    """A letter's place in the part of GB 2312 that is ordered by sound."""
    try:
        high, low = letter.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return None
    row = high - 0xA0
    return row * 94 + low if 16 <= row <= 55 else None  # noqa: PLR2004  # the rows of GB 2312
