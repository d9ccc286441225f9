"""The workbench: files taken in (收文), and the drafts of measures read out of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow import db
from taskflow.db import Base, State, UtcDateTime, Word, one_of
from taskflow.org.models import Person, Unit
from taskflow.plans.models import (
    Basis,
    Comparator,
    Direction,
    Measure,
    MeasureKind,
    PlanDocument,
    Project,
    Recurrence,
    Target,
)
from taskflow.tasks.models import Moved, Task

TITLE = 60  # characters that a measure's title has at most
NAME = 120  # characters that a project's name has at most


class Stage(State):
    """How far the reading of a file is; no workflow, the worker's own note."""

    ASKED = "asked", "排队中"
    READING = "reading", "正在读取"
    READ = "read", "已读取"
    FAILED = "failed", "读取失败"


class Intake(Base):
    """A file taken in (收文): its text is kept for ever, what was read out of it becomes drafts."""

    __tablename__ = "intake"
    __table_args__ = (
        CheckConstraint(one_of("stage", Stage), name="stage"),
        Index(None, "region_code", "sha256"),
        Index(None, "stage", "lease_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: The file's name, what sort of file it is, and the SHA-256 of its bytes.
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text, default="", deferred=True)
    #: What the file says of itself; people complete it before the document is registered.
    title: Mapped[str] = mapped_column(String(120), default="")
    number: Mapped[str] = mapped_column(String(40), default="")
    issuer: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date | None]
    document_kind: Mapped[str] = mapped_column(String(10), default="other")
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    reporting_year: Mapped[int | None]
    #: As read (plan-json); long, so read only where they are shown.
    outline: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)
    skipped: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)
    conflicts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)
    indicators: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list, deferred=True)
    #: The document, once registered; and the one of which this file is a new edition.
    document_id: Mapped[int | None] = mapped_column(ForeignKey("plan_document.id"))
    edition_of_id: Mapped[int | None] = mapped_column(ForeignKey("plan_document.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: The reading job: how far, until when (real time) a worker has it, and why it failed.
    stage: Mapped[Stage] = mapped_column(Word(Stage), default=Stage.READ)
    percent: Mapped[int] = mapped_column(default=100)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed: Mapped[str] = mapped_column(Text, default="")

    document: Mapped[PlanDocument | None] = relationship(foreign_keys=[document_id])
    edition_of: Mapped[PlanDocument | None] = relationship(foreign_keys=[edition_of_id])
    created_by: Mapped[Person | None] = relationship()

    @property
    def end(self) -> date | None:
        """The last day of what it plans for: its period's, or its reporting year's."""
        return self.period_to or (date(self.reporting_year, 12, 31) if self.reporting_year else None)

    @property
    def next_place(self) -> int:
        """The number of the next draft; whoever uses it holds this file's lock."""
        return (db.session.scalar(select(func.max(Draft.place)).where(Draft.intake_id == self.id)) or 0) + 1


class DraftState(State):
    """States of a draft (立项草案)."""

    OPEN = "open", "待确认"
    CONFIRMED = "confirmed", "已确认"
    DROPPED = "dropped", "已舍弃"
    MERGED = "merged", "已并入"
    TAKEN = "taken", "已立项"


class Difference(State):
    """What a new edition says against the measure of the edition before."""

    NEW = "new", "新增"
    CHANGED = "changed", "有变化"
    SAME = "same", "未变"
    GONE = "gone", "已删除"


class Draft(Moved, Base):
    """What may become a measure or a project row: as read from the file, and as people mended it."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("intake_id", "place"),
        CheckConstraint(one_of("state", DraftState), name="state"),
        CheckConstraint(one_of("kind", MeasureKind), name="kind"),
        CheckConstraint("state <> 'taken' OR measure_id IS NOT NULL OR project_id IS NOT NULL", name="source"),
        CheckConstraint("state <> 'merged' OR merged_into_id IS NOT NULL", name="merged_into"),
        CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence"),
        Index(None, "intake_id", "char_start"),
        Index(None, "intake_id", "state"),
        Index(None, "measure_id"),
    )
    WATCHED: ClassVar[dict[str, str]] = {
        "state": "状态",
        "title": "标题",
        "kind": "类别",
        "lead_name": "牵头单位",
        "supporting_names": "配合单位",
        "figures": "目标值",
        "due_told": "完成时限",
        "span": "原文位置",
        "difference": "与原文件",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"))
    state: Mapped[DraftState] = mapped_column(Word(DraftState))
    #: The number by which people call it; the order is that of the text, `char_start`.
    place: Mapped[int]
    line: Mapped[int]
    char_start: Mapped[int]
    char_end: Mapped[int]
    #: The headings over it, and its exact piece of the text.
    path: Mapped[list[str]] = mapped_column(JSON, default=list)
    text: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(NAME))
    kind: Mapped[MeasureKind] = mapped_column(Word(MeasureKind))
    #: {indicator, comparator, value, value_high, unit, raw, direction, printed, cumulative}, all text (“1”: yes).
    targets: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    deadline: Mapped[date | None]
    #: How the deadline is known; None while there is none.
    basis: Mapped[Basis | None] = mapped_column(Word(Basis))
    #: Somebody said that it has no deadline (持续推进); then the plan's end is used, and marked as assumed.
    endless: Mapped[bool] = mapped_column(default=False)
    phrase: Mapped[str] = mapped_column(String(60), default="")
    recurrence: Mapped[Recurrence | None] = mapped_column(Word(Recurrence))
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    #: Ids of supporting units (配合单位), in order.
    supporting: Mapped[list[int]] = mapped_column(JSON, default=list)
    #: Whether the file names the lead unit; the names as printed; and our suggestions [{unit, unit_id, score}].
    named: Mapped[bool] = mapped_column(default=False)
    printed: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    suggested: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    aspirational: Mapped[bool] = mapped_column(default=False)
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"))
    #: In percent, and the names of the rules that made it a measure.
    confidence: Mapped[int] = mapped_column(default=100)
    why: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: A row of a project box.
    is_project: Mapped[bool] = mapped_column(default=False)
    box: Mapped[str] = mapped_column(String(8), default="")
    box_title: Mapped[str] = mapped_column(String(60), default="")
    seq: Mapped[int] = mapped_column(default=0)
    mark: Mapped[str] = mapped_column(String(10), default="")
    category: Mapped[bool] = mapped_column(default=False)
    #: Why it was dropped; into which it went last; out of which it came.
    drop_reason: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"), index=True)
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"))
    #: What it became.
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    #: In a new edition: the measure of the edition before, and what differs.
    old_measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"))
    difference: Mapped[Difference | None] = mapped_column(Word(Difference))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    intake: Mapped[Intake] = relationship()
    lead_unit: Mapped[Unit | None] = relationship()
    measure: Mapped[Measure | None] = relationship(foreign_keys=[measure_id])
    project: Mapped[Project | None] = relationship()
    old_measure: Mapped[Measure | None] = relationship(foreign_keys=[old_measure_id])
    duplicate_of: Mapped[Draft | None] = relationship(foreign_keys=[duplicate_of_id], remote_side="Draft.id")
    merged_into: Mapped[Draft | None] = relationship(foreign_keys=[merged_into_id], remote_side="Draft.id")
    changed_by: Mapped[Person | None] = relationship()

    @property
    def root(self) -> tuple[type[Any], int]:
        """Drafts of one file share its lock and its ledger chain."""
        return Intake, self.intake_id

    @property
    def owner_unit_id(self) -> int:
        """The unit that leads the task of the old measure now; 0: none."""
        if self.old_measure_id is None:
            return 0
        assert self.old_measure is not None  # noqa: S101  # the id above
        return db.session.scalar(select(Task.lead_unit_id).where(Task.measure_id == self.old_measure.served_id)) or 0

    @property
    def longest(self) -> int:
        """How long its title may be."""
        return NAME if self.is_project else TITLE

    @property
    def lead_name(self) -> str:
        """The lead unit as people call it."""
        return self.lead_unit.short if self.lead_unit else ""

    @property
    def units(self) -> list[Unit]:
        """The supporting units."""
        return [db.session.get_one(Unit, key) for key in self.supporting or []]

    @property
    def supporting_names(self) -> str:
        """The supporting units as people call them."""
        return "、".join(unit.short for unit in self.units)

    @property
    def figures(self) -> str:
        """The figures as people read them."""
        return "；".join(figure(target) for target in self.targets or [])

    @property
    def due_told(self) -> str:
        """The deadline with how it is known."""
        if self.endless and self.deadline is None:
            return "无时限（持续推进）"
        return f"{self.deadline}（{self.basis.label}）" if self.deadline and self.basis else ""

    @property
    def span(self) -> str:
        """Where its piece of the text lies."""
        return f"{self.char_start}–{self.char_end}"


def figure(target: dict[str, str]) -> str:
    """A figure of a draft as people read it."""
    return str(Target(**fields_of(target))).strip()


def fields_of(target: dict[str, str]) -> dict[str, Any]:
    """The columns of a `Target` out of a draft's figure, cut to what they hold; without a direction it is a floor."""
    given = {name: str(target.get(name) or "") for name in ("indicator", "value", "value_high", "unit")}
    longest = {"indicator": 60, "value": 24, "value_high": 24, "unit": 40}
    cut = {name: value[: longest[name]] for name, value in given.items()}
    return {
        **cut,
        "comparator": Comparator(target.get("comparator") or "="),
        "direction": Direction(target.get("direction") or Direction.HIGHER),
        "printed": target.get("printed", "1") == "1",
        "cumulative": target.get("cumulative") == "1",
    }
