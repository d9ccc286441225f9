"""Real workers, a real Redis, a real SMTP server: killed at any moment, nothing is lost and nothing twice.

The processes live in real time; the county's clock shift puts them into the test's day, as in the demo.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pypdf import PdfReader
from sqlalchemy import func, select, update

from taskflow import clock as county_clock
from taskflow import db
from taskflow.children import answers, kill_session, redis_command, redis_server
from taskflow.jobs import queue, tasks
from taskflow.jobs.models import Heartbeat
from taskflow.ledger.models import LedgerEntry
from taskflow.notices.models import Mail, MailState, Notice
from taskflow.org.models import Person, Region
from taskflow.sheets import build as sheets
from taskflow.sheets import render
from taskflow.sheets.models import BuildState, SheetBuild
from taskflow.tasks.models import TaskState
from taskflow.workflows.models import Timer, TimerState
from tests import factories as make
from tests.conftest import Clock, RealDb
from tests.servers import absent

ROOT = Path(__file__).resolve().parent.parent
LONG_ENOUGH = 40.0  # seconds; a slow machine under load


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
        code = f"from taskflow.jobs import queue; queue.{what}()"
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


@pytest.fixture
def house(real_db: RealDb, clock: Clock, tmp_path: Path) -> Iterator[House]:  # noqa: ARG001  # the clock is put back
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
        queue._heard = None


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


# The sweep


def test_a_worker_killed_while_it_sweeps_loses_nothing_and_doubles_nothing(house: House) -> None:
    ids = some_tasks(60)
    house.live_at("2024-03-07 10:00")
    for stop_after in (5, 25, 45):
        worker = house.process("work")
        queue.ring_bell("sweep")
        until(lambda stop=stop_after: sum(misses().values()) >= stop)
        house.end(worker)
    house.process("work")
    queue.ring_bell("sweep")
    until(lambda: due() == 0)
    assert misses() == Counter(dict.fromkeys(ids, 1)), house.logs
    fired = count(Timer, Timer.state == TimerState.FIRED)
    assert count(LedgerEntry, LedgerEntry.command_id.like("timer:%")) == fired
    assert count(Timer, Timer.attempts > 0) == 0


def test_two_sweeps_at_once_ring_every_timer_once(house: House) -> None:
    ids = some_tasks(40)
    house.live_at("2024-03-07 10:00")
    house.process("work")
    house.process("work")
    for _ in range(8):
        queue.ring_bell("sweep")
        time.sleep(0.2)
    until(lambda: due() == 0)
    assert misses() == Counter(dict.fromkeys(ids, 1))


# Mail


def test_a_worker_killed_while_it_sends_repeats_at_most_the_mail_in_its_hands(house: House) -> None:
    some_tasks(2)
    house.live_at("2024-03-05 10:00")
    house.post.pause = 0.4
    worker = house.process("work")
    queue.ring_bell("deliver")
    until(lambda: len(house.post.taken) == 2)
    house.end(worker)  # the server has the second mail, and its answer never came
    sent = count(Mail, Mail.state == MailState.SENT)
    assert sent == 1
    with db.transaction() as session:  # the lease ends
        session.execute(update(Mail).where(Mail.attempts > 0).values(not_before=county_clock.wall()))
    house.post.pause = 0.0
    house.process("work")
    queue.ring_bell("deliver")
    until(lambda: count(Mail, Mail.state == MailState.OWED) == 0)
    mails = count(Mail)
    seen = Counter(house.post.taken)
    assert mails == len(seen) > 2
    assert sorted(seen.values()) == [1] * (mails - 1) + [2]
    assert count(Notice, Notice.mail_id.is_(None), Notice.mail_after <= county_clock.now()) == 0


def test_without_redis_moves_go_on_and_afterwards_all_is_delivered(house: House) -> None:
    house.process("work")
    queue.ring_bell()
    until(lambda: count(Heartbeat, Heartbeat.job == "build") == 1)  # the worker is up
    house.bell.stop()
    (task,) = some_tasks(1)
    assert queue.ring_bell() is False
    assert queue.available() is False
    house.live_at("2024-03-05 10:00")
    assert count(LedgerEntry, LedgerEntry.subject_id == task, LedgerEntry.verb == "assign") == 1
    house.bell.start()
    until(queue.ring_bell)
    until(lambda: count(Mail, Mail.state == MailState.SENT) == 2)
    assert sorted(Counter(house.post.taken).values()) == [1, 1]


def test_an_emptied_queue_costs_nothing(house: House) -> None:
    some_tasks(1)
    house.live_at("2024-03-05 10:00")
    queue.ring_bell()
    with queue._redis() as redis:
        redis.flushall()
    house.process("work")
    house.process("clock_loop")
    until(lambda: count(Mail, Mail.state == MailState.SENT) == 2)


# Sheets


@pytest.mark.skipif(bool(render.missing()), reason=render.missing() or "libraries are there")
def test_a_worker_killed_while_it_prints_costs_only_time(house: House) -> None:
    ids = some_tasks(60, TaskState.UNDERWAY, nodes=8)
    with db.transaction() as session:
        unit, officer = make.unit("industry"), make.person("officer-1")
        asked = sheets.ask("unit", unit, officer, house.settings["DATA"])
        session.flush()
        build_id = asked.id

    def now() -> SheetBuild:
        with fresh():
            return db.session.get_one(SheetBuild, build_id)

    for attempt in (1, 2):
        worker = house.process("work")
        queue.ring_bell("build")
        until(lambda n=attempt: now().attempts == n and now().percent > 5)
        steps = {now().step}
        house.end(worker)
        assert now().state is BuildState.BUILDING
        assert any(step.startswith("正在排版第") for step in steps)
        with db.transaction() as session:  # the lease ends
            session.execute(update(SheetBuild).values(lease_until=county_clock.wall() - timedelta(seconds=1)))
    house.process("work")
    queue.ring_bell("build")
    until(lambda: now().state not in (BuildState.ASKED, BuildState.BUILDING))
    made = now()
    assert (made.state, made.attempts, made.error) == (BuildState.DONE, 3, ""), house.logs
    (file,) = (house.settings["DATA"] / "sheets").iterdir()
    assert file == sheets.path_of(made, house.settings["DATA"])
    pages = PdfReader(file).pages
    assert len(pages) == made.pages
    assert len(pages) > 10
    assert len(ids) == 60


# The bell and the clock


def test_bells_collapse_while_a_job_waits_and_only_then(house: House) -> None:  # noqa: ARG001
    for _ in range(5):
        assert queue.ring_bell()
    with queue._redis() as redis:
        waiting = {name: queue.Queue(queue.PREFIX + name, connection=redis).count for name in queue.JOBS}
    assert waiting == dict.fromkeys(queue.JOBS, 1)


def test_a_page_learns_within_a_moment_that_redis_is_away(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.bell.stop()
    began = time.monotonic()
    for _ in range(50):
        assert queue.ring_bell() is False
        assert queue.available() is False
    assert time.monotonic() - began < 1.0
    assert [record.getMessage().split(",")[0] for record in caplog.records] == ["Redis is away"]


def test_a_redis_that_does_not_answer_costs_a_page_a_third_of_a_second(house: House) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        queue.use(house.settings | {"REDIS_URL": f"redis://127.0.0.1:{silent.getsockname()[1]}"})
        began = time.monotonic()
        assert queue.available() is False
        assert 0.2 < time.monotonic() - began < 0.9


def test_deadlines_pass_without_redis(house: House) -> None:
    ids = some_tasks(3)
    house.live_at("2024-03-07 10:00")
    house.bell.stop()
    house.process("clock_loop")
    until(lambda: misses() == Counter(dict.fromkeys(ids, 1)))
    until(lambda: count(Heartbeat, Heartbeat.job.in_(("clock", "sweep"))) == 2)
    assert count(Timer, Timer.state == TimerState.ARMED, Timer.rule == "accept") == 0


def test_the_clock_sweeps_itself_when_no_worker_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = some_tasks(1)
    house.live_at("2024-03-07 10:00")
    tasks.beat("sweep")
    queue.tick()
    assert misses() == Counter()
    monkeypatch.setattr(queue, "LATE", -1.0)
    queue.tick()
    assert misses() == Counter(ids)


def test_the_clock_survives_an_error_and_stops_within_two_seconds(house: House) -> None:
    (house.settings["DATA"]).parent.joinpath("data").write_text("a file where the folder should be")
    house.bell.stop()
    child = house.process("clock_loop")
    until(lambda: "region 141122" in house.logs)
    assert child.poll() is None
    began = time.monotonic()
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=10) == 0
    assert time.monotonic() - began < 2.0


def test_an_idle_worker_stops_when_asked(house: House) -> None:
    child = house.process("work")
    queue.ring_bell("build")
    until(lambda: count(Heartbeat, Heartbeat.job == "build") == 1)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=10) == 0


def test_the_first_sweep_of_a_day_writes_the_checkpoint(house: House) -> None:
    some_tasks(1)
    house.live_at("2024-03-05 10:00")
    for _ in range(2):
        tasks.sweep_all(house.settings)
    (file,) = (house.settings["DATA"] / "checkpoints").iterdir()
    assert len(file.read_text().splitlines()) == 1
    house.live_at("2024-03-06 10:00")
    tasks.sweep_all(house.settings)
    assert len(file.read_text().splitlines()) == 2
