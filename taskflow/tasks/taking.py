"""Take up (立项) what a source asks for: a measure or a project of a document, or what the office enters by hand.

Every task has a source, which keeps the words and figures; what is new is who answers, until when, how it will
be known to be done, and the steps laid back from the deadline (倒排工期).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from taskflow import clock, db, errors
from taskflow.org.models import Person, Unit
from taskflow.plans.models import Basis, Measure, PlanDocument, Project
from taskflow.reports.periods import RECURS, source_rules
from taskflow.rules import book, limits
from taskflow.sources.models import Source, SourceKind
from taskflow.tasks import schedule
from taskflow.tasks.models import Method, Node, Rhythm, RoleKind, Task, TaskRole
from taskflow.workdays import Hours
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.engine import batch
from taskflow.workflows.engine.perform import begin_all

_NODES: Any = insert(Node.__table__)  # type: ignore[arg-type]
_ROLES: Any = insert(TaskRole.__table__)  # type: ignore[arg-type]
YEAR = 366  # days


@dataclass(frozen=True)
class Promise:
    """What a task needs of its source, whatever the source is."""

    source: Source
    region_code: str
    code: str
    title: str
    kind: str
    lead: Unit
    leader_post_id: int | None
    supporting: Sequence[Unit]
    start_on: date
    due_on: date | None
    basis: str
    document_code: str = ""
    method: Method = Method.PERCENT
    rhythm: Rhythm | None = None
    coordinators: Sequence[Unit] = field(default_factory=tuple)
    #: Why it is entered although something like it is under way.
    reason: str = ""


@dataclass(frozen=True)
class Taking:
    """What is taken up, by whom, under which command."""

    source: Measure | Project
    command_id: str
    actor: Person | None


def take_up(source: Measure | Project, command_id: str, actor: Person | None) -> Task:
    """A proposed task with its supporting units and dated nodes; it waits for its leader's approval.

    Raises errors.WrongState (taken up already, or served by another measure's task), errors.NotReady (no leader,
    no deadline, or one that lies before the start).
    """
    return take_up_all([Taking(source, command_id, actor)])[0]


def take_up_all(takings: Sequence[Taking]) -> list[Task]:
    """Take up many things of one region together, in one act of one person; raises as `take_up`."""
    _refuse_served([one.source for one in takings])
    promises = {one.command_id: _promised(one.source) for one in takings}
    return begin_tasks(promises, takings[0].actor)


def begin_tasks(promises: dict[str, Promise], actor: Person | None) -> list[Task]:
    """Begin a task for each promise (by command id) of one region; raises as `take_up`."""
    given = list(promises.values())
    _refuse_taken(given)
    made = [_task(one) for one in given]
    db.session.add_all([one.source for one in given])
    begun = {key: task for key, (task, _) in zip(promises, made, strict=True)}
    reasons = {one.code: f"（另立理由：{one.reason}）" for one in given if one.reason}
    begin_all(
        ASSIGNMENT,
        begun,
        actor,
        lambda task: {"code": task.code, "due_on": task.due_on.isoformat(), "although": reasons.get(task.code, "")},
    )
    nodes = [{**step, "task_id": task.id} for task, steps in made for step in steps]
    roles = [row for one, (task, _) in zip(given, made, strict=True) for row in _roles(one, task)]
    for statement, rows in ((_NODES, nodes), (_ROLES, roles)):
        if rows:
            batch.execute(batch.Phase.RECORD, statement, rows)
    return list(begun.values())


def _roles(one: Promise, task: Task) -> list[dict[str, Any]]:
    """Who answers from the first day on."""
    day = clock.today()
    named: list[tuple[RoleKind, str, int | None]] = [
        (RoleKind.LEAD, "unit_id", one.lead.id),
        (RoleKind.LEADER, "post_id", task.leader_post_id),
        *((RoleKind.SUPPORTING, "unit_id", unit.id) for unit in one.supporting),
        *((RoleKind.COORDINATOR, "unit_id", unit.id) for unit in one.coordinators),
    ]
    nobody = {"unit_id": None, "post_id": None, "name": "", "label": "", "until": None}
    return [{**nobody, "task_id": task.id, "role": role, column: key, "since": day} for role, column, key in named]


def _promised(source: Measure | Project) -> Promise:
    return _of_measure(source) if isinstance(source, Measure) else _of_project(source)


def _refuse_served(sources: Sequence[Measure | Project]) -> None:
    """What is the same as a measure of another document is done by its task, and reported there once."""
    for one in sources:
        if isinstance(one, Measure) and one.same_as_id is not None:
            task = db.session.scalar(select(Task).where(Task.measure_id == one.same_as_id))
            kept = task or db.session.get_one(Measure, one.same_as_id)
            how = "由该任务一并办理" if task else "请先为该条立项，由它的任务一并办理"
            same = f"“{one.title}”（{one.code}）与“{kept.title}”（{kept.code}）是同一件事"
            raise errors.WrongState(f"{same}，{how}，不重复立项。")


def _refuse_taken(told: Sequence[Promise]) -> None:
    region = told[0].region_code
    codes = [one.code for one in told]
    taken = set(db.rows(select(Task.code).where(Task.region_code == region, Task.code.in_(codes))))
    if again := next((one for one in told if one.code in taken), None):
        raise errors.WrongState(f"“{again.title}”（{again.code}）已经立项，不能重复立项。")


def _task(told: Promise) -> tuple[Task, list[dict[str, object]]]:
    """A task that has not begun, and the rows of its nodes."""
    due, leader = _ready(told, told.start_on)
    steps, template, note = _nodes(told.region_code, told.kind, told.start_on, due)
    task = Task(
        region_code=told.region_code,
        code=told.code,
        title=told.title,
        kind=told.kind,
        source=told.source,
        document_code=told.document_code,
        lead_unit=told.lead,
        leader_post_id=leader,
        start_on=told.start_on,
        due_on=due,
        baseline_due_on=due,
        due_basis=told.basis,
        template=template,
        schedule_note=note,
        method=told.method,
        rhythm=told.rhythm,
        percent=0,
    )
    return task, steps


def _of_measure(measure: Measure) -> Promise:
    document = measure.document
    recurs = RECURS.get(measure.recurrence) if measure.recurrence else None
    return Promise(
        source=Source(
            region_code=document.region_code, kind=SourceKind.MEASURE, measure=measure, document=document,
            origin=document.issuer, number=document.number, issued_on=document.issued_on,
        ),
        region_code=document.region_code,
        code=measure.code,
        title=measure.title,
        kind=measure.kind.value,
        lead=measure.lead_unit,
        leader_post_id=measure.leader_post_id,
        supporting=[unit for unit in measure.supporting if unit.id != measure.lead_unit_id],
        start_on=document.issued_on or clock.today(),
        due_on=measure.deadline,
        basis=measure.basis.value,
        document_code=document.code,
        method=method_of(measure.kind.value, has_figures=bool(measure.targets), recurs=recurs is not None),
        rhythm=recurs,
    )  # fmt: skip


def _of_project(project: Project) -> Promise:
    """A box gives no date of its own: its projects are due with the plan's period, unless somebody set a date."""
    document = db.session.get_one(PlanDocument, project.document_id)
    return Promise(
        source=Source(
            region_code=document.region_code, kind=SourceKind.PROJECT, project=project, document=document,
            origin=document.issuer, number=document.number, issued_on=document.issued_on,
        ),
        region_code=document.region_code,
        code=project.code or f"P-{project.box}-{project.place:02}",
        title=project.name,
        kind="project",
        lead=project.lead_unit,
        leader_post_id=project.lead_unit.leader_post_id,
        supporting=[unit for unit in project.supporting if unit.id != project.lead_unit_id],
        start_on=document.issued_on or clock.today(),
        due_on=project.deadline or document.period_to,
        basis=(Basis.ASSUMED if project.deadline else Basis.INHERITED).value,
        document_code=document.code,
    )  # fmt: skip


def method_of(kind: str, *, has_figures: bool, recurs: bool) -> Method:
    """How it will be known that work is done: by its figures, its turns, a plain yes, or a percentage."""
    if recurs:
        return Method.OCCURRENCES
    if has_figures:
        return Method.FIGURES
    return Method.PERCENT if kind in ("project", "quantified") else Method.YES


def due_by_source(region_code: str, kind: SourceKind, start: date) -> date:
    """When a kind of source is due where nobody says (domain §4: limits seen)."""
    rules = book.of(region_code)
    length = limits.offset(source_rules(kind.value, rules))
    return start + timedelta(days=1) if isinstance(length, Hours) else limits.shifted(rules.calendar, start, length)


def _ready(told: Promise, start: date) -> tuple[date, int]:
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
    length = "within_a_year" if (due - start).days <= YEAR else "over_a_year"
    template = {**numbers["by_kind"], **numbers.get(length, {})}[kind]
    slack = numbers["slack"]
    brief = numbers.get("brief")
    if brief and (due - start).days <= brief["days"]:
        template, slack = brief["template"], brief["slack"]
    steps = numbers["templates"][template]
    if yearly := next((step["name"] for step in steps if "days" not in step), None):
        plan = schedule.yearly(start, due, yearly, rules.calendar, slack)
    else:
        lengths = [schedule.Step(step["name"], step["days"]) for step in steps]
        plan = schedule.backward(start, due, lengths, rules.calendar, slack, numbers.get("spread", 0))
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
