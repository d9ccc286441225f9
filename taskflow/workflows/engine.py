"""The engine: what a table is made of, and the one function that changes a state.

`perform` is called from three places only: the door (people), the bell-ringer (the clock), the seed's
story. It changes the record, arms the clock, writes the ledger and owes the messages in one transaction;
it never commits, and nothing can ask it to be silent. Order of locks, everywhere: subject, timer, ledger
head, outbox.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Date, bindparam, false, select, update
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from taskflow import clock, db, errors
from taskflow.ledger import book, seal
from taskflow.ledger.models import CommandDone, LedgerEntry
from taskflow.org.models import Holding, Person, Post
from taskflow.tasks.models import Task
from taskflow.workflows import outbox, timers

STAY = None


@dataclass
class Moment:
    """One attempt at a move: the record, who, when, and what was given with it."""

    record: Any
    actor: Person | None
    at: datetime
    note: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    #: Filled by effects: person → urgent, for those owed a message; and records to begin afterwards.
    owed: dict[int, bool] = field(default_factory=dict)
    after: list[Callable[[], Any]] = field(default_factory=list)

    @property
    def task(self) -> Any:
        """The task that the record belongs to (itself, for a task)."""
        return getattr(self.record, "task", self.record)


class Guard(Protocol):
    """A condition with the sentence a person is shown, and the fields it asks for."""

    sentence: str
    asks: tuple[str, ...]
    __name__: str

    def __call__(self, m: Moment) -> bool: ...


def otherwise(sentence: str, *asks: str) -> Callable[[Callable[[Moment], bool]], Any]:
    """Name a condition's sentence, and the input fields that it needs."""

    def mark(test: Callable[[Moment], bool]) -> Any:
        test.sentence = sentence  # type: ignore[attr-defined]
        test.asks = asks  # type: ignore[attr-defined]
        return test

    return mark


Effect = Callable[[Moment], None]


def held_on(day: Any) -> Any:
    """The condition that a post is held on a day (a date, or a parameter)."""
    return (Holding.since <= day) & ((Holding.until.is_(None)) | (Holding.until >= day))


#: Who holds posts today; built once, because every move asks it several times.
_HELD = (
    select(Holding)
    .join(Post, Holding.post_id == Post.id)
    .options(lazyload(Holding.post))
    .where(held_on(bindparam("today", type_=Date())))
)


@dataclass(frozen=True)
class Party:
    """Who may move, and who hears. Answers both, always through posts held on the day."""

    name: str
    #: The posts that this party is for one record, as a condition on `Post`; None: no post (the clock).
    posts: Callable[[Any], Any] | None
    #: The same read backwards, for lists: (record class, posts held) → condition on the record class.
    waiting: Callable[[Any, Sequence[Post]], Any] = lambda _record, _posts: false()

    def __repr__(self) -> str:
        return self.name

    def people(self, record: Any) -> list[Holding]:
        """Who holds these posts today."""
        if self.posts is None:
            return []
        return list(db.session.scalars(_HELD.where(self.posts(record)), {"today": clock.today()}))

    def holding_of(self, person: Person | None, record: Any) -> Holding | None:
        """By which of their posts a person is this party, if any."""
        if person is None:
            return None
        mine = [holding for holding in self.people(record) if holding.person_id == person.id]
        return min(mine, key=lambda holding: holding.acting_because is not None, default=None)


#: The clock: it may make only the moves whose `by` it is, and holds no post.
CLOCK = Party("时钟", posts=None)


@dataclass(frozen=True)
class Move:
    """One row: a verb, from where, to where, by whom, only when, and what then."""

    verb: str
    label: str
    source: Any
    target: Any
    by: Party
    when: Sequence[Guard] = ()
    then: Sequence[Effect] = ()
    stamp: str | None = None

    @property
    def sources(self) -> tuple[Any, ...]:
        """The states it leads from."""
        return self.source if isinstance(self.source, tuple) else (self.source,)

    @property
    def asks(self) -> list[str]:
        """The input fields that its conditions need, in order, each once."""
        return list(dict.fromkeys(name for guard in self.when for name in guard.asks))


@dataclass(frozen=True)
class Limit:
    """While in a state, when the limit runs out, the clock makes a move."""

    state: Any
    rule: str
    fires: str


@dataclass(frozen=True)
class Wait:
    """Who owns a state, and why it has no clock if it has none."""

    state: Any
    owner: Party
    unclocked: str = ""


@dataclass(frozen=True)
class Offer:
    """A move as a page shows it: open, or closed and why."""

    move: Move
    reasons: Sequence[str]

    @property
    def open(self) -> bool:
        """Whether it may be made now."""
        return not self.reasons


#: Every flow by the name used in URLs and in the ledger; `catalog` imports them all.
FLOWS: dict[str, Flow] = {}


class Flow:
    """A state machine as a table. One that contradicts itself cannot be imported."""

    def __init__(  # noqa: PLR0913  # a table has these parts
        self,
        name: str,
        label: str,
        record: type[Any],
        states: type[Any],
        *,
        version: int,
        start: Any,
        ends: tuple[Any, ...],
        moves: Sequence[Move],
        limits: Sequence[Limit],
        waits: Sequence[Wait],
    ) -> None:
        self.name, self.label, self.record, self.states = name, label, record, states
        self.version, self.start, self.ends = version, start, ends
        self.moves, self.limits, self.waits = moves, limits, waits
        self._by = {(move.verb, source): move for move in moves for source in move.sources}
        self._check()
        FLOWS[name] = self

    def move(self, verb: str, state: Any) -> Move:
        """The row for a verb in a state; a refusal that names what may be done otherwise."""
        if found := self._by.get((verb, state)):
            return found
        named = next((move.label for move in self.moves if move.verb == verb), verb)
        may = "、".join(dict.fromkeys(m.label for m in self.leaving(state) if m.by is not CLOCK))
        raise errors.WrongState(
            f"当前状态是“{state.label}”，不能“{named}”。" + (f"现在可以：{may}。" if may else "此环节已经结束。")
        )

    def leaving(self, state: Any) -> list[Move]:
        """The moves that a state has, in the table's order."""
        return [move for move in self.moves if state in move.sources]

    def owner(self, state: Any) -> Party | None:
        """For whom a state waits."""
        return next((wait.owner for wait in self.waits if wait.state == state), None)

    def limits_of(self, state: Any) -> list[Limit]:
        """The limits that run in a state."""
        return [limit for limit in self.limits if limit.state == state]

    def _check(self) -> None:
        def demand(fact: object, complaint: str) -> None:
            if not fact:
                raise ValueError(f"flow {self.name}: {complaint}")

        edges = {(s, m.target if m.target is not STAY else s) for m in self.moves for s in m.sources}
        reached, frontier = {self.start}, [self.start]
        while frontier:
            here = frontier.pop()
            new = {b for a, b in edges if a == here} - reached
            reached |= new
            frontier += new
        demand(len(self._by) == sum(len(m.sources) for m in self.moves), "two rows for one verb and state")
        demand(reached == set(self.states), f"unreachable: {set(self.states) - reached}")
        ending = set(self.ends)
        for _ in self.states:
            ending |= {a for a, b in edges if b in ending}
        demand(ending == set(self.states), f"no way to an end from: {set(self.states) - ending}")
        demand(all(move.label for move in self.moves), "a move without a label")
        waiting = {wait.state: wait for wait in self.waits}
        clocked = {limit.state for limit in self.limits}
        for state in set(self.states) - set(self.ends):
            demand(state in waiting, f"nobody owns {state}")
            demand(state in clocked or waiting[state].unclocked, f"{state} has no clock and does not say why")
        for limit in self.limits:
            move = self._by.get((limit.fires, limit.state))
            demand(move and move.by is CLOCK, f"{limit.rule} fires {limit.fires}, which the clock cannot make")


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


def perform(flow: Flow, record: Any, command: Command) -> Any:
    """Make one move; returns the record. The same command again changes nothing.

    Raises errors.KeyReused, WrongState, NotYours, NotReady (all unmet sentences at once), Overtaken.
    """
    if not _remember(flow, record.id, command):
        return record
    record = lock(flow, record)
    move = flow.move(command.verb, record.state)
    moment = Moment(record, command.actor, clock.now(), command.note.strip(), dict(command.args))
    holding = move.by.holding_of(command.actor, record)
    if (move.by is CLOCK) != (command.actor is None) or (command.actor and holding is None):
        raise errors.NotYours(f"“{move.label}”由{move.by.name}办理。")
    if reasons := unmet(move, moment):
        raise errors.NotReady(*reasons)
    if command.seen is not None and command.seen != record.version:
        _refuse_if_overtaken(flow, record, command.seen)
    _carry_out(flow, move, moment, command.id, holding)
    return record


def begin(flow: Flow, record: Any, command_id: str, actor: Person | None, facts: dict[str, Any]) -> Any:
    """Enter a new record into its start state: its first ledger entry and timers.

    The caller makes the record with everything but its state; a record begins once per command id.
    """
    record.state, record.flow_version = flow.start, flow.version
    record.version = record.epoch = 1
    db.session.add(record)
    db.session.flush()
    moment = Moment(record, actor, clock.now())
    timers.arm(flow, record, moment.at, entered=True)
    _write(flow, moment, "begin", command_id, None, before="", facts=facts, changes={})
    return record


def offers(flow: Flow, record: Any, person: Person) -> list[Offer]:
    """The moves a person is party to in the present state, open or with the sentences that close them."""
    moment = Moment(record, person, clock.now())
    found = []
    for move in flow.leaving(record.state):
        if move.by is not CLOCK and move.by.holding_of(person, record):
            found.append(Offer(move, unmet(move, moment, asked=True)))
    return found


def unmet(move: Move, moment: Moment, *, asked: bool = False) -> list[str]:
    """The sentences of the conditions that fail. `asked`: leave out those that only miss an input."""
    return [guard.sentence for guard in move.when if not (asked and guard.asks) and not guard(moment)]


def lock(flow: Flow, record: Any) -> Any:
    """Take the record for this transaction: its task first, so that all of a task moves one at a time."""
    if record.root_task_id is not None and flow.record is not Task:
        db.lock(Task, record.root_task_id)
    found = db.lock(flow.record, record.id)
    if found is None:
        raise errors.NotFound("记录不存在。")
    return found


def chain_of(flow: Flow, record: Any) -> str:
    """The ledger chain that a record writes into."""
    root = record.root_task_id
    return f"{flow.name}:{record.id}" if root is None else f"task:{root}"


def _remember(flow: Flow, subject_id: int, command: Command) -> bool:
    digest = command.digest(flow.name, subject_id)
    row = {"id": command.id, "digest": digest, "subject_kind": flow.name, "subject_id": subject_id}
    if db.session.execute(_new_command(db.dialect()), row).first():
        return True
    if db.session.scalar(select(CommandDone.digest).where(CommandDone.id == command.id)) != digest:
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
    return update(table).where(here).returning(table.c.id)


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


def _carry_out(flow: Flow, move: Move, moment: Moment, command_id: str, holding: Holding | None) -> None:
    record, before = moment.record, moment.record.state
    shown = _shown(record)
    version = record.version
    for effect in move.then:
        effect(moment)
    values: dict[str, Any] = {"version": version + 1}
    entered = move.target is not STAY
    if entered:
        values |= {"state": move.target, "epoch": record.epoch + 1}
    if move.stamp:
        values[move.stamp] = moment.at
    db.session.flush()
    kept = _guarded(flow.record.__table__)
    if not db.session.execute(kept, {**values, "b_id": record.id, "b_version": version}).first():
        raise errors.Overtaken({})
    for name, value in values.items():
        set_committed_value(record, name, value)
    timers.arm(flow, record, moment.at, entered=entered)
    after = _shown(record)
    args = {name: value for name, value in moment.args.items() if value not in (None, "", {}, [])}
    changes = {name: [old, after[name]] for name, old in shown.items() if after[name] != old}
    _write(flow, moment, move.verb, command_id, holding, before=before.value, facts=args, changes=changes)
    for act in moment.after:
        act()


def _write(  # noqa: PLR0913  # an entry has these parts
    flow: Flow,
    moment: Moment,
    verb: str,
    command_id: str,
    holding: Holding | None,
    *,
    before: str,
    facts: dict[str, Any],
    changes: dict[str, list[str]],
) -> None:
    record, actor = moment.record, moment.actor
    acting = holding is not None and holding.acting_because is not None
    entry = book.append(
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
            "facts": facts,
            "changes": changes,
        },
    )
    outbox.owe(entry, record.region_code, flow.name, record.id, moment.at, moment.owed)


def _regular_holder(post_id: int) -> int | None:
    today = clock.today()
    regular = select(Holding.person_id).where(
        Holding.post_id == post_id, Holding.acting_because.is_(None), Holding.since <= today
    )
    return db.session.scalar(regular.order_by(Holding.since.desc()).limit(1))


def _shown(record: Any) -> dict[str, str]:
    """The watched facts as people read them."""
    return {label: _word(getattr(record, name)) for name, label in record.WATCHED.items()}


def _word(value: Any) -> str:
    return "" if value is None else str(getattr(value, "label", value))
