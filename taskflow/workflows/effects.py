"""What moves cause: rows in the database, never the network. Each reads one Moment and changes its record."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update

from taskflow import clock, db
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.org import posts
from taskflow.org.models import Region, Unit
from taskflow.reports import periods
from taskflow.reports.models import Evidence, Report, ReportState
from taskflow.reviews.models import Grade
from taskflow.rules import book, ladder
from taskflow.rules.late import Late
from taskflow.tasks.models import Extension, Node
from taskflow.workflows.engine import timers
from taskflow.workflows.engine.perform import begin
from taskflow.workflows.engine.table import FLOWS, Effect, Moment, Party


def tell(*parties: Party, urgent: bool = False) -> Effect:
    """Enqueue a message to everybody who holds a post of these parties today."""

    def tells(m: Moment) -> None:
        for party in parties:
            for holding in party.people(m.record):
                if m.actor is None or holding.person_id != m.actor.id:
                    m.recipients[holding.person_id] = urgent or m.recipients.get(holding.person_id, False)

    tells.__name__ = ("urgently_" if urgent else "") + "tell(" + ", ".join(p.name for p in parties) + ")"
    return tells


# Assignment


def hand_over(m: Moment) -> None:
    """Give the task, with its open reports and escalations, to another unit, which then supports it no longer.

    The leader in charge changes with the field, unless the task was given to a leader of its own.
    """
    unit = db.session.get_one(Unit, int(m.args["unit"]))
    if unit.leader_post_id and m.record.leader_post_id == m.record.lead_unit.leader_post_id:
        m.record.leader_post_id = unit.leader_post_id
    m.record.lead_unit = unit
    m.record.supporting = [one for one in m.record.supporting if one.id != unit.id]
    db.session.flush()
    open_reports = (ReportState.DUE, ReportState.DRAFTED, ReportState.RETURNED)
    for kind, live in ((Report, open_reports), (Escalation, (EscalationState.PROPOSED, EscalationState.ISSUED))):
        moved = update(kind).where(kind.task_id == m.record.id, kind.state.in_(live)).values(unit_id=unit.id)
        db.session.execute(moved)


def park(m: Moment) -> None:
    """Note until when the task waits."""
    m.record.parked_until = date.fromisoformat(m.args["until"])


def unpark(m: Moment) -> None:
    """Forget the date."""
    m.record.parked_until = None


def ask_report(m: Moment) -> None:
    """Open the report of the period that is due to be asked for, once."""
    task = m.record
    period = periods.upcoming(task, book.of(task.region_code))
    if period is None:
        return
    task.asked_through = period.end
    m.args["period"] = period.name
    due_on = _fair_day(task, period, m)
    report = Report(
        region_code=task.region_code,
        task_id=task.id,
        unit_id=task.lead_unit_id,
        period=period.name,
        period_end=period.end,
        due_on=due_on,
        task=task,
    )
    key = f"begin:report:{task.id}:{period.name}"
    facts = {"period": period.name, "due_on": due_on.isoformat()}
    m.after.append(lambda: begin(FLOWS["report"], report, key, None, facts))


def _fair_day(task: Any, period: periods.Period, m: Moment) -> date:
    """Whoever is asked late (an outage, 挂账) gets the days back; who took the task up late does not."""
    asked = clock.local(m.at).date()
    since = max(period.opens_on, clock.local(task.accepted_at).date())
    if asked <= since:
        return period.due_on
    return book.of(task.region_code).calendar.roll(period.due_on + (asked - since))


def ask_extension(m: Moment) -> None:
    """Enter a request to move the deadline; asked after it has passed, the lateness stays."""
    new = date.fromisoformat(m.args["new_due_on"])
    db.session.add(
        Extension(
            task_id=m.record.id,
            asked_at=m.at,
            old_due_on=m.record.due_on,
            new_due_on=new,
            reason=m.note,
            too_late=clock.local(m.at).date() > m.record.due_on,
        )
    )


def _open_extension(m: Moment) -> Extension:
    asked = select(Extension).where(Extension.task_id == m.record.id, Extension.granted.is_(None))
    return db.session.scalars(asked).one()


def extend(m: Moment) -> None:
    """Move the deadline to the day asked for, and the open nodes with it; the baseline stays."""
    request = _open_extension(m)
    request.granted, request.decided_at = True, m.at
    calendar = book.of(m.record.region_code).calendar
    shift = calendar.count(m.record.due_on, request.new_due_on)
    m.record.due_on = request.new_due_on
    m.args["new_due_on"] = request.new_due_on.isoformat()
    for node in m.record.nodes:
        if node.done_on is None:
            node.start_on, node.finish_on = calendar.add(node.start_on, shift), calendar.add(node.finish_on, shift)
            node.because = f"{node.finish_on} ← 延期顺延 {shift} 个工作日（基线 {node.baseline_finish_on}）"


def decline(m: Moment) -> None:
    """Refuse the request."""
    request = _open_extension(m)
    request.granted, request.decided_at = False, m.at


# Reporting


def write_report(m: Moment) -> None:
    """Take what was typed into the report; an unchanged text is marked, not forbidden."""
    report, given = m.record, m.args
    before = last_text(report) or ""  # asked first: a question in between would write the row twice
    report.progress = given["progress"].strip()
    report.percent = int(given["percent"])
    report.problems = str(given.get("problems", "")).strip()
    report.next_steps = str(given.get("next_steps", "")).strip()
    report.figures = dict(given.get("figures") or {})
    report.nodes_done = dict(given.get("nodes_done") or {})
    report.unchanged = report.progress == before
    report.drafted_by_id, report.drafted_at = m.actor.id if m.actor else None, m.at
    _attach(m, report.task_id, report.id)


def last_text(report: Report) -> str | None:
    """The progress text of the newest earlier report of the same task."""
    earlier = select(Report.progress).where(
        Report.task_id == report.task_id, Report.period_end < report.period_end, Report.progress != ""
    )
    return db.session.scalar(earlier.order_by(Report.period_end.desc()).limit(1))


def _attach(m: Moment, task_id: int, report_id: int | None) -> None:
    for file in m.args.get("evidence") or []:
        values = {
            "task_id": task_id,
            "report_id": report_id,
            "sha256": file["sha256"],
            "name": file["name"],
            "size": file["size"],
            "added_by_id": m.actor.id if m.actor else None,
            "added_at": m.at,
        }
        made = db.upsert(Evidence.__table__).values(values)  # type: ignore[arg-type]
        db.session.execute(made.on_conflict_do_nothing())


def note_return(m: Moment) -> None:
    """Keep why it came back, beside the text that must be mended; it goes to whoever leads the task now."""
    m.record.returned_at, m.record.return_reason = m.at, m.note
    m.record.unit_id = m.task.lead_unit_id


def take_progress(m: Moment) -> None:
    """Carry an accepted report over to its task: percent, 形象进度 (unless a later one spoke), nodes done."""
    report, task = m.record, m.record.task
    later = select(Report.id).where(
        Report.task_id == task.id, Report.period_end > report.period_end, Report.state == ReportState.ACCEPTED
    )
    newest = not db.exists(later)
    report.judged_at = m.at
    if newest:
        task.percent, task.physical, task.progress_at = report.percent, report.progress, m.at
    told = {int(key): date.fromisoformat(day) for key, day in report.nodes_done.items()}
    if told:
        for node in db.rows(select(Node).where(Node.task_id == task.id, Node.id.in_(told), Node.done_on.is_(None))):
            node.done_on = told[node.id]
    db.session.flush()
    timers.arm(FLOWS["task"], task, m.at, entered=False)  # a node that is done is not waited for


# Escalation


def propose_step(reason: str) -> Effect:
    """Propose the lowest step against the task for a fact that just became late.

    A task that is under 督办 already gets no second paper; the fact stands in the ledger and on the board.
    """

    def proposes(m: Moment) -> None:
        task = m.task
        live = (EscalationState.PROPOSED, EscalationState.ISSUED, EscalationState.ANSWERED)
        if db.exists(select(Escalation.id).where(Escalation.task_id == task.id, Escalation.state.in_(live))):
            return
        hangs_on = f"{m.record.__tablename__}:{m.record.id}:{reason}:{clock.local(m.at).date()}"
        _propose(m, task, 1, reason, LATE_WORDS[reason], hangs_on)

    proposes.__name__ = f"propose_step({reason})"
    return proposes


#: What a step can hang on, in words: a kind of late, or the office's own judgement.
LATE_WORDS = {kind.value: kind.label for kind in Late} | {"other": "督查室直接督办"}


def propose_next_step(m: Moment) -> None:
    """Propose the step above, for the same fact."""
    old = m.record
    fact = old.because.rpartition(UNANSWERED)[2]  # the papers before it are listed on its page
    demand = "" if old.demand == _usual_demand(old.days) else old.demand
    _propose(m, old.task, old.step + 1, old.reason, f"{old.name}{UNANSWERED}{fact}", old.because_key, demand)


UNANSWERED = "逾期未答复："


def _usual_demand(days: int) -> str:
    """What a paper asks for when nobody wrote a demand."""
    return f"请于 {days} 个工作日内说明情况、采取措施并答复。"


def escalate(m: Moment) -> None:
    """Propose a step that the office chose, with its demand."""
    given = str(m.args.get("reason"))
    reason = given if given in LATE_WORDS else "other"
    key = f"task:{m.record.id}:v{m.record.version}"
    _propose(m, m.record, int(m.args["step"]), reason, m.note or LATE_WORDS[reason], key, m.args["demand"])


def _propose(m: Moment, task: Any, number: int, reason: str, because: str, key: str, demand: str = "") -> None:
    day = clock.local(m.at).date()
    step = ladder.step(task.region_code, day, number)
    if step is None:
        return
    signer = posts.of_code(task.region_code, step.signed_by) if step.signed_by else None
    paper = Escalation(
        region_code=task.region_code,
        task_id=task.id,
        unit_id=task.lead_unit_id,
        task=task,
        step=step.number,
        name=step.name,
        paper=step.paper,
        signer_post_id=signer.id if signer else None,
        reason=reason,
        because=because,
        because_key=key,
        demand=demand or _usual_demand(step.days),
        days=step.days,
        proposed_at=m.at,
    )
    facts = {"step": step.number, "name": step.name, "because": because}
    actor = m.actor
    m.after.append(
        lambda: begin(FLOWS["escalation"], paper, f"begin:escalation:{task.id}:{key}:{number}", actor, facts)
    )


def set_answer_date(m: Moment) -> None:
    """From issuing on the lead unit has the step's working days to answer; numbered papers get their number."""
    paper = m.record
    day = clock.local(m.at).date()
    paper.unit_id = paper.task.lead_unit_id
    paper.answer_by = book.of(paper.region_code).calendar.add(day, paper.days)
    m.args["answer_by"] = paper.answer_by.isoformat()
    if not paper.number and paper.paper not in ("reminder", "urging"):
        # one number at a time in a region; others may go on referring to its row
        counter = select(Region.code).where(Region.code == paper.region_code)
        db.session.execute(counter.with_for_update(key_share=True))
        taken = select(Escalation.number).where(
            Escalation.region_code == paper.region_code, Escalation.paper == paper.paper, Escalation.number != ""
        )
        this_year = [int(n.split("-")[1]) for n in db.rows(taken) if n.startswith(f"{day.year}-")]
        paper.number = f"{day.year}-{max(this_year, default=0) + 1}"


def write_answer(m: Moment) -> None:
    """Take the unit's answer, and what proves it."""
    m.record.answer = m.args["answer"].strip()
    _attach(m, m.record.task_id, None)


# Review


def write_self_grade(m: Moment) -> None:
    """Take the unit's own grade."""
    m.record.self_grade, m.record.self_note = Grade(m.args["grade"]), m.note


def write_office_grade(m: Moment) -> None:
    """Take the office's grade."""
    m.record.office_grade, m.record.office_note = Grade(m.args["grade"]), m.note
