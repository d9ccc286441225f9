"""Documents and what they promise: measures with their targets, indicators, project boxes, conflicts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow.db import Base, State, Word, one_of
from taskflow.org.models import Post, Unit


class PlanDocument(Base):
    """A source of work: a plan, a yearly report, a table."""

    __tablename__ = "plan_document"
    __table_args__ = (UniqueConstraint("region_code", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    code: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(40), default="")
    issuer: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(10))
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    reporting_year: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")

    chapters: Mapped[list[Chapter]] = relationship(back_populates="document", order_by="Chapter.line")


class DocumentText(Base):
    """The original text of a document, kept with the SHA-256 of the file that it came from."""

    __tablename__ = "document_text"

    document_id: Mapped[int] = mapped_column(ForeignKey("plan_document.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)


class Chapter(Base):
    """A chapter, action or keyword of a document: the first level of the plan's tree."""

    __tablename__ = "chapter"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("plan_document.id"), index=True)
    number: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(80))
    line: Mapped[int]

    document: Mapped[PlanDocument] = relationship(back_populates="chapters")


class MeasureKind(State):
    """What sort of commitment a measure is."""

    QUANTIFIED = "quantified", "定量"
    PROJECT = "project", "项目"
    INSTITUTIONAL = "institutional", "制度"
    CONTINUING = "continuing", "持续"


class Basis(State):
    """How a deadline is known."""

    PRINTED = "printed", "文中写明"
    INHERITED = "inherited", "随上级条目"
    RECURRING = "recurring", "按周期"
    ASSUMED = "assumed", "系统推定"


class Recurrence(State):
    """How often the text asks for it again."""

    ANNUAL = "annual", "每年"
    QUARTERLY = "quarterly", "每季度"
    BIMONTHLY = "bimonthly", "每两个月"
    MONTHLY = "monthly", "每月"


class Comparator(StrEnum):
    """How an actual figure is held against its target."""

    EQUAL = "="
    AT_LEAST = "≥"
    AT_MOST = "≤"
    MORE = ">"
    LESS = "<"
    ABOUT = "≈"
    RANGE = "range"
    RELATIVE = "relative"


class Direction(State):
    """Which way an actual figure is better, whatever sign the document prints."""

    HIGHER = "higher", "越高越好"
    LOWER = "lower", "越低越好"
    EXACT = "exact", "恰好"
    RANGE = "range", "区间"


class Measure(Base):
    """One commitment of a document, with its place; the words are ours, the figures the document's."""

    __tablename__ = "measure"
    __table_args__ = (
        UniqueConstraint("document_id", "code"),
        CheckConstraint(one_of("kind", MeasureKind), name="kind"),
        CheckConstraint(one_of("basis", Basis), name="basis"),
        CheckConstraint("length(title) <= 60", name="title"),
        Index(None, "story"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("plan_document.id"))
    chapter_id: Mapped[int] = mapped_column(ForeignKey("chapter.id"), index=True)
    code: Mapped[str] = mapped_column(String(24))
    line: Mapped[int]
    #: Its piece of the document's text; None: only the line is known.
    char_start: Mapped[int | None]
    char_end: Mapped[int | None]
    section: Mapped[str] = mapped_column(String(80), default="")
    heading: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(60))
    kind: Mapped[MeasureKind] = mapped_column(Word(MeasureKind))
    deadline: Mapped[date]
    basis: Mapped[Basis] = mapped_column(Word(Basis))
    recurrence: Mapped[Recurrence | None] = mapped_column(Word(Recurrence))
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    #: Whether the document names the unit, or it is our suggestion.
    named: Mapped[bool] = mapped_column(default=False)
    leader_post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    #: The same work in several documents shares a key.
    story: Mapped[str | None] = mapped_column(String(40))
    #: The measure of another document whose task does this work too; then it has no task of its own.
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"), index=True)

    document: Mapped[PlanDocument] = relationship()
    chapter: Mapped[Chapter] = relationship()
    lead_unit: Mapped[Unit] = relationship()
    leader_post: Mapped[Post] = relationship()
    #: The figures that hold, and those that a later edition replaced.
    targets: Mapped[list[Target]] = relationship(
        back_populates="measure",
        order_by="Target.place",
        primaryjoin="and_(Target.measure_id == Measure.id, Target.replaced_on.is_(None))",
    )
    former_targets: Mapped[list[Target]] = relationship(
        viewonly=True,
        order_by="Target.replaced_on, Target.place",
        primaryjoin="and_(Target.measure_id == Measure.id, Target.replaced_on.is_not(None))",
    )
    supporting: Mapped[list[Unit]] = relationship(secondary="measure_unit", order_by=Unit.place)
    same_as: Mapped[Measure | None] = relationship(remote_side="Measure.id")

    @property
    def served_id(self) -> int:
        """The measure whose task does this work: itself, or the one that it is the same as."""
        return self.same_as_id or self.id


class Story(Base):
    """The name of a work that several documents speak of; `Measure.story` holds its key."""

    __tablename__ = "story"

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(40))


class MeasureUnit(Base):
    """A supporting unit (配合单位) of a measure."""

    __tablename__ = "measure_unit"

    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class Target(Base):
    """A figure that a measure promises (目标值)."""

    __tablename__ = "target"
    __table_args__ = (
        CheckConstraint(one_of("comparator", Comparator), name="comparator"),
        CheckConstraint(one_of("direction", Direction), name="direction"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    place: Mapped[int]
    indicator: Mapped[str] = mapped_column(String(60))
    comparator: Mapped[Comparator] = mapped_column(Word(Comparator))
    #: The figure as text, exactly ("1.5"); empty when the target is relative without a number.
    value: Mapped[str] = mapped_column(String(24), default="")
    value_high: Mapped[str] = mapped_column(String(24), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    #: Whether the document prints the value; otherwise we put a number to its words (推定).
    printed: Mapped[bool] = mapped_column(default=True)
    #: 累计: a report gives what was done in its period, and the sum counts; otherwise 时点: the state at its end.
    cumulative: Mapped[bool] = mapped_column(default=False)
    #: The later edition that says it; None: the measure's own document.
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("plan_document.id"))
    #: The day on which another figure took its place, if one did; both stay.
    replaced_on: Mapped[date | None]

    measure: Mapped[Measure] = relationship(back_populates="targets")
    edition: Mapped[PlanDocument | None] = relationship()

    def __str__(self) -> str:
        sign = "" if self.comparator in (Comparator.EQUAL, Comparator.RELATIVE) else self.comparator.value
        if self.comparator is Comparator.RANGE:
            return f"{self.indicator} {self.value}～{self.value_high}{self.unit}"
        return f"{self.indicator} {sign}{self.value}{self.unit}"


class Nature(State):
    """约束性 or 预期性."""

    BINDING = "binding", "约束性"
    EXPECTED = "expected", "预期性"


class Indicator(Base):
    """One of the plan's indicators; its cells are kept as printed."""

    __tablename__ = "indicator"
    __table_args__ = (
        UniqueConstraint("document_id", "seq"),
        CheckConstraint(one_of("nature", Nature), name="nature"),
        CheckConstraint(one_of("direction", Direction), name="direction"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("plan_document.id"))
    seq: Mapped[int]
    group: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(20), default="")
    base: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(40))
    growth: Mapped[str] = mapped_column(String(60))
    nature: Mapped[Nature] = mapped_column(Word(Nature))
    line: Mapped[int]
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    #: The checkable figure behind the printed cell, where there is one.
    comparator: Mapped[Comparator | None] = mapped_column(Word(Comparator))
    value: Mapped[float | None] = mapped_column(Numeric(20, 6))
    direction: Mapped[Direction | None] = mapped_column(Word(Direction))
    by: Mapped[date | None]

    lead_unit: Mapped[Unit] = relationship()


class Project(Base):
    """A row of a project box (专栏)."""

    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("document_id", "box", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("plan_document.id"))
    chapter_id: Mapped[int] = mapped_column(ForeignKey("chapter.id"))
    box: Mapped[str] = mapped_column(String(8))
    box_title: Mapped[str] = mapped_column(String(60))
    #: The order in the box; `seq` is the printed number, which may repeat or be missing.
    place: Mapped[int]
    seq: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    #: 谋划 or 暂定, as printed behind the name.
    mark: Mapped[str] = mapped_column(String(10), default="")
    category: Mapped[bool] = mapped_column(default=False)
    line: Mapped[int]
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    #: The code of its task; None: made of its box and place.
    code: Mapped[str | None] = mapped_column(String(24))
    #: Its own deadline; None: it is due with the document's period.
    deadline: Mapped[date | None]
    char_start: Mapped[int | None]
    char_end: Mapped[int | None]

    lead_unit: Mapped[Unit] = relationship()
    supporting: Mapped[list[Unit]] = relationship(secondary="project_unit", order_by=Unit.place)


class ProjectUnit(Base):
    """A supporting unit of a project."""

    __tablename__ = "project_unit"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class ConflictStatement(Base):
    """One of several statements that contradict each other about the same thing."""

    __tablename__ = "conflict_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    about: Mapped[str] = mapped_column(String(60), index=True)
    indicator: Mapped[str] = mapped_column(String(60), default="")
    document_id: Mapped[int] = mapped_column(ForeignKey("plan_document.id"))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"))
    line: Mapped[int]
    raw: Mapped[str] = mapped_column(String(60))

    document: Mapped[PlanDocument] = relationship()
    measure: Mapped[Measure | None] = relationship()
