"""The ledger as lines of JSON, in constant memory: what `verify` reads, and what an auditor takes away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from taskflow import db
from taskflow.ledger import book, seal
from taskflow.ledger.models import LedgerEntry

AT_ONCE = 1000

_COLUMNS = [LedgerEntry.__table__.c[name] for name in ("id", *book.SEALED, "at", "hash")]


def entries(region_code: str | None = None) -> Iterator[dict[str, Any]]:
    """Every entry, chain by chain in order: the sealed columns (those that hold something), id and hash.

    The time is UTC text, exactly as it was sealed. One statement, so one moment of the database.
    """
    wanted = select(*_COLUMNS).order_by(LedgerEntry.chain, LedgerEntry.seq)
    if region_code is not None:
        wanted = wanted.where(LedgerEntry.region_code == region_code)
    for row in db.session.execute(wanted, execution_options={"yield_per": AT_ONCE}).mappings():
        told = {name: value for name, value in row.items() if value is not None}
        yield told | {"at": seal.moment(row["at"])}


def lines(region_code: str | None = None) -> Iterator[str]:
    """The same, each entry as one line of JSON."""
    for entry in entries(region_code):
        yield json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n"
