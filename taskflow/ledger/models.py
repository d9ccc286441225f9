"""The ledger (台账): append-only entries in chains, and the commands already carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from taskflow.db import Base, UtcDateTime


class LedgerHead(Base):
    """The newest entry of a chain; its lock orders the chain."""

    __tablename__ = "ledger_head"

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class LedgerEntry(Base):
    """One thing that happened. The database refuses UPDATE, DELETE and TRUNCATE here."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        UniqueConstraint("command_id"),
        Index(None, "subject_kind", "subject_id"),
        Index(None, "region_code", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: "task:17", "review:3", "admin:141122"
    chain: Mapped[str] = mapped_column(String(40))
    #: Gap-free in the chain, from 1. Order is by this, never by time.
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    command_id: Mapped[str] = mapped_column(String(120))
    #: None: the clock.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    #: The person for whose post somebody else acted that day (代理).
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    verb: Mapped[str] = mapped_column(String(24))
    before: Mapped[str] = mapped_column(String(24), default="")
    after: Mapped[str] = mapped_column(String(24), default="")
    #: The record's version after this entry, and the version of its table.
    version: Mapped[int]
    flow_version: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    #: What was given with the command, and watched facts that changed: name → [old, new].
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    #: The same facts as they are stored: column → [old, new], so that a record can be rebuilt from its chain.
    #: None: nothing changed (and in entries from before there was such a column).
    raw: Mapped[dict[str, list[Any]] | None] = mapped_column(JSON(none_as_null=True))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class CommandDone(Base):
    """A command that was carried out, so that the same one again is answered and not repeated."""

    __tablename__ = "command"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    #: SHA-256 of the request: the same id with another request is refused.
    digest: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
