"""The same statement printed twice, and one figure promised in several ways."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

LEAST = 4  # letters of a subject; shorter ones say too little
SHORTEST = 8  # letters of a statement that can be recognised again
_SAME = (
    ("规模以上", "规上"),
    ("工业企业", "企业"),
    ("战略性新兴产业", "战新产业"),
    ("数量", ""),
    ("总数", ""),
    ("比重", "占比"),
)
_EMPTY = re.compile(r"全县|全市|全省|我县|的|到|年末|末|“十.五”|使|力争|达|“|”|（[^）]*）")
_CHANGE = re.compile(r"新增|净增|增长|增加|提高|下降|降低|减少|培育|新建|改造|年均|每年|累计")


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


def _about(indicator: str) -> str:
    for long, short in _SAME:
        indicator = indicator.replace(long, short)
    return _EMPTY.sub("", indicator)


#: What figures are about, and their unit → each figure with where it stands.
Said = dict[tuple[str, str], list[tuple[str, dict[str, Any]]]]


def conflicts(measures: list[dict[str, Any]], indicators: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Figures about the same thing, in the same unit, that cannot all hold."""
    said = _by_subject(measures)
    for indicator in indicators:
        if re.match(r"[≥≤<>]?\d", indicator["target"]):
            about, unit = _about(indicator["name"]), indicator["unit"]
            statement = {"indicator": indicator["seq"], "line": indicator["line"], "raw": indicator["target"]}
            for key in [key for key in said if key[1] == unit and _alike(key[0], about)]:
                said[key].append((indicator["target"], statement))
    return [
        {"about": about, "statements": [statement for _, statement in rows]}
        for (about, _), rows in said.items()
        if len({figure for figure, _ in rows}) > 1 and not (_CHANGE.search(about) and _same_line(rows))
    ]


def _by_subject(measures: list[dict[str, Any]]) -> Said:
    said: Said = defaultdict(list)
    for measure in measures:
        for target in measure["targets"] if not measure["duplicate_of"] else ():
            key = _about(target["indicator"])
            if len(key) >= LEAST and target["value"] is not None:
                statement = {"measure": measure["id"], "line": measure["line"], "raw": target["raw"]}
                said[key, target["unit"]].append((_figure(target), statement))
    return said


def _figure(target: dict[str, Any]) -> str:
    sign = "" if target["comparator"] in ("=", "range") else target["comparator"]
    high = f"~{target['value_high']}" if target["value_high"] is not None else ""
    return f"{sign}{target['value']}{high}"


def _alike(one: str, other: str) -> bool:
    return one == other or (len(one) > 5 and one in other) or (len(other) > 5 and other in one)  # noqa: PLR2004


def _same_line(rows: list[tuple[str, dict[str, Any]]]) -> bool:
    """Whether all stand on one line: steps of one promise, not two promises."""
    return len({statement["line"] for _, statement in rows}) == 1
