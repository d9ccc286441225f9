"""Requests (申请): what a unit asks for a task and others grant, all in one flow: unit, office, leader."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow.db import Base, State, UtcDateTime, Word, one_of
from taskflow.org.models import Post, Unit
from taskflow.tasks.models import Moved, Task


class RequestKind(State):
    """What is asked for. Granting one makes the move of the task that its row in the flow names."""

    EXTENSION = "extension", "延期"
    PARKING = "parking", "挂账"
    CANCELLATION = "cancellation", "终止"
    MERGING = "merging", "并入"
    OWNER = "owner", "调整牵头单位"
    NODES = "nodes", "调整节点"


class RequestState(State):
    """States of a request."""

    ASKED = "asked", "待督查室提出意见"
    RETURNED = "returned", "退回补充"
    FORWARDED = "forwarded", "待领导批复"
    GRANTED = "granted", "已批准"
    DENIED = "denied", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"


ANSWERED = (RequestState.GRANTED, RequestState.DENIED, RequestState.WITHDRAWN)


class Request(Moved, Base):
    """One request about one task, and its answer. Never deleted; the task's first deadline stays."""

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint(one_of("kind", RequestKind), name="kind"),
        CheckConstraint(one_of("state", RequestState), name="state"),
        CheckConstraint("(state IN ('granted', 'denied')) = (decided_at IS NOT NULL)", name="decided_at_when_decided"),
        Index(None, "task_id", "state"),
        Index(None, "region_code", "state"),
        Index(None, "leader_post_id", "state"),
    )
    WATCHED: ClassVar[dict[str, str]] = {"state": "状态", "reason": "理由"}

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    #: The lead unit that asks, and the post that decides, as of the day of asking.
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    leader_post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    kind: Mapped[RequestKind] = mapped_column(Word(RequestKind))
    state: Mapped[RequestState] = mapped_column(Word(RequestState))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The facts as they were, as asked for, and as granted (a leader may fix another date): argument → value.
    old: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    granted: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text)
    #: Progress so far, as the unit tells it.
    progress: Mapped[str] = mapped_column(Text, default="")
    #: Asked after the deadline had passed: the lateness stays.
    too_late: Mapped[bool] = mapped_column(default=False)
    #: The office's opinion for the leader.
    opinion: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship()
    leader_post: Mapped[Post] = relationship()

    def day(self, values: str) -> date | None:
        """The day that `old`, `wanted` or `granted` speaks of, for an extension or parking."""
        text = next(
            (getattr(self, values).get(name) for name in ("new_due_on", "until") if getattr(self, values).get(name)),
            None,
        )
        return date.fromisoformat(text) if text else None
