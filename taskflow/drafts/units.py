"""Which unit of the county a printed name means: full, short, or with the county's name before or left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from taskflow import db
from taskflow.org.models import Unit

LEVELS = "省市县区旗"


class Known:
    """The units of a region by the names that documents give them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        #: Kept, so that each unit is at hand for as long as this is.
        self.units: Sequence[Unit] = list(units)
        self._by: dict[str, Unit] = {}
        for unit in self.units:
            for name in (unit.name, unit.short):
                self._by.setdefault(_bare(name), unit)

    def find(self, name: str) -> Unit | None:
        """The unit of a name; None when the county has none of it."""
        return self._by.get(_bare(name))


def _bare(name: str) -> str:
    """A name without blanks and without the level before it (“县教育局”, “交城县教育局” → “教育局”)."""
    plain = "".join(name.split())
    for place in range(min(4, len(plain) - 2), -1, -1):
        if plain[place] in LEVELS and plain[place : place + 2] not in ("县城", "市场", "区块", "市政"):
            return plain[place + 1 :]
    return plain


def of_region(region_code: str) -> Known:
    """The units of a region; one query."""
    return Known(db.rows(select(Unit).where(Unit.region_code == region_code).order_by(Unit.place)))
