"""What is in the database, counted: the figures of `taskflow stats`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from taskflow import db
from taskflow.escalations.models import Escalation
from taskflow.ledger.models import LedgerEntry, LedgerHead
from taskflow.notices.models import Mail, MailState, Notice
from taskflow.org.models import Post, Unit
from taskflow.plans.models import ConflictStatement, Indicator, Measure, PlanDocument, Project, Target
from taskflow.reports.models import Evidence, Report
from taskflow.reviews.models import Review
from taskflow.tasks.models import Node, Task
from taskflow.workflows.engine.models import Timer, TimerState


def census() -> dict[str, Any]:
    """Counts by the words of the export; maps where a count is split."""
    return {
        "documents": _count(PlanDocument),
        "measures": _count(Measure),
        "measures_by_kind": _by(Measure.kind),
        "targets": _count(Target),
        "indicators": _count(Indicator),
        "indicators_by_nature": _by(Indicator.nature),
        "project_boxes": db.session.scalar(select(func.count(func.distinct(Project.box)))),
        "projects": _count(Project),
        "conflicts": db.session.scalar(select(func.count(func.distinct(ConflictStatement.about)))),
        "units": _count(Unit),
        "posts": _count(Post),
        "tasks": _count(Task),
        "tasks_by_state": _by(Task.state),
        "nodes": _count(Node),
        "reports": _count(Report),
        "reports_by_state": _by(Report.state),
        "reviews_by_state": _by(Review.state),
        "escalations_by_state": _by(Escalation.state),
        "evidence": _count(Evidence),
        "ledger_entries": _count(LedgerEntry),
        "ledger_chains": _count(LedgerHead),
        "open_timers": _count(Timer, Timer.state == TimerState.ARMED),
        "dead_timers": _count(Timer, Timer.state == TimerState.DEAD),
        "notices": _count(Notice),
        "mails_pending": _count(Mail, Mail.state == MailState.PENDING),
    }


def _count(kind: type[Any], *only: Any) -> int:
    return int(db.session.scalar(select(func.count()).select_from(kind).where(*only)) or 0)


def _by(column: Any) -> dict[str, int]:
    counted = select(column, func.count()).group_by(column).order_by(column)
    return {str(getattr(word, "value", word)): int(n) for word, n in db.session.execute(counted)}
