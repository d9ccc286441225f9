"""Commands per second, each its own transaction with ledger, timers and outbox, beside the bare SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, func, select, text

from bench import world
from bench.measure import head, say, seconds, statements
from taskflow import db
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Person
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.perform import Command, perform

ROUNDS = 300

#: The writing statements of one command with their values, as they reach the driver.
Written = list[tuple[str, Any]]


def run() -> None:
    """`assign` tells the unit's posts and arms a timer: the fullest of the ordinary moves."""
    head("Commands, one transaction each (assign: ledger, timer, notices)")
    with db.transaction():
        officer = world.somebody("officer-1").id
        ids = _approved(ROUNDS * 2)
    written = _rehearse(ids[:ROUNDS], officer)
    bare = seconds(lambda: _replay(written)) / ROUNDS
    with statements() as sent:
        ours = seconds(lambda: [_assign_alone(task_id, officer) for task_id in ids[ROUNDS:]]) / ROUNDS
    say("taskflow", f"{1 / ours:.0f} /s", f"{len(sent) / ROUNDS:.0f} statements each")
    beside = f"{len(written[0])} statements; ratio {ours / bare:.1f}"
    say("the same rows by the bare driver", f"{1 / bare:.0f} /s", beside)


def _approved(number: int) -> list[int]:
    holders, ids = world.holders(), []
    for place in range(number):
        task = world.fresh_task(1_000_000 + place)
        leader = holders["leader", task.leader_post_id]
        perform(FLOWS["task"], task, Command(f"bench:a:{task.id}", "approve", leader))
        ids.append(task.id)
    return ids


def _assign(task_id: int, officer: int) -> None:
    flow = FLOWS["task"]
    person = db.session.get_one(Person, officer)
    perform(flow, db.session.get_one(flow.record, task_id), Command(f"bench:s:{task_id}", "assign", person))


def _assign_alone(task_id: int, officer: int) -> None:
    with db.transaction():
        _assign(task_id, officer)


def _rehearse(ids: list[int], officer: int) -> list[Written]:
    """What the driver is sent for each command; all of it is taken back, so that it can be sent again."""
    written: list[Written] = []

    def note(_c: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE"):
            written[-1].append((statement, values))

    db.will_write()
    newest = db.session.scalar(select(func.max(LedgerEntry.id))) or 0
    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        for task_id in ids:
            written.append([])
            _assign(task_id, officer)
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
        db.session.rollback()
    if db.dialect() == "postgresql":  # a sequence is not rolled back, and the notices name the entries' ids
        with db.transaction() as session:
            reset = "SELECT setval(pg_get_serial_sequence('ledger_entry', 'id'), :newest)"
            session.execute(text(reset), {"newest": newest})
    return written


def _replay(written: list[Written]) -> None:
    """The same rows, as many transactions, nothing but the driver."""
    raw = db.engine().raw_connection()
    cursor = raw.cursor()
    lite = db.dialect() == "sqlite"
    try:
        for command in written:
            if lite:
                cursor.execute("BEGIN IMMEDIATE")
            for statement, values in command:
                many = isinstance(values, list)
                (cursor.executemany if many else cursor.execute)(statement, values)
            cursor.execute("COMMIT")
    finally:
        raw.close()
