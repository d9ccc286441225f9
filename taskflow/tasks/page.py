"""What the page of one task shows; the number of queries does not depend on how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from taskflow import clock, db
from taskflow.escalations.models import Escalation
from taskflow.ledger.models import LedgerEntry
from taskflow.ledger.phrases import Line, lines
from taskflow.org.models import Person, Post
from taskflow.plans.models import Chapter, Measure, PlanDocument, Target
from taskflow.reports import periods
from taskflow.reports.figures import counted
from taskflow.reports.models import Evidence, Report
from taskflow.requests.models import Request
from taskflow.rules import book, lights, progress
from taskflow.sources.models import Source
from taskflow.support.models import Answer
from taskflow.tasks.models import ENDED, Occurrence, Rhythm, RoleKind, Task, TaskRole
from taskflow.workflows.engine.table import Flow
from taskflow.workflows.reporting import REPORTING

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
            joinedload(Task.merged_into),
            joinedload(Task.source).joinedload(Source.entered_by),
            joinedload(Task.project),
            joinedload(Task.measure).joinedload(Measure.document),
            joinedload(Task.measure).joinedload(Measure.chapter),
            joinedload(Task.measure).selectinload(Measure.targets).joinedload(Target.edition),
            joinedload(Task.measure).selectinload(Measure.former_targets),
            selectinload(Task.nodes),
            selectinload(Task.supporting),
            selectinload(Task.roles).options(joinedload(TaskRole.unit), joinedload(TaskRole.post)),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(wanted).one_or_none()


def standing(of: Task) -> lights.Standing:
    """Where the task stands today."""
    return progress.standing(of)


def rhythm(of: Task) -> Rhythm:
    """How often it is reported now."""
    return periods.rhythm(of, book.of(of.region_code), clock.today())


def place(of: Task) -> Place | None:
    """Where its words stand; None: its source has no document of its own."""
    if of.measure is not None:
        measure = of.measure
        path = [measure.section, measure.heading, f"第{measure.line}行"]
        return Place(measure.document, measure.chapter, [part for part in path if part])
    project = of.project
    if project is None:
        return None
    document, chapter = db.session.execute(
        select(PlanDocument, Chapter)
        .join(Chapter, Chapter.document_id == PlanDocument.id)
        .where(Chapter.id == project.chapter_id)
    ).one()
    box = f"专栏{project.box} {project.box_title}"
    return Place(document, chapter, [box, f"第{project.place}项", f"第{project.line}行"])


def story(of: Task, visible: Any) -> list[Sibling]:
    """The same work in other documents, and what became of it."""
    source = of.measure
    if source is None or not source.story:
        return []
    served = func.coalesce(Measure.same_as_id, Measure.id)
    same = (
        select(Measure, Task.id)
        .join(PlanDocument, PlanDocument.id == Measure.document_id)
        .outerjoin(Source, Source.measure_id == served)
        .outerjoin(Task, and_(Task.source_id == Source.id, visible))
        .where(Measure.story == source.story, Measure.id != source.id, PlanDocument.region_code == of.region_code)
        .options(joinedload(Measure.document), selectinload(Measure.targets))
    )
    return [Sibling(*row) for row in db.session.execute(same.order_by(PlanDocument.code, Measure.line))]


def reports(of: Task, posts: Sequence[Post]) -> tuple[Sequence[tuple[Report, bool]], int]:
    """The newest reports, each with whether it waits for these posts; and how many there are."""
    waits = [and_(Report.state == wait.state, wait.owner.waiting(Report, posts)) for wait in REPORTING.waits]
    found = (
        select(Report, case((or_(*waits), 1), else_=0), func.count().over())
        .where(Report.task_id == of.id)
        .options(joinedload(Report.drafted_by))
        .order_by(Report.period_end.desc(), Report.id.desc())
        .limit(REPORTS)
    )
    rows = db.session.execute(found).all()
    return [(report, bool(mine)) for report, mine, _ in rows], rows[0][2] if rows else 0


def reached(of: Task) -> dict[int, Decimal]:
    """What counts for each target: the sum of a cumulative one, the newest figure of the others."""
    if of.measure is None:
        return {}
    targets = [*of.measure.targets, *of.measure.former_targets]
    return counted({target.id: target.cumulative for target in targets})


def evidence(of: Task) -> Sequence[Any]:
    """Files: rows of (Evidence, name of who added it, period of the report or None)."""
    files = (
        select(Evidence, Person.name, Report.period)
        .join(Person, Person.id == Evidence.added_by_id)
        .outerjoin(Report, and_(Evidence.subject_kind == "report", Report.id == Evidence.subject_id))
        .where(Evidence.task_id == of.id)
    )
    return db.session.execute(files.order_by(Evidence.id.desc()).limit(FILES)).all()


def escalations(of: Task) -> Sequence[Escalation]:
    """Every paper of the ladder against the task, newest first."""
    papers = select(Escalation).where(Escalation.task_id == of.id).options(joinedload(Escalation.unit))
    return db.rows(papers.order_by(Escalation.id.desc()))


def waiting_for(of: Task, posts: Sequence[Post], *flows: Flow) -> dict[str, set[int]]:
    """The records about the task that wait for these posts: flow → ids; one query."""
    asked = []
    for flow in flows:
        kind: Any = flow.record
        waits = [and_(kind.state == wait.state, wait.owner.waiting(kind, posts)) for wait in flow.waits]
        asked.append(select(literal(flow.name), kind.id).where(kind.task_id == of.id, or_(*waits)))
    found: dict[str, set[int]] = {flow.name: set() for flow in flows}
    for name, key in db.session.execute(union_all(*asked)):
        found[name].add(key)
    return found


def ended(of: Task) -> Line | None:
    """How the task ended: by whom, and why."""
    if of.state not in ENDED:
        return None
    mine = (LedgerEntry.subject_kind == "task") & (LedgerEntry.subject_id == of.id)
    last = select(LedgerEntry).where(mine, LedgerEntry.after == of.state.value, LedgerEntry.before != of.state.value)
    return next(iter(lines(db.rows(last.order_by(LedgerEntry.seq.desc()).limit(1)))), None)


def merged_here(of: Task, visible: Any) -> Sequence[Task]:
    """Tasks that this one carries on."""
    return db.rows(select(Task).where(Task.merged_into_id == of.id, visible).order_by(Task.code).limit(FILES))


def roles_now(of: Task) -> list[tuple[RoleKind, list[TaskRole]]]:
    """Who answers for the task now, in each way that somebody does."""
    held = [(kind, [one for one in of.roles if one.role is kind and one.until is None]) for kind in RoleKind]
    return [(kind, rows) for kind, rows in held if rows]


def requests(of: Task) -> Sequence[Request]:
    """Everything that was ever asked for the task, oldest first."""
    asked = select(Request).where(Request.task_id == of.id).options(joinedload(Request.unit))
    return db.rows(asked.order_by(Request.id))


def turns(of: Task) -> Sequence[Occurrence]:
    """The turns of recurring work, the newest first."""
    return db.rows(select(Occurrence).where(Occurrence.task_id == of.id).order_by(Occurrence.due_on.desc()))


def answers(of: Task) -> Sequence[Answer]:
    """What the supporting units said, or did not say."""
    asked = select(Answer).where(Answer.task_id == of.id).options(joinedload(Answer.unit))
    return db.rows(asked.order_by(Answer.period, Answer.id))


def responsible(of: Task, day: date) -> Sequence[TaskRole]:
    """Who answered for the task on a day: one question."""
    held = (TaskRole.since <= day) & (TaskRole.until.is_(None) | (TaskRole.until >= day))
    rows = select(TaskRole).where(TaskRole.task_id == of.id, held)
    with_names = rows.options(joinedload(TaskRole.unit), joinedload(TaskRole.post))
    return db.session.scalars(with_names.order_by(TaskRole.id)).unique().all()


def history(of: Task, page: int = 1, size: int = LINES) -> tuple[list[Line], int]:
    """A page of the task's chain of the ledger in sentences, newest first; and how many lines there are."""
    chain = LedgerEntry.chain == f"task:{of.id}"
    found = select(LedgerEntry).where(chain).order_by(LedgerEntry.seq.desc()).limit(size).offset((page - 1) * size)
    total = db.session.scalar(select(func.count(LedgerEntry.id)).where(chain)) or 0
    return lines(db.rows(found)), total
