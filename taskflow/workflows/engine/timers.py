"""Arm the limits of a state; what has fired once for one moment does not fire again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, update

from taskflow import clock, db
from taskflow.db import UtcDateTime
from taskflow.rules import limits
from taskflow.workflows.engine import batch
from taskflow.workflows.engine.models import Timer, TimerState

if TYPE_CHECKING:  # the engine stands above
    from taskflow.workflows.engine.table import Flow, Limit


TABLE: Any = Timer.__table__
_OLD = update(TABLE).where(
    TABLE.c.subject_kind == bindparam("kind"),
    TABLE.c.subject_id == bindparam("subject"),
    TABLE.c.state == bindparam("armed"),
)


def arm(flow: Flow, record: Any, at: datetime, *, entered: bool) -> None:
    """Put the timers of a record in order after a move.

    A state just entered: all timers of the old one are superseded and those of the new one armed. A move
    that stays: limits counted from the entry keep running, the others are computed again; what is due
    already and has not fired yet (a sweep that comes late) fires all the same.
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
    if not entered or record.epoch > 1:  # a record in its first state has no older timers
        _disarm(flow, record, at, None if entered else [limit.rule for limit in moving])
    if wanted:
        batch.execute(batch.Phase.ARM, _armed(db.dialect()), [_row(flow, record, limit, due) for limit, due in wanted])


def _disarm(flow: Flow, record: Any, at: datetime, rules: Sequence[str] | None) -> None:
    old = {"kind": flow.name, "subject": record.id, "armed": TimerState.ARMED}
    new = {"state": TimerState.SUPERSEDED, "done_at": at}
    if rules is None:
        batch.execute(batch.Phase.DISARM, _OLD, [{**old, **new}])
    else:
        batch.execute(batch.Phase.DISARM, _some_old(tuple(rules)), [{**old, "from_now": at, **new}])


@cache
def _some_old(rules: tuple[str, ...]) -> Any:
    return _OLD.where(
        or_(*(TABLE.c.rule == rule for rule in rules)), TABLE.c.due_at > bindparam("from_now", type_=UtcDateTime())
    )


def arm_again(old: Timer, due: limits.Due) -> None:
    """Arm a superseded timer's limit for another moment, which a changed rule gives it."""
    names = ("region_code", "subject_kind", "subject_id", "rule", "verb", "epoch")
    moment = {"ordinal": due.ordinal, "due_at": due.at, "because": due.because, "rule_version": due.rule_version}
    fresh = {"state": TimerState.ARMED, "done_at": None, "not_before": due.at, "attempts": 0, "last_error": ""}
    db.run(_armed(db.dialect()), {name: getattr(old, name) for name in names} | moment | fresh)


def _row(flow: Flow, record: Any, limit: Limit, due: limits.Due) -> dict[str, Any]:
    return {
        "region_code": record.region_code,
        "subject_kind": flow.name,
        "subject_id": record.id,
        "rule": limit.rule,
        "ordinal": due.ordinal,
        "due_at": due.at,
        "verb": limit.fires,
        "epoch": record.epoch,
        "because": due.because,
        "rule_version": due.rule_version,
        "state": TimerState.ARMED,
        "done_at": None,
        "not_before": due.at,
        "attempts": 0,
        "last_error": "",
    }


@cache
def _armed(_dialect: str) -> Any:
    """INSERT of a timer; one that was superseded for the same moment is armed again, one that fired is not."""
    made = db.upsert(TABLE)
    fresh = ("verb", "epoch", "because", "rule_version", "state", "done_at", "not_before")
    return made.on_conflict_do_update(
        index_elements=["subject_kind", "subject_id", "rule", "ordinal", "due_at"],
        set_={name: made.excluded[name] for name in fresh},
        where=(TABLE.c.state == TimerState.SUPERSEDED),
    )
