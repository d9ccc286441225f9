"""What is known of a task and asked about it: reports, turns of recurring work, the rhythm, the last knowledge."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from taskflow import clock, db
from taskflow.reports import periods
from taskflow.reports.models import Report, ReportOrigin
from taskflow.rules import book, progress
from taskflow.tasks.models import (
    Method,
    Occurrence,
    Rhythm,
    Task,
)
from taskflow.workflows.effects import today_of
from taskflow.workflows.engine.perform import begin
from taskflow.workflows.engine.table import FLOWS, Moment


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
