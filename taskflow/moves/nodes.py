"""The page that arranges the nodes of a task: one row each, read without JavaScript, judged row by row.

A row is four fields, `node-3-name`, `-start`, `-finish` and `-place` (its number in the order), and for a node that
exists `node-3-id`. Rows without anything typed do not count; one that is ticked “删去” goes; a node reported done
stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from taskflow import errors
from taskflow.moves.pages import MovePage
from taskflow.tasks.models import Node, Task
from taskflow.workflows.guards import MOST_NODES

Typed = MultiDict[str, str]

EMPTY = 3  # empty rows at the end
LONGEST = 40  # characters of a name
NEEDS_REASON = {"ask_nodes", "replan"}


@dataclass
class Row:
    """One row of the page."""

    number: int
    place: str = ""
    id: str = ""
    name: str = ""
    start: str = ""
    finish: str = ""
    done_on: date | None = None
    drop: bool = False
    wrong: str = ""
    #: Its fields that are wrong.
    fields: set[str] = field(default_factory=set)

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not (self.id or self.name or self.start or self.finish)


def rows_of(task: Task, typed: Typed) -> list[Row]:
    """The rows as typed, else as the nodes are; always some empty ones at the end."""
    found = _typed(task, typed) if typed else _as_they_are(task)
    empty = range(len(found) + 1, min(len(found) + EMPTY, MOST_NODES) + 1)
    return [*found, *(Row(number, str(number)) for number in empty)]


def _as_they_are(task: Task) -> list[Row]:
    return [
        Row(
            number, str(number), str(node.id), node.name, node.start_on.isoformat(), node.finish_on.isoformat(),
            node.done_on,
        )
        for number, node in enumerate(task.nodes, start=1)
    ]  # fmt: skip


def _typed(task: Task, typed: Typed) -> list[Row]:
    """The rows that say something, in the order that was typed."""
    ours = {str(node.id): node for node in task.nodes}
    found = []
    for number in range(1, MOST_NODES + EMPTY + 1):

        def said(name: str, number: int = number) -> str:
            return typed.get(f"node-{number}-{name}", "").strip()

        row = Row(number, said("place"), said("id"), said("name"), said("start"), said("finish"))
        row.drop = bool(said("drop"))
        if not row.blank:
            found.append(_fixed(row, ours.get(row.id)))
    found.sort(key=_order)
    for number, row in enumerate(found, start=1):
        row.number, row.place = number, str(number)
    return found


def _order(row: Row) -> int:
    """Where a row stands; one without a sensible number comes last."""
    sensible = row.place.isascii() and row.place.isdigit() and len(row.place) <= 3  # noqa: PLR2004
    return int(row.place) if sensible else MOST_NODES + EMPTY


def _fixed(row: Row, node: Node | None) -> Row:
    """A node that is done stays as it is, whatever was typed; one that is gone begins anew."""
    if node is None:
        row.id = ""
    elif node.done_on is not None:
        row.name, row.done_on, row.drop = node.name, node.done_on, False
        row.start, row.finish = node.start_on.isoformat(), node.finish_on.isoformat()
    return row


def _context(record: Task, typed: Typed, *, verb: str) -> dict[str, Any]:
    rows = rows_of(record, typed)
    if typed:
        judge(record, rows)
    return {"rows": rows, "reason": verb in NEEDS_REASON, "longest": LONGEST}


def _read(record: Task, typed: Typed, _files: MultiDict[str, FileStorage], *, verb: str) -> dict[str, Any]:
    """The argument `nodes`; all that is wrong at once, each sentence beside its row."""
    rows = [row for row in rows_of(record, typed) if not row.blank]
    kept = [row for row in rows if not row.drop]
    wrong = judge(record, kept)
    if not kept:
        wrong["nodes"] = "请至少填写一个节点。"
    if len(kept) > MOST_NODES:
        wrong["nodes"] = f"节点最多 {MOST_NODES} 个。"
    if verb in NEEDS_REASON and not typed.get("note", "").strip():
        wrong["note"] = "请写明理由。"
    if wrong:
        raise errors.BadInput(wrong)
    return {"nodes": [_argument(row) for row in kept]}


def _argument(row: Row) -> dict[str, str]:
    given = {"name": row.name, "start_on": row.start, "finish_on": row.finish}
    return given | ({"id": row.id} if row.id else {})


def judge(task: Task, rows: list[Row]) -> dict[str, str]:
    """What is wrong with each row: the row's field name → sentence, and in the row itself."""
    seen: set[str] = set()
    for row in rows:
        if row.drop or row.done_on or row.blank:
            continue
        row.wrong = _sentence(task, row)
        if row.id and row.id in seen:
            row.wrong = "这个节点出现了两次，请刷新页面后重新填写。"
        seen.add(row.id)
    return {f"node-{row.number}": row.wrong for row in rows if row.wrong}


def _sentence(task: Task, row: Row) -> str:
    """The first thing that is wrong with a row; empty: nothing."""
    start, finish = _day(row.start), _day(row.finish)
    bounds = f"{task.start_on} 至 {task.due_on}"
    if not row.name:
        return _marked(row, "请填写节点名称。", "name")
    if len(row.name) > LONGEST:
        return _marked(row, f"节点名称最多 {LONGEST} 字，现在 {len(row.name)} 字。", "name")
    if start is None or finish is None:
        missing = [name for name, day in (("start", start), ("finish", finish)) if day is None]
        return _marked(row, "请填写开始和完成日期。", *missing)
    if start > finish:
        return _marked(row, "开始日期不能晚于完成日期。", "start", "finish")
    if not task.start_on <= start or not finish <= task.due_on:
        days = (("start", start), ("finish", finish))
        outside = [name for name, day in days if not task.start_on <= day <= task.due_on]
        return _marked(row, f"日期要在任务起止日期（{bounds}）之内。", *outside)
    return ""


def _marked(row: Row, sentence: str, *fields: str) -> str:
    row.fields.update(fields)
    return sentence


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(verb: str) -> MovePage:
    context: Callable[..., dict[str, Any]] = partial(_context, verb=verb)
    return MovePage("tasks/nodes.html", context, partial(_read, verb=verb))


#: The pages of the moves that arrange nodes; the views of tasks register them.
OF_NODES = {("task", verb): _page(verb) for verb in ("plan_nodes", "ask_nodes", "replan")}
