"""Sources of work: where a task comes from, in one shape for a plan's measure and for a leader's note alike."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow.db import Base, State, UtcDateTime, Word, one_of
from taskflow.org.models import Person
from taskflow.plans.models import Measure, PlanDocument, Project


class SourceKind(State):
    """What sort of source it is. What each asks for and how it is followed is the rule set `sources`."""

    MEASURE = "measure", "规划或报告的举措"
    PROJECT = "project", "规划的项目"
    INSTRUCTION = "instruction", "领导批示"
    MATTER = "matter", "“13710”督办事项"
    DECISION = "decision", "会议议定事项"
    MOTION = "motion", "人大代表建议"
    PROPOSAL = "proposal", "政协提案"
    HOTLINE = "hotline", "12345 热线工单"
    REPORT_LINE = "report_line", "12369 举报件"
    INSPECTION = "inspection", "督查检查发现问题"
    AUDIT = "audit", "审计发现问题"
    PATROL = "patrol", "巡察反馈问题"
    OWN = "own", "督查室自行立项"


#: Sources with a place in a document, which the plan reader or the office's table brings in.
IN_DOCUMENTS = (SourceKind.MEASURE, SourceKind.PROJECT)


class Source(Base):
    """One source of work; one or several tasks come from it."""

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint(one_of("kind", SourceKind), name="kind"),
        CheckConstraint("(kind = 'measure') = (measure_id IS NOT NULL)", name="measure"),
        CheckConstraint("(kind = 'project') = (project_id IS NOT NULL)", name="project"),
        Index(None, "region_code", "kind"),
        Index(None, "measure_id", unique=True),
        Index(None, "project_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    kind: Mapped[SourceKind] = mapped_column(Word(SourceKind))
    #: Who it comes from: the leader who wrote the note, the meeting, the deputy, the body that inspected.
    origin: Mapped[str] = mapped_column(String(60), default="")
    #: Its number there (建议第 12 号, 工单号 …).
    number: Mapped[str] = mapped_column(String(40), default="")
    #: The day of the note, meeting or order.
    issued_on: Mapped[date | None]
    #: What was said, in its own words; empty for a source that has them in its document.
    words: Mapped[str] = mapped_column(Text, default="")
    #: Who approved that it is followed up (《政府督查工作条例》: every matter has a source and an approver).
    approver: Mapped[str] = mapped_column(String(60), default="")
    #: By when whoever asked must be answered, where the source sets a day of its own.
    reply_on: Mapped[date | None]
    #: Affirmed by whoever entered it: nothing classified enters the system.
    unclassified: Mapped[bool] = mapped_column(default=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("plan_document.id"))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    measure: Mapped[Measure | None] = relationship()
    project: Mapped[Project | None] = relationship()
    document: Mapped[PlanDocument | None] = relationship()
    entered_by: Mapped[Person | None] = relationship()
