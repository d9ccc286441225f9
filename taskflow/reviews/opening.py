"""Open the reviews of a quarter that has ended: one for each unit that had work, once."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from taskflow import clock, db
from taskflow.org.models import Unit
from taskflow.reports.models import Report
from taskflow.reports.periods import quarter_of
from taskflow.reviews.models import Review, ReviewLine
from taskflow.rules import book, progress
from taskflow.tasks.models import Task, TaskState
from taskflow.workflows.engine.perform import begin
from taskflow.workflows.review import REVIEW

#: Closed ones too: with a report in the quarter, they are the best of it.
BEGUN = (TaskState.UNDERWAY, TaskState.CLAIMED, TaskState.VERIFIED, TaskState.PARKED, TaskState.CLOSED)


def open_quarter(region_code: str, day: date | None = None) -> int:
    """Open what is missing of the quarter before `day`; how many reviews were opened. Runs twice, opens once."""
    today = day or clock.today()
    name, end = quarter_of(today.replace(day=1) - timedelta(days=(today.month - 1) % 3 * 31 + 1))
    rules = book.of(region_code)
    workdays = rules.numbers("reviews", end)["self_assess_workdays"]
    reported = select(Report.unit_id).where(Report.period_end <= end, Report.period_end > _start(end))
    missing = select(Unit).where(
        Unit.region_code == region_code,
        Unit.leader_post_id.is_not(None),
        Unit.id.in_(reported),
        Unit.id.not_in(select(Review.unit_id).where(Review.quarter == name)),
    )
    opened = 0
    for unit in db.rows(missing.order_by(Unit.place)):
        if not _tasks(unit.id, end):
            continue
        review = Review(
            region_code=region_code,
            unit_id=unit.id,
            leader_post_id=unit.leader_post_id,
            quarter=name,
            quarter_end=end,
            due_on=rules.calendar.add(end, workdays),
        )
        begin(REVIEW, review, f"begin:review:{unit.id}:{name}", None, {"quarter": name})
        _freeze(review, unit.id, end)
        opened += 1
    return opened


def _start(end: date) -> date:
    """The last day before a quarter."""
    return date(end.year, end.month - 2, 1) - timedelta(days=1)


def _tasks(unit_id: int, end: date) -> list[Task]:
    """What a unit worked on in the quarter: begun, with a report in it."""
    worked = select(Report.task_id).where(
        Report.unit_id == unit_id, Report.period_end <= end, Report.period_end > _start(end)
    )
    return list(db.rows(select(Task).where(Task.id.in_(worked), Task.state.in_(BEGUN)).order_by(Task.code)))


def _freeze(review: Review, unit_id: int, end: date) -> None:
    tasks = _tasks(unit_id, end)
    standings = progress.standings(tasks, end)
    missing = select(Report.task_id, func.count().label("n")).where(
        Report.task_id.in_([task.id for task in tasks]),
        Report.period_end <= end,
        Report.period_end > _start(end),
        Report.submitted_at.is_(None),
    )
    missed = {row.task_id: row.n for row in db.session.execute(missing.group_by(Report.task_id))}
    for task in tasks:
        stand = standings[task.id]
        db.session.add(
            ReviewLine(
                review_id=review.id,
                task_id=task.id,
                state=task.state.label,
                percent=task.percent,
                scheduled=stand.scheduled,
                light=stand.light.value,
                reports_missed=missed.get(task.id, 0),
            )
        )
