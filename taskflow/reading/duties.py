"""The units of a county as data: their names, and whose duty a piece of work is.

A reader without them reads all the same; with them it knows short and long names for one unit, and suggests a
lead where the document names none. A suggestion has a score and is never presented as read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from taskflow.reading.unit_names import Names, bare

__all__ = ["NONE", "Suggestion", "Unit", "Vocabulary", "bare"]

MOST = 3  # suggestions for one measure
LEAST = 0.1  # score
BY_NAME = 3.0  # points for a unit that the text names, though not as the one who answers
NEARBY = 0.5  # of its points has a word that stands in the headings alone
DOUBT = 2.0  # points that nobody gets: a single weak word makes no sure suggestion


@dataclass(frozen=True)
class Unit:
    """A unit under all its names, with the words that mark its work and how much each says (1 normal, 3 decisive)."""

    name: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    duties: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """Who might lead, how sure that is, and the words that say so, strongest first."""

    unit: str
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """All units that a reader knows."""

    units: tuple[Unit, ...] = ()
    _names: Names = field(default_factory=Names, init=False, repr=False, compare=False)
    #: Every word that marks work: whose, and how much it says.
    _words: dict[str, dict[str, float]] = field(default_factory=dict, init=False, repr=False, compare=False)
    #: How long such words are.
    _lengths: set[int] = field(default_factory=set, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for unit in self.units:
            for name in filter(None, (unit.name, unit.short, *unit.aliases)):
                self._names.add(name, unit.name)
            for word, weight in ((unit.name, BY_NAME), (unit.short, BY_NAME), *unit.duties):
                if word:
                    self._words.setdefault(word, {})[unit.name] = weight
        self._lengths.update(map(len, self._words))

    def full(self, printed: str) -> str | None:
        """The full name of a unit that is printed under any of its names; None when it is not known."""
        return self._names.find(printed)

    def suggest(self, text: str, heading: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Who might lead, as plan-json says it."""
        return [{"unit": one.unit, "score": one.score} for one in self.explain(text, heading)]

    def explain(self, text: str, heading: Iterable[str] = ()) -> list[Suggestion]:
        """Who might lead: units by the words of their work in the text, and for half as much in the headings."""
        points: dict[str, dict[str, float]] = {}
        own = self._marking(text)
        near = self._marking("\n".join(heading)) - own
        for words, share in ((own, 1.0), (near, NEARBY)):
            for word in words:
                for unit, weight in self._words[word].items():
                    points.setdefault(unit, {})[word] = weight * share
        best = sorted(points, key=lambda unit: (-sum(points[unit].values()), unit))[:MOST]
        total = DOUBT + sum(sum(points[unit].values()) for unit in best)
        found = [Suggestion(unit, round(sum(points[unit].values()) / total, 2), _told(points[unit])) for unit in best]
        return [one for one in found if one.score >= LEAST]

    def _marking(self, text: str) -> set[str]:
        """The words of the vocabulary that stand in a text."""
        return {piece for piece in _pieces(text, self._lengths) if piece in self._words}


def _pieces(text: str, lengths: set[int]) -> Iterator[str]:
    for start in range(len(text)):
        for length in lengths:
            yield text[start : start + length]


def _told(words: dict[str, float]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-words[word], word)))


NONE = Vocabulary()
