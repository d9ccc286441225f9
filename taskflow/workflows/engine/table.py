"""What a flow's table is made of: moves, limits, waits, parties, conditions. It knows no database row.

A table that contradicts itself cannot be imported (`Flow._check`): every state is reached and leads to an
end, has an owner and a clock (or says why not), every edge has a label.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Date, bindparam, false, select

from taskflow import clock, db, errors
from taskflow.db import State
from taskflow.org.models import Holding, Person, Post, Role
from taskflow.workflows.engine import batch

STAY = None


@dataclass
class Moment:
    """One attempt at a move: the record, who, when, and what was given with it."""

    record: Any
    actor: Person | None
    at: datetime
    note: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    #: Filled by effects: person → urgent, for those who are to be told; and records to begin afterwards.
    recipients: dict[int, bool] = field(default_factory=dict)
    after: list[Callable[[], Any]] = field(default_factory=list)
    #: What the moves of one act bring about together afterwards: function → what each move gives it.
    jointly: dict[Callable[[list[Any]], Any], list[Any]] = field(default_factory=dict)

    @property
    def task(self) -> Any:
        """The task that the record belongs to (itself, for a task)."""
        return getattr(self.record, "task", self.record)


class Guard(Protocol):
    """A condition with the sentence a person is shown, and the fields it asks for."""

    sentence: str
    asks: tuple[str, ...]
    #: What makes it true: moves of people (“report.accept”), or a word of `ELSEWHERE`.
    met_by: tuple[str, ...]
    __name__: str

    def __call__(self, m: Moment) -> bool: ...


#: What makes a condition true without a move: it holds from the beginning, once somebody else does
#: it (posts are filled), or by what is typed on the document's page.
ELSEWHERE = ("from the beginning", "another person", "the document's page")


def otherwise(sentence: str, *asks: str, met_by: tuple[str, ...] = ()) -> Callable[[Callable[[Moment], bool]], Any]:
    """Name a condition's sentence, the input fields that it needs, and the moves that bring it about."""

    def mark(test: Callable[[Moment], bool]) -> Any:
        test.sentence = sentence  # type: ignore[attr-defined]
        test.asks = asks  # type: ignore[attr-defined]
        test.met_by = met_by  # type: ignore[attr-defined]
        return test

    return mark


Effect = Callable[[Moment], None]


def held_on(day: Any, holding: Any = Holding) -> Any:
    """The condition that a post is held on a day (a date, or a parameter)."""
    return (holding.since <= day) & ((holding.until.is_(None)) | (holding.until >= day))


class Held(NamedTuple):
    """Somebody who holds a post on a day; `acting_because` is None for those who hold it in their own right."""

    person_id: int
    post_id: int
    acting_because: str | None


@dataclass(frozen=True)
class Party:
    """Who may move, and who hears. Answers both, always through posts held on the day."""

    name: str
    #: The roles of its posts.
    roles: frozenset[Role]
    #: The posts that this party is, as a condition on the table `post`; None: no post (the clock).
    posts: Any
    #: What the condition's parameters are for one record.
    of: Callable[[Any], dict[str, Any]] = lambda _record: {}
    #: The same read backwards, for lists: (record class, posts held) → condition on the record class.
    waiting: Callable[[Any, Sequence[Post]], Any] = lambda _record, _posts: false()

    def __repr__(self) -> str:
        return self.name

    def people(self, record: Any) -> list[Held]:
        """Who holds these posts today."""
        if self.posts is None:
            return []
        facts = {"today": clock.today(), **self.of(record)}
        known = collected.held if (collected := batch.current()) else {}
        key = (self.name, *facts.values())
        if key not in known:
            known[key] = [Held(*row) for row in db.session.execute(self._held, facts)]
        return list(known[key])

    @cached_property
    def _held(self) -> Any:
        """The question, built once: every move asks it several times."""
        held, post = Holding.__table__.c, Post.__table__.c
        today = held_on(bindparam("today", type_=Date()), held)
        return select(*(held[name] for name in Held._fields)).where(held.post_id == post.id, today, self.posts)

    def holding_of(self, person: Person | None, record: Any) -> Held | None:
        """By which of their posts a person is this party, if any."""
        if person is None:
            return None
        mine = [holding for holding in self.people(record) if holding.person_id == person.id]
        return min(mine, key=lambda holding: holding.acting_because is not None, default=None)


#: The clock: it may make only the moves whose `by` it is, and holds no post.
CLOCK = Party("时钟", frozenset(), posts=None)


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
    #: A column that is emptied with the move (the day of an end that is taken back).
    clears: str | None = None
    #: Whether it leads out of an end again, which only a named post may do, with a reason.
    reopens: bool = False
    #: Whether the clock makes it only as a consequence of another record's move, not when a limit runs out.
    follows: bool = False

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


@dataclass(frozen=True)
class Home:
    """Where a record's page is, and for whom the record exists at all."""

    #: (record, posts held) → whether somebody who holds these posts may see it.
    seen_by: Callable[[Any, Sequence[Post]], bool]
    #: (record, posts held) → endpoint of its page, and the values of its address.
    page: Callable[[Any, Sequence[Post]], tuple[str, dict[str, Any]]]


#: Every flow by the name used in URLs and in the ledger; `catalog` imports them all.
FLOWS: dict[str, Flow] = {}


class Flow:
    """A state machine as a table. One that contradicts itself cannot be imported."""

    def __init__(  # noqa: PLR0913  # a table has these parts
        self,
        name: str,
        label: str,
        record: type[Any],
        states: type[State],
        *,
        version: int,
        start: Any,
        ends: tuple[Any, ...],
        moves: Sequence[Move],
        limits: Sequence[Limit],
        waits: Sequence[Wait],
        home: Home,
        begun_by: tuple[str, ...] = (),
    ) -> None:
        self.name, self.label, self.record, self.states = name, label, record, states
        self.version, self.start, self.ends = version, start, ends
        self.moves, self.limits, self.waits, self.home = moves, limits, waits, home
        self.begun_by = begun_by
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

        moves = [move for move in self.moves if not move.reopens]
        edges = {(s, m.target if m.target is not STAY else s) for m in moves for s in m.sources}
        reached, frontier = {self.start}, [self.start]
        while frontier:
            here = frontier.pop()
            new = {b for a, b in edges if a == here} - reached
            reached |= new
            frontier += new
        demand(len(self._by) == sum(len(m.sources) for m in self.moves), "two rows for one verb and state")
        every = set(self.states)
        demand(reached == every, f"unreachable: {every - reached}")
        ending = set(self.ends)
        for _ in every:
            ending |= {a for a, b in edges if b in ending}
        demand(ending == every, f"no way to an end from: {every - ending}")
        demand(all(move.label for move in self.moves), "a move without a label")
        waiting = {wait.state: wait for wait in self.waits}
        clocked = {limit.state for limit in self.limits}
        for state in every - set(self.ends):
            demand(state in waiting, f"nobody owns {state}")
            demand(state in clocked or waiting[state].unclocked, f"{state} has no clock and does not say why")
        for limit in self.limits:
            move = self._by.get((limit.fires, limit.state))
            demand(move and move.by is CLOCK, f"{limit.rule} fires {limit.fires}, which the clock cannot make")
        fired = {(limit.fires, limit.state) for limit in self.limits}
        for (verb, state), move in self._by.items():
            demand(state not in self.ends or move.reopens, f"{verb} leaves the end {state}")
            reasoned = any("note" in guard.asks for guard in move.when)
            demand(not move.reopens or (move.by is not CLOCK and reasoned), f"{verb} reopens without a reason")
            demand(move.by is not CLOCK or move.follows or (verb, state) in fired, f"no limit of {state} fires {verb}")
