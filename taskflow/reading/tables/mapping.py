"""What each column of a table was taken for: guessed from its header, set by a person, or found again by its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from taskflow.reading.files.source import Source
from taskflow.reading.tables import header as heads
from taskflow.reading.tables import words
from taskflow.reading.tables.grid import Grid, letter
from taskflow.reading.tables.header import Header

#: Fields that one column alone can give. Of several the surest counts, then the leftmost.
SINGLE = frozenset(
    {"seq", "code", "title", "lead", "start", "due", "done_on", "percent", "stage", "node", "part_start", "part_due"}
)
#: What a column is when a surer one has taken its meaning.
SECOND = {"lead": "supporting", "title": "category", "due": "note", "code": "note"}
#: What gives the task its name when no column does so by itself.
STAND_INS = ("content", "problem", "node", "goal")


@dataclass(frozen=True)
class Column:
    """One column: where, what stands over it, what it was taken for, how surely and why."""

    index: int
    header: str
    field: str
    confidence: float
    why: str

    @property
    def letter(self) -> str:
        """As spreadsheets call it."""
        return letter(self.index)

    @property
    def place(self) -> str:
        """“C（完成时限）”"""
        return f"{self.letter}（{self.header}）" if self.header else self.letter


@dataclass(frozen=True)
class Mapping:
    """How a table is to be read. Rows count from 0."""

    sheet: str
    header_first: int
    header_last: int
    first_row: int
    columns: tuple[Column, ...]
    layout: str
    year: int | None = None
    #: Names of units as the file has them → the unit that a person says is meant ("": none).
    units: dict[str, str] = field(default_factory=dict)

    def of(self, wanted: str) -> list[Column]:
        """The columns with a meaning."""
        return [column for column in self.columns if column.field == wanted]

    @property
    def header_words(self) -> list[str]:
        """The words over the columns, by which another file of the same form is known."""
        return [column.header for column in self.columns]

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `from_json` makes the same again."""
        return asdict(self)

    @classmethod
    def from_json(cls, made: dict[str, Any]) -> Mapping:
        """The mapping that `as_json` described."""
        return cls(**{**made, "columns": tuple(Column(**one) for one in made["columns"])})

    def taken_as(self, fields: Sequence[str]) -> Mapping:
        """The same with other meanings, as a person chose them; unchosen ones stay."""
        chosen = [
            column if column.field == given else replace(column, field=given, confidence=1.0, why="人工指定")
            for column, given in zip(self.columns, fields, strict=True)
        ]
        return replace(self, columns=tuple(chosen), layout=_layout(chosen))

    def like(self, header_words: Sequence[str], fields: Sequence[str]) -> Mapping | None:
        """The same with the meanings saved for another file; None when that file's header was another one."""
        if list(header_words) == self.header_words:
            return self.taken_as(fields)
        known = dict(zip(header_words, fields, strict=True))
        if not {name for name in self.header_words if name} <= known.keys():
            return None
        return self.taken_as([known.get(column.header, "ignore") for column in self.columns])


def grids(source: Source) -> list[Grid]:
    """Every grid of a file: the sheets of a workbook, the tables of a document."""
    marked = source.kind == "csv"
    found = [Grid.of(sheet, sheet.name or "表格", marked=marked) for sheet in source.sheets]
    return found + [Grid.of(table, f"表 {number}") for number, table in enumerate(source.tables, 1)]


def guess(grid: Grid, year: int | None = None, head: Header | None = None) -> Mapping | None:
    """The mapping as the header says it; None when there is no header."""
    head = head or heads.find(grid)
    if head is None:
        return None
    columns = settle(head)
    shown = heads.year_of(heads.above(grid, head), head.names)
    return Mapping(grid.name, head.first, head.last, head.last + 1, columns, _layout(columns), shown or year)


def together(found: Sequence[Grid], mapping: Mapping) -> tuple[Grid, list[str]]:
    """The mapping's sheet with every later sheet of the same header below it, and the names of those sheets."""
    grid = next(one for one in found if one.name == mapping.sheet)
    over = heads.at(grid, mapping.header_first, mapping.header_last).over
    names: list[str] = []
    for other in found:
        head = heads.find(other) if other is not grid and other.name != grid.name else None
        if head is not None and head.over == over:
            grid = grid.joined(other, head.last + 1)
            names.append(other.name)
    return grid, names


def best(found: Iterable[Grid], year: int | None = None) -> Mapping | None:
    """The mapping of the sheet whose header says most; of several the first; None when no sheet has a header."""
    guessed = (guess(grid, year) for grid in found)
    return max(filter(None, guessed), key=lambda one: sum(column.confidence for column in one.columns), default=None)


def settle(head: Header) -> tuple[Column, ...]:
    """One meaning a column, each single field once, and something that names the task."""
    columns = [
        Column(place, head.names[place], said.field, said.confidence, said.why)
        for place, said in enumerate(head.meanings)
    ]
    _of_steps(columns)
    for wanted in SINGLE:
        _one_only(columns, wanted)
    _named_lead(columns)
    _name(columns)
    return tuple(columns)


def _one_only(columns: list[Column], wanted: str) -> None:
    claims = sorted((one for one in columns if one.field == wanted), key=lambda one: (-one.confidence, one.index))
    for loser in claims[1:]:
        other = SECOND.get(wanted, "ignore")
        why = f"“{words.FIELDS[wanted]}”已取自 {claims[0].letter} 列"
        columns[loser.index] = replace(loser, field=other, why=why)


def _of_steps(columns: list[Column]) -> None:
    """Where a table has the task's dates and its steps', those right of the step's name are the step's."""
    node = next((one for one in columns if one.field == "node"), None)
    for wanted in ("start", "due"):
        claims = [one for one in columns if one.field == wanted]
        if node and any(one.index < node.index for one in claims):
            for one in claims:
                if one.index > node.index:
                    why = f"在“{node.header}”之后，是节点的时间"
                    columns[one.index] = replace(one, field=f"part_{wanted}", why=why)


def _named_lead(columns: list[Column]) -> None:
    """Where 牵头单位 and 责任单位 stand side by side, the one that says 牵头 leads."""
    lead = next((one for one in columns if one.field == "lead"), None)
    better = [one for one in columns if one.field == "supporting" and "牵头" in one.header]
    if lead is None or not better or "牵头" in lead.header:
        return
    columns[lead.index] = replace(lead, field="supporting", why=f"另有“{better[0].header}”")
    columns[better[0].index] = replace(better[0], field="lead", why=words.meaning(better[0].header).why)


def _name(columns: list[Column]) -> None:
    """Let another column name the task when none is called so (任务内容, 问题)."""
    have = {one.field: one for one in reversed(columns)}
    if "title" in have:
        return
    for field_ in STAND_INS:
        if one := have.get(field_):
            why = f"没有专门的任务名称列，以“{one.header}”为任务名称"
            columns[one.index] = replace(one, field="title", why=why)
            return


def _layout(columns: Sequence[Column]) -> str:
    """The layout by the words of the header, and by what a person has said; stand-ins for a name do not count."""
    said = {heads.meaning(*column.header.split("／")).field for column in columns}
    return words.layout(said | {column.field for column in columns if column.field != "title"})
