"""A county with real processes: workers, a clock, a Redis that can be stopped, a mail server that is slow.

The processes live in real time; the county's clock shift puts them into the test's day, as in the demo.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from taskflow import clock as county_clock
from taskflow import db
from taskflow.jobs import queue
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Person, Region
from taskflow.processes import answers, kill_session, redis_command, redis_server
from taskflow.tasks.models import TaskState
from taskflow.workflows.engine.models import Timer, TimerState
from tests import factories as make
from tests.conftest import RealDb
from tests.servers import absent

ROOT = Path(__file__).resolve().parent.parent
LONG_ENOUGH = 60.0  # seconds; a slow machine under load


class Bell:
    """A Redis of this test's own, which it may stop and start."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "redis.sock"
        self.url = f"unix://{self.path}"
        self.program = redis_server() or absent("redis-server")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = redis_command(self.program, self.path, self.folder, keep=True)
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        until(lambda: answers(self.url))

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.path.unlink(missing_ok=True)


class SlowPost:
    """A mail server that keeps what it takes, and only then, after a while, says so."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.pause = 0.0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default)["Message-ID"])
        await asyncio.sleep(self.pause)
        return "250 taken"


@dataclass
class House:
    """The county with its processes."""

    county: RealDb
    bell: Bell
    post: SlowPost
    settings: dict[str, Any]
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def process(self, what: str) -> subprocess.Popen[bytes]:
        """A worker (“work”) or a clock (“clock_loop”) in a session of its own."""
        code = f"from taskflow.jobs import workers; workers.{what}()"
        given = {name: str(self.settings[name]) for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL")}
        environ = {**os.environ, **given, "TASKFLOW_DATA": str(self.settings["DATA"]), "TASKFLOW_LOCAL": "1"}
        with (self.bell.folder / f"{what}.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-c", code], cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True
            )
        self.children.append(child)
        return child

    def end(self, child: subprocess.Popen[bytes]) -> None:
        """Kill -9 a process with all that it forked."""
        kill_session(child.pid)
        child.wait()

    def live_at(self, moment: str) -> None:
        """Let the county's time run, for us and for the processes, from a moment on."""
        at = datetime.fromisoformat(moment).replace(tzinfo=county_clock.LOCAL)
        shift = round((at - county_clock.wall()).total_seconds())
        with db.transaction() as session:
            session.execute(update(Region).values(clock_shift=shift))
        county_clock._frozen.set(None)
        county_clock.use_shift(shift)

    @property
    def logs(self) -> str:
        """What the processes said."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.bell.folder.glob("*.log")))


@contextmanager
def living(real_db: RealDb, tmp_path: Path) -> Iterator[House]:
    """A committed county whose people can be reached, a Redis, a mail server; no worker yet."""
    bell, post = Bell(tmp_path), SlowPost()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(post, "127.0.0.1", port)
    server.start()
    bell.start()
    settings = {
        "DATABASE_URL": real_db.url,
        "REDIS_URL": bell.url,
        "SMTP_URL": f"smtp://127.0.0.1:{port}",
        "DATA": tmp_path / "data",
    }
    before = queue._settings
    queue.use(settings)
    with db.transaction() as session:
        session.execute(update(Person).values(email=Person.login + "@county.test"))
    made = House(real_db, bell, post, settings)
    try:
        yield made
    finally:
        for child in made.children:
            made.end(child)
        bell.stop()
        server.stop()
        queue._settings = before
        queue._known = None


def until(true: Callable[[], Any], seconds: float = LONG_ENOUGH) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def count(kind: type[Any], *conditions: Any) -> int:
    """How many rows, read afresh."""
    with fresh():
        return db.session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0


@contextmanager
def fresh() -> Iterator[None]:
    """A reading transaction that sees what others have committed."""
    db.session.rollback()
    db.session.expire_all()
    db.will_write(writes=False)
    yield
    db.session.rollback()


def some_tasks(number: int, state: TaskState = TaskState.ASSIGNED, nodes: int = 2) -> list[int]:
    """Committed tasks in a state; their ids."""
    with db.transaction():
        return [make.walk(make.task(nodes=nodes), state).id for _ in range(number)]


def due() -> int:
    """How many timers should have rung by now."""
    return count(Timer, Timer.state == TimerState.ARMED, Timer.not_before <= county_clock.now())


def misses() -> Counter[int]:
    """How often the clock noted of each task that it was not accepted in time."""
    with fresh():
        return Counter(db.rows(select(LedgerEntry.subject_id).where(LedgerEntry.verb == "miss_acceptance")))
