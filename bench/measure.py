"""Timing and counting: medians, ratios, statements."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from sqlalchemy import event

from taskflow import db


def say(what: str, figure: str, beside: str = "") -> None:
    """One line of the table."""
    print(f"{what:<58}{figure:>16}   {beside}", flush=True)


def head(title: str) -> None:
    """A heading."""
    print(f"\n{title}", flush=True)


def milliseconds(act: Callable[[], object], times: int) -> float:
    """The median time of an act, in milliseconds, after one warm-up."""
    act()
    found = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return median(found)


def seconds(act: Callable[[], object]) -> float:
    """How long an act takes, once."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements sent in a block."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
