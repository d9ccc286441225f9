"""Which unit of the county a printed name means: full, short, another name, with the county's before it or not."""

from __future__ import annotations

from collections.abc import Sequence

from taskflow.org import vocabulary
from taskflow.org.models import Unit
from taskflow.reading.unit_names import Names


class Known:
    """The units of a region by the names that documents give them."""

    def __init__(self, called: Sequence[tuple[Unit, tuple[str, ...]]]) -> None:
        #: Kept, so that each unit is at hand for as long as this is.
        self.units: Sequence[Unit] = [unit for unit, _ in called]
        self._by = {unit.name: unit for unit in self.units}
        self._names = Names()
        own = [(name, unit.name) for unit in self.units for name in (unit.name, unit.short)]
        for name, unit in [*own, *((name, unit.name) for unit, others in called for name in others)]:
            self._names.add(name, unit)

    def find(self, name: str) -> Unit | None:
        """The unit of a name; None when the county has none of it."""
        return self._by.get(self._names.find(name) or "")


def of_region(region_code: str) -> Known:
    """The units of a region; two queries."""
    return Known(vocabulary.called(region_code))
