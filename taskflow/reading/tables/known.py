"""The units that a county has, under the names by which tables call them, and the nearest one to a typing error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Levels of government that offices write before a name, or leave out.
_LEVEL = re.compile("^(?:省|市|县|区|旗|州|盟|本县|我县|全县)(?=[^局委办]{1,}|局)")
_OFFICE = re.compile("^(?:中共)?(?:[县市区]委[县市区]政府|[县市区]委|[县市区](?:人民)?政府)(?=.)")
_TOWNSHIP = re.compile("(?:乡|镇|街道)(?:人民政府|办事处)?$")
NEAREST = 3  # suggestions
NEAR_ENOUGH = 0.6
#: Two names that differ in two letters still look alike when they are this long.
SURE = 0.75


@dataclass(frozen=True)
class KnownUnits:
    """Names → the unit's short name, which is how people call it."""

    by_name: dict[str, str]

    @classmethod
    def of(cls, units: Iterable[tuple[str, ...]], place: str = "") -> KnownUnits:
        """From (name, short name, further names …) of each unit; `place` is the county's own name.

        A name that two units could go by is nobody's.
        """
        claims: dict[str, set[str]] = {}
        exact: dict[str, str] = {}
        for name, short, *others in units:
            for known in (name, short, *others):
                exact.setdefault(_plain(known), short)
                for looser in _looser(known, place):
                    claims.setdefault(looser, set()).add(short)
        loose = {name: next(iter(owners)) for name, owners in claims.items() if len(owners) == 1}
        return cls(loose | exact)

    def find(self, name: str) -> str | None:
        """The short name of the unit that is called so; None when there is none."""
        plain = _plain(name)
        return next((self.by_name[one] for one in (plain, *_looser(plain)) if one in self.by_name), None)

    def near(self, name: str) -> tuple[str, ...]:
        """The short names of the units whose names look most like it, the likeliest first."""
        plain = _bare(_plain(name))
        marks: dict[str, float] = {}
        for known, short in self.by_name.items():
            mark = SequenceMatcher(None, plain, _bare(known), autojunk=False).ratio()
            marks[short] = max(mark, marks.get(short, 0))
        likely = sorted((short for short, mark in marks.items() if mark >= NEAR_ENOUGH), key=lambda one: -marks[one])
        sure = [short for short in likely if marks[short] >= SURE]
        return tuple((sure or likely)[:NEAREST])


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", name).replace("（", "(").replace("）", ")")


def _bare(name: str) -> str:
    """A name as it is held against others: no level, and a township as a town (they are raised, and mistaken)."""
    return _TOWNSHIP.sub("镇", _LEVEL.sub("", name))


def _looser(name: str, place: str = "") -> list[str]:
    """The same name without its level or the county's name, and with other levels before it (文旅局, 市文旅局)."""
    bare = _LEVEL.sub("", _plain(name).removeprefix(place) if place else _plain(name))
    office = _OFFICE.sub("", bare)
    found = [bare, *(f"{level}{bare}" for level in "县市区"), office]
    if place:
        found.append(place + bare)
    return [one for one in dict.fromkeys(found) if len(one) > 1]
