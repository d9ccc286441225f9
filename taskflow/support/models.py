"""What supporting units (配合单位) say: agreed, added to, objected; and silence, kept as silence."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow.db import Base, State, UtcDateTime, Word, one_of
from taskflow.org.models import Unit
from taskflow.tasks.models import Moved, Task


class AnswerState(State):
    """States of a supporting unit's answer."""

    ASKED = "asked", "待答复"
    SILENT = "silent", "逾期未答复"
    GIVEN = "given", "已答复"
    RELEASED = "released", "不再配合"


class Verdict(State):
    """What one line of an answer says."""

    AGREE = "agree", "同意"
    ADD = "add", "补充"
    OBJECT = "object", "异议"


class Answer(Moved, Base):
    """What one supporting unit is asked about its part in one task, and its answer.

    `period` names the report whose part it is; empty: the assignment itself.
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("task_id", "unit_id", "period"),
        CheckConstraint(one_of("state", AnswerState), name="state"),
        CheckConstraint(f"verdict IS NULL OR {one_of('verdict', Verdict)}", name="verdict"),
        CheckConstraint("(state = 'given') <= (verdict IS NOT NULL)", name="verdict_when_given"),
        Index(None, "unit_id", "state"),
    )
    WATCHED: ClassVar[dict[str, str]] = {"state": "状态", "verdict": "意见"}

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    period: Mapped[str] = mapped_column(String(16), default="")
    state: Mapped[AnswerState] = mapped_column(Word(AnswerState))
    due_on: Mapped[date | None]
    verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    words: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship()
