"""Commands per second, each its own transaction with ledger, timers and outbox, beside the bare SQL."""

from __future__ import annotations

from sqlalchemy import event

from bench import world
from bench.measure import head, say, seconds, statements
from taskflow import db
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine import Command, perform

ROUNDS = 300


def run() -> None:
    """`assign` tells the unit's posts and arms a timer: the fullest of the ordinary moves."""
    head("Commands, one transaction each (assign: ledger, timers, two notices)")
    with db.transaction():
        officer = world.somebody("officer-1").id
        ids = _approved(ROUNDS * 2)
    recorded = _record(ids[0], officer)
    with statements() as sent:
        _assign(ids[1], officer)
    ours = seconds(lambda: [_assign(task_id, officer) for task_id in ids[2 : ROUNDS + 2]]) / ROUNDS
    bare = _replay(recorded) / ROUNDS
    say("taskflow", f"{1 / ours:.0f} /s", f"{len(sent)} statements")
    say("the same writes as bare SQL", f"{1 / bare:.0f} /s", f"{len(recorded)} statements; ratio {ours / bare:.1f}")


def _approved(number: int) -> list[int]:
    ids = []
    for place in range(number):
        task = world.fresh_task(1_000_000 + place)
        leader = task.leader_post_id
        holder = next(p for (kind, key), p in world.holders().items() if kind == "leader" and key == leader)
        perform(FLOWS["task"], task, Command(f"bench:a:{task.id}", "approve", holder))
        ids.append(task.id)
    return ids


def _assign(task_id: int, officer: int) -> None:
    with db.transaction() as session:
        flow = FLOWS["task"]
        person = session.get_one(type(world.somebody("officer-1")), officer)
        perform(flow, session.get_one(flow.record, task_id), Command(f"bench:s:{task_id}", "assign", person))


def _record(task_id: int, officer: int) -> list[tuple[str, object]]:
    """The writing statements of one command with their values, as they reach the driver."""
    sent: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE"):
            sent.append((statement, values))

    event.listen(db.engine(), "before_cursor_execute", note)
    _assign(task_id, officer)
    event.remove(db.engine(), "before_cursor_execute", note)
    return sent


def _replay(recorded: list[tuple[str, object]]) -> float:
    """The same rows by the driver alone, in as many transactions: inserted, then rolled back and repeated.

    Unique keys stand in the way of a second insert, so each round runs in a savepoint that is taken back
    before an ordinary commit; the driver does all the writing, and a commit stands at the end of each.
    """
    raw = db.engine().raw_connection()
    cursor = raw.cursor()
    lite = db.engine().dialect.name == "sqlite"

    def rounds() -> None:
        for _ in range(ROUNDS):
            if lite:
                cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("SAVEPOINT round")
            for statement, values in recorded:
                _send(cursor, statement, values)
            cursor.execute("ROLLBACK TO round")
            cursor.execute("UPDATE heartbeat SET note = note")
            cursor.execute("COMMIT")

    # the recorded rows exist by now: move their keys aside so that they can be written again
    taken = seconds(lambda: None)
    try:
        recorded[:] = [(s, _aside(v)) for s, v in recorded]
        taken = seconds(rounds)
    finally:
        raw.close()
    return taken


def _aside(values: object) -> object:
    """The same values under keys that nobody used."""
    if isinstance(values, (list, tuple)) and values and isinstance(values[0], (list, tuple, dict)):
        return [_aside(row) for row in values]
    if isinstance(values, dict):
        return {name: _other(value) for name, value in values.items()}
    return tuple(_other(value) for value in values)  # type: ignore[attr-defined]


def _other(value: object) -> object:
    return value + "~" if isinstance(value, str) and value.startswith(("bench:", "task:")) else value


def _send(cursor: object, statement: str, values: object) -> None:
    many = isinstance(values, list)
    getattr(cursor, "executemany" if many else "execute")(statement, values)
