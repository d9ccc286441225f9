"""How reports are found: the ones before, the nodes still open, the files, the ledger of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from taskflow import db
from taskflow.ledger.models import LedgerEntry
from taskflow.ledger.phrases import Line, lines
from taskflow.reports.figures import NEWEST, after
from taskflow.reports.models import Evidence, Report, ReportOrigin, ReportState
from taskflow.tasks.models import Node, Task

SHOWN = 6  # earlier reports beside the form


def visible_report(report_id: int, visible: Any) -> Report | None:
    """A report of a task that the viewer may see, with what its page shows."""
    wanted = select(Report).join(Task, Report.task_id == Task.id).where(Report.id == report_id, visible)
    with_parts = wanted.options(
        joinedload(Report.task).joinedload(Task.lead_unit),
        joinedload(Report.task).joinedload(Task.measure),
        joinedload(Report.unit),
        joinedload(Report.drafted_by),
    )
    return db.session.scalars(with_parts).one_or_none()


def visible_evidence(evidence_id: int, visible: Any) -> Evidence | None:
    """A file of a task that the viewer may see."""
    wanted = select(Evidence).join(Task, Evidence.task_id == Task.id)
    return db.session.scalars(wanted.where(Evidence.id == evidence_id, visible)).one_or_none()


def last_accepted(report: Report) -> Report | None:
    """The newest accepted report of the same task before this one."""
    earlier = select(Report).where(
        Report.task_id == report.task_id,
        Report.id != report.id,
        Report.state == ReportState.ACCEPTED,
    )
    return db.session.scalars(earlier.order_by(*NEWEST).limit(1)).one_or_none()


def newest_own(task_id: int) -> Report | None:
    """The newest report that a task's unit opened of its own accord."""
    own = select(Report).where(Report.task_id == task_id, Report.origin == ReportOrigin.OWN)
    return db.session.scalars(own.order_by(Report.id.desc()).limit(1)).one_or_none()


def earlier(report: Report) -> Sequence[Report]:
    """The reports before this one, newest first."""
    same = select(Report).where(Report.task_id == report.task_id, Report.id != report.id)
    written = same.where(Report.drafted_at.is_not(None))
    before = written.where(~after(report)) if report.drafted_at else written
    return db.rows(before.order_by(*NEWEST).limit(SHOWN))


def open_nodes(report: Report) -> Sequence[Node]:
    """The steps of the task not yet accepted as done."""
    left = select(Node).where(Node.task_id == report.task_id, Node.done_on.is_(None))
    return db.rows(left.order_by(Node.place))


def nodes_named(report: Report) -> list[tuple[str, str]]:
    """The steps that a report says are done: (name, day)."""
    told = report.nodes_done or {}
    named = select(Node).where(Node.task_id == report.task_id, Node.id.in_([int(key) for key in told]))
    return [(node.name, told[str(node.id)]) for node in db.rows(named.order_by(Node.place))]


def files_of(report: Report) -> Sequence[Evidence]:
    """What a report brought as proof."""
    of = (Evidence.subject_kind == "report") & (Evidence.subject_id == report.id)
    return db.rows(select(Evidence).where(of).order_by(Evidence.id))


def files_of_task(task_id: int) -> Sequence[Evidence]:
    """Everything that was brought as proof for a task."""
    return db.rows(select(Evidence).where(Evidence.task_id == task_id).order_by(Evidence.id))


def next_due(unit_ids: Sequence[int]) -> Report | None:
    """The report that these units should write next."""
    wanted = select(Report).where(
        Report.unit_id.in_(unit_ids), Report.state.in_((ReportState.DUE, ReportState.RETURNED))
    )
    return db.session.scalars(wanted.order_by(Report.due_on, Report.id).limit(1)).one_or_none()


def history(kind: str, record_id: int) -> list[Line]:
    """The ledger of one record in sentences, newest first."""
    written = select(LedgerEntry).where(LedgerEntry.subject_kind == kind, LedgerEntry.subject_id == record_id)
    return lines(db.rows(written.order_by(LedgerEntry.version.desc(), LedgerEntry.id.desc())))
