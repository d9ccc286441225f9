"""The worker and the clock: the processes that serve the job queues; the clock sweeps itself when no worker does."""

from __future__ import annotations

import logging
import resource
import signal
import time
from collections.abc import Mapping
from typing import Any

from redis import RedisError

from taskflow import config, db
from taskflow.jobs import queue, tasks

log = logging.getLogger(__name__)

MEMORY = 2 * 1024**3  # bytes of address space for a job, so that a monstrous sheet cannot take the machine
ROUND = 20.0  # seconds between two rounds of the clock
LATE = 90.0  # seconds without a sweep after which the clock does not wait for the workers any more


def run_job(name: str) -> None:
    """One job, in the process that RQ forks for it: a database connection and a memory limit of its own."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most < 0 else min(MEMORY, most), most))
    db.connect(queue.settings()["DATABASE_URL"])
    try:
        tasks.TASKS[name](queue.settings())
    finally:
        db.close()


def work(given: Mapping[str, Any] | None = None) -> None:
    """Be a worker until SIGTERM or SIGINT: a job that has begun is finished first.

    WeasyPrint and the readers are imported before the first fork, so that no job pays for them; the database
    is closed, because a connection must not be shared with a child. Without Redis it waits for it.
    """
    queue.use(given or config.read())
    tasks.prepare()
    db.close()
    signal.signal(signal.SIGTERM, lambda *_: exit_now())
    while True:
        try:
            worker = queue.county_worker()
            worker.work(logging_level="WARNING")
            if worker.asked:
                return
        except (RedisError, OSError) as error:
            log.warning("the worker waits for Redis: %s", error)
        signal.signal(signal.SIGTERM, lambda *_: exit_now())
        time.sleep(1)


def exit_now() -> None:
    """Leave wherever the process stands; a transaction at hand is rolled back, and its work is due again."""
    raise SystemExit(0)


def clock_loop(given: Mapping[str, Any] | None = None) -> None:
    """Be the clock until SIGTERM or SIGINT: several times a minute, ask the workers to look.

    Deadlines pass even without a queue: when Redis is away, or nobody has swept for a while, the clock
    sweeps itself. (RQ's cron is not used: it dies with Redis, and two of them do everything twice.) No
    error ends the loop.
    """
    queue.use(given or config.read())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: exit_now())
    db.connect(queue.settings()["DATABASE_URL"])
    try:
        while True:
            began = time.monotonic()
            tick()
            time.sleep(max(1.0, ROUND - (time.monotonic() - began)))
    finally:
        db.close()


def tick() -> None:
    """One round of the clock."""
    try:
        tasks.beat("clock")
        if not queue.enqueue() or tasks.since("sweep") > LATE:
            tasks.sweep_all(queue.settings())
    except Exception:  # the clock must go on; what is due stays due
        log.exception("a round of the clock failed")
    finally:
        db.session.remove()
