"""Figures as this folder's tables write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from taskflow.plans.models import Comparator, Direction, Target


def targets(text: str) -> Iterator[Target]:
    """`indicator|comparator|value|unit|direction|printed；…` as targets."""
    for place, piece in enumerate(filter(None, text.split("；")), start=1):
        indicator, comparator, value, unit, direction, printed = piece.split("|")
        low, _, high = value.partition("~")
        yield Target(
            place=place,
            indicator=indicator,
            comparator=Comparator(comparator),
            value=low,
            value_high=high,
            unit=unit,
            direction=Direction(direction),
            printed={"yes": True, "no": False}[printed],
        )


def of_indicator(row: Mapping[str, str] | None) -> dict[str, Any]:
    """The checkable figure behind an indicator's printed cell, as columns; nothing where there is none."""
    if row is None:
        return {}
    return {
        "comparator": Comparator(row["comparator"]),
        "value": row["value"],
        "direction": Direction(row["direction"]),
        "by": date.fromisoformat(row["by"]),
    }
