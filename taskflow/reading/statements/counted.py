"""A number of a sentence that may be a target, and the words before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from taskflow.reading import directions

Number = int | float
LOOK = 200  # letters before and behind a number in which the rules look


@dataclass(frozen=True)
class Figure:
    """A number of a sentence: `start` and `end` are its places there; `refused` is the rule that made it no target."""

    start: int
    end: int
    comparator: str
    value: Number | None
    value_high: Number | None
    unit: str
    indicator: str = ""
    refused: str = ""

    def plain(self, raw: str, told: str) -> dict[str, Any]:
        """As plan-json prints it; `told`: the words that it stands in."""
        return target(
            indicator=self.indicator,
            comparator=self.comparator,
            value=self.value,
            value_high=self.value_high,
            unit=self.unit,
            raw=raw,
            before=CLOSED.split(ahead(told, self.start))[-1],
        )


#: Where the words that a number belongs to begin.
CLOSED = re.compile("[，。；：！？]")


def target(  # a target of plan-json has these parts
    *,
    indicator: str,
    comparator: str,
    value: Number | None,
    unit: str,
    raw: str,
    before: str = "",
    value_high: Number | None = None,
) -> dict[str, Any]:
    """A target as plan-json prints it, with which way it is better; `before`: the words before its number."""
    better = directions.direction(comparator, indicator, unit, before, value, raw)
    return {
        "indicator": indicator,
        "comparator": comparator,
        "value": value,
        "value_high": value_high,
        "unit": unit,
        "raw": raw,
        "direction": better,
        "printed": True,
        "cumulative": directions.cumulative(better, indicator, unit, before),
    }


def ahead(sentence: str, start: int) -> str:
    """The words before a place, as far as a rule looks."""
    return sentence[max(0, start - LOOK) : start]
