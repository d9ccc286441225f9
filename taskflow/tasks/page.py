"""What the page of one task shows; the number of queries does not depend on how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from taskflow import clock, db
from taskflow.escalations.models import Escalation
from taskflow.ledger.models import LedgerEntry
from taskflow.ledger.phrases import Line, lines
from taskflow.org.models import Holding, Person, Post, Unit
from taskflow.plans.models import Chapter, Measure, PlanDocument
from taskflow.reports.models import Evidence, Report, ReportState
from taskflow.rules import book, lights
from taskflow.tasks.models import Extension, Task
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.models import Timer, TimerState
from taskflow.workflows.reporting import REPORTING
from taskflow.workflows.table import Flow, held_on

REPORTS = 12  # the newest reports shown
FILES = 50  # the newest files shown
LINES = 30  # the newest lines of the ledger shown
PER_PAGE = 50  # lines of the ledger on a page of their own

#: How a deadline is known, in words.
BASES = {
    "printed": "文件载明",
    "inherited": "承前（随上级标题或规划期）",
    "recurring": "周期性要求",
    "assumed": "推定（文件未写明，待核定）",
}


@dataclass(frozen=True)
class Place:
    """Where a task stands in its document: the document, its chapter, and the way down to the line."""

    document: PlanDocument
    chapter: Chapter | None
    path: Sequence[str]


@dataclass(frozen=True)
class Waiting:
    """Whom a task waits for, since when and until when. `until` None: no clock runs."""

    party: str
    holders: Sequence[str]
    since: datetime | None
    until: datetime | None
    because: str
    rang: bool = False


@dataclass(frozen=True)
class Ringing:
    """A move that the clock has promised."""

    at: datetime
    label: str
    about: str
    because: str
    rule_version: str
    error: str


@dataclass(frozen=True)
class Sibling:
    """What another document says of the same work; `task_id` None: no task that the viewer may see."""

    measure: Measure
    task_id: int | None


def task(task_id: int, visible: Any) -> Task | None:
    """A task that the viewer may see, with its source, units, leader and nodes."""
    wanted = (
        select(Task)
        .where(Task.id == task_id, visible)
        .options(
            joinedload(Task.lead_unit),
            joinedload(Task.leader_post),
            joinedload(Task.project),
            joinedload(Task.measure).joinedload(Measure.document),
            joinedload(Task.measure).joinedload(Measure.chapter),
            joinedload(Task.measure).selectinload(Measure.targets),
            selectinload(Task.nodes),
            selectinload(Task.supporting),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(wanted).one_or_none()


def standing(of: Task) -> lights.Standing:
    """Where the task stands today."""
    today = clock.today()
    return lights.standing(of, today, book.of(of.region_code).numbers("lights", today))


def place(of: Task) -> Place:
    """Where its words stand."""
    if of.measure is not None:
        measure = of.measure
        path = [measure.section, measure.heading, f"第{measure.line}行"]
        return Place(measure.document, measure.chapter, [part for part in path if part])
    project = of.project
    assert project is not None  # noqa: S101  # the CHECK one_source
    document, chapter = db.session.execute(
        select(PlanDocument, Chapter)
        .join(Chapter, Chapter.document_id == PlanDocument.id)
        .where(Chapter.id == project.chapter_id)
    ).one()
    box = f"专栏{project.box} {project.box_title}"
    return Place(document, chapter, [box, f"第{project.seq}项" if project.seq else f"第{project.place}行", f"第{project.line}行"])


def story(of: Task, visible: Any) -> list[Sibling]:
    """The same work in other documents, and what became of it."""
    key = of.measure.story if of.measure else None
    if not key:
        return []
    source = of.measure
    same = (
        select(Measure, Task.id)
        .join(PlanDocument, PlanDocument.id == Measure.document_id)
        .outerjoin(Task, and_(Task.measure_id == Measure.id, visible))
        .where(Measure.story == key, Measure.id != source.id, PlanDocument.region_code == of.region_code)  # type: ignore[union-attr]
        .options(joinedload(Measure.document), selectinload(Measure.targets))
    )
    return [Sibling(*row) for row in db.session.execute(same.order_by(PlanDocument.code, Measure.line))]


def reports(of: Task, posts: Sequence[Post]) -> tuple[Sequence[tuple[Report, bool]], int]:
    """The newest reports, each with whether it waits for these posts; and how many there are."""
    waits = [
        and_(Report.state == wait.state, wait.owner.waiting(Report, posts)) for wait in REPORTING.waits
    ]
    found = (
        select(Report, case((or_(*waits), 1), else_=0), func.count().over())
        .where(Report.task_id == of.id)
        .options(joinedload(Report.drafted_by))
        .order_by(Report.period_end.desc())
        .limit(REPORTS)
    )
    rows = db.session.execute(found).all()
    return [(report, bool(mine)) for report, mine, _ in rows], rows[0][2] if rows else 0


def reached(shown: Sequence[tuple[Report, bool]]) -> dict[str, str]:
    """Figures by target id (text), from the newest accepted report."""
    newest = next((report for report, _ in shown if report.state is ReportState.ACCEPTED), None)
    return dict(newest.figures or {}) if newest else {}


def evidence(of: Task) -> Sequence[Any]:
    """Files: rows of (Evidence, name of who added it, period of the report or None)."""
    files = (
        select(Evidence, Person.name, Report.period)
        .join(Person, Person.id == Evidence.added_by_id)
        .outerjoin(Report, Report.id == Evidence.report_id)
        .where(Evidence.task_id == of.id)
    )
    return db.session.execute(files.order_by(Evidence.id.desc()).limit(FILES)).all()


def escalations(of: Task) -> Sequence[Escalation]:
    """Every paper of the ladder against the task, newest first."""
    papers = select(Escalation).where(Escalation.task_id == of.id).options(joinedload(Escalation.unit))
    return db.rows(papers.order_by(Escalation.id.desc()))


def extensions(of: Task) -> Sequence[Extension]:
    """The register of extensions, oldest first."""
    return db.rows(select(Extension).where(Extension.task_id == of.id).order_by(Extension.id))


def waiting(of: Task) -> Waiting | None:
    """For whom the present state waits; None at the end."""
    owner = ASSIGNMENT.owner(of.state)
    if owner is None:
        return None
    entered = select(func.max(LedgerEntry.at)).where(
        LedgerEntry.subject_kind == "task",
        LedgerEntry.subject_id == of.id,
        LedgerEntry.after == of.state.value,
        LedgerEntry.before != of.state.value,
    )
    timer = _state_timer(of)
    return Waiting(
        owner.name,
        _holders(owner, of),
        db.session.scalar(entered),
        timer.due_at if timer else None,
        timer.because if timer else "",
        bool(timer and timer.state is TimerState.FIRED),
    )


def _state_timer(of: Task) -> Timer | None:
    """The newest timer of the limit that makes the present state late (the first named in the flow's table but
    for openings and reminders)."""
    rules = [limit.rule for limit in ASSIGNMENT.limits_of(of.state) if limit.fires not in ("ask_report", "note_late_node", "remind")]
    newest = select(Timer).where(
        Timer.subject_kind == "task",
        Timer.subject_id == of.id,
        Timer.rule.in_(rules),
        Timer.state.in_((TimerState.ARMED, TimerState.FIRED)),
    )
    return db.session.scalars(newest.order_by(Timer.due_at.desc()).limit(1)).one_or_none()


def _holders(owner: Any, record: Any) -> list[str]:
    """Who holds the posts of a party today: “住建局局长 …”, in words."""
    held = (
        select(Unit.short, Post.title, Holding.acting_because)
        .join(Post, Post.id == Holding.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(held_on(clock.today()), owner.posts)
        .order_by(Post.id)
    )
    rows = db.session.execute(held, owner.of(record))
    return [f"{unit}{title}" + ("（代理）" if acting else "") for unit, title, acting in rows]


def ringing(of: Task, shown: Sequence[tuple[Report, bool]], papers: Sequence[Escalation]) -> list[Ringing]:
    """What the clock has promised for the task, its reports and its escalations, and why then."""
    names = {("task", of.id): "任务"}
    names |= {("report", report.id): f"{report.period} 期报告" for report, _ in shown}
    names |= {("escalation", paper.id): f"督办“{paper.name}”" for paper in papers}
    mine = or_(
        *(
            and_(Timer.subject_kind == kind, Timer.subject_id.in_([key for name, key in names if name == kind]))
            for kind in ("task", "report", "escalation")
        )
    )
    armed = select(Timer).where(Timer.state == TimerState.ARMED, mine).order_by(Timer.not_before, Timer.id)
    return [
        _ring(FLOWS[timer.subject_kind], timer, names[timer.subject_kind, timer.subject_id])
        for timer in db.rows(armed.limit(LINES))
    ]


def _ring(flow: Flow, timer: Timer, about: str) -> Ringing:
    label = next(move.label for move in flow.moves if move.verb == timer.verb)
    return Ringing(timer.not_before, label, about, timer.because, timer.rule_version, timer.last_error)


def history(of: Task, page: int = 1, size: int = LINES) -> tuple[list[Line], int]:
    """A page of the task's chain of the ledger in sentences, newest first; and how many lines there are."""
    chain = LedgerEntry.chain == f"task:{of.id}"
    found = select(LedgerEntry).where(chain).order_by(LedgerEntry.seq.desc()).limit(size).offset((page - 1) * size)
    total = db.session.scalar(select(func.count(LedgerEntry.id)).where(chain)) or 0
    return lines(db.rows(found)), total

