"""Arm the limits of a state; what has rung once for one moment does not ring again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from taskflow import clock, db
from taskflow.rules import limits
from taskflow.workflows.models import Timer, TimerState

if TYPE_CHECKING:  # the engine stands above
    from taskflow.workflows.engine import Flow, Limit


def arm(flow: Flow, record: Any, at: datetime, *, entered: bool) -> None:
    """Put the timers of a record in order after a move.

    A state just entered: all timers of the old one are superseded and those of the new one armed. A move
    that stays: limits counted from the entry keep running, the others are computed again.
    """
    day = clock.local(at).date()
    moving = [
        limit
        for limit in flow.limits_of(record.state)
        if entered or limits.base_of(limit.rule, record.region_code, day) != limits.ENTERED
    ]
    if not entered and not moving:
        return
    wanted = [(limit, due) for limit in moving if (due := limits.due(limit.rule, record, at))]
    _disarm(flow, record, at, None if entered else [limit.rule for limit in moving])
    for limit, due in wanted:
        _arm_one(flow, record, limit, due)


def _disarm(flow: Flow, record: Any, at: datetime, rules: Sequence[str] | None) -> None:
    old = update(Timer).where(
        Timer.subject_kind == flow.name, Timer.subject_id == record.id, Timer.state == TimerState.ARMED
    )
    if rules is not None:
        old = old.where(Timer.rule.in_(rules))
    old = old.values(state=TimerState.SUPERSEDED, done_at=at)
    db.session.execute(old.execution_options(synchronize_session=False))


def _arm_one(flow: Flow, record: Any, limit: Limit, due: limits.Due) -> None:
    identity = {
        "subject_kind": flow.name,
        "subject_id": record.id,
        "rule": limit.rule,
        "ordinal": due.ordinal,
        "due_at": due.at,
    }
    armed = {
        "verb": limit.fires,
        "epoch": record.epoch,
        "because": due.because,
        "rule_version": due.rule_version,
        "state": TimerState.ARMED,
        "done_at": None,
        "not_before": due.at,
    }
    made = db.upsert(Timer.__table__).values(  # type: ignore[arg-type]
        {**identity, **armed, "region_code": record.region_code, "attempts": 0, "last_error": ""}
    )
    again = made.on_conflict_do_update(
        index_elements=list(identity), set_=armed, where=(Timer.state == TimerState.SUPERSEDED)
    )
    db.session.execute(again)
