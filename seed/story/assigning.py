"""How a document is taken up in the story: approved by its leaders, assigned, accepted, sometimes refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from seed.story import words
from seed.story.stage import Stage
from taskflow import db
from taskflow.org.models import Unit
from taskflow.plans.models import Measure, PlanDocument, Project
from taskflow.tasks.models import Task, TaskState
from taskflow.tasks.taking import Taking, take_up_all
from taskflow.workflows.engine import batch


@dataclass
class Manners:
    """Who does not just accept. Sets of task codes."""

    #: Accepted only after the reminder.
    late: set[str] = field(default_factory=set)
    #: Refused; then upheld, or given to another unit (task → unit, by their codes).
    upheld: set[str] = field(default_factory=set)
    reassigned: dict[str, str] = field(default_factory=dict)


def take(stage: Stage, document: str) -> list[Task]:
    """Take up all that a document promises but what another's task serves; the office enters it in one morning."""
    measures = (
        select(Measure)
        .join(PlanDocument, Measure.document_id == PlanDocument.id)
        .where(PlanDocument.code == document, Measure.same_as_id.is_(None))
        .options(selectinload(Measure.supporting), joinedload(Measure.document), selectinload(Measure.targets))
        .order_by(Measure.code)
    )
    projects = (
        select(Project)
        .join(PlanDocument, Project.document_id == PlanDocument.id)
        .where(PlanDocument.code == document)
        .options(selectinload(Project.supporting))
        .order_by(Project.id)
    )
    sources: list[Measure | Project] = [*db.rows(measures), *db.rows(projects)]
    officer = stage.cast.holder("officer-1")
    stage.sources += sources
    taken = take_up_all([Taking(source, f"story:take:{_code(source)}", officer) for source in sources])
    batch.flush()  # their supporting units are looked at next
    stage.tasks |= {task.code: task for task in taken}
    return taken


def _code(source: Measure | Project) -> str:
    return source.code if isinstance(source, Measure) else f"P-{source.box}-{source.place:02}"


def hand_out(stage: Stage, tasks: Sequence[Task], manners: Manners, days: int = 2) -> None:
    """Put approval, assignment and acceptance of many tasks on the agenda; a leader signs a batch at a time."""
    for task in tasks:
        die = stage.chance("approve", task.leader_post_id, die_day(task, days))
        stage.in_days(die.randint(1, days), 9, _approve, stage, task, manners)


def die_day(task: Task, days: int) -> int:
    """Which of a leader's batches a task is in."""
    return task.id % days


def _approve(stage: Stage, task: Task, manners: Manners) -> None:
    stage.do(task, "approve", stage.leader(task))
    stage.in_days(0, 15, _assign, stage, task, manners)


def _assign(stage: Stage, task: Task, manners: Manners) -> None:
    stage.do(task, "assign", stage.officer("assign", task.lead_unit_id))
    if task.code in manners.late:
        return  # the reminder wakes them: see `supervising`
    if task.code in manners.upheld or task.code in manners.reassigned:
        stage.in_days(1, 10, _refuse, stage, task, manners)
    else:
        die = stage.chance("accept", task.lead_unit_id, stage.today)
        stage.in_days(die.choice((0, 1)), 16, accept, stage, task)


def accept(stage: Stage, task: Task) -> None:
    """The unit takes it on."""
    if task.state is TaskState.ASSIGNED:
        stage.do(task, "accept", stage.cast.clerk(task.lead_unit))


def _refuse(stage: Stage, task: Task, manners: Manners) -> None:
    die = stage.chance("refuse", task.code)
    stage.do(task, "refuse", stage.cast.head(task.lead_unit), die.choice(words.REFUSALS))
    stage.in_days(die.randint(1, 2), 11, _decide, stage, task, manners)


def _decide(stage: Stage, task: Task, manners: Manners) -> None:
    officer = stage.officer("decide", task.id)
    if to := manners.reassigned.get(task.code):
        other = stage.cast.units[to]
        stage.do(task, "reassign", officer, "经研究，由职能更接近的单位牵头。", unit=str(other.id))
    else:
        stage.do(task, "uphold", officer, "职责分工明确由你单位牵头，配合单位全力支持。")
    stage.in_days(1, 9, accept, stage, task)


def transfer(stage: Stage, task: Task, to: Unit, note: str) -> None:
    """Give a task that is under way to another unit."""
    if task.state is TaskState.UNDERWAY and task.lead_unit_id != to.id:
        stage.do(task, "transfer", stage.officer("transfer", task.id), note, unit=str(to.id))
