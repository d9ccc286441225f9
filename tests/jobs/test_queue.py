"""The bell and the clock: pages never wait for Redis, and deadlines pass without it."""

from __future__ import annotations

import signal
import socket
from collections import Counter
from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest

from taskflow.jobs import queue, tasks, workers
from taskflow.jobs.models import Heartbeat
from taskflow.workflows.engine.models import Timer, TimerState
from tests.conftest import Clock, RealDb
from tests.processes import House, count, living, misses, some_tasks
from tests.waiting import ask_to_end, until


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


def test_a_page_asks_once_and_then_knows_that_redis_is_away(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, ask = [], queue._redis
    monkeypatch.setattr(queue, "_redis", lambda: asked.append(1) or ask())
    monkeypatch.setattr(queue, "REMEMBERED", inf)
    house.bell.stop()
    for _ in range(50):
        assert queue.enqueue() is False
        assert queue.available() is False
    assert asked == [1]
    assert [record.getMessage().split(",")[0] for record in caplog.records] == ["Redis is away"]


def test_a_redis_that_does_not_answer_costs_a_page_one_short_wait(house: House) -> None:
    """How long it took says nothing on a busy machine; how often it asked and with which patience does."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        queue.use(house.settings | {"REDIS_URL": f"redis://127.0.0.1:{silent.getsockname()[1]}"})
        assert queue.available() is False
        silent.settimeout(0)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):  # it came once
            silent.accept()
    with queue._redis() as redis:
        given = redis.connection_pool.connection_kwargs
        assert given["socket_timeout"] == given["socket_connect_timeout"] == queue.PATIENCE < 0.5


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


def test_the_clock_survives_an_error_and_stops_in_the_middle_of_its_pause(house: House) -> None:
    house.settings["DATA"].write_text("a file where the folder should be")
    house.bell.stop()
    child = house.process("clock_loop", "import taskflow.jobs.queue as q; q.ROUND = 1e6")
    until(lambda: "region 141122" in house.logs)
    assert child.poll() is None
    assert ask_to_end(child, signal.SIGTERM) == 0


def test_an_idle_worker_stops_when_asked(house: House) -> None:
    child = house.process("work")
    queue.enqueue("build")
    until(lambda: count(Heartbeat, Heartbeat.job == "build") == 1)
    assert ask_to_end(child, signal.SIGTERM) == 0


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
