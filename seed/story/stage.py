"""The stage: a clock that is moved, the people who hold the posts, an agenda, and the timers that fire.

Everything on it goes through the engine: people by `Stage.do`, the clock by `sweep.fire_all_here`. The stage only
knows when somebody acts and who it is; what they do is told by the acts.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from taskflow import clock, db, errors
from taskflow.jobs import sweep
from taskflow.org.models import Holding, Person, Post, Region, Unit
from taskflow.plans.models import PlanDocument
from taskflow.rules import book
from taskflow.tasks.models import Occurrence, OccurrenceState, Task
from taskflow.workdays import Calendar
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine import batch
from taskflow.workflows.engine.models import Timer, TimerState
from taskflow.workflows.engine.perform import Command, perform

SEED = 20240628
#: A sweep comes a little after the moment that a timer names, as the clock's rounds do.
ROUND = timedelta(seconds=20)
#: No timer is armed for a moment further back. PostgreSQL would otherwise look at all that ever fired here.
LOOKING_BACK = timedelta(days=60)
BATCH = 500


@dataclass
class Cast:
    """Who holds which post. Kept for the whole story, so that the session need not read them again."""

    region: Region
    units: dict[str, Unit]
    posts: dict[str, Post]
    people: dict[int, Person]
    documents: list[PlanDocument]

    def holder(self, code: str) -> Person:
        """The person in a post, by the post's code."""
        return self.people[self.posts[code].id]

    def clerk(self, unit: Unit) -> Person:
        """Who fills in a unit's reports."""
        return self.holder(f"{unit.code}-clerk")

    def head(self, unit: Unit) -> Person:
        """Who answers for a unit."""
        return self.holder(f"{unit.code}-head")


def assemble(region: Region) -> Cast:
    """Read everybody in."""
    units = {unit.code: unit for unit in db.rows(select(Unit))}
    posts = {post.code: post for post in db.session.scalars(select(Post)).unique()}
    people = {person.id: person for person in db.rows(select(Person))}
    held = db.session.execute(select(Holding.post_id, Holding.person_id))
    return Cast(
        region, units, posts, {post: people[person] for post, person in held}, list(db.rows(select(PlanDocument)))
    )


@dataclass
class Stage:
    """Where and when the story stands."""

    cast: Cast
    #: The setting DATA, below which evidence is kept.
    data: Path
    now: datetime
    calendar: Calendar = field(init=False)
    tasks: dict[str, Task] = field(default_factory=dict)
    #: What they were taken up from, with its targets; kept for the same reason as the cast.
    sources: list[Any] = field(default_factory=list)
    #: What to do when the clock or a move has made a new record of a kind.
    on_new: dict[type[Any], Callable[[Any], None]] = field(default_factory=dict)
    _agenda: list[tuple[datetime, int, Callable[..., object], tuple[Any, ...]]] = field(default_factory=list)
    _places: count[int] = field(default_factory=count)
    _seen: dict[type[Any], int] = field(default_factory=lambda: defaultdict(int))
    _swept: datetime | None = None
    moves: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        self.calendar = book.of(self.cast.region.code).calendar

    # time

    def at(self, day: date, hour: int, act: Callable[..., object], *args: Any, minute: int = 0) -> None:
        """Put an act on the agenda, at a local hour of a day (never before now)."""
        moment = max(clock.at(day, hour, minute), self.now)
        heapq.heappush(self._agenda, (moment, next(self._places), act, args))

    def in_days(self, n: int, hour: int, act: Callable[..., object], *args: Any) -> None:
        """The same, after so many working days (0: today)."""
        self.at(self.calendar.add(self.today, n), hour, act, *args)

    @property
    def today(self) -> date:
        """The story's day."""
        return clock.local(self.now).date()

    def chance(self, *about: Any) -> Random:
        """A die of its own for every question, so that one answer does not change the next."""
        return Random(":".join(map(str, (SEED, *about))))  # noqa: S311  # a story, not a secret

    def run_until(self, end: datetime) -> None:
        """Let everything happen that stands on the agenda or was promised by the clock."""
        while True:
            moment = min(self._agenda[0][0], end) if self._agenda else end
            self._sweep(moment)
            if not self._agenda or self._agenda[0][0] > end:
                self.now = end
                return
            if self._agenda[0][0] > moment:
                continue  # something that just became known comes first
            moment, _, act, args = heapq.heappop(self._agenda)
            self.now = moment
            with clock.frozen(moment):
                act(*args)

    # the clock's moves

    def _sweep(self, until: datetime) -> None:
        """Fire what is due until then, moment by moment and in order; once for each moment."""
        if until == self._swept:
            return
        self._swept = until
        due = select(Timer.id, Timer.not_before).where(
            Timer.region_code == self.cast.region.code,
            Timer.state == TimerState.ARMED,
            Timer.not_before <= until - ROUND,
            Timer.not_before > self.now - LOOKING_BACK,
        )
        due = due.order_by(Timer.not_before, Timer.id).limit(BATCH)
        while found := self._due(due):
            first = found[0].not_before
            self.now = max(first + ROUND, self.now)
            with clock.frozen(self.now):
                self.fired += sweep.fire_all_here([timer.id for timer in found if timer.not_before == first])
                self.notice()
            if self._agenda and self._agenda[0][0] < until:
                until = self._swept = self._agenda[0][0]
                due = due.where(Timer.not_before <= until - ROUND)

    def _due(self, statement: Any) -> Sequence[Any]:
        batch.flush()
        return db.session.execute(statement).all()

    def notice(self) -> None:
        """Look for records that were begun by somebody else's move, and plan what follows."""
        for kind, react in self.on_new.items():
            for record in db.rows(select(kind).where(kind.id > self._seen[kind]).order_by(kind.id)):
                self._seen[kind] = record.id
                react(record)

    # people's moves

    def do(self, record: Any, verb: str, who: Person, note: str = "", **args: Any) -> None:
        """One move by one person."""
        name = record.__tablename__
        key = f"story:{name}:{record.id}:{verb}:{record.version}"
        self.moves += 1
        perform(FLOWS[name], record, Command(key, verb, who, note=note, args=args))

    def try_to(self, record: Any, verb: str, who: Person, note: str = "", **args: Any) -> bool:
        """The same, when it may not be open yet."""
        batch.flush()
        try:
            with db.session.begin_nested():
                self.do(record, verb, who, note, **args)
        except errors.NotReady:
            return False
        return True

    def turns(self, task: Task) -> Sequence[Occurrence]:
        """The open turns of recurring work."""
        batch.flush()
        open_ones = select(Occurrence).where(Occurrence.task_id == task.id, Occurrence.state == OccurrenceState.OPEN)
        return db.rows(open_ones.order_by(Occurrence.due_on))

    def officer(self, *about: Any) -> Person:
        """One of the office's two officers."""
        return self.cast.holder(self.chance("officer", *about).choice(("officer-1", "officer-2")))

    def other_officer(self, person: Person) -> Person:
        """Their colleague."""
        return self.cast.holder("officer-2" if person.login == "officer-1" else "officer-1")

    def leader(self, record: Any) -> Person:
        """The county leader of a task or a review."""
        return self.cast.people[record.leader_post_id]
