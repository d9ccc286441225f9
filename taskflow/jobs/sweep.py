"""Keep the clock's promises: due timers become ordinary moves, each in its own transaction.

Losing the queue loses nothing (what is due stands in the database) and firing twice does nothing twice
(a timer fires once, its command id is derived from it). A record that explodes backs off and at last goes
to a desk; it never stops the others.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from taskflow import clock, db, errors
from taskflow.org.models import Region
from taskflow.rules import limits
from taskflow.tasks.models import TaskState
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine import batch
from taskflow.workflows.engine.models import Timer, TimerState
from taskflow.workflows.engine.perform import Command, lock, lock_all, perform, perform_all
from taskflow.workflows.engine.table import Flow

log = logging.getLogger(__name__)

BATCH = 500
ATTEMPTS = 5


def sweep(region_code: str, most: int = 100_000) -> int:
    """Fire every timer of a region that is due; the number of timers that fired."""
    fired = 0
    while fired < most:
        due = _due(region_code, clock.now())
        if not due:
            break
        for timer_id in due:
            fired += fire(timer_id)
    return fired


def _due(region_code: str, now: datetime) -> list[int]:
    with db.transaction():
        waiting = select(Timer.id).where(
            Timer.region_code == region_code, Timer.state == TimerState.ARMED, Timer.not_before <= now
        )
        return list(db.rows(waiting.order_by(Timer.not_before, Timer.id).limit(BATCH)))


def fire(timer_id: int) -> bool:
    """One timer, one transaction. True when it is done with, in whatever way."""
    try:
        with db.transaction():
            return fire_here(timer_id)
    except Exception as error:  # noqa: BLE001  # the loop must go on; what it caught is kept with the timer
        log.warning("timer %s failed: %r", timer_id, error)
        with db.transaction():
            _back_off(timer_id, error)
        return True


def fire_here(timer_id: int) -> bool:
    """Fire one timer in the transaction at hand; False when somebody was faster."""
    timer = db.session.get(Timer, timer_id)
    if timer is None:
        return False
    flow = FLOWS[timer.subject_kind]
    record = db.session.get(flow.record, timer.subject_id)
    record = lock(flow, record) if record else None
    timer = db.lock(Timer, timer_id)
    if timer is None or timer.state is not TimerState.ARMED:
        return False  # somebody was faster
    now = clock.now()
    if record is None or timer.epoch != record.epoch or _pointless(timer, record, now):
        timer.state, timer.done_at = TimerState.SUPERSEDED, now
        return True
    timer.state, timer.done_at = TimerState.FIRED, now
    db.session.flush()
    try:
        with db.session.begin_nested():
            perform(flow, record, Command(id=f"timer:{timer_id}", verb=timer.verb, actor=None), locked=True)
    except errors.WrongState:
        timer.state = TimerState.SUPERSEDED
    except errors.NotReady as refusal:  # waits until its condition holds, and says why
        timer.state, timer.done_at, timer.last_error = TimerState.ARMED, None, str(refusal)
        timer.not_before = now + timedelta(hours=12)
    return True


def fire_all_here(timer_ids: Sequence[int]) -> int:
    """Fire timers of one moment in the transaction at hand, those with the same move together; how many are done with.

    What is written is what `fire_here` writes for one after the other.
    """
    if len(timer_ids) == 1:
        return int(fire_here(timer_ids[0]))
    groups: dict[tuple[str, str], list[Timer]] = {}
    for timer in sorted(db.lock_all(Timer, timer_ids), key=lambda timer: timer_ids.index(timer.id)):
        groups.setdefault((timer.subject_kind, timer.verb), []).append(timer)
    return sum(_fire_group(FLOWS[kind], timers) for (kind, _), timers in groups.items())


def _fire_group(flow: Flow, timers: Sequence[Timer]) -> int:
    """Timers with the same move: all at once if every one of them may fire, otherwise one by one."""
    batch.flush()
    records = {record.id: record for record in lock_all(flow, [timer.subject_id for timer in timers])}
    now = clock.now()
    plain = len(timers) > 1 and len({record.root or record.id for record in records.values()}) == len(timers)
    if plain and all(_fires(timer, records.get(timer.subject_id), now) for timer in timers):
        commands = {one.subject_id: Command(id=f"timer:{one.id}", verb=one.verb, actor=None) for one in timers}
        try:
            with db.session.begin_nested():
                for timer in timers:
                    timer.state, timer.done_at = TimerState.FIRED, now
                perform_all(flow, commands)
            return len(timers)
        except errors.AllOrNothing:
            pass
    return sum(fire_here(timer.id) for timer in timers)


def _fires(timer: Timer, record: Any, now: datetime) -> bool:
    armed = timer.state is TimerState.ARMED and record is not None and timer.epoch == record.epoch
    return armed and not _pointless(timer, record, now)


def _pointless(timer: Timer, record: Any, now: datetime) -> bool:
    """A reminder whose day is over (after an outage), or anything that hangs on a task that is closed."""
    task = getattr(record, "task", None)
    closed = task is not None and task.state is TaskState.CLOSED
    return closed or limits.lapsed(timer.rule, record, now)


def _back_off(timer_id: int, error: Exception) -> None:
    timer = db.lock(Timer, timer_id)
    if timer is None or timer.state is not TimerState.ARMED:
        return
    timer.attempts += 1
    timer.last_error = repr(error)[:2000]
    timer.not_before = clock.now() + timedelta(minutes=2**timer.attempts)
    if timer.attempts >= ATTEMPTS:
        timer.state, timer.done_at = TimerState.DEAD, clock.now()


def regions() -> list[tuple[str, int]]:
    """Every region with its clock's shift in seconds."""
    with db.transaction():
        return [(region.code, region.clock_shift) for region in db.rows(select(Region))]
