"""Documents asked for (PDF): what was asked, how far the build is, and the file's digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from taskflow.db import Base, State, UtcDateTime, Word, one_of


class BuildState(State):
    """Where a build is."""

    ASKED = "asked", "排队中"
    BUILDING = "building", "生成中"
    DONE = "done", "已生成"
    FAILED = "failed", "失败"


class SheetBuild(Base):
    """One PDF that somebody asked for. The data set is frozen when it is asked."""

    __tablename__ = "sheet_build"
    __table_args__ = (
        CheckConstraint(one_of("state", BuildState), name="state"),
        Index(None, "state", "lease_until"),
        Index(None, "asked_by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: The name in the sheets' catalogue, and the title shown in lists.
    sheet: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Plain values only: what the paper says is what the data said when it was asked for.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[BuildState] = mapped_column(Word(BuildState), default=BuildState.ASKED)
    #: 0–100, and what is being done.
    percent: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(60), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    #: Real time until which a worker has it; a worker that died loses it then.
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
    #: SHA-256 of the PDF, also its file's name; None until done.
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    pages: Mapped[int | None]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
