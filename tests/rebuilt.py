"""Records rebuilt from their ledger chains alone: the raw facts of the entries, folded, are the watched columns."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from taskflow import db
from taskflow.ledger.models import LedgerEntry
from taskflow.workflows.engine.facts import raw_of


def folded(entries: Iterable[LedgerEntry]) -> dict[tuple[str, int], dict[str, Any]]:
    """(kind, id) → column → value, from entries in the order of their chains; each follows from the one before."""
    facts: dict[tuple[str, int], dict[str, Any]] = {}
    for entry in entries:
        for name, (old, new) in (entry.raw or {}).items():
            of_task, _, column = name.rpartition(".")
            key = ("task", int(entry.chain.partition(":")[2])) if of_task else (entry.subject_kind, entry.subject_id)
            mine = facts.setdefault(key, {})
            assert mine.get(column, "") == old, (entry.chain, entry.seq, name)
            mine[column] = new
        mine = facts.setdefault((entry.subject_kind, entry.subject_id), {})
        if "state" in mine:
            assert mine["state"] == entry.after, (entry.chain, entry.seq)
    return facts


def differences(entries: Iterable[LedgerEntry], kinds: Iterable[type[Any]]) -> list[str]:
    """Every watched column of every record of these kinds that is not what its chain tells."""
    facts, found = folded(entries), []
    for kind in kinds:
        for record in db.rows(select(kind).execution_options(populate_existing=True)):
            told = facts.get((kind.__tablename__, record.id), {})
            for column, value in raw_of(record).items():
                if told.get(column, "") != value:
                    found.append(f"{kind.__tablename__} {record.id} {column}: {value!r}, told {told.get(column)!r}")
    return found
