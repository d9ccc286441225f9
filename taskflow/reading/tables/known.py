"""The units that a county has, under the names by which tables call them, and the nearest one to a typing error.

Unlike a reader of running text this one never mends a name by itself: a table's author is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from taskflow.reading.unit_names import bare

#: A township may have become a town since the table was made.
_TOWNSHIP = re.compile("(?:乡|镇|街道)$")
NEAREST = 3  # suggestions
NEAR_ENOUGH, SURE = 0.6, 0.75


@dataclass(frozen=True)
class KnownUnits:
    """Names as printed, and without their place → the unit's short name, which is how people call it."""

    printed: dict[str, str]
    plain: dict[str, str]

    @classmethod
    def of(cls, units: Iterable[tuple[str, ...]]) -> KnownUnits:
        """From (name, short name, further names …) of each unit. A name that two could go by is nobody's."""
        printed: dict[str, str] = {}
        claims: dict[str, set[str]] = {}
        for name, short, *others in units:
            for known in (name, short, *others):
                printed.setdefault(_squeezed(known), short)
                claims.setdefault(bare(known), set()).add(short)
        return cls(printed, {name: next(iter(owners)) for name, owners in claims.items() if len(owners) == 1})

    def find(self, name: str) -> str | None:
        """The short name of the unit that is called so; None when there is none."""
        return self.printed.get(_squeezed(name)) or self.plain.get(bare(name))

    def near(self, name: str) -> tuple[str, ...]:
        """The short names of the units whose names look most like it, the likeliest first."""
        wanted = _town(bare(name))
        marks: dict[str, float] = {}
        for known, short in self.plain.items():
            mark = SequenceMatcher(None, wanted, _town(known), autojunk=False).ratio()
            marks[short] = max(mark, marks.get(short, 0))
        likely = sorted((short for short, mark in marks.items() if mark >= NEAR_ENOUGH), key=lambda one: -marks[one])
        sure = [short for short in likely if marks[short] >= SURE]
        return tuple((sure or likely)[:NEAREST])


def _squeezed(name: str) -> str:
    return re.sub(r"\s", "", name)


def _town(name: str) -> str:
    return _TOWNSHIP.sub("镇", name)
