"""A read table as plan-json: every task a measure with its place in the file's text."""

from __future__ import annotations

import re
from typing import Any

from taskflow.reading.duties import NONE, Vocabulary
from taskflow.reading.files.source import Source
from taskflow.reading.layout.letters import clean
from taskflow.reading.statements.figures import targets
from taskflow.reading.statements.verbs import HOPEFUL
from taskflow.reading.tables.entries import Entry
from taskflow.reading.tables.known import KnownUnits
from taskflow.reading.tables.reading import TableReading, read_table

NAMED = 8  # rows named in one sentence
SHORT = 40  # characters of a measure's title
_DOCUMENT_NUMBER = re.compile(r"[\u3400-\u9fff]{1,8}〔20\d\d〕\d{1,4}号")
PROJECTS = ("项目清单", "重点项目月报", "倒排工期表")
SURE, MENDED = 0.95, 0.8


def plan_of(source: Source, units: Vocabulary = NONE) -> dict[str, Any]:
    """What `plan read` prints of a .xlsx or .csv. Raises errors.Unreadable when there is no header."""
    known = KnownUnits.of((unit.name, unit.short or unit.name, *unit.aliases) for unit in units.units)
    return plan(read_table(source, units=known if units.units else None))


def plan(reading: TableReading, leave_out: frozenset[int] = frozenset()) -> dict[str, Any]:
    """The whole table; `leave_out`: first rows of tasks that are known already."""
    places = Lines(reading)
    firsts: dict[tuple[str, ...], str] = {}
    measures = []
    for number, entry in enumerate(reading.entries, 1):
        if entry.row not in leave_out:
            made = _measure(reading, entry, f"m{number}", places)
            key = ("".join(entry.title.split()), *made["units"]["lead"], str(made["deadline"]["date"]))
            first = firsts.setdefault(key, made["id"])
            measures.append(made | {"duplicate_of": None if first == made["id"] else first})
    return {
        "document": _document(reading),
        "outline": _outline(reading, places),
        "measures": measures,
        "projects": [],
        "indicators": [],
        "conflicts": [],
        "skipped": [
            {
                "line": places.line(one.first),
                "char_start": places.start(one.first),
                "char_end": places.end(one.last),
                "reason": one.reason,
            }
            for one in reading.skipped
            if one.reason != "heading"
        ],
        "warnings": [*reading.warnings, *_findings(reading)],
    }


def _findings(reading: TableReading) -> list[str]:
    """The findings in sentences; the same one in many rows is one sentence."""
    rows: dict[tuple[str, str], list[str]] = {}
    for problem in reading.problems:
        rows.setdefault((problem.column, problem.message), []).append(problem.where)
    return [f"{_where(found)}{column}：{message}" for (column, message), found in rows.items()]


def _where(rows: list[str]) -> str:
    named = [row for row in rows if row]
    more = f"等 {len(named)} 行 " if len(named) > NAMED else " 行 "
    return f"第 {'、'.join(named[:NAMED])}{more}" if named else "全表"


class Lines:
    """Where rows of the grid stand in the file's text."""

    def __init__(self, reading: TableReading) -> None:
        self.text, self.lines, self.rows = reading.source.text, reading.grid.lines, reading.grid.rows
        self.starts = [0]
        self.starts += [place + 1 for place, sign in enumerate(self.text) if sign == "\n"]

    def line(self, row: int) -> int:
        """The line of the text, from 1, on which a row begins."""
        return self.lines[row]

    def start(self, row: int) -> int:
        """The first character of a row that is no blank."""
        begin = self.starts[self.line(row) - 1]
        piece = self.text[begin : self._stop(row)]
        return begin + len(piece) - len(piece.lstrip())

    def end(self, row: int) -> int:
        """Behind the last character of a row that is no blank."""
        begin, stop = self.starts[self.line(row) - 1], self._stop(row)
        return begin + len(self.text[begin:stop].rstrip()) if self.text[begin:stop].strip() else begin

    def _stop(self, row: int) -> int:
        """Where the next row begins, or the last row's cells end."""
        begin = self.starts[self.line(row) - 1]
        line = self.line(row)
        close = self.starts[line] if line < len(self.starts) else len(self.text)
        after = self.lines[row + 1] if row + 1 < len(self.lines) else 0
        if after > line:
            return self.starts[after - 1]
        for cell in self.rows[row]:  # a table in a document has a line for each cell
            found = self.text.find(cell.strip(), begin) if cell.strip() else -1
            close = max(close, found + len(cell.strip())) if found >= 0 else close
            begin = max(begin, found)
        return close


def _document(reading: TableReading) -> dict[str, Any]:
    title, year = reading.title, reading.mapping.year
    over = "\n".join("".join(row) for row in reading.grid.rows[: reading.mapping.first_row])
    number = _DOCUMENT_NUMBER.search(over)
    return {
        "title": title or None,
        "number": number[0] if number else None,
        "issuer": None,
        "issued_on": None,
        "kind": "table",
        "region": None,
        "period": [f"{year}-01-01", f"{year}-12-31"] if year else [None, None],
        "reporting_year": year,
    }


def _outline(reading: TableReading, places: Lines) -> list[dict[str, Any]]:
    """The headings inside the table."""
    found: list[dict[str, Any]] = []
    chapter = None
    for one in (one for one in reading.skipped if one.reason == "heading"):
        below = one.text.startswith(("（", "("))
        made = {
            "id": f"h{len(found) + 1}",
            "parent": chapter if below else None,
            "level": "section" if below else "chapter",
            "number": "",
            "title": one.text,
            "line": places.line(one.first),
            "char_start": places.start(one.first),
            "note": "",
        }
        chapter = chapter if below else made["id"]
        found.append(made)
    return found


def _measure(reading: TableReading, entry: Entry, name: str, places: Lines) -> dict[str, Any]:
    start = places.start(entry.row)
    end = max(start, places.end(entry.last_row))
    told = entry.title, entry.texts.get("content", ""), entry.texts.get("goal", "")
    figures = figures_of(*told)
    return {
        "id": name,
        "line": places.line(entry.row),
        "char_start": start,
        "char_end": end,
        "path": [reading.title, *entry.path] if reading.title else list(entry.path),
        "text": reading.source.text[start:end],
        "title": short(entry.title),
        "kind": _kind(reading.mapping.layout, entry, figures),
        "targets": figures,
        "deadline": {
            "phrase": entry.phrase,
            "date": entry.deadline.date.isoformat() if entry.deadline.date else None,
            "basis": entry.deadline.basis,
        },
        "recurrence": entry.deadline.recurrence,
        "units": {
            "lead": _called(reading, entry.units.lead),
            "supporting": _called(reading, entry.units.supporting),
            "named": bool(entry.units.lead or entry.units.supporting),
        },
        "suggested": [],
        "aspirational": bool(HOPEFUL.search("".join(told))),
        "duplicate_of": None,
        "confidence": SURE if entry.deadline.understood and entry.units.lead else MENDED,
        "why": [
            f"table:{reading.mapping.layout}",
            f"row:{reading.grid.label(entry.row)}",
            *([f"code:{entry.code}"] if entry.code else []),
        ],
    }


def figures_of(*texts: str) -> list[dict[str, Any]]:
    """The figures that a task promises in its name, its content and its goal, each once."""
    found: list[dict[str, Any]] = []
    for piece in re.split("[；;。\n]", "。".join(texts)):
        told = clean(piece).text
        found += [figure.plain(told[figure.start : figure.end], told) for figure in targets(told)]
    return _once(found)


def _once(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A figure that name and goal both print is one: with the fuller name and the comparator that says more."""
    kept: dict[Any, dict[str, Any]] = {}
    for one in found:
        key = one["value"], one["value_high"], one["unit"]
        before = kept.setdefault(key, one)
        if before is not one:
            said = before if before["comparator"] != "=" else one
            kept[key] = said | {"indicator": max(before["indicator"], one["indicator"], key=len)}
    return list(kept.values())


def _kind(layout: str, entry: Entry, figures: list[dict[str, Any]]) -> str:
    if layout in PROJECTS:
        return "project"
    if figures:
        return "quantified"
    endless = entry.deadline.date is None and entry.deadline.basis in ("none", "recurring") and entry.phrase
    return "continuing" if endless and not entry.deadline.start else "institutional"


def _called(reading: TableReading, names: list[str]) -> list[str]:
    """Units as the county calls them; those that a person has struck out are gone."""
    kept = [name for name in names if reading.mapping.units.get(name) != ""]
    return list(dict.fromkeys((reading.named or {}).get(name, name) for name in kept))


def short(title: str) -> str:
    """A title of at most forty characters, cut at a stop where there is one."""
    if len(title) <= SHORT:
        return title
    cut = max((title.rfind(sign, 8, SHORT) for sign in "，；。、："), default=-1)
    return title[:cut] if cut > 0 else title[: SHORT - 1] + "…"
