"""Take up (立项) what a document promises: a measure or a project becomes a proposed task.

The task keeps the document's words and figures by pointing at its source; what is new is who answers,
until when, and the steps laid back from the deadline (倒排工期).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from taskflow import clock, db, errors
from taskflow.org.models import Person, Unit
from taskflow.plans.models import Basis, Measure, PlanDocument, Project
from taskflow.rules import book
from taskflow.tasks import schedule
from taskflow.tasks.models import Node, Task, TaskUnit
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.engine import batch
from taskflow.workflows.engine.perform import begin_all

_NODES = insert(Node.__table__)  # type: ignore[arg-type]
_UNITS = insert(TaskUnit.__table__)  # type: ignore[arg-type]
YEAR = 366  # days


@dataclass(frozen=True)
class Source:
    """What a measure and a project have in common, in the words of a task."""

    document: PlanDocument
    code: str
    title: str
    kind: str
    lead: Unit
    leader_post_id: int | None
    supporting: list[Unit]
    due_on: date | None
    basis: str
    measure_id: int | None = None
    project_id: int | None = None


@dataclass(frozen=True)
class Taking:
    """What is taken up, by whom, under which command."""

    source: Measure | Project
    command_id: str
    actor: Person | None


def take_up(source: Measure | Project, command_id: str, actor: Person | None) -> Task:
    """A proposed task with its supporting units and dated nodes; it waits for its leader's approval.

    Raises errors.WrongState (taken up already), errors.NotReady (no leader, no deadline, or one that lies
    before the start).
    """
    return take_up_all([Taking(source, command_id, actor)])[0]


def take_up_all(takings: Sequence[Taking]) -> list[Task]:
    """Take up many things of one region together, in one act of one person; raises as `take_up`."""
    told = [_told(one.source) for one in takings]
    _refuse_taken(told)
    made = [_task(one) for one in told]
    begun = {one.command_id: task for one, (task, _) in zip(takings, made, strict=True)}
    begin_all(ASSIGNMENT, begun, takings[0].actor, lambda task: {"code": task.code, "due_on": task.due_on.isoformat()})
    nodes = [{**step, "task_id": task.id} for task, steps in made for step in steps]
    units = [
        {"task_id": task.id, "unit_id": unit.id}
        for one, (task, _) in zip(told, made, strict=True)
        for unit in one.supporting
    ]
    for statement, rows in ((_NODES, nodes), (_UNITS, units)):
        if rows:
            batch.execute(batch.Phase.RECORD, statement, rows)
    return list(begun.values())


def _told(source: Measure | Project) -> Source:
    return _of_measure(source) if isinstance(source, Measure) else _of_project(source)


def _refuse_taken(told: Sequence[Source]) -> None:
    region = told[0].document.region_code
    codes = [one.code for one in told]
    taken = set(db.rows(select(Task.code).where(Task.region_code == region, Task.code.in_(codes))))
    if again := next((one for one in told if one.code in taken), None):
        raise errors.WrongState(f"“{again.title}”（{again.code}）已经立项，不能重复立项。")


def _task(told: Source) -> tuple[Task, list[dict[str, object]]]:
    """A task that has not begun, and the rows of its nodes."""
    region = told.document.region_code
    start = told.document.issued_on or clock.today()
    due, leader = _ready(told, start)
    steps, template, note = _nodes(region, told.kind, start, due)
    task = Task(
        region_code=region,
        code=told.code,
        title=told.title,
        kind=told.kind,
        measure_id=told.measure_id,
        project_id=told.project_id,
        document_code=told.document.code,
        lead_unit=told.lead,
        leader_post_id=leader,
        start_on=start,
        due_on=due,
        baseline_due_on=due,
        due_basis=told.basis,
        template=template,
        schedule_note=note,
        percent=0,
    )
    return task, steps


def _of_measure(measure: Measure) -> Source:
    return Source(
        document=measure.document,
        code=measure.code,
        title=measure.title,
        kind=measure.kind.value,
        lead=measure.lead_unit,
        leader_post_id=measure.leader_post_id,
        supporting=[unit for unit in measure.supporting if unit.id != measure.lead_unit_id],
        due_on=measure.deadline,
        basis=measure.basis.value,
        measure_id=measure.id,
    )


def _of_project(project: Project) -> Source:
    """A box gives no date of its own: its projects are due with the plan's period, unless somebody set a date."""
    document = db.session.get_one(PlanDocument, project.document_id)
    return Source(
        document=document,
        code=project.code or f"P-{project.box}-{project.place:02}",
        title=project.name,
        kind="project",
        lead=project.lead_unit,
        leader_post_id=project.lead_unit.leader_post_id,
        supporting=[unit for unit in project.supporting if unit.id != project.lead_unit_id],
        due_on=project.deadline or document.period_to,
        basis=(Basis.ASSUMED if project.deadline else Basis.INHERITED).value,
        project_id=project.id,
    )


def _ready(told: Source, start: date) -> tuple[date, int]:
    """The deadline and the leader's post, or a refusal that names all that is missing."""
    reasons = []
    if told.leader_post_id is None:
        reasons.append(f"{told.lead.short}没有分管县领导，请改选牵头单位，或告知系统管理员。")
    if told.due_on is None:
        reasons.append(f"“{told.title}”没有完成时限，请先补上。")
    elif told.due_on < start:
        reasons.append(f"“{told.title}”的完成时限 {told.due_on} 早于开始日 {start}，请先改定时限。")
    if reasons or told.due_on is None or told.leader_post_id is None:
        raise errors.NotReady(*reasons)
    return told.due_on, told.leader_post_id


def _nodes(region_code: str, kind: str, start: date, due: date) -> tuple[list[dict[str, object]], str, str]:
    """Rows for `Node`, the template's name, and what did not fit."""
    rules = book.of(region_code)
    numbers = rules.numbers("nodes", start)
    short = numbers.get("within_a_year", {}) if (due - start).days <= YEAR else {}
    template = {**numbers["by_kind"], **short}[kind]
    steps = [schedule.Step(step["name"], step["days"]) for step in numbers["templates"][template]]
    plan = schedule.backward(start, due, steps, rules.calendar, numbers["slack"])
    laid = [
        {
            "place": place,
            "name": step.name,
            "start_on": step.start,
            "finish_on": step.finish,
            "baseline_finish_on": step.finish,
            "because": step.because,
        }
        for place, step in enumerate(plan.steps, start=1)
    ]
    return laid, template, plan.note
