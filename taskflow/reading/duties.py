"""The units of a county as data: their names, and whose duty a piece of work is.

A reader without them reads all the same; with them it knows short and long names for one unit, and suggests a
lead where the document names none. A suggestion has a score and is never presented as read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST = 3  # suggestions for one measure
LEAST = 0.2  # score
_PREFIX = re.compile(r"^(?:中共)?[\u4e00-\u9fff]{0,6}?(?:省|市|县|区|旗)(?=委|[^级域])")


@dataclass(frozen=True)
class Unit:
    """A unit under all its names, with the words that mark its work and how much each says (1 normal, 3 decisive)."""

    name: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    duties: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """All units that a reader knows."""

    units: tuple[Unit, ...] = ()
    _known: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for unit in self.units:
            for name in (unit.name, unit.short, *unit.aliases):
                if name:
                    self._known.setdefault(name, unit.name)
                    self._known.setdefault(bare(name), unit.name)

    def full(self, printed: str) -> str | None:
        """The full name of a unit that is printed under any of its names; None when it is not known."""
        return self._known.get(printed) or self._known.get(bare(printed))

    def suggest(self, text: str, heading: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Who might lead: units by their share of the words that mark their work; headings count half."""
        scores: dict[str, float] = {}
        around = "".join(heading)
        for unit in self.units:
            own = sum(weight for word, weight in unit.duties if word in text)
            near = sum(weight for word, weight in unit.duties if word in around and word not in text)
            if unit.short and (unit.short in text or unit.name in text):
                own += 3
            if own or near:
                scores[unit.name] = own + near / 2
        best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
        total = sum(score for _, score in best) + 1
        found = [{"unit": name, "score": round(score / total, 2)} for name, score in best]
        return [one for one in found if one["score"] >= LEAST]


def bare(name: str) -> str:
    """A name without its place and without blanks: 市文旅局, 文旅局 and 县文旅局 are one."""
    return _PREFIX.sub("", re.sub(r"\s", "", name))


NONE = Vocabulary()
