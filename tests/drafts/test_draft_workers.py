"""Files read by a real worker: one that dies loses nothing, two read a file once, a lost bell costs time only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, update

from taskflow import clock as county_clock
from taskflow import db
from taskflow.drafts.models import Draft, Intake, Stage
from taskflow.drafts.write import receiving
from taskflow.jobs import queue, reading
from taskflow.ledger.models import LedgerEntry
from tests import factories as make
from tests.conftest import Clock, RealDb
from tests.drafts.test_draft_journeys import plan_text
from tests.processes import House, count, fresh, halting, living
from tests.waiting import until


@pytest.fixture
def house(real_db: RealDb, clock: Clock, tmp_path: Path) -> Iterator[House]:  # the clock is put back afterwards
    """A committed county with a Redis, and no worker yet."""
    with living(real_db, tmp_path) as made:
        yield made


def receive(house: House, text: str, name: str = "要点.txt") -> int:
    with db.transaction():
        found, _ = receiving.receive(BytesIO(text.encode()), name, make.person("officer-1"), house.settings["DATA"])
        return found.id


def stage(intake_id: int) -> Stage:
    with fresh():
        return db.session.get_one(Intake, intake_id).stage


def read_once(intake_id: int, expected: int) -> None:
    """Every draft once, and one entry of the ledger that says so."""
    assert count(Draft, Draft.intake_id == intake_id) == expected
    with fresh():
        entries = db.rows(select(LedgerEntry.facts).where(LedgerEntry.verb == "take_in"))
    assert [facts["drafts"] for facts in entries if facts["intake"] == intake_id] == [expected]


def test_a_file_is_read_by_a_worker_and_the_same_bytes_are_not_taken_in_twice(house: House) -> None:
    intake = receive(house, plan_text(20))
    assert stage(intake) is Stage.ASKED
    house.process("work")
    queue.enqueue("read")
    until(lambda: stage(intake) is Stage.READ)
    read_once(intake, 60)
    assert receive(house, plan_text(20), "另一个名字.txt") == intake


def test_a_worker_killed_while_it_reads_loses_nothing_and_doubles_nothing(house: House) -> None:
    """Killed where it hurts most: every draft is written, and the transaction not yet over."""
    intake, sign = receive(house, plan_text(20)), house.bell.folder / "halted"
    worker = house.process("work", halting("taskflow.drafts.write.intake.record_admin", 0, sign))
    queue.enqueue("read")
    until(sign.exists, "the drafts to be written")
    house.end(worker)
    assert stage(intake) is Stage.READING
    assert count(Draft, Draft.intake_id == intake) == 0
    with db.transaction() as session:  # the lease ends
        session.execute(update(Intake).values(lease_until=county_clock.wall() - timedelta(seconds=1)))
    house.process("work")
    queue.enqueue("read")
    until(lambda: stage(intake) is Stage.READ)
    read_once(intake, 60)


def test_two_workers_and_many_bells_read_each_file_once(house: House) -> None:
    intakes = [receive(house, plan_text(10 + number)) for number in range(4)]
    house.process("work")
    house.process("work")
    for _ in range(6):
        queue.enqueue("read")
    until(lambda: all(stage(intake) is Stage.READ for intake in intakes))
    for number, intake in enumerate(intakes):
        read_once(intake, 3 * (10 + number))


def test_without_a_bell_the_clock_finds_what_is_owed(house: House) -> None:
    intake = receive(house, plan_text(3))
    house.process("work")
    house.process("clock_loop")
    until(lambda: stage(intake) is Stage.READ)
    read_once(intake, 9)


def test_whoever_lost_the_lease_stores_nothing(house: House) -> None:
    intake = receive(house, plan_text(3))
    folder = house.settings["DATA"]
    first = reading._claim(folder)
    with db.transaction() as session:
        session.execute(update(Intake).values(lease_until=county_clock.wall() - timedelta(seconds=1)))
    second = reading._claim(folder)
    assert first
    assert second
    assert (first.attempt, second.attempt) == (1, 2)
    assert reading._carry_out(first) is False
    assert count(Draft, Draft.intake_id == intake) == 0
    assert reading._carry_out(second) is True
    read_once(intake, 9)
