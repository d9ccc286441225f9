"""A number of a sentence that may be a target, and the words before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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

    def plain(self, raw: str) -> dict[str, Any]:
        """As plan-json prints it."""
        return {
            "indicator": self.indicator,
            "comparator": self.comparator,
            "value": self.value,
            "value_high": self.value_high,
            "unit": self.unit,
            "raw": raw,
        }


def ahead(sentence: str, start: int) -> str:
    """The words before a place, as far as a rule looks."""
    return sentence[max(0, start - LOOK) : start]
