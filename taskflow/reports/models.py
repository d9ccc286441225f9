"""Reports (进度报送) and evidence (佐证材料). One report per task and period serves every list."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow.db import Base, State, UtcDateTime, Word, one_of
from taskflow.org.models import Person, Unit
from taskflow.tasks.models import Moved, Task


class ReportState(State):
    """States of a report."""

    DUE = "due", "待填报"
    DRAFTED = "drafted", "待审签"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已通过"
    DISCARDED = "discarded", "已放弃"


#: A report that has not been handed in, for the first time or again.
NOT_IN = (ReportState.DUE, ReportState.DRAFTED, ReportState.RETURNED)


class ReportOrigin(State):
    """Who wanted a report."""

    RHYTHM = "rhythm", "定期报送"
    OFFICE = "office", "督查室要求"
    OWN = "own", "主动报送"


class Report(Moved, Base):
    """What a lead unit says about one task in one period."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("task_id", "period"),
        CheckConstraint(one_of("state", ReportState), name="state"),
        CheckConstraint(one_of("origin", ReportOrigin), name="origin"),
        CheckConstraint("(due_on IS NULL) = (origin = 'own')", name="due_on_unless_own"),
        CheckConstraint("reckoned IS NULL OR reckoned BETWEEN 0 AND 100", name="reckoned"),
        CheckConstraint(
            "(state IN ('submitted', 'accepted')) <= (submitted_at IS NOT NULL)", name="submitted_at_when_submitted"
        ),
        CheckConstraint("percent IS NULL OR percent BETWEEN 0 AND 100", name="percent"),
        Index(None, "unit_id", "state", "due_on"),
        Index(None, "region_code", "state", "due_on"),
    )
    WATCHED: ClassVar[dict[str, str]] = {"state": "状态", "percent": "完成率", "due_on": "报送截止"}

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    #: "2024-06", "2024-Q2", "2024-W28" …; a report that no rhythm asked for has its day ("2024-06-28").
    period: Mapped[str] = mapped_column(String(16))
    period_end: Mapped[date]
    origin: Mapped[ReportOrigin] = mapped_column(Word(ReportOrigin), default=ReportOrigin.RHYTHM)
    #: None: the unit's own initiative, which nobody waits for.
    due_on: Mapped[date | None]
    state: Mapped[ReportState] = mapped_column(Word(ReportState))
    #: 本期进展 / 形象进度
    progress: Mapped[str] = mapped_column(Text, default="")
    percent: Mapped[int | None]
    #: What the figures say (0–100); None: they say nothing. `percent` beside it is what the unit claims.
    reckoned: Mapped[int | None]
    #: Done, for work without a percentage (yes with evidence).
    fulfilled: Mapped[bool] = mapped_column(default=False)
    #: Why 100 % is claimed though a figure is below its target; whoever judges sees it first.
    shortfall: Mapped[str] = mapped_column(Text, default="")
    problems: Mapped[str] = mapped_column(Text, default="")
    next_steps: Mapped[str] = mapped_column(Text, default="")
    #: Target id (text) → figure reached (text), and ids of the nodes reported done → day.
    figures: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    nodes_done: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    #: The text is last period's, word for word.
    unchanged: Mapped[bool] = mapped_column(default=False)
    #: The day for which it speaks: its period's last, or the day on which it was written, if that is earlier.
    as_of: Mapped[date | None]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why the office sent it back, last time.
    return_reason: Mapped[str] = mapped_column(Text, default="")

    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship()
    drafted_by: Mapped[Person | None] = relationship()

    @property
    def called(self) -> str:
        """What people call it: “2024-06 期”, or its day and who wanted it."""
        if self.origin is not ReportOrigin.RHYTHM:
            return f"{self.period} {self.origin.label}"
        return f"{self.period} 期" if self.period[:1].isdigit() and not self.period.endswith("旬") else self.period


class Evidence(Base):
    """A file that proves something, on any record; kept by its SHA-256 outside the database."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "sha256"),
        Index(None, "task_id"),
        Index(None, "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: The record that it hangs on: a report, a paper of the ladder, a source, a task …
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    #: The task behind that record, where there is one: who sees the task sees the file.
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TargetValue(Base):
    """A figure that an accepted report gave for a target: of its period (累计) or at its end (时点)."""

    __tablename__ = "target_value"
    __table_args__ = (UniqueConstraint("target_id", "report_id"), Index(None, "report_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    period_end: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(20, 6))
