"""The units of this folder as the plan reader knows them, for reading without a database."""

from __future__ import annotations

from collections import defaultdict

from seed.loading import rows
from taskflow.reading.duties import Unit, Vocabulary


def seed_vocabulary(*, local: bool = True) -> Vocabulary:
    """Names and duties from units.csv, unit_names.csv and duties.csv; without `local`, what holds for any county."""
    names: dict[str, list[str]] = defaultdict(list)
    duties: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in rows("unit_names.csv"):
        names[row["unit"]].append(row["name"])
    for row in rows("duties.csv"):
        if local or not row["local"]:
            duties[row["unit"]].append((row["word"], float(row["weight"])))
    return Vocabulary(
        tuple(
            Unit(row["name"], row["short"], tuple(names[row["code"]]), tuple(duties[row["code"]]))
            for row in rows("units.csv")
        )
    )
