"""The job queues: the only importer of rq. The processes that serve them stand in `workers`, which no page needs.

The queue holds no truth. What is due stands in the database; a job only says “look now”, so Redis may be
emptied, restarted or away at any moment: people go on working, and the next job or the clock's next round
finds what is due.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, Worker

from taskflow import config

log = logging.getLogger(__name__)

#: The jobs, in the order in which workers serve them: name → seconds it may take. A build that
#: is cut short is built again; the other two go on where they stopped.
JOBS = {"sweep": 600, "deliver": 600, "read": 600, "build": 900}
PREFIX = "taskflow-"
PATIENCE = 0.3  # seconds that a page waits for Redis
#: The job, by name: whoever enqueues it knows nothing of how it is done.
RUN_JOB = "taskflow.jobs.workers.run_job"
REMEMBERED = 3.0  # seconds for which a page believes what it last heard about Redis

_settings: Mapping[str, Any] | None = None
_known: tuple[float, bool] | None = None


def use(settings: Mapping[str, Any]) -> None:
    """Take these settings instead of the environment's; forget what was known of another Redis."""
    global _settings, _known  # one queue a process, chosen at start
    _settings, _known = settings, None


def settings() -> Mapping[str, Any]:
    """The settings of this process."""
    if _settings is None:
        use(config.read())
    return _settings or {}


def _redis(patience: float | None = PATIENCE) -> Redis:
    """A client that fails at once instead of trying again; None: one that may wait, for a worker."""
    url = settings()["REDIS_URL"]
    if patience is None:
        return Redis.from_url(url)
    no_retry = Retry(NoBackoff(), 0)
    return Redis.from_url(url, socket_timeout=patience, socket_connect_timeout=patience, retry=no_retry)


def available() -> bool:
    """Whether Redis answers, asked at most every few seconds; when not, pages say that messages wait."""
    if _known is None or time.monotonic() - _known[0] > REMEMBERED:
        try:
            with _redis() as redis:
                redis.ping()
            _note(answers=True)
        except (RedisError, OSError) as error:
            _note(answers=False, why=error)
    return bool(_known and _known[1])


def _note(*, answers: bool, why: Exception | None = None) -> None:
    """Remember whether Redis answers; say it in the log only when that has changed."""
    global _known  # noqa: PLW0603
    before = _known is None or _known[1]
    _known = (time.monotonic(), answers)
    if before and not answers:
        log.warning("Redis is away, messages and sheets wait: %s", why)
    elif answers and not before:
        log.warning("Redis is back")


def enqueue(*names: str) -> bool:
    """Ask the workers to look (for all there is, or only for these jobs); best effort, after a commit.

    False: Redis is away and nothing has happened. Each job has a queue of its own, and one for a queue
    that is not empty collapses into the job that waits there. One that has begun does not count: it may have
    looked before the caller's commit. (RQ's own `unique` would collapse into running jobs too, and into
    those of a worker that was killed.)
    """
    if not available():
        return False
    try:
        with _redis() as redis:
            for name in names or JOBS:
                if (waiting := Queue(PREFIX + name, connection=redis)).is_empty():
                    waiting.enqueue(RUN_JOB, name, job_timeout=JOBS[name], result_ttl=0, failure_ttl=3600)
    except (RedisError, OSError) as error:
        _note(answers=False, why=error)
        return False
    return True


class CountyWorker(Worker):
    """A worker that knows whether it was asked to stop, or only lost its Redis."""

    asked = False
    max_connection_wait_time = 5.0  # seconds; after a long outage of Redis people do not wait a minute more

    def request_stop(self, signum: Any, frame: Any) -> None:
        """Finish the job at hand, then leave."""
        self.asked = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def county_worker() -> CountyWorker:
    """A worker for all queues. Raises redis.RedisError or OSError when Redis is away.

    A short `worker_ttl` keeps the waits for Redis short, so that the registries of killed workers are cleaned soon.
    """
    redis = _redis(patience=None)
    return CountyWorker(
        [Queue(PREFIX + name, connection=redis) for name in JOBS],
        connection=redis,
        worker_ttl=30,
        maintenance_interval=20,
        job_monitoring_interval=5,
        log_job_description=False,
    )
