"""What moves of reports, of turns of recurring work, of supporting units' answers and of reviews cause."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from taskflow import db
from taskflow.reports import figures
from taskflow.reports.models import Evidence, Report, ReportState, TargetValue
from taskflow.reviews.models import Grade
from taskflow.support.models import Verdict
from taskflow.tasks.models import Method, Node, Occurrence, OccurrenceState, Task
from taskflow.workflows.effects import today_of
from taskflow.workflows.engine import timers
from taskflow.workflows.engine.perform import Command, perform
from taskflow.workflows.engine.table import FLOWS, Moment
from taskflow.workflows.knowledge_effects import heard

FULL = 100


def write_report(m: Moment) -> None:
    """Take what was typed into the report; an unchanged text is marked, not forbidden."""
    report, given = m.record, m.args
    told = dict(given.get("figures") or {})
    # Asked first: a question in between would write the row twice.
    before, reckoned = last_text(report) or "", figures.reckoned(figures.standing(report, told))
    report.progress = given["progress"].strip()
    report.figures, report.reckoned = told, reckoned
    report.fulfilled = str(given.get("fulfilled") or "") == "yes"
    report.shortfall = str(given.get("shortfall", "")).strip()
    report.percent = _claimed(report, str(given.get("percent") or "").strip())
    report.problems = str(given.get("problems", "")).strip()
    report.next_steps = str(given.get("next_steps", "")).strip()
    report.nodes_done = dict(given.get("nodes_done") or {})
    report.unchanged = report.progress == before
    report.drafted_by_id, report.drafted_at = m.actor.id if m.actor else None, m.at
    report.as_of = min(report.period_end, today_of(m))
    attach(m, report.task_id)


def _claimed(report: Report, typed: str) -> int | None:
    """The percentage that a report claims: as typed, else as its figures say, or a plain yes."""
    if report.task.method in (Method.YES, Method.OCCURRENCES):
        return FULL if report.fulfilled and report.task.method is Method.YES else None
    return int(typed) if typed else report.reckoned


def last_text(report: Report) -> str | None:
    """The progress text of the newest other report of the same task."""
    earlier = select(Report.progress).where(
        Report.task_id == report.task_id,
        Report.id != report.id,
        Report.progress != "",
    )
    return db.session.scalar(earlier.order_by(*figures.NEWEST).limit(1))


def attach(m: Moment, task_id: int | None) -> None:
    """Hang the files that came with a move on its record."""
    for file in m.args.get("evidence") or []:
        values = {
            "region_code": m.record.region_code,
            "subject_kind": m.record.__tablename__,
            "subject_id": m.record.id,
            "task_id": task_id,
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
    """Carry an accepted report over to its task: figures, nodes done, 形象进度 and percent, unless a later one spoke."""
    report, task = m.record, m.record.task
    later = select(Report.id).where(
        Report.task_id == task.id,
        Report.id != report.id,
        figures.after(report),
        Report.state == ReportState.ACCEPTED,
    )
    newest = not db.exists(later)
    told = {int(key): date.fromisoformat(day) for key, day in report.nodes_done.items()}
    if told:
        for node in db.rows(select(Node).where(Node.task_id == task.id, Node.id.in_(told), Node.done_on.is_(None))):
            node.done_on = told[node.id]
    report.judged_at = m.at
    for key, text in (report.figures or {}).items():
        if number := figures.number(text):
            db.session.add(
                TargetValue(
                    target_id=int(key), report_id=report.id, period_end=report.period_end, value=Decimal(number)
                )
            )
    if newest:
        task.physical, task.progress_at = report.progress, m.at
        task.percent = _reached(report, task)
    heard(task, today_of(m))
    db.session.flush()
    if report.fulfilled and task.method is Method.OCCURRENCES:
        m.after.append(lambda: _fulfil(m, report))
    timers.arm(FLOWS["task"], task, m.at, entered=False)  # a node that is done is not waited for


def _reached(report: Report, task: Task) -> int:
    """How far the task is, after this report: as it says; for a plain yes, the share of nodes done until then."""
    if task.method is Method.OCCURRENCES:
        return task.percent
    if report.percent is not None:
        return report.percent
    nodes = select(func.count(), func.count(Node.done_on)).where(Node.task_id == task.id)
    every, done = db.session.execute(nodes).one()
    return min(FULL - 1, FULL * done // every) if every else task.percent


def _fulfil(m: Moment, report: Report) -> None:
    """The oldest open turn up to the report's period is done."""
    turns = select(Occurrence).where(
        Occurrence.task_id == report.task_id,
        Occurrence.state == OccurrenceState.OPEN,
        Occurrence.due_on <= report.period_end,
    )
    for turn in db.rows(turns.order_by(Occurrence.due_on)):
        perform(FLOWS["occurrence"], turn, Command(f"fulfil:{turn.id}:report:{report.id}", "fulfil", m.actor))


def count_turns(m: Moment) -> None:
    """The percentage of recurring work is the share of its turns that are over; all of them, once it has ended."""
    task = m.record.task
    turns = select(func.count(), func.count(Occurrence.ended_at)).where(Occurrence.task_id == task.id)
    every, ended = db.session.execute(turns).one()
    ended += m.record.ended_at is None  # this one, which is stamped with its entry
    last = task.due_on <= max(m.record.due_on, today_of(m))
    task.percent = FULL if last and ended >= every else min(FULL - 1, FULL * ended // max(1, figures.turns(task)))


# Supporting units


def write_answer_of_support(m: Moment) -> None:
    """Take what the unit says in one line."""
    m.record.verdict, m.record.words = Verdict(str(m.args["verdict"])), m.note
    m.record.given_at = m.at


# Review


def write_self_grade(m: Moment) -> None:
    """Take the unit's own grade."""
    m.record.self_grade, m.record.self_note = Grade(m.args["grade"]), m.note


def write_office_grade(m: Moment) -> None:
    """Take the office's grade."""
    m.record.office_grade, m.record.office_note = Grade(m.args["grade"]), m.note
