"""A county full of data on the schema before the record was opened (0005) is carried over, and goes on.

`county_at_0005.json.gz` holds a small county as the program of that schema wrote it: tasks, reports, reviews,
papers and drafts in every state, extensions asked, granted, denied and asked too late, a task that changed hands.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from taskflow import db, migrate
from taskflow.escalations.models import Escalation, NumberSeries
from taskflow.jobs import sweep
from taskflow.ledger import dump, verify
from taskflow.reports.models import Evidence, Report, ReportOrigin, ReportState, TargetValue
from taskflow.requests.models import Request, RequestState
from taskflow.rules import progress
from taskflow.sources.models import Source, SourceKind
from taskflow.tasks.models import RoleKind, Task, TaskRole, TaskState
from tests import factories as make
from tests.conftest import Store

ROWS = json.loads(gzip.decompress((Path(__file__).parent / "county_at_0005.json.gz").read_bytes()))


def _value(column: sa.Column, value: object) -> object:
    """A value of the file as its column wants it."""
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(str(value))
    if isinstance(kind, sa.Boolean):
        return bool(value)
    if isinstance(kind, sa.JSON):
        return json.loads(value) if isinstance(value, str) else value
    return Decimal(str(value)) if isinstance(kind, sa.Numeric) else value


def fill(connection: sa.Connection) -> None:
    """Every row into the tables as they are now; references are looked at when all is in."""
    known = sa.MetaData()
    known.reflect(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
    for name, rows in ROWS.items():
        table = known.tables[name]
        connection.execute(
            table.insert(), [{key: _value(table.c[key], value) for key, value in row.items()} for row in rows]
        )
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        for name, rows in ROWS.items():
            if isinstance(rows[0].get("id"), int):
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), (SELECT max(id) FROM \"{name}\"))"
                )


@pytest.fixture
def carried(store: Store, main_url: str, clock) -> Iterator[None]:
    """A database of its own, filled at 0005 and brought up to date."""
    url = store.create("former")
    db.connect(url)
    try:
        command.upgrade(migrate.config(), "0005")
        with db.engine().connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            fill(connection)
            connection.commit()
        db.close()  # the pragma goes with its connection
        db.connect(url)
        migrate.upgrade()
        clock.to("2024-04-20 10:00")
        db.will_write()
        yield
    finally:
        db.session.rollback()
        db.close()
        store.drop("former")
        db.connect(main_url)


def count(kind: type, *where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(kind).where(*where)) or 0


def test_nothing_of_the_county_is_lost(carried):
    for name in ("task", "report", "review", "escalation", "evidence", "ledger_entry", "node", "notice", "draft"):
        (rows,) = db.session.execute(sa.text(f"SELECT count(*) FROM {name}")).one()
        assert rows == len(ROWS[name]), name
    states = {row["id"]: row["state"] for row in ROWS["task"]}
    assert {task.id: task.state.value for task in db.rows(select(Task))} == states


def test_the_schema_is_the_one_of_the_models(carried):
    context = MigrationContext.configure(
        db.session().connection(), opts={"compare_type": True, "render_as_batch": True}
    )
    assert compare_metadata(context, db.Base.metadata) == []


def test_every_task_has_the_source_that_it_was_taken_up_from(carried):
    former = {row["id"]: row["measure_id"] for row in ROWS["task"]}
    for task in db.rows(select(Task)):
        assert task.measure_id == former[task.id]
        assert task.source.kind is SourceKind.MEASURE
        assert task.measure.id == former[task.id]
    assert count(Source) == len(ROWS["task"])


def test_who_answered_on_a_day_can_be_asked_also_where_the_lead_changed_hands(carried):
    for task in db.rows(select(Task)):
        now = {(role.role, role.unit_id or role.post_id) for role in task.roles if role.until is None}
        assert {(RoleKind.LEAD, task.lead_unit_id), (RoleKind.LEADER, task.leader_post_id)} <= now
    changed = db.rows(select(TaskRole).where(TaskRole.role == RoleKind.LEAD, TaskRole.until.is_not(None)))
    assert changed, "the county holds a task that was given to another unit"
    assert count(TaskRole, TaskRole.role == RoleKind.SUPPORTING) == len(ROWS["task_unit"])


def test_extensions_are_requests_and_the_open_ones_wait_for_their_leader(carried):
    answered = {None: RequestState.FORWARDED, 1: RequestState.GRANTED, 0: RequestState.DENIED}
    former = [(row["task_id"], row["new_due_on"], answered[row["granted"]]) for row in ROWS["extension"]]
    now = db.rows(select(Request).order_by(Request.id))
    assert [(one.task_id, one.wanted["new_due_on"], one.state) for one in now] == former
    waiting = next(one for one in now if one.state is RequestState.FORWARDED)
    assert "request_decide" in make.armed(waiting)
    before = waiting.task.due_on
    make.do(waiting, "grant")
    assert waiting.task.due_on == date.fromisoformat(waiting.wanted["new_due_on"]) > before


def test_reports_keep_their_words_and_their_figures_count(carried):
    reports = db.rows(select(Report))
    assert {report.origin for report in reports} == {ReportOrigin.RHYTHM}
    told = [report for report in reports if report.state is ReportState.ACCEPTED and report.figures]
    assert told
    assert count(TargetValue) == sum(len(report.figures) for report in told)


def test_evidence_and_papers_hang_on_their_records(carried):
    former = {row["id"]: row["report_id"] for row in ROWS["evidence"]}
    for file in db.rows(select(Evidence)):
        expected = ("report", former[file.id]) if former[file.id] else ("task", file.task_id)
        assert (file.subject_kind, file.subject_id) == expected
    for paper in db.rows(select(Escalation)):
        kind, _, rest = paper.because_key.partition(":")
        assert (paper.subject_kind, paper.subject_id) == (
            (kind, int(rest.split(":")[0])) if kind == "report" else ("task", paper.task_id)
        )


def test_the_next_number_of_a_series_follows_the_last_one(carried):
    numbered = [paper for paper in db.rows(select(Escalation)) if paper.number]
    last = {series.paper: series.last for series in db.rows(select(NumberSeries))}
    for paper in numbered:
        assert int(paper.number.split("-")[1]) <= last[paper.paper]
    assert numbered


def test_the_ledger_verifies_as_before(carried):
    report = verify.check(json.loads(line) for line in dump.lines())
    assert report.ok, report.breaks[:3]
    assert report.entries == len(ROWS["ledger_entry"])


def test_the_county_goes_on_the_clock_sweeps_and_people_move(carried, clock):
    db.session.commit()
    clock.to("2024-05-06 10:00")
    sweep.sweep(make.REGION)
    db.will_write()
    task = db.rows(select(Task).where(Task.state == TaskState.UNDERWAY))[0]
    assert progress.standing(task).light
    make.do(task, "report" if not open_reports(task) else "name_person")
    make.do(task, "cancel")
    assert task.state is TaskState.CANCELLED
    assert not open_reports(task)


def open_reports(task: Task) -> bool:
    unfinished = (ReportState.DUE, ReportState.DRAFTED, ReportState.RETURNED)
    return bool(count(Report, Report.task_id == task.id, Report.state.in_(unfinished)))
