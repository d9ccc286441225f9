"""Escalations (督办): one step of a ladder against one record with a deadline; and the papers' numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow.db import Base, State, UtcDateTime, Word, one_of
from taskflow.org.models import Post, Unit
from taskflow.tasks.models import Moved, Task


class EscalationState(State):
    """States of a step."""

    PROPOSED = "proposed", "待签发"
    ISSUED = "issued", "待答复"
    ANSWERED = "answered", "待审核"
    CLEARED = "cleared", "已解除"
    CLIMBED = "climbed", "已升级"
    WITHDRAWN = "withdrawn", "已撤销"


#: States in which somebody still waits for something.
LIVE = (EscalationState.PROPOSED, EscalationState.ISSUED, EscalationState.ANSWERED)


class Escalation(Moved, Base):
    """One paper of the ladder: a reminder, an urging, an order, a bulletin …"""

    __tablename__ = "escalation"
    __table_args__ = (
        CheckConstraint(one_of("state", EscalationState), name="state"),
        UniqueConstraint("subject_kind", "subject_id", "because_key", "step"),
        Index(
            "uq_escalation_number",
            "region_code",
            "paper",
            "number",
            unique=True,
            sqlite_where=text("number <> ''"),
            postgresql_where=text("number <> ''"),
        ),
        Index(None, "region_code", "state"),
        Index(None, "task_id", "state"),
        Index(None, "subject_kind", "subject_id", "state"),
    )
    WATCHED: ClassVar[dict[str, str]] = {"state": "状态", "answer_by": "答复时限"}

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: What is escalated: any record of a task that has a deadline (the task itself, a report, a turn, a request …).
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    #: The task behind it.
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    #: The ladder by its name in the rule set; the step's number on it (1 is the lowest), its name and paper.
    ladder: Mapped[str] = mapped_column(String(20), default="default")
    step: Mapped[int]
    name: Mapped[str] = mapped_column(String(20))
    paper: Mapped[str] = mapped_column(String(20))
    #: The post that must sign it; None: it goes out by itself.
    signer_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    #: What is late ("report_missing" …), why, and what it hangs on, so that one fact escalates once.
    reason: Mapped[str] = mapped_column(String(30))
    because: Mapped[str] = mapped_column(Text)
    because_key: Mapped[str] = mapped_column(String(60))
    demand: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[EscalationState] = mapped_column(Word(EscalationState))
    days: Mapped[int]
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_by: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    #: 年号与流水号 of a numbered paper, e.g. "2024-7"; empty for reminders.
    number: Mapped[str] = mapped_column(String(20), default="")

    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship()
    signer_post: Mapped[Post | None] = relationship()


class NumberSeries(Base):
    """The last number given in a series of papers (交政督〔2024〕7号): one row locked, no number twice, no gap."""

    __tablename__ = "number_series"

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    paper: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
