"""Workers killed at any moment, a Redis stopped or emptied: nothing is lost and nothing happens twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from taskflow import clock as county_clock
from taskflow import db
from taskflow.jobs import queue
from taskflow.jobs.models import Heartbeat
from taskflow.ledger.models import LedgerEntry
from taskflow.notices.models import Mail, MailState, Notice
from taskflow.sheets import build as sheets
from taskflow.sheets import render
from taskflow.sheets.models import BuildState, SheetBuild
from taskflow.tasks.models import TaskState
from taskflow.workflows.engine.models import Timer, TimerState
from tests import factories as make
from tests.conftest import Clock, RealDb
from tests.processes import House, count, due, fresh, halting, living, misses, some_tasks
from tests.servers import absent
from tests.waiting import until


@pytest.fixture
def house(real_db: RealDb, clock: Clock, tmp_path: Path) -> Iterator[House]:  # the clock is put back afterwards
    """A committed county whose people can be reached, a Redis, a mail server; no worker yet."""
    with living(real_db, tmp_path) as made:
        yield made


# The sweep


def test_a_worker_killed_while_it_sweeps_loses_nothing_and_doubles_nothing(house: House) -> None:
    ids = some_tasks(60)
    house.live_at("2024-03-07 10:00")
    for more, rung in ((5, 5), (15, 20), (15, 35)):
        worker = house.process("work", halting("taskflow.jobs.sweep.fire", more))
        queue.enqueue("sweep")
        until(lambda stop=rung: sum(misses().values()) == stop, f"{rung} timers")
        house.end(worker)
        assert sum(misses().values()) == rung < len(ids)  # in the middle of it
    house.process("work")
    queue.enqueue("sweep")
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
        queue.enqueue("sweep")
        time.sleep(0.2)
    until(lambda: due() == 0)
    assert misses() == Counter(dict.fromkeys(ids, 1))


# Mail


def test_a_worker_killed_while_it_sends_repeats_at_most_the_mail_in_its_hands(house: House) -> None:
    some_tasks(2)
    house.live_at("2024-03-05 10:00")
    house.post.silent_from = 2
    worker = house.process("work")
    queue.enqueue("deliver")
    until(lambda: len(house.post.taken) == 2)
    house.end(worker)  # the server has the second mail, and its answer never came
    sent = count(Mail, Mail.state == MailState.SENT)
    assert sent == 1
    with db.transaction() as session:  # the lease ends
        session.execute(update(Mail).where(Mail.attempts > 0).values(not_before=county_clock.wall()))
    house.post.silent_from = None
    house.process("work")
    queue.enqueue("deliver")
    until(lambda: count(Mail, Mail.state == MailState.PENDING) == 0)
    mails = count(Mail)
    seen = Counter(house.post.taken)
    assert mails == len(seen) > 2
    assert sorted(seen.values()) == [1] * (mails - 1) + [2]
    assert count(Notice, Notice.mail_id.is_(None), Notice.mail_after <= county_clock.now()) == 0


def all_is_sent() -> bool:
    """Every notice that is due has its mail, and every mail has left; at least one for the office, one for the unit."""
    due = count(Notice, Notice.mail_id.is_(None), Notice.mail_after <= county_clock.now())
    return due == 0 and count(Mail) >= 2 and count(Mail, Mail.state != MailState.SENT) == 0


def test_without_redis_moves_go_on_and_afterwards_all_is_delivered(house: House) -> None:
    house.process("work")
    queue.enqueue()
    until(lambda: count(Heartbeat, Heartbeat.job == "build") == 1)  # the worker is up
    house.bell.stop()
    (task,) = some_tasks(1)
    assert queue.enqueue() is False
    assert queue.available() is False
    house.live_at("2024-03-05 10:00")
    assert count(LedgerEntry, LedgerEntry.subject_id == task, LedgerEntry.verb == "assign") == 1
    house.bell.start()
    until(queue.enqueue)
    until(all_is_sent)
    assert set(Counter(house.post.taken).values()) == {1}


def test_an_emptied_queue_costs_nothing(house: House) -> None:
    some_tasks(1)
    house.live_at("2024-03-05 10:00")
    queue.enqueue()
    with queue._redis() as redis:
        redis.flushall()
    house.process("work")
    house.process("clock_loop")
    until(all_is_sent)


# Sheets


def test_a_worker_killed_while_it_prints_costs_only_time(house: House) -> None:
    if sentence := render.missing():
        absent(sentence)
    some_tasks(30, TaskState.UNDERWAY, nodes=8)
    with db.transaction() as session:
        unit, officer = make.unit("industry"), make.person("officer-1")
        asked = sheets.ask("unit", unit, officer, house.settings["DATA"])
        session.flush()
        build_id = asked.id

    def now() -> SheetBuild:
        with fresh():
            return db.session.get_one(SheetBuild, build_id)

    for attempt in (1, 2):
        worker = house.process("work", halting("taskflow.jobs.builds._note", 2) + "where.QUIET = 0")
        queue.enqueue("build")
        until(lambda n=attempt: now().attempts == n and now().percent > 5)
        steps = {now().step}
        house.end(worker)
        assert now().state is BuildState.BUILDING
        assert any(step.startswith("正在排版第") for step in steps)
        with db.transaction() as session:  # the lease ends
            session.execute(update(SheetBuild).values(lease_until=county_clock.wall() - timedelta(seconds=1)))
    house.process("work")
    queue.enqueue("build")
    until(lambda: now().state not in (BuildState.ASKED, BuildState.BUILDING))
    made = now()
    assert (made.state, made.attempts, made.error) == (BuildState.DONE, 3, ""), house.logs
    (file,) = (house.settings["DATA"] / "sheets").iterdir()
    assert file == sheets.path_of(made, house.settings["DATA"])
    pages = PdfReader(file).pages
    assert len(pages) == made.pages
    assert len(pages) > 5
