"""What moves of a task cause: rows in the database, never the network. Each reads one Moment and changes its record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from taskflow import clock, db
from taskflow.escalations.models import LIVE, Escalation
from taskflow.reports.models import NOT_IN, Report, ReportState
from taskflow.requests.models import Request, RequestKind, RequestState
from taskflow.rules import book
from taskflow.support.models import Answer, AnswerState
from taskflow.tasks.models import (
    ClosingGrade,
    Node,
    Occurrence,
    OccurrenceState,
    Task,
)
from taskflow.workflows.engine.perform import Command, begin, perform
from taskflow.workflows.engine.table import FLOWS, Effect, Moment, Party

DAY = timedelta(days=1)


def tell(*parties: Party, urgent: bool = False) -> Effect:
    """Enqueue a message to everybody who holds a post of these parties today."""

    def tells(m: Moment) -> None:
        for party in parties:
            for holding in party.people(m.record):
                if m.actor is None or holding.person_id != m.actor.id:
                    m.recipients[holding.person_id] = urgent or m.recipients.get(holding.person_id, False)

    tells.__name__ = ("urgently_" if urgent else "") + "tell(" + ", ".join(p.name for p in parties) + ")"
    return tells


def today_of(m: Moment) -> date:
    """The county's day of a move."""
    return clock.local(m.at).date()


# Dates and nodes


def park(m: Moment) -> None:
    """Note until when the task waits."""
    m.record.parked_until = date.fromisoformat(m.args["until"])


def unpark(m: Moment) -> None:
    """Forget the date."""
    m.record.parked_until = None


def extend(m: Moment) -> None:
    """Move the deadline, and the open nodes with it by as many working days; the baseline stays."""
    task = m.record
    new = date.fromisoformat(str(m.args["new_due_on"]))
    calendar = book.of(task.region_code).calendar
    shift = calendar.count(task.due_on, new)
    because = f"延期顺延 {shift} 个工作日（完成时限 {task.due_on} → {new}）"
    task.due_on = new
    for node in task.nodes:
        if node.done_on is None:
            before = node.finish_on
            node.start_on, node.finish_on = calendar.add(node.start_on, shift), calendar.add(node.finish_on, shift)
            node.because = f"{node.finish_on} ← {because} ← 原定 {before}（基线 {node.baseline_finish_on}）"[:200]


def replace_nodes(m: Moment) -> None:
    """The steps as given: those named again keep their baseline and what was reported done; the rest are gone."""
    task = m.record
    kept = {node.id: node for node in task.nodes}
    given: list[dict[str, str]] = list(m.args["nodes"])
    m.args["old"] = [f"{node.name} {node.start_on}至{node.finish_on}" for node in task.nodes]
    m.args["nodes"] = [f"{row['name']} {row['start_on']}至{row['finish_on']}" for row in given]
    for node in task.nodes:
        node.place += 1000  # out of the way of the new order
    db.session.flush()
    for place, row in enumerate(given, start=1):
        node = kept.pop(int(row["id"]), None) if row.get("id") else None
        finish = date.fromisoformat(row["finish_on"])
        if node is None:
            node = Node(task_id=task.id, baseline_finish_on=finish)
            db.session.add(node)
        elif not task.plan_agreed_on:
            node.baseline_finish_on = finish
        if (node.start_on, node.finish_on) != (date.fromisoformat(row["start_on"]), finish):
            node.because = f"{finish} ← {today_of(m)} 由{'督查室' if task.plan_agreed_on else '牵头单位'}编排"
        node.place, node.name = place, row["name"]
        node.start_on, node.finish_on = date.fromisoformat(row["start_on"]), finish
    for node in kept.values():
        db.session.delete(node)
    db.session.flush()
    db.session.expire(task, ["nodes"])


def agree_plan(m: Moment) -> None:
    """The plan holds from now on; its dates are the baseline."""
    m.record.plan_agreed_on = today_of(m)
    for node in m.record.nodes:
        node.baseline_finish_on = node.finish_on


# Requests


def ask(kind: RequestKind, *fields: str) -> Effect:
    """Enter a request; asked after the deadline has passed, the lateness stays."""

    def asks(m: Moment) -> None:
        task = m.record
        made = Request(
            region_code=task.region_code,
            task_id=task.id,
            unit_id=task.lead_unit_id,
            leader_post_id=task.leader_post_id,
            kind=kind,
            asked_at=m.at,
            old={"due_on": task.due_on.isoformat(), "percent": task.percent},
            wanted={name: m.args[name] for name in fields if m.args.get(name) not in (None, "")},
            reason=m.note,
            progress=task.physical,
            too_late=today_of(m) > task.due_on,
            task=task,
        )
        key = f"begin:request:{task.id}:v{task.version}:{kind.value}"
        facts = {"kind": kind.label, **{name: value for name, value in made.wanted.items() if isinstance(value, str)}}
        m.after.append(lambda: begin(FLOWS["request"], made, key, m.actor, facts))

    asks.__name__ = f"ask({kind.label})"
    return asks


# Ends


def grade(m: Moment) -> None:
    """Keep how well it was done, where the source asks for a grade."""
    given = str(m.args.get("closing_grade") or "")
    m.record.closing_grade = ClosingGrade(given) if given else None


def ungrade(m: Moment) -> None:
    """Taken up again, the grade is gone; the ledger keeps it."""
    m.record.closing_grade = None


def merge_into(m: Moment) -> None:
    """Another task carries this one on."""
    other = db.session.scalars(
        select(Task).where(Task.region_code == m.record.region_code, Task.code == str(m.args["into"]).strip())
    ).one()
    m.record.merged_into_id = other.id
    db.session.expire(m.record, ["merged_into"])


def hand_off(m: Moment) -> None:
    """Another body follows it up from here."""
    m.record.handed_to = str(m.args["body"]).strip()


#: What is still open when a task ends: record → the states, and the move that ends it with the task.
_OPEN: tuple[tuple[Any, tuple[Any, ...], str], ...] = (
    (Report, (*NOT_IN, ReportState.SUBMITTED), "lapse"),
    (Escalation, LIVE, "lapse"),
    (Request, (RequestState.ASKED, RequestState.RETURNED, RequestState.FORWARDED), "lapse"),
    (Occurrence, (OccurrenceState.OPEN,), "lapse"),
    (Answer, (AnswerState.ASKED, AnswerState.SILENT), "release"),
)


def end_with_task(m: Moment) -> None:
    """Nothing stays open that nobody can answer any more."""
    task = m.record

    def ends() -> None:
        for kind, states, verb in _OPEN:
            for record in db.rows(
                select(kind).where(kind.task_id == task.id, kind.state.in_(states)).order_by(kind.id)
            ):
                name = kind.__tablename__
                perform(FLOWS[name], record, Command(f"end:{task.id}:v{task.version}:{name}:{record.id}", verb, None))

    m.after.append(ends)
