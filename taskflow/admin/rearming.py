"""A changed rule moves what hangs on it only as a proposal: every armed moment, old and new, approved as one act.

What has fired never changes. A limit counted from the entry of a state is reckoned from that entry again, with
today's numbers; a moment that would already lie behind us fires at the next sweep.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from taskflow import clock, db
from taskflow.ledger.admin import record_admin
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Person
from taskflow.rules import limits
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine import timers
from taskflow.workflows.engine.models import Timer, TimerState

SHOWN = 200  # changes that a page lists; the rest is counted


@dataclass(frozen=True)
class Change:
    """One armed moment that the rules of today would set otherwise; `due` None: they set none any more."""

    timer: Timer
    record: Any
    due: limits.Due | None


def proposal(region_code: str) -> list[Change]:
    """Everything that would move, by its present moment."""
    return list(_changes(region_code))


def _changes(region_code: str) -> Iterator[Change]:
    armed = select(Timer).where(Timer.region_code == region_code, Timer.state == TimerState.ARMED)
    found = db.rows(armed.order_by(Timer.due_at, Timer.id))
    for kind, flow in FLOWS.items():
        mine = [timer for timer in found if timer.subject_kind == kind]
        ids = {timer.subject_id for timer in mine}
        records = _records(flow.record, ids)
        entered = _entered(kind, ids)
        for timer in mine:
            record = records.get(timer.subject_id)
            if record is None or record.epoch != timer.epoch:
                continue  # superseded at the next sweep
            due = _due(timer, record, entered.get(record.id, clock.now()))
            if due is None or due.at != timer.due_at:
                yield Change(timer, record, due)


def _due(timer: Timer, record: Any, entered: datetime) -> limits.Due | None:
    """When the rules of today would let a limit run out."""
    today = clock.today()
    from_entry = limits.base_of(timer.rule, timer.region_code, today) == limits.ENTERED
    return limits.due(timer.rule, record, entered if from_entry else clock.now(), by=today)


def _records(kind: type[Any], ids: set[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    wanted = sorted(ids)
    for first in range(0, len(wanted), 500):
        some = select(kind).where(kind.id.in_(wanted[first : first + 500]))
        found |= {record.id: record for record in db.session.scalars(some).unique()}
    return found


def _entered(kind: str, ids: set[int]) -> dict[int, datetime]:
    """When each record entered the state that it is in."""
    newest = select(LedgerEntry.subject_id, func.max(LedgerEntry.at)).where(
        LedgerEntry.subject_kind == kind, LedgerEntry.after != LedgerEntry.before
    )
    if not ids:
        return {}
    return {row[0]: row[1] for row in db.session.execute(newest.group_by(LedgerEntry.subject_id)) if row[0] in ids}


def apply(person: Person, note: str, changes: Sequence[Change]) -> int:
    """Move them all, in one transaction with one entry of the county's chain; how many."""
    now = clock.now()
    for change in changes:
        timer = db.lock(Timer, change.timer.id)
        if timer is None or timer.state is not TimerState.ARMED:
            continue
        timer.state, timer.done_at = TimerState.SUPERSEDED, now
        db.session.flush()
        if change.due is not None:
            timers.arm_again(timer, change.due)
    record_admin("rearm", person, {"moments": len(changes)}, note)
    return len(changes)
