"""A county with real processes: workers, a clock, a Redis that can be stopped, a mail server that is slow.

The processes live in real time; the county's clock shift puts them into the test's day, as in the demo.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from taskflow import clock as county_clock
from taskflow import db
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Person, Region
from taskflow.processes import answers, redis_command, redis_server
from taskflow.tasks.models import TaskState
from taskflow.workflows.engine.models import Timer, TimerState
from tests import factories as make
from tests import home, waiting
from tests.conftest import RealDb
from tests.servers import absent
from tests.waiting import until


class Bell:
    """A Redis of this test's own, which it may stop and start."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "redis.sock"
        self.url = f"unix://{self.path}"
        self.program = redis_server() or absent("redis-server")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = redis_command(self.program, self.path, self.folder, keep=True)
        self.process = waiting.start(command, os.environ, self.folder / "redis.log")
        until(lambda: answers(self.url), "Redis")

    def stop(self) -> None:
        if self.process is not None:
            waiting.end(self.process)
            self.process = None
            self.path.unlink(missing_ok=True)


class SlowPost:
    """A mail server that keeps what it takes, and says so; with `silent_from`, never again from that mail on."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.silent_from: int | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default)["Message-ID"])
        if self.silent_from is not None and len(self.taken) >= self.silent_from:
            await asyncio.Event().wait()
        return "250 taken"


class PostOffice(Controller):
    """A mail server at whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass
class House:
    """The county with its processes."""

    county: RealDb
    bell: Bell
    post: SlowPost
    settings: dict[str, Any]
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def process(self, what: str, before: str = "") -> subprocess.Popen[bytes]:
        """A worker (“work”) or a clock (“clock_loop”), which first runs some Python of the test's."""
        code = f"{before}\nfrom taskflow.jobs import workers; workers.{what}()"
        given = {name: str(self.settings[name]) for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL")}
        environ = {**os.environ, **given, "TASKFLOW_DATA": str(self.settings["DATA"]), "TASKFLOW_LOCAL": "1"}
        child = waiting.start([sys.executable, "-c", code], environ, self.bell.folder / f"{what}.log")
        self.children.append(child)
        return child

    def end(self, child: subprocess.Popen[bytes]) -> None:
        """Kill -9 a process with all that it forked."""
        waiting.end(child)

    def end_all(self) -> None:
        """Kill all of them."""
        for child in self.children:
            waiting.end(child)

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


def halting(place: str, after: int, sign: Path = Path(os.devnull)) -> str:
    """Python for a process that does something so many times and then, asked once more, stands still for ever.

    It then makes the file `sign`.
    """
    module, name = place.rsplit(".", 1)
    return f"""
import itertools, pathlib, time
import {module} as where
done, times = where.{name}, itertools.count(1)
def counted(*args, **options):
    if next(times) > {after}:
        pathlib.Path({str(sign)!r}).touch()
        time.sleep(1e6)
    return done(*args, **options)
where.{name} = counted
"""


@contextmanager
def living(real_db: RealDb, tmp_path: Path) -> Iterator[House]:
    """A committed county whose people can be reached, a Redis, a mail server; no worker yet."""
    with ExitStack() as stack:
        bell, post = Bell(tmp_path), SlowPost()
        server = PostOffice(post, "127.0.0.1", 0, ready_timeout=waiting.WATCHDOG)
        stack.callback(server.stop, no_assert=True)
        server.start()
        stack.callback(bell.stop)
        bell.start()
        settings = {
            "DATABASE_URL": real_db.url,
            "REDIS_URL": bell.url,
            "SMTP_URL": f"smtp://127.0.0.1:{server.port}",
            "DATA": tmp_path / "data",
        }
        stack.enter_context(home.queueing(settings))
        with db.transaction() as session:
            session.execute(update(Person).values(email=Person.login + "@county.test"))
        made = House(real_db, bell, post, settings)
        stack.callback(made.end_all)
        yield made


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
