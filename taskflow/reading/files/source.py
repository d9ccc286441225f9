"""What a file becomes once it is read: plain text, and the grids that stood in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from taskflow import config, errors

Kind = Literal["txt", "docx", "html", "xlsx", "csv"]
Rows = tuple[tuple[str, ...], ...]
Range = tuple[int, int, int, int]

LIMIT = 20 * config.MEGABYTE  # of a file
MOST_CELLS = 200_000  # of one file that hold something
MOST_ROOM = 1_000_000  # cells of all grids together, empty ones included
MOST_TEXT = 20_000_000  # characters of all cells
MOST_PROSE = 1_000_000  # characters of a document: ten of the longest plans, read in half a minute
TOO_MANY_CELLS = f"表格超过 {MOST_CELLS // 10_000} 万个单元格，请删去无关的部分后再试。"
TOO_MUCH_PROSE = f"文件超过 {MOST_PROSE // 10_000} 万字，请拆分后再试。"
TOO_MUCH_TEXT = f"文件里的文字超过 {MOST_TEXT // 10_000} 万字，请拆分后再试。"


@dataclass(frozen=True)
class Table:
    """A grid. A merged cell's text stands in its first row and column; the rest of it is empty.

    `merged` holds (first row, first column, last row, last column), from 0, last ones included.
    `lines` says for each row on which line of the text it begins, from 1.
    """

    rows: Rows
    merged: tuple[Range, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Sheet(Table):
    """A sheet of a workbook, or all of a .csv. Row 0 is the sheet's first row, also when it is empty."""

    name: str = ""


@dataclass(frozen=True)
class Source:
    r"""A file, read. Lines of `text` end with \n and with nothing else; places count its characters."""

    kind: Kind
    text: str
    sha256: str
    sheets: tuple[Sheet, ...] = ()
    tables: tuple[Table, ...] = ()
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `from_json` makes the same again."""
        return asdict(self)

    @classmethod
    def from_json(cls, made: dict[str, Any]) -> Source:
        """The source that `as_json` described."""
        sheets = tuple(Sheet(**_grid(sheet), name=sheet["name"]) for sheet in made["sheets"])
        tables = tuple(Table(**_grid(table)) for table in made["tables"])
        return cls(made["kind"], made["text"], made["sha256"], sheets, tables, tuple(made["warnings"]))


@dataclass(frozen=True)
class Content:
    """What a reader of one kind of file finds in it."""

    text: str
    sheets: tuple[Sheet, ...] = ()
    tables: tuple[Table, ...] = ()
    warnings: tuple[str, ...] = ()


def _grid(made: dict[str, Any]) -> dict[str, Any]:
    return {
        "rows": tuple(tuple(row) for row in made["rows"]),
        "merged": tuple((top, left, bottom, right) for top, left, bottom, right in made["merged"]),
        "lines": tuple(made["lines"]),
    }


def tabbed(sheets: dict[str, Rows], merged: dict[str, tuple[Range, ...]]) -> tuple[str, tuple[Sheet, ...]]:
    """Sheets one under another, a row a line, cells between tabs; an empty line between two sheets."""
    lines: list[str] = []
    made: list[Sheet] = []
    for name, rows in sheets.items():
        if lines:
            lines.append("")
        begin = len(lines) + 1
        lines += ["\t".join(_one_line(cell) for cell in row).rstrip("\t") for row in rows]
        made.append(Sheet(rows, merged.get(name, ()), tuple(range(begin, begin + len(rows))), name))
    text = "\n".join(lines)
    if len(text) > MOST_TEXT:
        raise errors.Unreadable(TOO_MUCH_TEXT)
    return text, tuple(made)


def _one_line(cell: str) -> str:
    return cell.replace("\t", " ").replace("\n", " ")
