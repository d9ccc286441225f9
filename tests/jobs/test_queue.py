"""The bell and the clock: pages never wait for Redis, and deadlines pass without it."""

from __future__ import annotations

import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskflow.jobs import queue, tasks, workers
from taskflow.jobs.models import Heartbeat
from taskflow.workflows.engine.models import Timer, TimerState
from tests.conftest import Clock, RealDb
from tests.processes import House, count, living, misses, some_tasks, until


@pytest.fixture
def house(real_db: RealDb, clock: Clock, tmp_path: Path) -> Iterator[House]:  # the clock is put back afterwards
    """A committed county whose people can be reached, a Redis, a mail server; no worker yet."""
    with living(real_db, tmp_path) as made:
        yield made


def test_bells_collapse_while_a_job_waits_and_only_then(house: House) -> None:
    for _ in range(5):
        assert queue.enqueue()
    with queue._redis() as redis:
        waiting = {name: queue.Queue(queue.PREFIX + name, connection=redis).count for name in queue.JOBS}
    assert waiting == dict.fromkeys(queue.JOBS, 1)


def test_a_page_learns_within_a_moment_that_redis_is_away(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.bell.stop()
    began = time.monotonic()
    for _ in range(50):
        assert queue.enqueue() is False
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
    workers.tick()
    assert misses() == Counter()
    monkeypatch.setattr(workers, "LATE", -1.0)
    workers.tick()
    assert misses() == Counter(ids)


def test_the_clock_survives_an_error_and_stops_within_two_seconds(house: House) -> None:
    house.settings["DATA"].write_text("a file where the folder should be")
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
    queue.enqueue("build")
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
