"""The table of a plan's indicators (指标): every cell as printed, and the target as a figure where it is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from taskflow.reading.layout.cells import Printed
from taskflow.reading.statements.counted import target

NATURE = {"约束性": "binding", "预期性": "expected", "约束": "binding", "预期": "expected"}
GROUP = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)?(.+?)(?:（\d+项）)?$")
NAME_UNIT = re.compile(r"^(.*)（([^（）]*)）$")
FIGURE = re.compile(
    r"(?P<open>[〔［\[])?(?P<sign>[≥≤<>＞＜]?)(?P<value>\d+(?:\.\d+)?)(?P<percent>[%％]?)(?P<tail>左右|以上|以内)?[〕］\]]?"
)
SIGNS = {"≥": "≥", "≤": "≤", ">": ">", "<": "<", "＞": ">", "＜": "<", "左右": "≈", "以上": "≥", "以内": "≤"}
LEAST = 4  # cells of a row: number, name, a figure, nature


def is_table(one: Printed) -> bool:
    """Whether the last column of some row says 预期性 or 约束性."""
    return any(row and row[-1] in NATURE and len(row) >= LEAST for row in one.table.rows)


def indicators(tables: Sequence[Printed]) -> list[dict[str, Any]]:
    """The indicators of a document's tables as plan-json prints them."""
    found: list[dict[str, Any]] = []
    for one in filter(is_table, tables):
        group = ""
        for row, line in zip(one.table.rows, one.table.lines, strict=True):
            cells = [cell for cell in row if cell]
            if cells and cells[-1] in NATURE and len(row) >= LEAST:
                found.append(_with_target(_indicator(list(row), group, line)))
            elif len(cells) == 1 and (match := GROUP.match(cells[0])):
                group = match[1]
    return found


def _indicator(cells: list[str], group: str, line: int) -> dict[str, Any]:
    seq = int(cells.pop(0)) if cells[0].isdigit() else None
    nature = NATURE[cells.pop()]
    name, unit = cells[0], ""
    if match := NAME_UNIT.match(name):
        name, unit = match[1], match[2]
    base, target = (cells + ["-"] * 3)[1:3]
    return {
        "group": group,
        "seq": seq,
        "name": name,
        "unit": unit,
        "base": base or "-",
        "target": target or "-",
        "growth": "".join(cells[3:]) or "-",
        "nature": nature,
        "line": line,
    }


def _with_target(indicator: dict[str, Any]) -> dict[str, Any]:
    """The printed target also as a figure, where it is one; a rate of growth where no other target is printed.

    Square brackets hold what adds up over the years of the plan, in the indicator's own unit.
    """
    own = FIGURE.fullmatch(indicator["target"])
    match = own or FIGURE.fullmatch(indicator["growth"])
    if not match:
        return indicator | {"targets": []}
    value = float(match["value"])
    rate = not own and not match["open"]
    figure = target(
        indicator=indicator["name"],
        comparator=SIGNS.get(match["sign"]) or SIGNS.get(match["tail"] or "", "="),
        value=int(value) if value.is_integer() else value,
        unit="%" if rate or match["percent"] else indicator["unit"],
        raw=match.group(),
    )
    return indicator | {"targets": [figure]}
