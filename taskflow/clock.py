"""What time it is: the only caller of `datetime.now`.

A demo county lives in its own time, so its clock is the real one plus a shift; a real county's shift is
zero. Tests freeze it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

_shift: ContextVar[timedelta] = ContextVar("clock_shift", default=timedelta())
_frozen: ContextVar[datetime | None] = ContextVar("clock_frozen", default=None)


def wall() -> datetime:
    """The machine's own time (UTC): for lock-outs, leases and logs, never for a deadline."""
    return datetime.now(UTC)


def now() -> datetime:
    """The county's time, UTC and aware."""
    return _frozen.get() or wall() + _shift.get()


def today() -> date:
    """The county's day."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment on the county's wall clock."""
    return moment.astimezone(LOCAL)


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A local hour of a day, as UTC."""
    return datetime.combine(day, time(hour, minute), LOCAL).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last second of the local day, as UTC: when a limit that names a day runs out."""
    return datetime.combine(day, time(23, 59, 59), LOCAL).astimezone(UTC)


def use_shift(seconds: int) -> None:
    """Live in a county's time from here on in this context."""
    _shift.set(timedelta(seconds=seconds))


def freeze(moment: datetime | None) -> None:
    """Stand still at a moment from here on; None lets time run again."""
    _frozen.set(moment)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stand still at a moment (tests, and the demo county's story)."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
