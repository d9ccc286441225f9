"""Many moves in one transaction: rows that no move reads meanwhile go to the database together.

A single move writes at once. Inside `collecting()` – taking up a whole plan, the demo's story – the ledger
entries, timers, notices and guarded updates of different records wait until a record moves again, until
`flush()` or the end, and are then sent statement by statement instead of row by row. What is written is
the same, entry by entry. Whoever reads timers, ledger or notices inside `collecting()` flushes first, and so
does whoever opens a savepoint that may be rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from taskflow import db

KEY = "taskflow_batch"

#: When it is sent, the statement, and the row's columns: rows that agree in all three are sent together.
Group = tuple["Phase", Any, tuple[str, ...]]


class Phase(IntEnum):
    """The order in which rows are sent, whoever wrote first: what takes away goes before what gives anew."""

    RECORD = 1
    DISARM = 2
    ARM = 3


@dataclass
class Batch:
    """What waits to be written."""

    groups: dict[Group, list[dict[str, Any]]] = field(default_factory=dict)
    #: Ledger entries, and the newest seq and seal of their chains.
    entries: list[dict[str, Any]] = field(default_factory=list)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: Writes the entries, and says under which id each of them stands now.
    write_entries: Callable[[Batch], list[int]] | None = None
    #: Chains that have moved since the last time.
    moved: set[str] = field(default_factory=set)
    #: Who holds which posts, by question and answered once: nobody takes up or leaves a post meanwhile.
    held: dict[Any, Any] = field(default_factory=dict)
    #: Records taken for this transaction; what stands here is what stands in the database, once it is flushed.
    locked: dict[tuple[type[Any], Any], Any] = field(default_factory=dict)
    #: Rows that name an entry, by their statement; `entry_id` is the entry's place until it has an id.
    about: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    def flush(self) -> None:
        """Write all that waits."""
        groups, self.groups = self.groups, {}
        for group in sorted(groups, key=lambda group: group[0]):
            db.run(group[1], groups[group])
        if self.entries and self.write_entries is not None:
            ids = self.write_entries(self)
            for statement, rows in self.about.items():
                db.run(statement, [{**row, "entry_id": ids[row["entry_id"]]} for row in rows])
        self.entries, self.about, self.moved = [], {}, set()


def current() -> Batch | None:
    """What waits in this session; None: every row is written at once."""
    found: Batch | None = db.session().info.get(KEY)
    return found


@contextmanager
def collecting() -> Iterator[None]:
    """Collect the rows of many moves; on an error what waits is dropped with the transaction."""
    batch = db.session().info[KEY] = Batch()
    try:
        yield
        batch.flush()
    finally:
        db.session().info.pop(KEY, None)


@contextmanager
def joining() -> Iterator[None]:
    """Collect as `collecting` does, or go on in the batch that is open."""
    if current() is not None:
        yield
        return
    with collecting():
        yield


def flush() -> None:
    """Write what waits, before somebody reads it."""
    if batch := current():
        batch.flush()


def flush_if_moved(chain: str) -> None:
    """Called before a record is read again: its former move must stand in the database."""
    if (batch := current()) and chain in batch.moved:
        batch.flush()


def execute(turn: Phase, statement: Any, rows: list[dict[str, Any]]) -> None:
    """Send rows to a prepared statement whose result nobody needs, now or together with others."""
    batch = current()
    if batch is None:
        db.run(statement, rows)
        return
    for row in rows:
        batch.groups.setdefault((turn, statement, tuple(row)), []).append(row)
