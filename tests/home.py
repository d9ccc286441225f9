"""What every test finds: the state of this process, how to leave it for a while, and how to repair it.

One database open (the shared one, once there is one), no session bound to a connection, a clock that runs and is
not shifted, a queue whose Redis is nowhere, the environment and the folder as before; after a module, no program
that was started in it. `tests.guard` sees to it after every test.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from taskflow import clock, db
from taskflow.jobs import queue
from taskflow.processes import kill_session
from taskflow.rules import book
from tests import waiting

#: No test reaches a Redis that it has not started itself.
NO_REDIS = {"REDIS_URL": "unix:///nowhere/redis.sock"}


class Home:
    """What this process must come back to."""

    #: The address of the shared database; None until the first test asks for it.
    database: str | None = None
    environ: dict[str, str] = {}  # noqa: RUF012  # one process, one home
    folder = Path.cwd()
    #: The test file at hand, and what ran before it began.
    module: Path | None = None
    module_failed = False
    children: set[int] = set()  # noqa: RUF012


def go_home() -> None:
    """Open the shared database again, with nothing remembered of another one."""
    if Home.database is None:
        db.close()
    else:
        db.connect(Home.database)
    book._known.clear()


@contextmanager
def elsewhere(url: str) -> Iterator[str]:
    """This process at another database for a while."""
    try:
        db.connect(url)
        book._known.clear()
        yield url
    finally:
        go_home()
        clock.use_shift(0)  # the time of that county


@contextmanager
def queueing(settings: dict[str, Any]) -> Iterator[None]:
    """This process with the queue of these settings for a while."""
    try:
        queue.use(settings)
        yield
    finally:
        queue.use(NO_REDIS)


def let_go() -> None:
    """No session is bound to a connection any more, even if the one at hand cannot be closed."""
    try:
        db.session.remove()
    finally:
        db.session.registry.clear()
        db.session.configure(bind=None, join_transaction_mode="conditional_savepoint")


# What is looked at after a test


def put_back() -> list[str]:
    """Repair what a test has left behind; what that was."""
    return [found for repair in (_session, _database, _clock, _queue, _environ) if (found := repair())]


def _session() -> str:
    bound = db._factory.kw.get("bind") is not None
    with suppress(Exception):  # its connection may be broken, and that is no longer anybody's concern
        let_go()
    return "sessions bound to a connection" if bound else ""


def _database() -> str:
    now = None if db._engine is None else db._engine.url.render_as_string(hide_password=False)
    if now == Home.database:
        return ""
    with suppress(Exception):
        db.close()
    go_home()
    return f"the database {now} open instead of {Home.database}"


def _clock() -> str:
    stands, shift = clock._frozen.get(), clock._shift.get()
    clock.freeze(None)
    clock.use_shift(0)
    return f"a clock that stands at {stands}, shifted by {shift}" if stands or shift != timedelta() else ""


def _queue() -> str:
    found = (queue._settings or {}).get("REDIS_URL")
    queue.use(NO_REDIS)
    return "" if found == NO_REDIS["REDIS_URL"] else f"a queue at {found}"


def _environ() -> str:
    now = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    changed = sorted(name for name in now.keys() | Home.environ.keys() if now.get(name) != Home.environ.get(name))
    for name in changed:
        if name in Home.environ:
            os.environ[name] = Home.environ[name]
        else:
            del os.environ[name]
    moved = Path.cwd() != Home.folder
    os.chdir(Home.folder)
    changed += ["the folder"] if moved else []
    return f"changed in the environment: {', '.join(changed)}" if changed else ""


def children() -> set[int]:
    """The processes that this one has started and that still run."""
    found = Path("/proc/self/task").glob("*/children")
    return {int(pid) for path in found for pid in path.read_text().split()}


def end_children() -> str:
    """Kill what a module has left running, with all that it started; what that was."""
    left = children() - Home.children
    for child in [child for child in waiting._alive if child.pid in left]:
        waiting.end(child)
    names = []
    for pid in left & children():
        with suppress(OSError):
            names.append(Path(f"/proc/{pid}/comm").read_text().strip())
            kill_session(pid)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return f"programs still running: {', '.join(names) or len(left)}" if left else ""
