"""The watched facts of a record, in words and as they are stored: what the ledger keeps of a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Facts:
    """The watched facts of a record: by Chinese name as people read them, by column as they are stored."""

    words: dict[str, str]
    raw: dict[str, str | int]


def facts_of(record: Any) -> Facts:
    """The watched facts as they stand now."""
    words = {}
    for column, label in record.WATCHED.items():
        value = getattr(record, column)
        shown = record.READ_AS.get(column)
        words[label] = _word(value if shown is None or value is None else getattr(record, shown))
    return Facts(words, raw_of(record))


def raw_of(record: Any) -> dict[str, str | int]:
    """The watched facts as they are stored now."""
    return {column: _stored(getattr(record, column)) for column in record.WATCHED}


def told_of_task(record: Any) -> dict[str, str | int]:
    """The watched facts of the task behind a record (none for a task itself), each as “task.percent”."""
    task = getattr(record, "task", None)
    return {} if task is None else {f"{task.__tablename__}.{name}": value for name, value in raw_of(task).items()}


def changed(before: dict[str, str | int], after: dict[str, str | int]) -> dict[str, list[Any]]:
    """Which facts are other ones now: name → [old, new]."""
    return {name: [old, after[name]] for name, old in before.items() if after[name] != old}


def _stored(value: Any) -> str | int:
    """A value as the ledger may hold it; nothing is the empty text."""
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return int(value) if isinstance(value, (bool, int)) else str(value)


def _word(value: Any) -> str:
    return "" if value is None else str(getattr(value, "label", value))
