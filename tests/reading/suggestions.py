"""How often the duties of the units suggest the unit that we chose by hand.

The words of `seed/duties.csv` were written from what such departments do anywhere and looked over with document
001; documents 002 to 004 were kept apart, and say how good the words are for a text that nobody had in mind.

    .venv/bin/python -m tests.reading.suggestions [--misses]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from seed import loading
from seed.vocabulary import seed_vocabulary
from taskflow.reading.duties import Vocabulary

TUNED = ("001",)
HELD_OUT = ("002", "003", "004")


@dataclass
class Agreement:
    """How many measures there are, and for how many a suggestion names the lead that we chose."""

    measures: int = 0
    first: int = 0
    among_three: int = 0
    first_takes_part: int = 0

    @property
    def shares(self) -> tuple[float, float, float]:
        """Lead first, lead among the three, and the first one is lead or supporting."""
        return (
            self.first / self.measures,
            self.among_three / self.measures,
            self.first_takes_part / self.measures,
        )


def measures(documents: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The measures of some documents."""
    for path in sorted((loading.HERE / "measures").glob("*.csv")):
        if path.name[:3] in documents:
            yield from loading.rows(f"measures/{path.name}")


def agreement(known: Vocabulary, documents: tuple[str, ...], *, tell: bool = False) -> Agreement:
    """Hold the suggestions against the leads that we chose."""
    code_of = {row["name"]: row["code"] for row in loading.rows("units.csv")}
    found = Agreement()
    for row in measures(documents):
        said = known.explain(row["title"], (row["section"], row["heading"]))
        codes = [code_of[one.unit] for one in said]
        found.measures += 1
        found.first += codes[:1] == [row["lead"]]
        found.among_three += row["lead"] in codes
        found.first_takes_part += bool(codes) and codes[0] in (row["lead"], *row["supporting"].split(";"))
        if tell and row["lead"] not in codes:
            why = " ".join(f"{code}({','.join(one.because)})" for code, one in zip(codes, said, strict=True))
            print(f"  {row['lead']}: {row['title']} / {row['heading'] or row['section']} — {why}")
    return found


def main(asked: list[str]) -> None:
    """Print the report."""
    print(f"{'documents':32}{'measures':>9}{'first':>8}{'of three':>10}{'takes part':>12}")
    for name, local in (("all words", True), ("general words", False)):
        for documents in (TUNED, HELD_OUT):
            found = agreement(seed_vocabulary(local=local), documents, tell="--misses" in asked and documents == TUNED)
            first, three, part = found.shares
            told = f"{'、'.join(documents)} {name}"
            print(f"{told:32}{found.measures:9}{first:8.1%}{three:10.1%}{part:12.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
