"""A task as it was on any day, and as its chain rebuilds it: facts folded from the entries' stored values.

Entries of the task itself keep its columns by name; those of its reports, requests and papers keep what they
changed of it as “task.percent”. Entries from before there were stored values say nothing, so a day before the
first one that has them cannot be shown whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import inspect, select

from taskflow import clock, db
from taskflow.db import Word
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Post, Unit
from taskflow.tasks.models import Task
from taskflow.workflows.engine.facts import raw_of

BEHIND = "task."


@dataclass(frozen=True)
class Fact:
    """One watched fact: its Chinese name, what it was and what it is, in words."""

    label: str
    then: str
    now: str

    @property
    def same(self) -> bool:
        """Whether nothing has changed since."""
        return self.then == self.now


@dataclass(frozen=True)
class AsOf:
    """A task on a day. `whole`: every fact is known; `entries`: how many told it."""

    day: date
    facts: list[Fact]
    entries: int
    whole: bool


def of_task(task: Task, day: date) -> AsOf:
    """A task at the end of a day, beside what it is now."""
    told = select(LedgerEntry).where(LedgerEntry.chain == f"task:{task.id}", LedgerEntry.at < clock.end_of(day))
    entries = db.rows(told.order_by(LedgerEntry.seq))
    then, now = folded(entries), raw_of(task)
    begun = any(entry.verb == "begin" and entry.subject_kind == "task" and entry.raw for entry in entries)
    names = _names(then, now)
    facts = [
        Fact(label, names(column, then[column]) if column in then else "", names(column, now[column]))
        for column, label in Task.WATCHED.items()
    ]
    return AsOf(day, facts, len(entries), begun)


def folded(entries: Any) -> dict[str, str | int]:
    """The newest stored value of each of the task's columns, after these entries of its chain."""
    found: dict[str, str | int] = {}
    for entry in entries:
        for name, (_old, new) in (entry.raw or {}).items():
            if entry.subject_kind == "task":
                found[name] = new
            elif name.startswith(BEHIND):
                found[name.removeprefix(BEHIND)] = new
    return found


def differences(task: Task) -> dict[str, tuple[str | int, str | int]]:
    """Facts that the record shows otherwise than its chain tells: column → (told, shown). Empty: it is as told."""
    chain = select(LedgerEntry).where(LedgerEntry.chain == f"task:{task.id}").order_by(LedgerEntry.seq)
    told, shown = folded(db.rows(chain)), raw_of(task)
    return {name: (told[name], shown[name]) for name in told if told[name] != shown[name]}


def _names(*facts: dict[str, str | int]) -> Any:
    """How stored values read: ids by the names of what they point at, words by their labels."""
    units = {one.get("lead_unit_id") for one in facts} - {None, ""}
    posts = {one.get("leader_post_id") for one in facts} - {None, ""}
    tasks = {one.get("merged_into_id") for one in facts} - {None, ""}
    known: dict[str, dict[Any, str]] = {
        "lead_unit_id": dict(_pairs(Unit.id, Unit.short, units)),
        "leader_post_id": dict(_pairs(Post.id, Post.title, posts)),
        "merged_into_id": dict(_pairs(Task.id, Task.code, tasks)),
    }
    columns = inspect(Task).columns

    def name(column: str, value: str | int) -> str:
        if value == "":
            return ""
        if column in known:
            return str(known[column].get(value, value))
        kind = columns[column].type
        return str(getattr(kind.words(str(value)), "label", value)) if isinstance(kind, Word) else str(value)

    return name


def _pairs(key: Any, word: Any, ids: set[Any]) -> list[tuple[int, str]]:
    return [(row[0], row[1]) for row in db.session.execute(select(key, word).where(key.in_(ids)))] if ids else []
