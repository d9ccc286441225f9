"""The ledger as lines of JSON, in constant memory: what `verify` reads, and what an auditor takes away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from taskflow import db
from taskflow.ledger import seal, writer
from taskflow.ledger.models import LedgerEntry, LedgerHead

AT_ONCE = 1000

_COLUMNS = [LedgerEntry.__table__.c[name] for name in ("id", *writer.SEALED, "at", "hash")]


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


def loose_heads(region_code: str | None = None) -> list[str]:
    """Chains whose head names another entry than their newest one: a tail was cut since the last checkpoint."""
    newest = select(LedgerEntry.chain, func.max(LedgerEntry.seq).label("seq"), LedgerEntry.region_code)
    found = newest.group_by(LedgerEntry.chain, LedgerEntry.region_code).subquery()
    torn = (
        select(LedgerHead.chain, LedgerHead.seq, func.coalesce(found.c.seq, 0))
        .outerjoin(found, found.c.chain == LedgerHead.chain)
        .where(LedgerHead.seq != func.coalesce(found.c.seq, 0))
    )
    if region_code is not None:
        torn = torn.where((found.c.region_code == region_code) | found.c.region_code.is_(None))
    return [f"链 {chain} 应有 {seq} 条，只剩 {left} 条：末尾被删。" for chain, seq, left in db.session.execute(torn)]
