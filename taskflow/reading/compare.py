"""The same statement printed twice, and one figure promised in several ways."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

LEAST = 4  # letters of a subject; shorter ones say too little
SHORTEST = 8  # letters of a statement that can be recognised again
#: Different words for one thing.
_SAME = (
    *(
        ("规模以上", "规上"),
        ("工业企业", "企业"),
        ("战略性新兴产业", "战新产业"),
        ("占地区生产总值", "占"),
        ("占GDP", "占"),
    ),
    *(("增加值占", "占"), ("人均可支配收入", "收入"), ("比重", "比"), ("数量", ""), ("总数", ""), ("用户", "")),
)
_EMPTY = re.compile(
    r"全县|全市|全省|我县|主?城区|县域|的|到|年末|末|“十.五”|使|力争|达|“|”|（[^）]*）|省级|网络|信号|时期|在|实现|建设|水平|率"
)
#: Words that make a figure a change or a pace, not a level.
_CHANGE = re.compile(r"新增|净增|增长|增加(?!值)|提高|下降|降低|减少|培育|新建|改造|年均|每年|累计|增速|打造|创建|完成")
#: Units in which the same things are counted.
_COUNTED = frozenset("个家户所座处")


def _bare(text: str) -> str:
    return re.sub(r"[\s，。；：、！？“”（）《》,.;:()]", "", text)


def duplicates(measures: list[dict[str, Any]]) -> None:
    """Mark every measure whose statement stands earlier in the document."""
    first: dict[str, str] = {}
    for measure in measures:
        key = _bare(measure["text"])
        if len(key) < SHORTEST:
            continue
        if key in first:
            measure["duplicate_of"] = first[key]
            measure["why"].append("same_statement")
        else:
            first[key] = measure["id"]


def _subject(indicator: str) -> str:
    for said, meant in _SAME:
        indicator = indicator.replace(said, meant)
    return _EMPTY.sub("", indicator)


@dataclass(frozen=True)
class Said:
    """One figure of the document: what it is about, in what unit, and where it stands."""

    subject: str
    unit: str
    figure: str
    change: bool
    statement: dict[str, Any]

    def about_the_same(self, other: Said) -> bool:
        """Whether two figures can be held against each other: one subject, both a level or a change, one unit."""
        if self.change != other.change or not _alike(self.subject, other.subject):
            return False
        return self.unit == other.unit or not (self.has_number and other.has_number)

    @property
    def kind(self) -> tuple[str, str, bool, bool]:
        """All that decides what it can be held against."""
        return self.subject, self.unit, self.change, self.has_number

    @cached_property
    def has_number(self) -> bool:
        """Whether it is more than a comparison in words."""
        return any(letter.isdigit() for letter in self.figure)


def conflicts(measures: list[dict[str, Any]], indicators: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Figures about the same thing, in the same unit, that cannot all hold; also one with and one without a number."""
    said = [*_of_measures(measures), *_of_indicators(indicators)]
    groups = _grouped(said)
    return [
        {"about": min((one.subject for one in group), key=len), "statements": [one.statement for one in group]}
        for group in groups
        if len({one.figure for one in group}) > 1 and len({one.statement["line"] for one in group}) > 1
    ]


def _grouped(said: Sequence[Said]) -> list[list[Said]]:
    """Figures about the same thing together; each goes to the first group that has one like it.

    Of two like subjects one holds the other, so that the first two letters of the shorter stand in the longer.
    """
    groups: list[list[Said]] = []
    known: set[tuple[int, tuple[str, str, bool, bool]]] = set()
    holding: dict[str, list[tuple[int, Said]]] = defaultdict(list)
    opening: dict[str, list[tuple[int, Said]]] = defaultdict(list)
    for one in said:
        pairs = {one.subject[place : place + 2] for place in range(len(one.subject) - 1)}
        near = chain(holding[one.subject[:2]], *(opening[pair] for pair in pairs))
        found = min((group for group, other in near if one.about_the_same(other)), default=len(groups))
        if found == len(groups):
            groups.append([])
        groups[found].append(one)
        if (found, one.kind) in known:
            continue  # what is said again is found by what was said before
        known.add((found, one.kind))
        opening[one.subject[:2]].append((found, one))
        for pair in pairs:
            holding[pair].append((found, one))
    return groups


def _of_measures(measures: list[dict[str, Any]]) -> Iterator[Said]:
    for measure in measures:
        for target in measure["targets"] if not measure["duplicate_of"] else ():
            subject = _subject(target["indicator"])
            if len(subject) >= LEAST:
                statement = {"measure": measure["id"], "line": measure["line"], "raw": target["raw"]}
                yield Said(
                    subject,
                    _unit(target["unit"]),
                    _figure(target),
                    bool(_CHANGE.search(target["indicator"])),
                    statement,
                )


def _of_indicators(indicators: list[dict[str, Any]]) -> Iterator[Said]:
    for row in indicators:
        cell = next((text for text in (row["target"], row["growth"]) if text != "-"), "")
        subject = _subject(row["name"])
        if cell and len(subject) >= LEAST:
            statement = {"indicator": row["seq"], "line": row["line"], "raw": cell}
            yield Said(subject, _unit(row["unit"]), cell.lstrip("="), bool(_CHANGE.search(row["name"])), statement)


def _unit(unit: str) -> str:
    return "个" if unit in _COUNTED else unit


def _figure(target: dict[str, Any]) -> str:
    if target["value"] is None:
        return str(target["raw"])
    sign = "" if target["comparator"] in ("=", "range") else target["comparator"]
    high = f"~{target['value_high']}" if target["value_high"] is not None else ""
    return f"{sign}{target['value']}{high}"


def _alike(one: str, other: str) -> bool:
    return one == other or (len(one) >= LEAST and one in other) or (len(other) >= LEAST and other in one)
