"""What moves of a task cause: rows in the database, never the network. Each reads one Moment and changes its record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from taskflow import clock, db
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.org.models import Unit
from taskflow.reports import periods
from taskflow.reports.models import Report, ReportOrigin, ReportState
from taskflow.requests.models import Request, RequestKind, RequestState
from taskflow.rules import book, progress
from taskflow.support.models import Answer, AnswerState
from taskflow.tasks.models import (
    ClosingGrade,
    Method,
    Node,
    Occurrence,
    OccurrenceState,
    Rhythm,
    RoleKind,
    Task,
    TaskRole,
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


# Who answers


def hand_over(m: Moment) -> None:
    """Give the task, with its open reports and escalations, to another unit, which then supports it no longer.

    The leader in charge changes with the field, unless the task was given to a leader of its own. Those who
    answered until now stay in the record, with their last day.
    """
    task, day = m.record, today_of(m)
    unit = db.session.get_one(Unit, int(m.args["unit"]))
    if unit.leader_post_id and task.leader_post_id == task.lead_unit.leader_post_id:
        replace_role(task, RoleKind.LEADER, day, post_id=unit.leader_post_id)
        task.leader_post_id = unit.leader_post_id
    replace_role(task, RoleKind.LEAD, day, unit_id=unit.id)
    end_role(task, RoleKind.SUPPORTING, day, TaskRole.unit_id == unit.id)
    task.lead_unit = unit
    db.session.flush()
    db.session.expire(task, ["supporting", "leader_post", "roles"])
    open_reports = (ReportState.DUE, ReportState.DRAFTED, ReportState.RETURNED)
    for kind, live in (
        (Report, open_reports),
        (Escalation, (EscalationState.PROPOSED, EscalationState.ISSUED)),
        (Occurrence, (OccurrenceState.OPEN,)),
    ):
        moved = update(kind).where(kind.task_id == task.id, kind.state.in_(live)).values(unit_id=unit.id)
        db.session.execute(moved)


def replace_role(task: Task, role: RoleKind, day: date, **who: Any) -> None:
    """Somebody else answers in this way from today on; the one before until yesterday (or never, on the same day)."""
    end_role(task, role, day)
    db.session.add(TaskRole(task_id=task.id, role=role, since=day, **who))


def end_role(task: Task, role: RoleKind, day: date, *more: Any) -> None:
    """End the rows of a role that hold now."""
    db.session.flush()
    for row in db.rows(
        select(TaskRole).where(TaskRole.task_id == task.id, TaskRole.role == role, TaskRole.until.is_(None), *more)
    ):
        row.until = max(row.since, day - DAY)
    db.session.flush()


def name_person(m: Moment) -> None:
    """The unit says who does the work (责任人)."""
    replace_role(m.record, RoleKind.PERSON, today_of(m), name=str(m.args["person"]).strip())
    db.session.expire(m.record, ["roles"])


def set_role(m: Moment) -> None:
    """The office names who else answers, in which way and under what name; or that somebody does no longer."""
    task, day = m.record, today_of(m)
    role = RoleKind(str(m.args["role"]))
    unit = db.session.get_one(Unit, int(m.args["role_unit"]))
    held = (TaskRole.unit_id == unit.id,)
    rows = select(TaskRole.id).where(
        TaskRole.task_id == task.id, TaskRole.role == role, TaskRole.until.is_(None), *held
    )
    m.args["who"] = unit.short
    if db.exists(rows):
        end_role(task, role, day, *held)
        m.args["what"] = f"不再作为{role.label}"
    else:
        db.session.add(TaskRole(task_id=task.id, role=role, unit_id=unit.id, since=day))
        m.args["what"] = f"作为{role.label}"
        if role is RoleKind.SUPPORTING:
            db.session.flush()
            m.after.append(lambda: ask_support(m, unit.id))
    db.session.flush()
    db.session.expire(task, ["supporting", "roles"])


def ask_supporting(m: Moment) -> None:
    """Ask every supporting unit for its answer to the assignment."""
    for unit in m.record.supporting:
        m.after.append(lambda unit_id=unit.id: ask_support(m, unit_id))  # type: ignore[misc]


def ask_support(m: Moment, unit_id: int) -> None:
    """Ask one supporting unit, once; who was asked before and has not answered is asked no second time."""
    task = m.task
    if db.exists(select(Answer.id).where(Answer.task_id == task.id, Answer.unit_id == unit_id, Answer.period == "")):
        return
    asked = Answer(region_code=task.region_code, task_id=task.id, unit_id=unit_id, task=task)
    begin(
        FLOWS["answer"],
        asked,
        f"begin:answer:{task.id}:{unit_id}",
        None,
        {"unit": db.session.get_one(Unit, unit_id).short},
    )


# Knowledge and reports


def know(m: Moment) -> None:
    """Something is known of the task today; from when on more is missing follows from its rhythm."""
    heard(m.task, today_of(m))


def heard(task: Task, day: date) -> None:
    """Set the day of the last knowledge, and from which day on the task is 情况不明."""
    task.known_on = max(task.known_on or day, day)
    rhythm = periods.rhythm(task, book.of(task.region_code), task.known_on)
    task.stale_on = progress.stale_on(task.region_code, rhythm, task.known_on)


def set_rhythm(m: Moment) -> None:
    """From now on the task is reported in another rhythm."""
    task = m.record
    task.rhythm = Rhythm(str(m.args["rhythm"]))
    m.args["rhythm_word"] = task.rhythm.label
    if task.known_on:
        task.stale_on = progress.stale_on(task.region_code, task.rhythm, task.known_on)


def ask_report(m: Moment) -> None:
    """Open the report of the period that is due to be asked for, once; work that comes again gets its turn."""
    task = m.record
    period = periods.upcoming(task, book.of(task.region_code))
    if period is None:
        return
    task.asked_through = period.through
    m.args["period"] = period.name
    due_on = _fair_day(task, period, m)
    if task.method is Method.OCCURRENCES:
        _open_occurrence(m, period)
    _open_report(m, period.name, period.end, due_on, ReportOrigin.RHYTHM)


def _fair_day(task: Any, period: periods.Period, m: Moment) -> date:
    """Whoever is asked late (an outage, 挂账) gets the days back; who took the task up late does not."""
    asked = today_of(m)
    since = max(period.opens_on, clock.local(task.accepted_at).date())
    if asked <= since:
        return period.due_on
    return book.of(task.region_code).calendar.roll(period.due_on + (asked - since))


def demand_report(m: Moment) -> None:
    """The office wants to know once, by a day."""
    m.record.asked_through = m.record.asked_through or today_of(m)
    due_on = date.fromisoformat(str(m.args["report_by"]))
    _open_report(m, _day_name(m), today_of(m), due_on, ReportOrigin.OFFICE)


def open_own_report(m: Moment) -> None:
    """The unit reports because it has something to say; no clock runs against it."""
    _open_report(m, _day_name(m), today_of(m), None, ReportOrigin.OWN)


def _day_name(m: Moment) -> str:
    """A period's name for a report that no rhythm asked for: its day, and a number from the second on."""
    day = today_of(m).isoformat()
    taken = set(db.rows(select(Report.period).where(Report.task_id == m.record.id, Report.period.startswith(day))))
    name = day if day not in taken else next(f"{day}-{n}" for n in range(2, 100) if f"{day}-{n}" not in taken)
    m.args["period"] = name
    return name


def _open_report(m: Moment, name: str, end: date, due_on: date | None, origin: ReportOrigin) -> None:
    task = m.record
    report = Report(
        region_code=task.region_code,
        task_id=task.id,
        unit_id=task.lead_unit_id,
        period=name,
        period_end=end,
        origin=origin,
        due_on=due_on,
        task=task,
    )
    facts = {"period": name, "due_on": due_on.isoformat() if due_on else "不限"}
    m.after.append(lambda: begin(FLOWS["report"], report, f"begin:report:{task.id}:{name}", m.actor, facts))


def _open_occurrence(m: Moment, period: periods.Period) -> None:
    task = m.record
    turn = Occurrence(
        region_code=task.region_code,
        task_id=task.id,
        unit_id=task.lead_unit_id,
        period=period.name,
        due_on=period.end,
        task=task,
    )
    facts = {"period": period.name, "due_on": period.end.isoformat()}
    m.after.append(lambda: begin(FLOWS["occurrence"], turn, f"begin:occurrence:{task.id}:{period.name}", None, facts))


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
    m.record.merged_into_id, m.record.merged_into = other.id, other


def hand_off(m: Moment) -> None:
    """Another body follows it up from here."""
    m.record.handed_to = str(m.args["body"]).strip()


#: What is still open when a task ends: record → the states, and the move that ends it with the task.
_OPEN: tuple[tuple[Any, tuple[Any, ...], str], ...] = (
    (Report, (ReportState.DUE, ReportState.DRAFTED, ReportState.RETURNED, ReportState.SUBMITTED), "lapse"),
    (Escalation, (EscalationState.PROPOSED, EscalationState.ISSUED, EscalationState.ANSWERED), "lapse"),
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
