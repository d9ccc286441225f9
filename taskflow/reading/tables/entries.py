"""The tasks that a table holds: rows put together, merged cells followed, headings and sums told apart from tasks."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from taskflow.reading.statements import phrases
from taskflow.reading.statements.phrases import Deadline
from taskflow.reading.tables import cells
from taskflow.reading.tables.cells import Units
from taskflow.reading.tables.grid import Grid, tidy
from taskflow.reading.tables.mapping import Column, Mapping

_SUM = re.compile(r"^(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|平均)(?:[（(：:\d].*)?$")
_FOOT = re.compile(
    r"^(?:注|备注|说明|填表说明|填报单位|填报人|填表人|制表|审核人|单位负责人|联系人|联系电话|统计时间)\s*[:：]"
)
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|第[一二三四五六七八九十]+[章部分类项]|【)"
)
_SECOND_LEVEL = re.compile(r"^[(（]")
_WORDS = re.compile(r"[\u3400-\u9fffA-Za-z]{2}")
#: Fields whose texts are kept as they stand, several columns one after the other.
TEXTS = (
    "content", "goal", "progress", "problem", "source", "measures", "stage", "score", "category", "note", "percent",
    "phone", "done_on", "investment_total", "investment_year",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A dated step of a task (节点): one of the rows that a task spans, or a quarter's column."""

    name: str
    start: dt.date | None
    due: dt.date | None
    done_on: dt.date | None
    phrase: str
    row: int


@dataclass(frozen=True)
class Skipped:
    """Rows that are no task, and why."""

    first: int
    last: int
    reason: str
    text: str


@dataclass
class Entry:
    """One task as the table tells it. Rows count from 0."""

    row: int
    last_row: int
    title: str
    seq: str = ""
    code: str = ""
    path: list[str] = field(default_factory=list)
    units: Units = field(default_factory=Units)
    leaders: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    phrase: str = ""
    deadline: Deadline = field(default_factory=lambda: Deadline(None, "none"))
    start_phrase: str = ""
    start: dt.date | None = None
    parts: list[Part] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass
class Rows:
    """A grid as entries and skipped rows, in order."""

    entries: list[Entry] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    #: Headings in force: (level, text).
    path: list[tuple[int, str]] = field(default_factory=list)

    def skip(self, row: int, reason: str, text: str = "") -> None:
        """One more row that is no task; empty ones in a run count once."""
        last = self.skipped[-1] if self.skipped else None
        if last and reason == last.reason == "empty" and last.last == row - 1:
            self.skipped[-1] = Skipped(last.first, row, reason, "")
        else:
            self.skipped.append(Skipped(row, row, reason, text))


class Reader:
    """Goes down a grid with a mapping."""

    def __init__(
        self, grid: Grid, mapping: Mapping, period_to: dt.date | None = None, *, first_leads: bool = False
    ) -> None:
        self.grid, self.mapping, self.period_to, self.first_leads = grid, mapping, period_to, first_leads
        self.columns = {column.field: column for column in reversed(mapping.columns)}
        self.title = self.columns.get("title")

    def read(self) -> Rows:
        """Every row below the header."""
        found = Rows()
        for row in range(self.mapping.first_row, len(self.grid.rows)):
            own = self.grid.own(row)
            if reason := self._no_task(row, own):
                found.skip(row, reason, " ".join(text for _, text in own))
            elif heading := self._heading(row, own):
                self._enter(found, heading)
                found.skip(row, "heading", heading)
            elif found.entries and self._goes_on(row, found.entries[-1]):
                self._add(found.entries[-1], row)
            else:
                found.entries.append(self._new(row, [text for _, text in found.path]))
        while found.skipped and found.skipped[-1].reason == "empty":
            found.skipped.pop()
        for entry in found.entries:
            self._stages(entry)
        return found

    def _stages(self, entry: Entry) -> None:
        """In a table of steps every task has some, and steps have names."""
        if "node" in self.columns and not entry.parts:
            entry.parts.append(self._part(entry.row))
        if entry.last_row > entry.row or "node" in self.columns:
            self._name(entry.parts)

    # What a row is

    def _no_task(self, row: int, own: list[tuple[int, str]]) -> str:
        """Why a row is no task and no heading: "empty", "sum", "note", "header"; "" when it may be one."""
        if not own and not self._inside(row):
            return "empty"
        first = own[0][1] if own else ""
        if _SUM.match(first) or (self.title and _SUM.match(self.grid.at(row, self.title.index))):
            return "sum"
        if _FOOT.match(first) and len(own) <= 2:  # noqa: PLR2004  # “填表人：… 审核人：…”
            return "note"
        words = {part for column in self.mapping.columns for part in column.header.split("／")}
        same = [text for _, text in own if text.replace("\n", "") in words]
        return "header" if len(same) >= 2 and len(same) * 2 >= len(own) else ""  # noqa: PLR2004

    def _inside(self, row: int) -> bool:
        """Whether an empty row belongs to a merged task above."""
        return bool(self.title) and self.grid.top(row, self.title.index) < row  # type: ignore[union-attr]

    def _heading(self, row: int, own: list[tuple[int, str]]) -> str:
        """The text of a row that is a heading over the rows below; "" when it is none."""
        if len(own) != 1:
            return ""
        column, text = own[0]
        if self.grid.spans(row):
            return text
        before_title = self.title is None or column <= self.title.index
        seq = self.columns.get("seq")
        in_seq = seq is not None and column == seq.index and not text.isdigit()
        merged = self.grid.ranges.get((row, column), (0, column, 0, column))
        wide = merged[3] > merged[1] and merged[0] == merged[2]
        return text if before_title and (in_seq or wide or bool(_NUMBERED.match(text))) else ""

    def _enter(self, found: Rows, heading: str) -> None:
        """Go on under a heading: “（一）…” stands below “一、…”."""
        level = 2 if _SECOND_LEVEL.match(heading) else 1
        found.path = [(other, text) for other, text in found.path if other < level] + [(level, heading)]

    def _goes_on(self, row: int, before: Entry) -> bool:
        """Whether a row is one more stage of the task before it."""
        if before.last_row != row - 1:
            return False
        title = self._text(row, self.title)
        seq, code = self._text(row, self.columns.get("seq")), self._text(row, self.columns.get("code"))
        if self.title and self.grid.top(row, self.title.index) < row:
            return not self._shared(row)
        if not title and not seq:
            return any(self._text(row, column) for column in self.mapping.columns if column.field != "ignore")
        named = "node" in self.columns and title == before.title
        return named and ((code == before.code != "") or (not code and seq in ("", before.seq)))

    # What a row says

    def _text(self, row: int, column: Column | None) -> str:
        """A cell's text; of merged cells what their first one says."""
        return self.grid.at(row, column.index) if column else ""

    def _new(self, row: int, path: list[str]) -> Entry:
        title, content = self._text(row, self.title), self._text(row, self.columns.get("content"))
        seq = self._text(row, self.columns.get("seq"))
        if content and content != title and self._shared(row):
            path, title = [*path, title], content
        made = Entry(row, row, title, seq, self._text(row, self.columns.get("code")), path)
        made.path = [*path, *(text for text in self._categories(row) if text != title)]
        self._facts(made, row)
        self._periods(made, row)
        return made

    def _categories(self, row: int) -> list[str]:
        """What stands left of the task's name and sorts it (一级指标、二级指标)."""
        before = [one for one in self.mapping.of("category") if self.title is None or one.index < self.title.index]
        return [text for column in before if (text := self._text(row, column))]

    def _shared(self, row: int) -> bool:
        """Whether one merged name stands beside several numbered rows: then it is their heading."""
        seq = self.columns.get("seq")
        over = self.grid.ranges.get((row, self.title.index)) if self.title else None
        if seq is None or over is None or over[2] == over[0]:
            return False
        numbers = [self._text(inside, seq) for inside in range(over[0], over[2] + 1)]
        return all(numbers) and len(set(numbers)) == len(numbers)

    def _facts(self, entry: Entry, row: int) -> None:
        for column in self.mapping.columns:
            raw = self.grid.raw(row, column.index).strip()
            if not raw:
                continue
            if column.field in ("lead", "supporting"):
                leads = column.field == "lead"
                entry.units.merge(cells.units(raw, leads=leads, first_leads=leads and self.first_leads))
            elif column.field in ("leader", "person"):
                names = entry.leaders if column.field == "leader" else entry.people
                names += [name for name in cells.people(raw) if name not in names]
            elif column.field in TEXTS:
                said = entry.texts.get(column.field, "")
                entry.texts[column.field] = said if tidy(raw) in said else f"{said}；{tidy(raw)}".strip("；")
        entry.phrase, entry.start_phrase = self._time(row, "due"), self._time(row, "start")
        entry.deadline = self._deadline(entry.phrase)
        entry.start = self._deadline(entry.start_phrase).begins or (
            entry.deadline.begins if entry.deadline.start else None
        )

    def _own(self, name: str) -> str:
        """The column that says when a step begins or is due: one of its own, or the task's."""
        return f"part_{name}" if f"part_{name}" in self.columns else name

    def _time(self, row: int, field_: str) -> str:
        return self._text(row, self.columns.get(field_)).replace("\n", "")

    def _deadline(self, phrase: str) -> Deadline:
        return phrases.deadline(phrase, self.mapping.year, self.period_to)

    def _add(self, entry: Entry, row: int) -> None:
        """One more stage of a task: the first row becomes a stage of it, too."""
        if not entry.parts:
            entry.parts.append(self._part(entry.row))
        entry.parts.append(self._part(row))
        entry.last_row = row
        title, held = entry.title, (entry.phrase, entry.deadline, entry.start, entry.start_phrase)
        self._facts(entry, row)
        entry.title = title
        self._last_of(entry, *held)

    def _last_of(self, entry: Entry, phrase: str, deadline: Deadline, start: dt.date | None, said: str) -> None:
        """A task is due with its last stage and begins with its first."""
        if deadline.date and not (entry.deadline.date and entry.deadline.date >= deadline.date):
            entry.phrase, entry.deadline = phrase, deadline
        if start and not (entry.start and entry.start <= start):
            entry.start, entry.start_phrase = start, said

    def _part(self, row: int) -> Part:
        start, phrase = (self._time(row, self._own(name)) for name in ("start", "due"))
        return Part(
            name="",
            start=self._deadline(start).begins,
            due=self._deadline(phrase).date,
            done_on=self._deadline(self._time(row, "done_on")).date,
            phrase=phrase,
            row=row,
        )

    def _name(self, parts: list[Part]) -> None:
        """Call the stages of a task by the column that tells them apart."""
        told = [column for name in ("node", "content", "goal") for column in self.mapping.of(name)]
        texts = [[self._text(part.row, column) for part in parts] for column in told]
        best = max(texts, key=lambda said: len(set(said) - {""}), default=[""] * len(parts))
        parts[:] = [replace(part, name=part.name or name) for part, name in zip(parts, best, strict=True)]

    def _periods(self, entry: Entry, row: int) -> None:
        """Quarters and months as columns: what stands in each is a step due at its end."""
        for column in self.mapping.of("period"):
            text = self._text(row, column)
            if _WORDS.search(text):
                head = column.header.split("／")[-1].removesuffix("目标").removesuffix("计划").removesuffix("任务")
                due = self._deadline(head)
                entry.parts.append(Part(text, due.begins, due.date, None, head, row))
        if entry.parts and not entry.phrase:
            last = max(
                (part for part in entry.parts if part.due), key=lambda part: part.due or dt.date.min, default=None
            )
            if last:
                entry.phrase, entry.deadline = last.phrase, self._deadline(last.phrase)
