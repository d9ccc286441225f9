"""How well the reader reads, held against what people marked in the same documents.

The yardsticks (`tests/reading/yardsticks/NAME/*.csv`) were made by reading, apart from the rules and before they were
tuned; they hold places, figures and key words, never the documents' sentences. The documents themselves stand
outside the repository, in a folder beside it or in TASKFLOW_DOCUMENTS.

    .venv/bin/python -m tests.reading.yardstick [NAME] [--misses]
"""

from __future__ import annotations

import csv
import os
import re
import sys
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from taskflow.reading.files.opening import open_source
from taskflow.reading.reader import read_text

HERE = Path(__file__).parent
DOCUMENTS = Path(os.environ.get("TASKFLOW_DOCUMENTS", HERE.parent.parent.parent / "shared"))
#: Yardsticks of documents that stand outside the repository, and of documents invented for the tests.
FOLDERS = (HERE / "yardsticks", HERE / "yardsticks_invented")
#: The county's own tables hold what its plan's boxes and table of indicators print.
SEED = HERE.parent.parent / "seed"
#: Letters in a row that tell a thing's name again.
ENOUGH = 2
#: How many of a document's traps may be caught, where it is not none.
ALLOWED_TRAPS = {
    "plan_county_15th": 2,  # what a hospital and a sewage works will hold when they stand
    "plan_outline": 5,  # how much a project row is to build: 敷设主管网138公里
    "report_city_north": 5,  # what stands already or will hold (1200张床位年底启用), a rate for 2030
    "report_county_south": 3,  # 12个内涝点, 4个问题楼盘: of which all are to be done; 办好以下…十件
    "report_town": 2,  # people who gain, the size of a square
    "outline_county_city": 1,  # what the city above, called by its name, is to reach
    "outline_south": 1,  # households that gain
    "plan_medical": 1,  # for whom a rule holds (2公里以内的村)
    "report_border": 1,  # 余下的11项问题…销号9项
    "report_city_plain": 3,  # what stands already (6个开发区), what is left (其余5个)
    "report_district_2027": 1,  # 八类刑事案件
    "report_mountain": 2,  # 十件民生实事, what a footnote tells
    "report_river_town": 3,  # people who gain, what there is, what a works will give
    "report_wheat_county": 2,  # people who gain
    "report_old_industry": 1,  # people who gain
    "breakdown_2026": 2,  # people who gain
    "report_tea_town": 2,  # people who gain, the size of a team
    "report_coast": 1,  # people who gain
    "report_north_west": 3,  # what a year's investment is to be, a length before its thing, 十件民生实事
    "keypoints_2026": 2,  # what a year's investment is to be, a size before its thing
    "report_street": 2,  # people who gain
    "report_island": 2,  # 24小时内办结率, the size of a cold store
    "notice_livelihood": 4,  # classes of a school, 可日均接待…, people who gain, a weight
    "opinion_industry": 4,  # 仅为…82%, what a neighbour did, 三条主导产业链, a share that firms pay first
    "minutes_2026": 1,  # people who gain
    "scheme_environment": 3,  # people concerned, money set aside
    "page_report": 1,  # 3家担保机构: three that there are
}


@dataclass
class Score:
    """Hits among what people marked and among what the reader says."""

    hits: int = 0
    marked: int = 0
    said: int = 0
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of what people marked."""
        return self.hits / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        """Share of what the reader says."""
        return self.hits / self.said if self.said else 1.0

    def __str__(self) -> str:
        return f"{self.recall:6.1%} {self.precision:6.1%} ({self.hits}/{self.marked}/{self.said})"


def document(name: str) -> Path | None:
    """The file of a yardstick, where the documents are at hand."""
    if invented := next((HERE / "plans_invented").glob(f"{name}.*"), None):
        return invented
    for folder in ("plans", "seeds"):
        for path in sorted((DOCUMENTS / folder).glob("*.txt")):
            if path.name.startswith(name) and ".raw." not in path.name:
                return path
    by_number = sorted((DOCUMENTS / "plans").glob(f"{name[:2]}_*.txt"))
    return by_number[0] if by_number and name[:2].isdigit() and "_" in name else None


def folder(name: str) -> Path:
    """Where a document's yardstick stands."""
    return next((root / name for root in FOLDERS if (root / name).is_dir()), FOLDERS[0] / name)


def has(name: str, what: str) -> bool:
    """Whether something is marked in a document."""
    return name == "001" if what in ("projects", "indicators") and name[:3].isdigit() else _file(name, what).exists()


def _file(name: str, what: str) -> Path:
    return (
        SEED / f"{what}.csv" if name == "001" and what in ("projects", "indicators") else folder(name) / f"{what}.csv"
    )


def marked(name: str, what: str) -> list[dict[str, str]]:
    """The rows that people marked."""
    with _file(name, what).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def read(name: str) -> tuple[dict, str]:
    """What the reader says of a document, and its text."""
    path = document(name)
    assert path is not None, name
    source = open_source(path)
    return read_text(source.text), source.text


@dataclass(frozen=True)
class Span:
    """Lines from one to another. In a web page, whose lines come from the reading, 0 marks any line."""

    first: int
    behind: int

    def __contains__(self, line: int) -> bool:
        return line == 0 or self.first <= line < self.behind

    def __str__(self) -> str:
        return str(self.first)


class Lines:
    """Which lines a measure stands on."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def of(self, measure: dict) -> Span:
        """From its first to its last line."""
        first, last = (bisect_right(self.starts, place) for place in (measure["char_start"], measure["char_end"] - 1))
        return Span(first, last + 1)


def figure(value: object, high: object, unit: str) -> tuple:
    """A figure in a form that can be compared."""
    return (float(value), float(high) if high not in (None, "") else None, unit.replace("％", "%").replace("／", "/"))


def shared(one: str, other: str) -> int:
    """How many letters in a row two names have in common."""
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def figures(name: str) -> tuple[Score, Score, Score]:
    """Figures that are targets; of those found, whether the comparator is right, and what they are said to be about.

    People name a thing in their own words, so two letters in a row that both names have are enough.
    """
    plan, text = read(name)
    lines, score, signs, about = Lines(text), Score(), Score(), Score()
    free = [
        (lines.of(measure), target)
        for measure in plan["measures"]
        for target in measure["targets"]
        if target["value"] is not None
    ]
    score.said = len(free)
    for row in marked(name, "figures"):
        score.marked += 1
        wanted = figure(row["value"], row["value_high"], row["unit"])
        alike = [
            place
            for place, (on, target) in enumerate(free)
            if int(row["line"]) in on and figure(target["value"], target["value_high"], target["unit"]) == wanted
        ]
        hit = max(alike, key=lambda place: shared(free[place][1]["indicator"], row["indicator"]), default=None)
        if hit is None:
            score.missed.append(f"{row['line']} {row['raw']} {row['indicator']} [{row['value']} {row['unit']}]")
            continue
        score.hits += 1
        target = free.pop(hit)[1]
        signs.marked += 1
        signs.said += 1
        signs.hits += target["comparator"] == row["comparator"]
        if target["comparator"] != row["comparator"]:
            signs.missed.append(f"{row['line']} {row['raw']} {row['comparator']} not {target['comparator']}")
        about.marked += 1
        if shared(target["indicator"], row["indicator"]) >= ENOUGH:
            about.hits += 1
        else:
            about.missed.append(f"{row['line']} {row['raw']} {row['indicator']} not {target['indicator']}")
    score.extra = [f"{on} {one['raw']} [{one['value']} {one['unit']}] {one['indicator']}" for on, one in free]
    return score, signs, about


def deadlines(name: str) -> Score:
    """Deadlines that the text prints: the day, and how often. A measure may hold both: 规划期内每年两次."""
    plan, text = read(name)
    lines, score = Lines(text), Score()
    printed = [
        (lines.of(measure), measure["deadline"], measure["recurrence"])
        for measure in plan["measures"]
        if measure["deadline"]["basis"] in ("printed", "recurring")
    ]
    rows, told = marked(name, "deadlines"), set()
    days = [(place, on, due["date"] or "") for place, (on, due, _) in enumerate(printed)]
    rhythms = [(place, on, again) for place, (on, _, again) in enumerate(printed) if again]
    for row in rows:
        free = days if row["date"][:4].isdigit() or not row["date"] else rhythms
        hit = next((one for one in free if int(row["line"]) in one[1] and row["date"] == one[2]), None)
        if hit is None:
            score.missed.append(f"{row['line']} {row['phrase']} {row['date']}")
        else:
            score.hits += 1
            told.add(hit[0])
            free.remove(hit)
    score.marked = len(rows)
    score.said = len(printed) + score.hits - len(told)
    score.extra = [
        f"{on} {due['phrase']} {due['date']} {again}"
        for place, (on, due, again) in enumerate(printed)
        if place not in told
    ]
    return score


def units(name: str) -> Score:
    """Notes that name units: lead and supporting as printed, on every measure of the paragraph."""
    plan, text = read(name)
    lines, score = Lines(text), Score()
    for row in marked(name, "units"):
        score.marked += 1
        own = [one["units"] for one in plan["measures"] if int(row["line"]) in lines.of(one) and one["units"]["named"]]
        wanted = {
            "lead": [part for part in row["lead"].split("；") if part],
            "supporting": [part for part in row["supporting"].split("；") if part],
            "named": True,
        }
        score.said += bool(own)
        if own and wanted in own:
            score.hits += 1
        else:
            score.missed.append(f"{row['line']} {wanted} not {own[:1]}")
    return score


def measures(name: str) -> Score:
    """Commitments with or without figures, found by a key word of each."""
    plan, text = read(name)
    lines, score = Lines(text), Score()
    spans = [(lines.of(one), re.sub(r"\s", "", one["text"]), one) for one in plan["measures"]]
    rows = marked(name, "measures")
    covered = {int(row["line"]) for row in rows}
    used = Counter()
    for row in rows:
        score.marked += 1
        key = re.sub(r"\s", "", row["key"])
        hits = [place for place, (on, told, _) in enumerate(spans) if int(row["line"]) in on and key in told]
        if hits:
            score.hits += 1
            used.update(hits)
        else:
            score.missed.append(f"{row['line']} {row['key']}")
    inside = [place for place, (on, _, _) in enumerate(spans) if any(line in on for line in covered)]
    score.said = len(inside)
    score.extra = [f"{spans[place][0]} {spans[place][1][:60]}" for place in inside if place not in used]
    return score


def traps(name: str) -> list[str]:
    """Numbers that must not be targets and are."""
    plan, text = read(name)
    lines = Lines(text)
    promised = {(row["line"], re.sub(r"\s", "", row["raw"])) for row in marked(name, "figures")}
    said = [(lines.of(one), re.sub(r"\s", "", target["raw"])) for one in plan["measures"] for target in one["targets"]]
    found = []
    for row in marked(name, "traps"):
        raw = re.sub(r"\s", "", row["raw"])
        if (row["line"], raw) in promised:
            continue
        if any(int(row["line"]) in on and raw == told for on, told in said):
            found.append(f"{row['line']} {raw} ({row['why']})")
    return found


def projects(name: str) -> tuple[list[tuple], list[tuple]]:
    """Rows of boxes that are missing, and rows that are too many."""
    wanted = {
        (row["box"], row["seq"], row["name"], row["mark"], row["category"] in ("yes", "true"), int(row["line"]))
        for row in marked(name, "projects")
    }
    said = {
        (row["box"], str(row["seq"]), row["name"], row["mark"] or "", row["category"], row["line"])
        for row in read(name)[0]["projects"]
    }
    return sorted(wanted - said), sorted(said - wanted)


def indicators(name: str) -> tuple[list[tuple], list[tuple]]:
    """Rows of the table of indicators that are missing, and rows that are too many; cells as printed, blanks aside."""
    cells = ("seq", "group", "name", "unit", "base", "target", "growth", "nature", "line")
    wanted = {tuple("".join(row[cell].split()) for cell in cells) for row in marked(name, "indicators")}
    said = {tuple(str(row[cell]) for cell in cells) for row in read(name)[0]["indicators"]}
    return sorted(wanted - said), sorted(said - wanted)


def names() -> list[str]:
    """The yardsticks whose documents are at hand."""
    return [path.name for root in FOLDERS if root.exists() for path in sorted(root.iterdir()) if document(path.name)]


def main(asked: list[str]) -> None:
    """Print the report."""
    tell = "--misses" in asked
    chosen = [name for name in asked if not name.startswith("-")] or names()
    figure_heads = f"{'figures R     P':34}{'sign':8}{'about':8}"
    print(f"{'document':24}{figure_heads}{'deadlines R P':30}{'units':8}{'measures R   P*':32}traps")
    for name in chosen:
        found, signs, about = figures(name)
        due, named, promised, caught = deadlines(name), units(name), measures(name), traps(name)
        share = (promised.said - len(promised.extra)) / promised.said if promised.said else 1
        unit = f"{named.recall:.0%}" if named.marked else "-"
        print(
            f"{name:24}{found!s:34}{signs.recall:6.1%}  {about.recall:6.1%}  {due!s:30}{unit:8}"
            f"{promised.recall:6.1%} {share:6.1%} ({promised.marked}/{promised.said})".ljust(32),
            len(caught),
        )
        if tell:
            for what, lines in (
                ("figure missed", found.missed), ("figure extra", found.extra), ("sign", signs.missed),
                ("about", about.missed),
                ("deadline missed", due.missed), ("deadline extra", due.extra), ("units", named.missed),
                ("measure missed", promised.missed), ("measure extra", promised.extra), ("trap", caught),
            ):  # fmt: skip
                for line in lines:
                    print(f"  {what}: {line}")


if __name__ == "__main__":
    main(sys.argv[1:])
