"""Tasks: one thing that one lead unit answers for; what every task has, and the rows that hang on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from taskflow.db import Base, State, UtcDateTime, Word, one_of
from taskflow.org.models import Post, Unit
from taskflow.plans.models import Measure, Project
from taskflow.sources.models import Source


class Moved:
    """What every record with a workflow has. Only the engine sets these."""

    version: Mapped[int] = mapped_column(default=1)
    #: Grows with every entry into a state, so that a timer knows whether its state was left.
    epoch: Mapped[int] = mapped_column(default=1)
    #: The version of the table that the record follows.
    flow_version: Mapped[int] = mapped_column(default=1)

    #: Facts whose change the ledger keeps, as people read them and as they are stored, and which a stale page is
    #: told about: column → Chinese name.
    WATCHED: ClassVar[dict[str, str]]
    #: Ids that people read as a name: column → relationship and the attribute of what it leads to.
    READ_AS: ClassVar[dict[str, str]] = {}

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
    CANCELLED = "cancelled", "已终止"
    MERGED = "merged", "已并入"
    HANDED_OFF = "handed_off", "已移交"


#: States in which nothing more is asked of anybody.
ENDED = (TaskState.CLOSED, TaskState.CANCELLED, TaskState.MERGED, TaskState.HANDED_OFF)
_ENDED = ", ".join(repr(state.value) for state in ENDED)


class Rhythm(State):
    """How often a task is reported."""

    NONE = "none", "不定期"
    WEEKLY = "weekly", "每周"
    TEN_DAY = "ten_day", "每旬"
    MONTHLY = "monthly", "每月"
    BIMONTHLY = "bimonthly", "每两个月"
    QUARTERLY = "quarterly", "每季度"
    HALF_YEARLY = "half_yearly", "每半年"
    ANNUAL = "annual", "每年"
    PER_NODE = "per_node", "按节点"
    ONCE = "once", "到期一次"


class Method(State):
    """How it is known that work is done."""

    FIGURES = "figures", "按目标值"
    PERCENT = "percent", "按完成率"
    YES = "yes", "按是否完成"
    OCCURRENCES = "occurrences", "按期次"


class ClosingGrade(State):
    """How well a task was closed, where its source asks for a grade (13710)."""

    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "良好"
    FAIR = "fair", "合格"
    POOR = "poor", "不合格"


class Task(Moved, Base):
    """One thing that one lead unit answers for."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("region_code", "code"),
        CheckConstraint("due_on >= start_on", name="dates"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint(f"(state IN ({_ENDED})) = (closed_at IS NOT NULL)", name="closed_at_when_ended"),
        CheckConstraint("(state = 'merged') <= (merged_into_id IS NOT NULL)", name="merged_into_when_merged"),
        CheckConstraint(one_of("state", TaskState), name="state"),
        CheckConstraint(one_of("method", Method), name="method"),
        CheckConstraint(f"rhythm IS NULL OR {one_of('rhythm', Rhythm)}", name="rhythm"),
        CheckConstraint(f"closing_grade IS NULL OR {one_of('closing_grade', ClosingGrade)}", name="closing_grade"),
        Index(None, "region_code", "state", "due_on"),
        Index(None, "lead_unit_id", "state", "due_on"),
        Index(None, "leader_post_id", "state"),
        Index(None, "source_id"),
    )
    WATCHED: ClassVar[dict[str, str]] = {
        "state": "状态",
        "title": "任务",
        "lead_unit_id": "牵头单位",
        "leader_post_id": "牵头领导",
        "due_on": "完成时限",
        "percent": "完成率",
        "physical": "形象进度",
        "rhythm": "报送频次",
        "parked_until": "挂账期限",
        "closing_grade": "办结等次",
        "merged_into_id": "并入任务",
        "handed_to": "移交去向",
        "plan_agreed_on": "倒排工期审定",
    }
    READ_AS: ClassVar[dict[str, str]] = {
        "lead_unit_id": "lead_unit.short",
        "leader_post_id": "leader_post.title",
        "merged_into_id": "merged_into.code",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    code: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(120))
    #: What sort of work it is: a `MeasureKind`, or “project”.
    kind: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    #: The document that it stands in; empty for a source without one.
    document_code: Mapped[str] = mapped_column(String(20), default="")
    #: Who leads now. `TaskRole` has the same fact with its days, and the other answerable people.
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
    #: When the office agreed to the node plan; afterwards it changes by request only.
    plan_agreed_on: Mapped[date | None]
    method: Mapped[Method] = mapped_column(Word(Method), default=Method.PERCENT)
    percent: Mapped[int] = mapped_column(default=0)
    #: 形象进度, as last accepted.
    physical: Mapped[str] = mapped_column(Text, default="")
    progress_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The day of the last knowledge, and from which day on more is missing (情况不明).
    known_on: Mapped[date | None]
    stale_on: Mapped[date | None]
    #: How often it reports, as the office set it; None: by the county's dated rule (`reports/periods.py`).
    rhythm: Mapped[Rhythm | None] = mapped_column(Word(Rhythm))
    #: Parked until this day (挂账).
    parked_until: Mapped[date | None]
    #: The last day of the newest period for which a report was asked.
    asked_through: Mapped[date | None]
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When it ended, in whatever way.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closing_grade: Mapped[ClosingGrade | None] = mapped_column(Word(ClosingGrade))
    #: The task that carries this one on (并入).
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    #: The body that it was handed to (移交其他渠道).
    handed_to: Mapped[str] = mapped_column(String(60), default="")

    source: Mapped[Source] = relationship(lazy="joined", innerjoin=True)
    measure: Mapped[Measure | None] = relationship(
        secondary=Source.__table__,
        primaryjoin="Task.source_id == Source.id",
        secondaryjoin="Source.measure_id == Measure.id",
        viewonly=True,
        uselist=False,
    )
    project: Mapped[Project | None] = relationship(
        secondary=Source.__table__,
        primaryjoin="Task.source_id == Source.id",
        secondaryjoin="Source.project_id == Project.id",
        viewonly=True,
        uselist=False,
    )
    measure_id: AssociationProxy[int | None] = association_proxy("source", "measure_id")
    project_id: AssociationProxy[int | None] = association_proxy("source", "project_id")
    lead_unit: Mapped[Unit] = relationship()
    leader_post: Mapped[Post] = relationship()
    #: To read; `merged_into_id` is written. (A relationship that writes to its own table makes every flush row by row.)
    merged_into: Mapped[Task | None] = relationship(remote_side="Task.id", viewonly=True)
    nodes: Mapped[list[Node]] = relationship(back_populates="task", order_by="Node.place")
    roles: Mapped[list[TaskRole]] = relationship(back_populates="task", order_by="TaskRole.id")
    supporting: Mapped[list[Unit]] = relationship(
        secondary="task_role",
        primaryjoin="and_(Task.id == TaskRole.task_id, TaskRole.role == 'supporting', TaskRole.until.is_(None))",
        secondaryjoin="TaskRole.unit_id == Unit.id",
        order_by=Unit.place,
        viewonly=True,
    )

    unit_id = synonym("lead_unit_id")


class RoleKind(State):
    """How somebody answers for a task."""

    LEADER = "leader", "牵头领导"
    LEAD = "lead", "牵头单位"
    SUPPORTING = "supporting", "配合单位"
    COORDINATOR = "coordinator", "协调单位"
    SUPERVISOR = "supervisor", "监督单位"
    PERSON = "person", "责任人"
    PAIRED = "paired", "包联"


LEAD_NOW = "role = 'lead' AND until IS NULL"


class TaskRole(Base):
    """Who answers for a task in which way, from when until when.

    One row names a unit, a post or (责任人, named by the unit) a person in words. “Who was responsible on day D”
    is one question to this table. Leader and lead unit stand in `Task` too, as of now.
    """

    __tablename__ = "task_role"
    __table_args__ = (
        CheckConstraint(one_of("role", RoleKind), name="role"),
        CheckConstraint(
            "(unit_id IS NOT NULL) <> (post_id IS NOT NULL) OR (unit_id IS NULL AND post_id IS NULL AND name <> '')",
            name="somebody",
        ),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index(None, "task_id", "role"),
        Index(None, "unit_id", "role"),
        Index(None, "post_id", "role"),
        Index(
            "uq_task_role_lead", "task_id", unique=True,
            sqlite_where=text(LEAD_NOW), postgresql_where=text(LEAD_NOW),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    role: Mapped[RoleKind] = mapped_column(Word(RoleKind))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    #: A person in words (责任人), and how to reach them.
    name: Mapped[str] = mapped_column(String(60), default="")
    #: What the county calls this role (包联县领导, 包联企业 …); empty: the role's own word.
    label: Mapped[str] = mapped_column(String(20), default="")
    since: Mapped[date]
    #: The last day, inclusive; None: still.
    until: Mapped[date | None]

    task: Mapped[Task] = relationship(back_populates="roles")
    unit: Mapped[Unit | None] = relationship()
    post: Mapped[Post | None] = relationship()

    @property
    def who(self) -> str:
        """Who it is, in words."""
        return self.unit.name if self.unit else self.post.title if self.post else self.name


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


class OccurrenceState(State):
    """States of one turn of work that comes again."""

    OPEN = "open", "待完成"
    DONE = "done", "已完成"
    WAIVED = "waived", "免予办理"


class Occurrence(Moved, Base):
    """One turn of work that comes again (每年, 双月 …), with its own deadline and its own closing."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("task_id", "period"),
        CheckConstraint(one_of("state", OccurrenceState), name="state"),
        CheckConstraint("(state = 'open') <> (ended_at IS NOT NULL)", name="ended_at_when_ended"),
        Index(None, "task_id", "state"),
        Index(None, "region_code", "state", "due_on"),
    )
    WATCHED: ClassVar[dict[str, str]] = {"state": "状态", "due_on": "期次时限"}

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    period: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date]
    state: Mapped[OccurrenceState] = mapped_column(Word(OccurrenceState))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship()
