"""Writing the ledger: the only place that appends. Called by the engine, inside its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from taskflow import db
from taskflow.ledger import seal
from taskflow.ledger.models import LedgerEntry, LedgerHead
from taskflow.workflows.engine import batch

ENTRIES: Any = LedgerEntry.__table__
HEADS: Any = LedgerHead.__table__
_APPEND = insert(ENTRIES).returning(ENTRIES.c.id)
_APPEND_ALL = insert(ENTRIES).returning(ENTRIES.c.id, sort_by_parameter_order=True)
_NEWEST = select(func.coalesce(func.max(ENTRIES.c.id), 0))
_HEAD = select(HEADS.c.seq, HEADS.c.hash).where(HEADS.c.chain == bindparam("of")).with_for_update()
_MOVE = update(HEADS).where(HEADS.c.chain == bindparam("of"))

MANY = 2  # chains that are worth a statement of their own

#: Columns that an entry may leave out.
_NOBODY: dict[str, Any] = dict.fromkeys(("actor_id", "post_id", "on_behalf_of_id", "raw"))

#: The columns under the seal, in the words of the dump.
SEALED = (
    "region_code", "chain", "seq", "command_id", "actor_id", "post_id", "on_behalf_of_id", "subject_kind",
    "subject_id", "verb", "before", "after", "version", "flow_version", "note", "facts", "changes", "raw", "prev_hash",
)  # fmt: skip


def as_sealed(values: dict[str, Any]) -> dict[str, Any]:
    """The part of an entry that its seal covers: every column but `id` and `hash`; absent ones left out."""
    covered = {name: values[name] for name in SEALED if values.get(name) is not None}
    return {**covered, "at": seal.moment(values["at"])}


def append(at: datetime, chain: str, values: dict[str, Any]) -> int:
    """Write one entry at the end of its chain; the id of the entry (inside `batch.collecting` its place there).

    `values` has the columns of `LedgerEntry` but for chain, seq, at and the hashes.
    """
    collected = batch.current()
    seq, prev = (collected.heads.get(chain) if collected else None) or _head(chain)
    entry = {**values, "chain": chain, "seq": seq + 1, "at": at, "prev_hash": prev}
    entry["facts"] = seal.plain(values.get("facts") or {})
    entry["changes"] = seal.plain(values.get("changes") or {})
    entry["raw"] = seal.plain(values["raw"]) if values.get("raw") else None
    entry["hash"] = seal.seal(as_sealed(entry))
    if collected is not None:
        collected.heads[chain] = (seq + 1, entry["hash"])
        collected.moved.add(chain)
        collected.entries.append(entry)
        collected.write_entries = _append_all
        return len(collected.entries) - 1
    found = db.run(_APPEND, entry).scalar_one()
    db.run(_MOVE, {"of": chain, "seq": seq + 1, "hash": entry["hash"]})
    return int(found)


def open_chains(chains: Sequence[str]) -> None:
    """Begin many chains in one statement while a batch collects; those that exist are asked for when written."""
    collected = batch.current()
    if collected is None or len(chains) < MANY:
        return
    fresh = [{"chain": chain, "seq": 0, "hash": seal.GENESIS} for chain in dict.fromkeys(chains)]
    start = db.upsert(HEADS).on_conflict_do_nothing().returning(HEADS.c.chain)
    collected.heads |= {row.chain: (0, seal.GENESIS) for row in db.run(start, fresh)}


def _append_all(collected: batch.Batch) -> list[int]:
    """Write the entries that wait, in order; their ids."""
    rows = [{**_NOBODY, **entry} for entry in collected.entries]
    if db.dialect() == "sqlite":  # it gives ids back row by row only; this transaction is the only one that writes
        last = int(db.run(_NEWEST).scalar_one())
        ids = list(range(last + 1, last + 1 + len(rows)))
        db.run(insert(ENTRIES), [{**row, "id": key} for row, key in zip(rows, ids, strict=True)])
    else:
        ids = [int(row.id) for row in db.run(_APPEND_ALL, rows)]
    moved = {entry["chain"]: entry for entry in collected.entries}
    db.run(_MOVE, [{"of": chain, "seq": last["seq"], "hash": last["hash"]} for chain, last in moved.items()])
    return ids


def _head(chain: str) -> tuple[int, str]:
    """The newest seq and hash of a chain, locked; a new chain starts at 0."""
    if found := db.run(_HEAD, {"of": chain}).first():
        return int(found.seq), str(found.hash)
    start = db.upsert(LedgerHead.__table__).values(chain=chain, seq=0, hash=seal.GENESIS)  # type: ignore[arg-type]
    if db.run(start.on_conflict_do_nothing().returning(HEADS.c.seq)).first():
        return 0, seal.GENESIS
    found = db.run(_HEAD, {"of": chain}).one()  # somebody else began the chain at the same moment
    return int(found.seq), str(found.hash)
