"""Random histories: whatever people and the clock try in whatever order, the ledger tells exactly what happened."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from taskflow import db, errors
from taskflow.jobs import sweep
from taskflow.ledger import dump, verify
from taskflow.models import (
    Answer,
    Escalation,
    LedgerEntry,
    Occurrence,
    Report,
    Request,
    Review,
    Task,
    Timer,
)
from taskflow.org.models import Person
from taskflow.workflows.catalog import ALL, FLOWS
from taskflow.workflows.engine import facts as engine_facts
from taskflow.workflows.engine.perform import Command, perform
from taskflow.workflows.engine.table import CLOCK
from tests import factories as make
from tests import rebuilt

RECORDS = {
    "task": Task,
    "report": Report,
    "review": Review,
    "escalation": Escalation,
    "request": Request,
    "answer": Answer,
    "occurrence": Occurrence,
}
#: People of every party and some of none; "" is the clock.
PEOPLE = ["", "industry-head", "industry-clerk", "agri-head", "agri-clerk", "officer-1", "officer-2", "director",
          "mayor", "exec-deputy", "deputy-industry", "deputy-agri", "admin"]  # fmt: skip
VERBS = sorted({move.verb for flow in ALL for move in flow.moves})

#: One attempt: on which record; one of the moves that it has (or any verb at all); by the right person (or by
#: anybody); how many times it is sent; how many days go by before.
ATTEMPTS = some.lists(
    some.tuples(
        some.integers(0, 20),
        some.one_of(some.integers(0, 26), some.integers(0, 26), some.sampled_from(VERBS)),
        some.one_of(some.none(), some.none(), some.sampled_from(PEOPLE)),
        some.integers(1, 3),
        some.sampled_from([0, 0, 0, 0, 1, 9, 30]),
    ),
    min_size=10,
    max_size=30,
)


def play(clock, attempts):
    """Try everything; what is refused is undone. Before each attempt the clock makes the moves that are due."""
    day = date(2024, 3, 4)
    for number, (pick, what, who, times, days) in enumerate(attempts):
        if days:
            day += timedelta(days=days)
            clock.to(day)
            sweep.sweep(make.REGION)
        kind = list(RECORDS.values())[pick % len(RECORDS)]
        found = db.rows(select(kind).order_by(kind.id))
        record = found[pick // len(RECORDS) % len(found)]
        flow = FLOWS[record.__tablename__]
        here = flow.leaving(record.state) or flow.moves
        move = here[what % len(here)] if isinstance(what, int) else row(what, flow)
        attempt(record, move, who, f"try:{number}", times)


def row(verb, flow):
    """The move of a verb; where the flow has no such verb, its first."""
    return next((move for move in flow.moves if move.verb == verb), flow.moves[0])


def attempt(record, move, who, key, times):
    """One command, sent as often as it is sent."""
    flow = FLOWS[record.__tablename__]
    with db.transaction():
        ready = make.walkable(record, move) if who is None else False
    args = make.valid_args(record, move)
    note = args.pop("note", "")
    if who is None:
        actor = make.hand(record, move, note, args) if ready and move.by is not CLOCK else None
    else:
        actor = make.person(who) if who else None
    command = Command(key, move.verb, actor, None, note, args)
    for _ in range(times):
        try:
            with db.transaction():
                perform(flow, record, command)
        except errors.Refusal:
            continue


def replayed(entries):
    """State, version and watched facts of every record, from the ledger alone."""
    told = {}
    for entry in entries:
        state, version, facts = told.get((entry.subject_kind, entry.subject_id), ("", 0, {}))
        assert entry.before == state, "each entry begins where the one before it ended"
        assert entry.version == version + 1, "versions have no gap"
        for name, (old, new) in entry.changes.items():
            assert facts.get(name, old) == old
            facts[name] = new
        told[entry.subject_kind, entry.subject_id] = (entry.after, entry.version, facts)
    return told


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(attempts=ATTEMPTS)
def test_the_ledger_tells_any_history_exactly(county, clock, attempts):
    connection = db.session().get_bind()
    with undone(connection):
        clock.to("2024-03-04")
        with db.transaction():
            make.task(), make.walk(make.task("agri"), "underway"), make.review()
            make.report(), make.escalation(step=4)
            make.request(), make.answer(), make.occurrence()
        play(clock, attempts)
        holds(make.all_entries())


@contextmanager
def undone(connection):
    """A savepoint under the sessions' own, so that every example begins in the county as it was loaded."""
    db.session.remove()
    world = connection.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        world.rollback()


def holds(entries):
    """What must be true after every history."""
    assert verify.check(dump.entries()).breaks == []
    chains = {}
    for entry in entries:
        assert entry.seq == chains.get(entry.chain, 0) + 1, "chains have no gap"
        chains[entry.chain] = entry.seq
    told = replayed(entries)
    for kind, model in RECORDS.items():
        for record in db.rows(select(model).execution_options(populate_existing=True)):
            state, version, facts = told.pop((kind, record.id))
            assert (state, version) == (record.state, record.version)
            assert record.epoch == 1 + sum(moved(entry, record) for entry in entries)
            shown = {
                label: engine_facts._word(record, name, getattr(record, name)) for name, label in record.WATCHED.items()
            }
            for label in model.WATCHED.values():
                if label in facts and (kind, label) not in TOLD_ELSEWHERE:
                    assert facts[label] == shown[label]
    assert told == {}, "every entry belongs to a record"
    assert rebuilt.differences(entries, RECORDS.values()) == [], "a record is rebuilt from its chain"
    assert db.rows(select(Timer.last_error).where(Timer.attempts > 0)) == [], "no move of the clock exploded"
    commands = [entry.command_id for entry in entries]
    assert len(commands) == len(set(commands)), "a command n times is one move"
    for entry in entries:
        allowed(entry)


#: How far a task is comes from an accepted report or a turn that is over, whose entry tells it.
TOLD_ELSEWHERE = {("task", "完成率"), ("task", "形象进度")}


def moved(entry: LedgerEntry, record):
    """Whether an entry brought this record into a state."""
    mine = (entry.subject_kind, entry.subject_id) == (record.__tablename__, record.id)
    if not mine or entry.verb == "begin":
        return False
    flow = FLOWS[entry.subject_kind]
    return flow.move(entry.verb, flow.states(entry.before)).target is not None


def allowed(entry: LedgerEntry):
    """Each entry is a row of its table, by the clock exactly where the table says so."""
    if entry.verb == "begin":
        assert entry.before == ""
        return
    flow = FLOWS[entry.subject_kind]
    move = flow.move(entry.verb, flow.states(entry.before))
    assert entry.after == (move.target or entry.before)
    assert (entry.actor_id is None) == (move.by is CLOCK)
    if entry.actor_id is not None:
        assert entry.post_id is not None
        assert db.session.get(Person, entry.actor_id) is not None
