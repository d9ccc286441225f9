"""Quarterly reviews (季度评审): a unit's quarter, judged by itself, by the office, signed by its leader."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow.db import Base, State, UtcDateTime, Word, one_of
from taskflow.org.models import Post, Unit
from taskflow.tasks.models import Moved, Task


class ReviewState(State):
    """States of a review."""

    OPEN = "open", "待自评"
    SELF_ASSESSED = "self_assessed", "待初评"
    ASSESSED = "assessed", "待签批"
    OBJECTED = "objected", "申辩中"
    SIGNED = "signed", "已签批"


class Grade(State):
    """How a quarter went."""

    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "良好"
    FAIR = "fair", "合格"
    POOR = "poor", "不合格"


class Review(Moved, Base):
    """One unit's quarter."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("unit_id", "quarter"),
        CheckConstraint(one_of("state", ReviewState), name="state"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_at_when_signed"),
        Index(None, "leader_post_id", "state"),
        Index(None, "region_code", "state"),
    )
    WATCHED: ClassVar[dict[str, str]] = {"state": "状态", "self_grade": "自评", "office_grade": "初评"}

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    leader_post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    #: "2024-Q2", and its last day.
    quarter: Mapped[str] = mapped_column(String(8))
    quarter_end: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[ReviewState] = mapped_column(Word(ReviewState))
    self_grade: Mapped[Grade | None] = mapped_column(Word(Grade))
    self_note: Mapped[str] = mapped_column(Text, default="")
    office_grade: Mapped[Grade | None] = mapped_column(Word(Grade))
    office_note: Mapped[str] = mapped_column(Text, default="")
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()
    leader_post: Mapped[Post] = relationship()
    lines: Mapped[list[ReviewLine]] = relationship(back_populates="review", order_by="ReviewLine.id")


class ReviewLine(Base):
    """How one task stood at the end of the quarter; frozen when the quarter is opened for review."""

    __tablename__ = "review_line"
    __table_args__ = (UniqueConstraint("review_id", "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    state: Mapped[str] = mapped_column(String(24))
    percent: Mapped[int]
    scheduled: Mapped[int]
    light: Mapped[str] = mapped_column(String(10))
    reports_missed: Mapped[int] = mapped_column(default=0)

    review: Mapped[Review] = relationship(back_populates="lines")
    task: Mapped[Task] = relationship()
