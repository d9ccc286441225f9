"""What requests say in words: as it was, as asked for, as granted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from taskflow import db
from taskflow.org.models import Unit
from taskflow.requests.models import Request, RequestKind, RequestState
from taskflow.tasks.models import Task

K = RequestKind
#: What is asked for: kind → (the fact's name, the argument that holds it).
FACTS = {
    K.EXTENSION: ("完成时限", "new_due_on"),
    K.PARKING: ("挂账至", "until"),
    K.OWNER: ("牵头单位", "unit"),
    K.MERGING: ("并入", "into"),
    K.NODES: ("节点", "nodes"),
    K.CANCELLATION: ("终止", ""),
}


@dataclass(frozen=True)
class Told:
    """One request in words. A fact of several lines (nodes) has them in `steps`."""

    fact: str
    old: str
    wanted: str
    #: What the leader fixed instead; empty: as it was asked for, or not granted.
    fixed: str = ""
    #: Days more, for an extension.
    more: int = 0
    steps: Sequence[str] = ()


def told(found: Sequence[Request]) -> dict[int, Told]:
    """Requests in words, by id; two queries, however many there are."""
    units = _named(found, K.OWNER, "unit", lambda keys: select(Unit.id, Unit.short).where(Unit.id.in_(map(int, keys))))
    tasks = _named(found, K.MERGING, "into", lambda keys: select(Task.code, Task.title).where(Task.code.in_(keys)))
    return {one.id: _told(one, units, tasks) for one in found}


def _named(found: Sequence[Request], kind: RequestKind, name: str, asked: Any) -> dict[str, str]:
    keys = {str(one.wanted.get(name) or "") for one in found if one.kind is kind} - {""}
    return {str(key): word for key, word in db.session.execute(asked(sorted(keys)))} if keys else {}


def _told(one: Request, units: dict[str, str], tasks: dict[str, str]) -> Told:
    fact, name = FACTS[one.kind]
    value = one.wanted.get(name)
    if one.kind is K.EXTENSION:
        old, new = _due(one), one.day("wanted")
        return Told(fact, _chinese(old), _chinese(new), _fixed(one), (new - old).days if old and new else 0)
    if one.kind is K.PARKING:
        return Told(fact, "不挂账", _chinese(one.day("wanted")), _fixed(one))
    if one.kind is K.OWNER:
        return Told(fact, one.unit.short, units.get(str(value), "—"))
    if one.kind is K.MERGING:
        code = str(value or "—")
        return Told(fact, "单独办理", f"{code} {tasks.get(code, '')}".strip())
    if one.kind is K.NODES:
        return Told(fact, "现有节点", f"{len(value or [])} 个节点", steps=[_step(row) for row in value or []])
    return Told(fact, "继续办理", "终止")


def _due(one: Request) -> date | None:
    """The deadline as it was when it was asked to be moved."""
    text = one.old.get("due_on")
    return date.fromisoformat(text) if text else None


def _fixed(one: Request) -> str:
    """The date that the leader fixed instead of the one asked for."""
    day = one.day("granted") if one.state is RequestState.GRANTED else None
    return _chinese(day) if day and day != one.day("wanted") else ""


def _step(row: Any) -> str:
    if isinstance(row, str):
        return row
    return f"{row.get('name', '')}：{row.get('start_on', '')} 至 {row.get('finish_on', '')}"


def _chinese(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"
