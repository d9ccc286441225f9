"""A limit of time for work that follows a text nobody has seen before."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from taskflow import errors

TOO_LONG = "读取这个文件用时过长，已停止；请把它拆成几个文件后再试。"


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Work that may take so many seconds of the processor's time, in the main thread. Raises errors.Unreadable.

    The clock on the wall is the queue's: a job that waits is not one that works.
    """
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise errors.Unreadable(TOO_LONG)
