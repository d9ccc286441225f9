"""The ladders of 督办 in force on a day: their steps, who signs each, and which fact leads to which step.

Default (county): 提醒 → 催办 → 督办单 → 通报 → 约谈 → 提请问责; the last three wait for a named post
(《政府督查工作条例》: the program proposes, a named person decides). A county may have others beside it, by name
(三单: blue, orange and red, the upper ones issued directly). Triggers are data: a fact, how often within how
many months, and the step that it leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from taskflow.rules import book

DEFAULT = "default"
ANY = "any"  # every fact that may lead to a step


@dataclass(frozen=True)
class Step:
    """One step. `days` working days to answer; `signed_by` the code of a post, "" for none."""

    number: int
    name: str
    paper: str
    colour: str
    days: int
    signed_by: str


@dataclass(frozen=True)
class Trigger:
    """`count` times the fact within `months` (0: ever), this one included, propose the step."""

    fact: str
    step: int
    count: int = 1
    months: int = 0


def names(region_code: str, day: date) -> dict[str, str]:
    """The ladders of a region: name in the rule set → its word for people, the default first."""
    given = book.of(region_code).numbers("ladder", day)
    return {
        DEFAULT: given.get("label", "常规督办"),
        **{name: one["label"] for name, one in given.get("others", {}).items()},
    }


def steps(region_code: str, day: date, name: str = DEFAULT) -> list[Step]:
    """All steps of a ladder, lowest first; none of an unknown one."""
    numbers = book.of(region_code).numbers("ladder", day)
    given = numbers["steps"] if name == DEFAULT else numbers.get("others", {}).get(name, {}).get("steps", [])
    return [
        Step(place, s["name"], s["paper"], s["colour"], s["days"], s.get("signed_by", ""))
        for place, s in enumerate(given, start=1)
    ]


def step(region_code: str, day: date, number: int, name: str = DEFAULT) -> Step | None:
    """One step, or None above the top."""
    found = steps(region_code, day, name)
    return found[number - 1] if 1 <= number <= len(found) else None


def chosen(text: str) -> tuple[str, int]:
    """A step as a form names it: “3”, or “three_orders:2” on another ladder than the default; (name, number)."""
    name, _, number = text.rpartition(":")
    return name or DEFAULT, int(number) if number.isdecimal() and len(number) < 3 else 0  # noqa: PLR2004  # no ladder is that long


def triggers(region_code: str, day: date) -> list[Trigger]:
    """What leads to a step of the default ladder; where the rules name nothing, every fact leads to the lowest."""
    given = book.of(region_code).numbers("ladder", day).get("triggers", [{"fact": ANY, "step": 1}])
    return [Trigger(**one) for one in given]


def months_back(day: date, months: int) -> date:
    """The first day of the month that lies so many months back, this month counted."""
    year, month = divmod(day.year * 12 + day.month - months, 12)
    return date(year, month + 1, 1)
