"""Tables that somebody uploads: what their columns were taken for, saved by name, and the files not yet decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from taskflow.db import Base, UtcDateTime


class TableMapping(Base):
    """What the columns of one office's table mean, saved by name for the files to come."""

    __tablename__ = "table_mapping"
    __table_args__ = (UniqueConstraint("region_code", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    name: Mapped[str] = mapped_column(String(40))
    #: The layout it was saved from (任务分解表, 督查台账 …).
    layout: Mapped[str] = mapped_column(String(20))
    #: The header words in their order, by which a later file finds its columns again.
    header_words: Mapped[list[str]] = mapped_column(JSON)
    #: What each of those columns means.
    columns: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class TableUpload(Base):
    """An uploaded table until it is imported or put aside; the file lies in the data folder under its digest."""

    __tablename__ = "table_upload"
    __table_args__ = (
        UniqueConstraint("region_code", "sha256"),
        CheckConstraint("intake_id IS NULL OR decided_at IS NOT NULL", name="decided_when_imported"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    #: How the file's name ended: ".xlsx" or ".csv".
    suffix: Mapped[str] = mapped_column(String(8))
    #: The mapping as a person has set it; None: as the reader takes it.
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: Grows with every change of the mapping, so that a stale page is told.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: Imported or put aside; the file is gone from here on.
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The intake that was made of it (no foreign key: intakes stand above tables).
    intake_id: Mapped[int | None]
