"""A row of a plan's table of indicators as a measure: what it promises, and where in the text it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from taskflow.reading.duties import Vocabulary

#: The last cell of a row, and how far behind the first it may stand.
ROW_ENDS = re.compile("预期性?|约束性?")
LONGEST_ROW = 400  # characters
#: How a sign is said before and behind a figure.
SAID = {
    "=": ("达到", ""), "≥": ("不低于", ""), "≤": ("不高于", ""),
    ">": ("高于", ""), "<": ("低于", ""), "≈": ("达到", "左右"),
}  # fmt: skip
#: Names that say themselves that something changes.
CHANGES = re.compile("(?:增长|增长率|增速|下降|降低)$")


def as_measure(row: Mapping[str, Any], text: str, end: date | None, units: Vocabulary) -> dict[str, Any]:
    """The row as plan-json prints a measure; its deadline is the end of the plan's period."""
    first, behind = _row_at(text, int(row["line"]))
    group = str(row.get("group") or "")
    return {
        "line": row["line"],
        "char_start": first,
        "char_end": behind,
        "path": ["指标", *([group] if group else [])],
        "text": text[first:behind],
        "title": sentence(row),
        "kind": "quantified",
        "targets": row.get("targets"),
        "deadline": {"date": end.isoformat() if end else None, "basis": "assumed"},
        "suggested": units.suggest(str(row["name"]), [group]),
        "why": ["indicator"],
    }


def _row_at(text: str, line: int) -> tuple[int, int]:
    """From a table's row to the word that ends it, which may stand some lines below: a cell a line."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    closed = ROW_ENDS.search(text, start, start + LONGEST_ROW)
    end = closed.end() if closed else text.find("\n", start)
    return start, end if end > start else len(text)


def sentence(row: Mapping[str, Any]) -> str:
    """城镇化率达到65%; 用水量下降累计12%; 劳动生产率：高于GDP增长."""
    name = str(row["name"])
    target, growth = (str(row.get(cell) or "-") for cell in ("target", "growth"))
    if not row.get("targets"):
        said = next((cell for cell in (target, growth) if cell.strip("-—")), "")
        return f"{name}：{said}" if said else name
    figure = row["targets"][0]
    before, behind = SAID[figure["comparator"]]
    if figure["raw"] != target:
        before = "累计" if growth.startswith(("〔", "［", "[")) else "" if CHANGES.search(name) else "年均增长"
    return f"{name}{before}{number(figure['value'])}{figure['unit']}{behind}"


def number(value: Any) -> str:
    """A figure as text, without a float's tail: 1.5 → “1.5”, 8.0 → “8”."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value.strip()
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{exact:f}".rstrip("0").rstrip(".") if "." in f"{exact:f}" else f"{exact:f}"
