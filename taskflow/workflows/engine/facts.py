"""The watched facts of a record: what of them a move changed, in words and as they are stored.

Before a move only the values are noted; words, for which names must be read, are made of those that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect

from taskflow import db

Values = dict[str, Any]


@dataclass(frozen=True)
class Changed:
    """What became of the facts: Chinese name → [old, new] as people read them, column → [old, new] as stored."""

    words: dict[str, list[str]]
    raw: dict[str, list[str | int]]


def values_of(record: Any) -> Values:
    """The watched facts as they stand now, by column."""
    return {column: getattr(record, column) for column in record.WATCHED}


def of_task(record: Any) -> Values:
    """The watched facts of the task behind a record; none for a task itself."""
    task = getattr(record, "task", None)
    return {} if task is None else values_of(task)


def changed(record: Any, before: Values) -> Changed:
    """Which facts are other ones now."""
    words, raw = {}, {}
    for column, old in before.items():
        new = getattr(record, column)
        if new != old:
            words[record.WATCHED[column]] = [_word(record, column, old), _word(record, column, new)]
            raw[column] = [stored(old), stored(new)]
    return Changed(words, raw)


def behind(record: Any, before: Values) -> dict[str, list[str | int]]:
    """What was changed of the task behind a record, as “task.percent” → [old, new]."""
    if not before:
        return {}
    task = record.task
    return {f"{task.__tablename__}.{name}": pair for name, pair in changed(task, before).raw.items()}


def begun(record: Any) -> dict[str, list[str | int]]:
    """Every fact that a new record has."""
    return {name: ["", stored(value)] for name, value in values_of(record).items() if value not in (None, "")}


def raw_of(record: Any) -> dict[str, str | int]:
    """The watched facts as they are stored now."""
    return {column: stored(value) for column, value in values_of(record).items()}


def stored(value: Any) -> str | int:
    """A value as the ledger may hold it; nothing is the empty text."""
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return int(value) if isinstance(value, (bool, int)) else str(value)


def _word(record: Any, column: str, value: Any) -> str:
    """A value as people read it: an id by the name of what it points at, a state by its label."""
    if value is None:
        return ""
    if column in record.READ_AS:
        relation, _, name = record.READ_AS[column].partition(".")
        pointed = db.session.get(inspect(type(record)).relationships[relation].mapper.class_, value)
        return str(getattr(pointed, name, value))
    return str(getattr(value, "label", value))
