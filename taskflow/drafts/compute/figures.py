"""A draft's figure with all that a target holds: what nobody said is inferred from its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taskflow.reading import directions

YES = "1"


def completed(target: Mapping[str, Any]) -> dict[str, Any]:
    """The figure with a direction, and “1” or nothing for whether it is printed and whether reports add up."""
    told = {name: str(target.get(name) or "") for name in ("comparator", "indicator", "unit", "raw", "direction")}
    inferred = directions.direction(
        told["comparator"] or "=", told["indicator"], told["unit"], "", target.get("value"), told["raw"]
    )
    return {
        **target,
        "direction": told["direction"] or inferred,
        "printed": YES if target.get("printed", True) else "",
        "cumulative": YES if target.get("cumulative", False) else "",
    }
