"""What is wrong with a table before anything is stored (试算): row, column, value, and what would do instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from taskflow.reading.statements.phrases import deadline
from taskflow.reading.tables import cells, words
from taskflow.reading.tables.entries import Entry
from taskflow.reading.tables.grid import Grid
from taskflow.reading.tables.known import KnownUnits
from taskflow.reading.tables.mapping import Column, Mapping

#: Deadlines that can be read, as examples for whoever has to mend one.
ALLOWED_TIMES = ("2024-06-30", "2024年6月底", "6月底", "二季度末", "年内", "每季度", "持续推进")
LONGEST_TITLE = 120  # characters of a task's name
WHOLE = 100
ANY_YEAR = 2000


@dataclass(frozen=True)
class Problem:
    """One finding. `row` counts from 1 as spreadsheets do; 0: the whole table. Errors alone stop the import.

    `sheet` is named where several were read together.
    """

    row: int
    column: str
    value: str
    message: str
    allowed: tuple[str, ...] = ()
    error: bool = True
    sheet: str = ""

    @property
    def where(self) -> str:
        """The row as people call it; "" for the whole table."""
        return f"{self.sheet} {self.row}".strip() if self.row else ""


class Checker:
    """Looks at every entry of a table."""

    def __init__(self, grid: Grid, mapping: Mapping, units: KnownUnits | None) -> None:
        self.grid, self.mapping, self.units = grid, mapping, units
        self.columns: dict[str, Column] = {column.field: column for column in reversed(mapping.columns)}

    def check(self, entries: list[Entry]) -> list[Problem]:
        """All findings, by row."""
        found = [*self._table()]
        for entry in entries:
            found += [*self._title(entry), *self._times(entry), *self._units(entry), *self._figures(entry)]
        found += [*self._twice(entries), *self._numbers(entries)]
        return [self._of_sheet(one) for one in sorted(found, key=lambda one: one.row)]

    def _of_sheet(self, problem: Problem) -> Problem:
        """The finding with the row of its own sheet, where several were put together."""
        if not problem.row or not self.grid.origins:
            return problem
        sheet, row = self.grid.origins[problem.row - 1]
        return replace(problem, sheet=sheet, row=row + 1)

    def _say(
        self, entry: Entry, field: str, value: str, message: str, allowed: Iterable[str] = (), *, error: bool = True
    ) -> Problem:
        column = self.columns.get(field)
        place = column.place if column else f"（没有“{words.FIELDS[field]}”列）"
        return Problem(entry.row + 1, place, value, message, tuple(allowed), error)

    def _table(self) -> Iterator[Problem]:
        if "title" not in self.columns:
            yield Problem(0, "", "", "没有一列是任务名称，请在“各列的含义”中指定一列。")
        for field, word in (("lead", "牵头单位"), ("due", "完成时限")):
            if field not in self.columns and not self.mapping.of("period"):
                yield Problem(0, "", "", f"表中没有{word}列，导入后须逐条补上。", error=False)

    def _title(self, entry: Entry) -> Iterator[Problem]:
        if "title" not in self.columns:
            return
        if not entry.title:
            yield self._say(entry, "title", "", "这一行没有任务名称，请补上，或删去这一行。")
        elif entry.title.startswith("="):
            told = "看上去是公式；系统不计算公式，按文字导入，请核对。"
            yield self._say(entry, "title", entry.title[:40], told, error=False)
        elif len(entry.title) > LONGEST_TITLE:
            told = f"任务名称有 {len(entry.title)} 字，导入后将截短，全文仍保留在条目原文中。"
            yield self._say(entry, "title", entry.title[:40], told, error=False)

    def _times(self, entry: Entry) -> Iterator[Problem]:
        if "due" not in self.columns and not entry.parts:
            return
        yield from self._due(entry, entry.row, entry.phrase)
        for part in entry.parts:
            if part.row != entry.row and part.phrase and not part.due and part.phrase != entry.phrase:
                place = self._place("part_due") or self._place("due")
                yield Problem(part.row + 1, place, part.phrase, self._unread(part.phrase), ALLOWED_TIMES)
        if entry.start and entry.deadline.date and entry.start > entry.deadline.date:
            told = f"开始时间（{entry.start}）晚于完成时限（{entry.deadline.date}），请核对。"
            yield self._say(entry, "due", entry.phrase, told)
        if entry.start_phrase and entry.start is None and "start" in self.columns:
            told = "开始时间无法识别，导入后为空。"
            yield self._say(entry, "start", entry.start_phrase, told, ("2024-03-01", "2024年3月"), error=False)

    def _due(self, entry: Entry, row: int, phrase: str) -> Iterator[Problem]:
        said = entry.deadline
        if not phrase:
            if "due" in self.columns:
                yield self._say(entry, "due", "", "没有完成时限，导入后须补上。", error=False)
        elif not said.understood:
            yield Problem(row + 1, self._place("due"), phrase, self._unread(phrase), ALLOWED_TIMES)
        elif said.basis == "printed" and said.date is None:
            if self.mapping.year is None and deadline(phrase, ANY_YEAR).date:
                told = "完成时限没有写年份，请在上方填写表格的年度，或在表中写全。"
                yield Problem(row + 1, self._place("due"), phrase, told, ALLOWED_TIMES[:2])
            else:
                yield self._say(
                    entry, "due", phrase, "时限不能换算成日期，导入后须补上。", ALLOWED_TIMES[:2], error=False
                )

    @staticmethod
    def _unread(phrase: str) -> str:
        return f"完成时限“{phrase[:20]}”无法识别。"

    def _place(self, field: str) -> str:
        return self.columns[field].place if field in self.columns else ""

    def _units(self, entry: Entry) -> Iterator[Problem]:
        if "lead" in self.columns and not entry.units.lead:
            yield self._say(entry, "lead", "", "没有牵头单位，导入后须指定。", error=False)
        for field, names in (("lead", entry.units.lead), ("supporting", entry.units.supporting)):
            shown = field if field in self.columns else "lead"
            for name in names:
                yield from self._unit(entry, shown, name, leads=field == "lead")
        if len(entry.units.lead) > 1:
            told = f"有 {len(entry.units.lead)} 个牵头单位，一项任务只能有一个牵头，导入后须确认。"
            yield self._say(entry, "lead", "、".join(entry.units.lead), told, error=False)

    def _unit(self, entry: Entry, field: str, name: str, *, leads: bool) -> Iterator[Problem]:
        if cells.GROUP.search(name):
            if leads:
                yield self._say(entry, field, name, "这不是一个单位，不能牵头，导入后须指定牵头单位。", error=False)
        elif self.units and name not in self.mapping.units and self.units.find(name) is None:
            told = "单位库中没有这个单位，请改正，或在“单位对照”中指定是哪个单位。"
            yield self._say(entry, field, name, told, self.units.near(name), error=leads)

    def _figures(self, entry: Entry) -> Iterator[Problem]:
        percent = entry.texts.get("percent", "")
        value = cells.figure(percent) if percent else None
        if value is not None and not 0 <= value <= WHOLE:
            yield self._say(entry, "percent", percent, "完成率应在 0 到 100 之间。", ("0–100",), error=False)
        for field in ("investment_total", "investment_year"):
            text = entry.texts.get(field, "")
            if text and cells.figure(text) is None and text not in "—-/无":
                yield self._say(entry, field, text, "投资额里没有数字，请核对。", error=False)

    def _twice(self, entries: list[Entry]) -> Iterator[Problem]:
        codes: dict[str, int] = {}
        names: dict[tuple[str, ...], int] = {}
        for entry in entries:
            if entry.code and (first := codes.setdefault(entry.code, entry.row)) != entry.row:
                yield self._say(entry, "code", entry.code, f"编号与第 {self.grid.label(first)} 行重复，请改正。")
            key = ("".join(entry.title.split()), *entry.units.lead, entry.phrase)
            if entry.title and (first := names.setdefault(key, entry.row)) != entry.row:
                told = f"与第 {self.grid.label(first)} 行的名称、单位和时限都相同，可能重复。"
                yield self._say(entry, "title", entry.title[:40], told, error=False)

    def _numbers(self, entries: list[Entry]) -> Iterator[Problem]:
        """Numbers left out of a series are often finished items: worth a look, never an error."""
        before: int | None = None
        for entry in entries:
            if not entry.seq.isdigit() or not entry.seq.isascii():
                continue
            now = int(entry.seq)
            if before is not None and now > before + 1:
                left = "、".join(str(number) for number in range(before + 1, min(now, before + 6)))
                told = f"序号缺 {left}{'等' if now > before + 6 else ''}，请核对是否漏行。"
                yield self._say(entry, "seq", entry.seq, told, error=False)
            elif before is not None and now == before:
                yield self._say(entry, "seq", entry.seq, f"序号 {now} 重复。", error=False)
            before = now
