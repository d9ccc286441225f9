"""The engine: the one function that changes a state.

`perform` is called from three places only: the door (people), the sweep (the clock), the seed's
story. It changes the record, arms the clock, writes the ledger and enqueues the messages in one transaction;
it never commits, and nothing can ask it to be silent. Order of locks, everywhere: subject, timer, ledger
head, outbox.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value

from taskflow import clock, db, errors
from taskflow.ledger import seal, writer
from taskflow.ledger.models import CommandDone, LedgerEntry
from taskflow.org.models import Holding, Person
from taskflow.workflows.engine import batch, facts, outbox, timers
from taskflow.workflows.engine.table import (
    CLOCK,
    STAY,
    Flow,
    Held,
    Moment,
    Move,
    Offer,
)


@dataclass(frozen=True)
class Command:
    """A request to make a move. `actor` None is the clock; `seen` the version the page was drawn from."""

    id: str
    verb: str
    actor: Person | None
    seen: int | None = None
    note: str = ""
    args: dict[str, Any] = field(default_factory=dict)

    def digest(self, kind: str, subject_id: int) -> str:
        """A digest of the request, to tell a repetition from another request under the same id."""
        who = self.actor.id if self.actor else 0
        text = json.dumps([kind, subject_id, self.verb, who, self.note, self.args], sort_keys=True, default=str)
        return seal.digest(text.encode())


@dataclass(frozen=True)
class Attempt:
    """A move that has been judged and may be made."""

    move: Move
    moment: Moment
    command_id: str
    #: By which post; None for the clock.
    holding: Held | None


def perform(flow: Flow, record: Any, command: Command, *, locked: bool = False) -> Any:
    """Make one move; returns the record. The same command again changes nothing.

    `locked`: the caller has taken the record by `lock` in this transaction.
    Raises errors.KeyReused, WrongState, NotYours, NotReady (all unmet sentences at once), Overtaken.
    """
    if _remember(flow, {record.id: command}):
        record = record if locked else lock(flow, record)
        _carry_out(flow, [_judge(flow, record, command)])
    return record


def perform_all(flow: Flow, commands: Mapping[int, Command]) -> Sequence[Any]:
    """Make a move of each of many records (id → command): all of them, or none. Returns the records.

    Every record is judged before the first one moves, so a move must not depend on another of the same act.
    What is written does not grow in statements with their number, but for what effects write by themselves.
    Raises errors.AllOrNothing with the refusal of each that may not move, errors.KeyReused.
    """
    fresh = _remember(flow, commands)
    records = lock_all(flow, list(commands))
    if not fresh:
        return records
    refused: dict[int, errors.Refusal] = {
        key: errors.NotFound("记录不存在。") for key in commands.keys() - {record.id for record in records}
    }
    attempts = []
    with batch.joining():
        for record in records:
            try:
                attempts.append(_judge(flow, record, commands[record.id]))
            except errors.Refusal as refusal:
                refused[record.id] = refusal
        if refused:
            raise errors.AllOrNothing(refused)
        _carry_out(flow, attempts)
    return records


def begin(flow: Flow, record: Any, command_id: str, actor: Person | None, given: dict[str, Any]) -> Any:
    """Enter a new record into its start state: its first ledger entry and timers.

    The caller makes the record with everything but its state; a record begins once per command id.
    """
    begin_all(flow, {command_id: record}, actor, lambda _record: given)
    return record


def begin_all(
    flow: Flow, records: Mapping[str, Any], actor: Person | None, facts_for: Callable[[Any], dict[str, Any]]
) -> None:
    """Enter many new records (command id → record) into their start state together."""
    for record in records.values():
        record.state, record.flow_version = flow.start, flow.version
        record.version = record.epoch = 1
    db.session.add_all(records.values())
    db.session.flush()
    writer.open_chains([chain_of(flow, record) for record in records.values()])
    for command_id, record in records.items():
        moment = Moment(record, actor, clock.now())
        timers.arm(flow, record, moment.at, entered=True)
        raw = facts.begun(record)
        _write(flow, moment, "begin", command_id, None, before="", given=facts_for(record), changes={}, raw=raw)


def offers(flow: Flow, record: Any, person: Person) -> list[Offer]:
    """The moves a person is party to in the present state: the open ones, then those closed and why."""
    moment = Moment(record, person, clock.now())
    leaving = [move for move in flow.leaving(record.state) if move.by is not CLOCK]
    parties = {id(move.by): move.by for move in leaving}
    mine = {key for key, party in parties.items() if party.holding_of(person, record)}
    found = [Offer(move, unmet(move, moment, asked=True)) for move in leaving if id(move.by) in mine]
    return sorted(found, key=lambda offer: not offer.open)


def unmet(move: Move, moment: Moment, *, asked: bool = False) -> list[str]:
    """The sentences of the conditions that fail. `asked`: leave out those that only miss an input."""
    return [guard.sentence for guard in move.when if not (asked and guard.asks) and not guard(moment)]


def lock(flow: Flow, record: Any) -> Any:
    """Take the record for this transaction: its root first, so that all of a task moves one at a time."""
    batch.flush_if_moved(chain_of(flow, record))
    if root := record.root:
        _taken(*root)
    found = _taken(flow.record, record.id)
    if found is None:
        raise errors.NotFound("记录不存在。")
    return found


def _taken(kind: type[Any], key: int) -> Any:
    """A row, locked and read again; in a batch once, for nobody else can change it before the transaction ends."""
    collected = batch.current()
    if collected is None:
        return db.lock(kind, key)
    if (kind, key) not in collected.locked:
        collected.locked[kind, key] = db.lock(kind, key)
    return collected.locked[kind, key]


def lock_all(flow: Flow, ids: Collection[int]) -> Sequence[Any]:
    """Take many records for this transaction, their roots first; those that do not exist are left out."""
    known = db.rows(select(flow.record).where(flow.record.id.in_(ids)))
    for record in known:
        batch.flush_if_moved(chain_of(flow, record))
    roots: dict[type[Any], set[int]] = {}
    for root in filter(None, (record.root for record in known)):
        roots.setdefault(root[0], set()).add(root[1])
    for kind, keys in roots.items():
        db.lock_all(kind, keys)
    return db.lock_all(flow.record, ids)


def chain_of(flow: Flow, record: Any) -> str:
    """The ledger chain that a record writes into."""
    root = record.root
    return f"{flow.name}:{record.id}" if root is None else f"{root[0].__tablename__}:{root[1]}"


def _judge(flow: Flow, record: Any, command: Command) -> Attempt:
    """The move that a command asks for, if it may be made; otherwise its refusal."""
    move = flow.move(command.verb, record.state)
    moment = Moment(record, command.actor, clock.now(), command.note.strip(), dict(command.args))
    holding = move.by.holding_of(command.actor, record)
    if (move.by is CLOCK) != (command.actor is None) or (command.actor and holding is None):
        raise errors.NotYours(f"“{move.label}”由{move.by.name}办理。")
    if reasons := unmet(move, moment):
        raise errors.NotReady(*reasons)
    if command.seen is not None and command.seen != record.version:
        _refuse_if_overtaken(flow, record, command.seen)
    return Attempt(move, moment, command.id, holding)


def _remember(flow: Flow, commands: Mapping[int, Command]) -> bool:
    """Note the commands of one act (subject → command); False: they were all carried out before."""
    rows: list[dict[str, Any]] = [
        {"id": one.id, "digest": one.digest(flow.name, key), "subject_kind": flow.name, "subject_id": key}
        for key, one in commands.items()
    ]
    given = rows[0] if len(rows) == 1 else rows  # a single row is sent without the cost of many
    fresh = db.run(_new_command(db.dialect()), given).all() if rows else []
    if len(fresh) == len(rows):
        return True
    known = select(CommandDone.id, CommandDone.digest).where(CommandDone.id.in_([row["id"] for row in rows]))
    done: dict[str, str] = {row.id: row.digest for row in db.session.execute(known)}
    if fresh or any(done[row["id"]] != row["digest"] for row in rows):
        raise errors.KeyReused
    return False


@cache
def _new_command(_dialect: str) -> Any:
    table = CommandDone.__table__
    return db.upsert(table).on_conflict_do_nothing().returning(table.c.id)  # type: ignore[arg-type]


@cache
def _guarded(table: Any) -> Any:
    """UPDATE of one row that is still at the version that was read."""
    here = (table.c.id == bindparam("b_id")) & (table.c.version == bindparam("b_version"))
    return update(table).where(here)


def _refuse_if_overtaken(flow: Flow, record: Any, seen: int) -> None:
    """A stale page is told what changed since it was drawn; if no shown fact did, it may go on."""
    since = select(LedgerEntry.changes).where(
        LedgerEntry.subject_kind == flow.name, LedgerEntry.subject_id == record.id, LedgerEntry.version > seen
    )
    folded: dict[str, tuple[str, str]] = {}
    for changes in db.rows(since.order_by(LedgerEntry.version)):
        for name, (old, new) in changes.items():
            folded[name] = (folded.get(name, (old,))[0], new)
    if told := {name: pair for name, pair in folded.items() if pair[0] != pair[1]}:
        raise errors.Overtaken(told)


def _carry_out(flow: Flow, attempts: Sequence[Attempt]) -> None:
    """Make the moves: what they cause goes to the database together, then each enters its state."""
    known = [facts.values_of(one.moment.record) for one in attempts]
    of_task = []  # what each move changed of the task behind its record
    for one in attempts:
        before = facts.of_task(one.moment.record)
        for effect in one.move.then:
            effect(one.moment)
        of_task.append(facts.behind(one.moment.record, before))
    db.session.flush()
    for one, values, behind in zip(attempts, known, of_task, strict=True):
        _enter(flow, one, values, behind)
    joint: dict[Callable[[list[Any]], Any], list[Any]] = {}
    for one in attempts:
        for act in one.moment.after:
            act()
        for bring, given in one.moment.jointly.items():
            joint.setdefault(bring, []).extend(given)
    for bring, all_given in joint.items():
        bring(all_given)


def _enter(flow: Flow, attempt: Attempt, known: facts.Values, of_task: dict[str, list[Any]]) -> None:
    """Write a record's new state, timers and ledger entry.

    `known`: the watched facts before the move; `of_task`: what it changed of the task behind the record.
    """
    move, moment = attempt.move, attempt.moment
    record, before, version = moment.record, moment.record.state, moment.record.version
    values: dict[str, Any] = {"version": version + 1}
    entered = move.target is not STAY
    if entered:
        values |= {"state": move.target, "epoch": record.epoch + 1}
    if move.stamp:
        values[move.stamp] = moment.at
    if move.clears:
        values[move.clears] = None
    _keep(flow, record, values, version)
    for name, value in values.items():
        set_committed_value(record, name, value)
    timers.arm(flow, record, moment.at, entered=entered)
    args = {name: value for name, value in moment.args.items() if value not in (None, "", {}, [])}
    new = facts.changed(record, known)
    told = {"before": before.value, "given": args, "changes": new.words, "raw": new.raw | of_task}
    _write(flow, moment, move.verb, attempt.command_id, attempt.holding, **told)


def _keep(flow: Flow, record: Any, values: dict[str, Any], version: int) -> None:
    """Write the new state, if the record is still at the version that was read."""
    kept, row = _guarded(flow.record.__table__), {**values, "b_id": record.id, "b_version": version}
    if batch.current():  # the record is locked, and read anew when it moves again
        batch.execute(batch.Phase.RECORD, kept, [row])
    elif not db.run(kept.returning(flow.record.__table__.c.id), row).first():
        raise errors.Overtaken({})


def _write(  # noqa: PLR0913  # an entry has these parts
    flow: Flow,
    moment: Moment,
    verb: str,
    command_id: str,
    holding: Held | None,
    *,
    before: str,
    given: dict[str, Any],
    changes: dict[str, list[str]],
    raw: dict[str, list[Any]],
) -> None:
    record, actor = moment.record, moment.actor
    acting = holding is not None and holding.acting_because is not None
    entry = writer.append(
        moment.at,
        chain_of(flow, record),
        {
            "region_code": record.region_code,
            "command_id": command_id,
            "actor_id": actor.id if actor else None,
            "post_id": holding.post_id if holding else None,
            "on_behalf_of_id": _regular_holder(holding.post_id) if acting and holding else None,
            "subject_kind": flow.name,
            "subject_id": record.id,
            "verb": verb,
            "before": before,
            "after": record.state.value,
            "version": record.version,
            "flow_version": flow.version,
            "note": moment.note,
            "facts": given,
            "changes": changes,
            "raw": raw or None,
        },
    )
    outbox.enqueue(entry, record.region_code, flow.name, record.id, moment.at, moment.recipients)


def _regular_holder(post_id: int) -> int | None:
    today = clock.today()
    regular = select(Holding.person_id).where(
        Holding.post_id == post_id, Holding.acting_because.is_(None), Holding.since <= today
    )
    return db.session.scalar(regular.order_by(Holding.since.desc()).limit(1))
