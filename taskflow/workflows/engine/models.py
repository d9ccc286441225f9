"""Timers: moves that the clock has promised."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from taskflow.db import Base, UtcDateTime, Word, one_of


class TimerState(StrEnum):
    """Where a timer is."""

    ARMED = "armed"
    FIRED = "fired"
    SUPERSEDED = "superseded"  # its state was left before it fired
    DEAD = "dead"  # gave up after several errors: an administrator retries or dismisses
    CANCELLED = "cancelled"  # dismissed by an administrator, with a reason


class Timer(Base):
    """A moment at which the clock makes a move.

    Its identity is the moment, not the state entry: what has fired once for one moment does not fire
    again, however often the state is re-entered.
    """

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "rule", "ordinal", "due_at"),
        CheckConstraint(one_of("state", TimerState), name="state"),
        Index(None, "state", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    rule: Mapped[str] = mapped_column(String(24))
    #: The day from which the numbers hold that gave `due_at`.
    rule_version: Mapped[str] = mapped_column(String(10))
    ordinal: Mapped[int] = mapped_column(default=0)
    verb: Mapped[str] = mapped_column(String(24))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: `due_at`, or later after an error.
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    epoch: Mapped[int]
    #: How the moment was computed, for people.
    because: Mapped[str] = mapped_column(Text)
    state: Mapped[TimerState] = mapped_column(Word(TimerState), default=TimerState.ARMED)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    #: When it fired, was superseded or cancelled.
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
