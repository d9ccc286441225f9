"""The county's numbers in force on a day, and its calendar; read once per revision and process."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Pool, select
from sqlalchemy.orm.util import identity_key

from taskflow import db
from taskflow.org.models import Region
from taskflow.rules.models import CalendarEdition, RuleSet
from taskflow.workdays import Calendar


@dataclass(frozen=True)
class Rules:
    """All dated numbers of a region."""

    calendar: Calendar
    sets: dict[str, list[tuple[date, dict[str, Any]]]]
    #: The next reporting period, by all that it depends on (kept by `reports.periods`).
    periods: dict[Any, Any] = field(default_factory=dict)

    def in_force(self, kind: str, day: date) -> tuple[date, dict[str, Any]]:
        """The set of a kind that holds on a day, with the day from which it holds."""
        dated = self.sets.get(kind, [])
        found = bisect_right([since for since, _ in dated], day)
        if not found:
            raise LookupError(f"no {kind} rules on {day}")
        return dated[found - 1]

    def numbers(self, kind: str, day: date) -> dict[str, Any]:
        """The numbers alone."""
        return self.in_force(kind, day)[1]


#: By region, revision and database (its pool of connections: one object as long as it is open).
_known: dict[tuple[str, int, Pool], Rules] = {}


def of(region_code: str) -> Rules:
    """The rules of a region."""
    # Every move asks a dozen times: a region at hand is not looked up in the long way.
    region = db.session().identity_map.get(identity_key(Region, region_code)) or db.session.get(Region, region_code)
    if region is None:
        raise LookupError(f"no region {region_code}")
    key = (region_code, region.revision, db.session().get_bind().engine.pool)
    if key not in _known:
        for old in [known for known in _known if known[0] == region_code]:
            _known.pop(old, None)
        _known[key] = _load(region_code)
    return _known[key]


def _load(region_code: str) -> Rules:
    sets: dict[str, list[tuple[date, dict[str, Any]]]] = {}
    for row in db.rows(select(RuleSet).where(RuleSet.region_code == region_code).order_by(RuleSet.since)):
        sets.setdefault(row.kind, []).append((row.since, row.body))
    works: dict[date, bool] = {}
    names: dict[date, str] = {}
    official: set[int] = set()
    for edition in db.rows(select(CalendarEdition).where(CalendarEdition.region_code == region_code)):
        if edition.official:
            official.add(edition.year)
        for text, (kind, name) in edition.days.items():
            day = date.fromisoformat(text)
            works[day], names[day] = kind == "work", name
    return Rules(Calendar(works, frozenset(official), names), sets)
