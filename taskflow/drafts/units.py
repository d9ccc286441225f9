"""Which unit of the county a printed name means: full, short, another name, with the county's before it or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from taskflow import db
from taskflow.org.models import Unit, UnitName
from taskflow.reading.unit_names import Names


class Known:
    """The units of a region by the names that documents give them."""

    def __init__(self, units: Iterable[Unit], others: Iterable[UnitName] = ()) -> None:
        #: Kept, so that each unit is at hand for as long as this is.
        self.units: Sequence[Unit] = list(units)
        self._by = {unit.name: unit for unit in self.units}
        self._names = Names()
        full = {unit.id: unit.name for unit in self.units}
        printed = [(unit.name, name) for unit in self.units for name in (unit.name, unit.short)]
        for name, other in [*printed, *((full[other.unit_id], other.name) for other in others)]:
            self._names.add(other, name)

    def find(self, name: str) -> Unit | None:
        """The unit of a name; None when the county has none of it."""
        return self._by.get(self._names.find(name) or "")


def of_region(region_code: str) -> Known:
    """The units of a region; two queries."""
    units = db.rows(select(Unit).where(Unit.region_code == region_code).order_by(Unit.place))
    ours = select(Unit.id).where(Unit.region_code == region_code)
    return Known(units, db.rows(select(UnitName).where(UnitName.unit_id.in_(ours)).order_by(UnitName.id)))
