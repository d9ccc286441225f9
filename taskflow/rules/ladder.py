"""The ladder of 督办 in force on a day: its steps, and who signs each.

Default (county): 提醒 → 催办 → 督办单 → 通报 → 约谈 → 提请问责; the last three wait for a named post
(《政府督查工作条例》: the program proposes, a named person decides).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from taskflow.rules import book


@dataclass(frozen=True)
class Step:
    """One step. `days` working days to answer; `signed_by` the code of a post, "" for none."""

    number: int
    name: str
    paper: str
    colour: str
    days: int
    signed_by: str


def steps(region_code: str, day: date) -> list[Step]:
    """All steps, lowest first."""
    given = book.of(region_code).numbers("ladder", day)["steps"]
    return [
        Step(place, s["name"], s["paper"], s["colour"], s["days"], s.get("signed_by", ""))
        for place, s in enumerate(given, start=1)
    ]


def step(region_code: str, day: date, number: int) -> Step | None:
    """One step, or None above the top."""
    found = steps(region_code, day)
    return found[number - 1] if 1 <= number <= len(found) else None
