"""Tasks: a measure or project taken up (立项), with owner, dates and nodes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from taskflow.db import Base, State, UtcDateTime, Word, one_of
from taskflow.org.models import Post, Unit
from taskflow.plans.models import Measure, Project


class Moved:
    """What every record with a workflow has. Only the engine sets these."""

    version: Mapped[int] = mapped_column(default=1)
    #: Grows with every entry into a state, so that a timer knows whether its state was left.
    epoch: Mapped[int] = mapped_column(default=1)
    #: The version of the table that the record follows.
    flow_version: Mapped[int] = mapped_column(default=1)

    #: Facts whose change the ledger keeps and a stale page is told about: column → Chinese name.
    WATCHED: ClassVar[dict[str, str]]

    @property
    def root(self) -> tuple[type[Any], int] | None:
        """The record whose lock and ledger chain this one uses (a task's, for all that has a task); None: its own."""
        task_id: int | None = getattr(self, "task_id", None)
        return None if task_id is None else (Task, task_id)


class TaskState(State):
    """States of a task (交办)."""

    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "待交办"
    ASSIGNED = "assigned", "待签收"
    REFUSED = "refused", "已退回"
    UNDERWAY = "underway", "办理中"
    PARKED = "parked", "挂账"
    CLAIMED = "claimed", "申请办结"
    VERIFIED = "verified", "待销号"
    CLOSED = "closed", "已销号"


class Task(Moved, Base):
    """One thing that one lead unit answers for."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("region_code", "code"),
        CheckConstraint("(measure_id IS NULL) <> (project_id IS NULL)", name="one_source"),
        CheckConstraint("due_on >= start_on", name="dates"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_when_closed"),
        CheckConstraint(one_of("state", TaskState), name="state"),
        Index(None, "region_code", "state", "due_on"),
        Index(None, "lead_unit_id", "state", "due_on"),
        Index(None, "leader_post_id", "state"),
        Index(None, "measure_id"),
        Index(None, "project_id"),
    )
    WATCHED: ClassVar[dict[str, str]] = {
        "state": "状态",
        "lead_name": "牵头单位",
        "due_on": "完成时限",
        "percent": "完成率",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    code: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    document_code: Mapped[str] = mapped_column(String(20))
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    leader_post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    state: Mapped[TaskState] = mapped_column(Word(TaskState))
    start_on: Mapped[date]
    due_on: Mapped[date]
    #: The first accepted deadline, kept for ever.
    baseline_due_on: Mapped[date]
    due_basis: Mapped[str] = mapped_column(String(12))
    #: The node template it was scheduled with, and what did not fit ("" when all did).
    template: Mapped[str] = mapped_column(String(20), default="")
    schedule_note: Mapped[str] = mapped_column(String(200), default="")
    percent: Mapped[int] = mapped_column(default=0)
    #: 形象进度, as last accepted.
    physical: Mapped[str] = mapped_column(Text, default="")
    progress_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Parked until this day (挂账).
    parked_until: Mapped[date | None]
    #: The last day of the newest period for which a report was asked.
    asked_through: Mapped[date | None]
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    measure: Mapped[Measure | None] = relationship()
    project: Mapped[Project | None] = relationship()
    lead_unit: Mapped[Unit] = relationship()
    leader_post: Mapped[Post] = relationship()
    nodes: Mapped[list[Node]] = relationship(back_populates="task", order_by="Node.place")
    supporting: Mapped[list[Unit]] = relationship(secondary="task_unit", order_by=Unit.place)

    unit_id = synonym("lead_unit_id")

    @property
    def lead_name(self) -> str:
        """The lead unit as people call it."""
        return self.lead_unit.short


class TaskUnit(Base):
    """A supporting unit (配合单位) of a task."""

    __tablename__ = "task_unit"
    __table_args__ = (Index(None, "unit_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class Node(Base):
    """A dated step of a task's backward schedule (节点)."""

    __tablename__ = "node"
    __table_args__ = (
        UniqueConstraint("task_id", "place"),
        CheckConstraint("finish_on >= start_on", name="dates"),
        Index(None, "finish_on", "done_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    start_on: Mapped[date]
    finish_on: Mapped[date]
    baseline_finish_on: Mapped[date]
    done_on: Mapped[date | None]
    because: Mapped[str] = mapped_column(String(200), default="")

    task: Mapped[Task] = relationship(back_populates="nodes")


class Extension(Base):
    """A request to move a deadline (延期), and its answer. Never deleted; the baseline stays."""

    __tablename__ = "extension"
    __table_args__ = (
        CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_at_when_decided"),
        Index(None, "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    #: Asked after the deadline had passed: the lateness stays.
    too_late: Mapped[bool] = mapped_column(default=False)
    granted: Mapped[bool | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    task: Mapped[Task] = relationship()
