"""A small county that really runs: Redis, web, worker and clock, each a process, over a committed database."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from subprocess import Popen
from typing import Any

from sqlalchemy import select, update

from taskflow import clock, db
from taskflow.escalations.models import Escalation
from taskflow.jobs import queue, sweep
from taskflow.jobs.models import Heartbeat
from taskflow.org.models import Region
from taskflow.processes import answers, redis_command, redis_server
from taskflow.reports.models import Report
from taskflow.serve import healthy, web_command
from taskflow.tasks.models import Task
from tests import factories as make
from tests import home, waiting
from tests.servers import absent
from tests.waiting import Died, until


def local(moment: str) -> datetime:
    """“2024-03-25 10:00” on the county's wall clock."""
    return datetime.fromisoformat(moment).replace(tzinfo=clock.LOCAL)


@dataclass
class Town:
    """A committed county with its processes. Its time runs; `live_at` puts it where a story needs it."""

    url: str
    folder: Path
    port: int = 0
    children: dict[str, Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def redis(self) -> str:
        """The address of its Redis."""
        return f"unix://{self.folder / 'redis.sock'}"

    def start(self) -> None:
        """Redis, web server, worker and clock, as `./run` starts them."""
        self.start_redis()
        self._start_web()
        for name in ("work", "clock"):
            self._start(name, [sys.executable, "-m", "taskflow.cli", name])

    def start_redis(self) -> None:
        """A Redis that has forgotten everything."""
        program = redis_server() or absent("redis-server")
        self._start("redis", redis_command(program, self.folder / "redis.sock", self.folder, keep=False))
        until(lambda: answers(self.redis), "Redis")

    def _start_web(self) -> None:
        """The web server at a free port; at another one if somebody else took it in between."""
        for attempt in range(5):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
            web = self._start("web", web_command(f"127.0.0.1:{self.port}"))
            try:
                until(lambda: healthy("127.0.0.1", self.port), "the web server")
            except Died:
                if attempt == 4 or web.poll() is None or "in use" not in self.said("web"):
                    raise
                self.stop("web")
            else:
                return

    def _start(self, name: str, command: list[str]) -> Popen[bytes]:
        given = {
            "DATABASE_URL": self.url,
            "REDIS_URL": self.redis,
            "TASKFLOW_DATA": str(self.folder / "data"),
            "TASKFLOW_LOCAL": "1",
            "SECRET_KEY": "a key for journeys only",
            "SMTP_URL": "",
        }
        self.children[name] = waiting.start(command, {**os.environ, **given}, self.folder / f"{name}.log")
        return self.children[name]

    def stop(self, name: str) -> None:
        """Kill one process with all that it started."""
        waiting.end(self.children.pop(name))

    def said(self, name: str) -> str:
        """What a process wrote."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def live_at(self, moment: str) -> None:
        """Let the county's time run on from a moment, for us and for the processes."""
        shift = round((local(moment) - clock.wall()).total_seconds())
        with db.transaction() as session:
            back = session.scalar(select(Region.clock_shift)) > shift
            session.execute(update(Region).values(clock_shift=shift))
        clock.use_shift(shift)
        if back:  # nobody still does what was due in the story before
            self.swept()

    @contextmanager
    def then(self, moment: str) -> Iterator[None]:
        """What people did at a moment of the past, as one committed transaction."""
        self.live_at(moment)
        with clock.frozen(local(moment)), db.transaction():
            yield

    def sweep_at(self, moment: str) -> None:
        """What the clock did at a moment of the past."""
        self.live_at(moment)
        with clock.frozen(local(moment)):
            sweep.sweep(make.REGION)

    @contextmanager
    def records(self) -> Iterator[None]:
        """Look at what the processes have committed."""
        db.session.remove()
        db.will_write(writes=False)
        yield
        db.session.remove()

    def report_of(self, task: int) -> Report:
        """The report of a task that was asked for last."""
        with self.records():
            return make.newest_report(db.session.get_one(Task, task))

    def paper_of(self, task: int) -> Escalation:
        """The paper of the ladder that was proposed last against a task."""
        with self.records():
            return make.newest_escalation(db.session.get_one(Task, task))

    def title_of(self, task: int) -> str:
        """What a task is called."""
        with self.records():
            return db.session.get_one(Task, task).title

    def leader_of(self, task: int) -> str:
        """The sign-in of the leader in charge of a task."""
        with self.records():
            return db.session.get_one(Task, task).leader_post.code

    def done_to(self, record: Any) -> list[str]:
        """What was done with a record, in order."""
        with self.records():
            return [entry.verb for entry in make.entries(record)]

    def swept(self) -> None:
        """Ask for a sweep, and wait until the worker has looked at everything that is due by now."""
        asked = clock.wall()
        until(lambda: queue.enqueue("sweep"), "the queue to take a sweep")

        def done() -> bool:
            with self.records():
                beat = db.session.get(Heartbeat, "sweep")
                return beat is not None and beat.at > asked

        until(done, "a sweep")


@contextmanager
def running_town(url: str, folder: Path) -> Iterator[Town]:
    """A county that runs over a committed database, and is stopped whatever happens."""
    town = Town(url, folder)
    try:
        town.start()
        yield town
    finally:
        for name in list(town.children):
            town.stop(name)


@contextmanager
def visiting(town: Town) -> Iterator[Town]:
    """This process at the town's database and queue, and in its time, for as long as a test lasts."""
    with home.elsewhere(town.url), home.queueing({"REDIS_URL": town.redis}):
        with town.records():
            clock.use_shift(db.session.scalars(select(Region.clock_shift)).one())
        yield town
