"""Read the files that were taken in: claimed with a lease, read outside any transaction, stored whole or not at all.

A worker that is killed loses its lease when it ends, and the file is read again. A file that cannot be read
leaves its sentence and nothing else.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from taskflow import clock, db, errors
from taskflow.drafts.models import Intake, Stage
from taskflow.drafts.write import intake as taking_in
from taskflow.drafts.write import receiving
from taskflow.ledger.admin import record_admin
from taskflow.org import vocabulary
from taskflow.org.models import Person, Region
from taskflow.reading.duties import Vocabulary
from taskflow.reading.files.sandbox import read_safely
from taskflow.reading.reader import read_plan

log = logging.getLogger(__name__)

ATTEMPTS = 3
LEASE = timedelta(seconds=180)  # longer than reading may take
INTERRUPTED = "读取过程中后台进程多次意外中断，可能是内存不足，请联系系统管理员后重新上传。"


class Lost(Exception):
    """The lease ran out and another worker has the file now."""


@dataclass(frozen=True)
class Claim:
    """A file that this process has taken."""

    intake_id: int
    attempt: int
    path: Path
    region_code: str


def read_all(folder: Path) -> int:
    """Read all that is pending, oldest first; how many were stored."""
    done = 0
    while claim := _claim(folder):
        done += _carry_out(claim)
    return done


def _claim(folder: Path) -> Claim | None:
    """Take a file that waits, or whose worker has lost its lease."""
    now = clock.wall()
    pending = select(Intake).where(
        Intake.stage.in_((Stage.ASKED, Stage.READING)), or_(Intake.lease_until.is_(None), Intake.lease_until < now)
    )
    oldest = pending.order_by(Intake.id).limit(1).with_for_update(skip_locked=True)
    while True:
        with db.transaction() as session:
            found = session.scalars(oldest.execution_options(populate_existing=True)).first()
            if found is None:
                return None
            path = receiving.path_of(found, folder)
            if found.attempts >= ATTEMPTS:
                _fail(found, path, INTERRUPTED)
                continue
            found.stage, found.attempts, found.lease_until = Stage.READING, found.attempts + 1, now + LEASE
            found.percent = 10
            return Claim(found.id, found.attempts, path, found.region_code)


def _carry_out(claim: Claim) -> bool:
    try:
        source = read_safely(claim.path)
        _note(claim, 40)
        plan = read_plan(source, _vocabulary(claim.region_code))
        _note(claim, 80)
        _store(claim, source.text, plan)
    except Lost:
        log.warning("intake %s: another worker has it", claim.intake_id)
    except errors.Refusal as refusal:
        _give_up(claim, "；".join(refusal.reasons))
    except MemoryError:
        _give_up(claim, "内存不足，这个文件太大，请拆分后再上传。")
    except Exception as trouble:  # the time limit among them; the next file must not wait for this one
        log.exception("intake %s", claim.intake_id)
        _give_up(
            claim, f"读取时出错（{type(trouble).__name__}），请另存为 .docx 或 .txt 后再试，仍不成功请联系系统管理员。"
        )
    else:
        return True
    return False


def _vocabulary(region_code: str) -> Vocabulary:
    """The region's units by all their names, with their duties."""
    with db.transaction():
        return vocabulary.of(region_code)


def _mine(claim: Claim) -> Intake:
    found = db.lock(Intake, claim.intake_id)
    if found is None or found.stage is not Stage.READING or found.attempts != claim.attempt:
        raise Lost
    return found


def _note(claim: Claim, percent: int) -> None:
    """Show how far it is and renew the lease."""
    with db.transaction():
        mine = _mine(claim)
        mine.percent, mine.lease_until = percent, clock.wall() + LEASE


def _store(claim: Claim, text: str, plan: dict[str, Any]) -> None:
    with db.transaction() as session:
        mine = _mine(claim)
        clock.use_shift(session.get_one(Region, mine.region_code).clock_shift)
        taking_in.fill(mine, text, plan, session.get(Person, mine.created_by_id))


def _give_up(claim: Claim, sentence: str) -> None:
    try:
        with db.transaction():
            _fail(_mine(claim), claim.path, sentence)
    except Lost:
        log.warning("intake %s: another worker has it", claim.intake_id)


def _fail(found: Intake, path: Path, sentence: str) -> None:
    found.stage, found.failed, found.lease_until, found.percent = Stage.FAILED, sentence, None, 0
    clock.use_shift(db.session.get_one(Region, found.region_code).clock_shift)
    by = db.session.get(Person, found.created_by_id)
    facts = {"name": found.name, "sha256": found.sha256, "intake": found.id}
    record_admin("take_in_failed", by, facts, sentence, region_code=found.region_code)
    path.unlink(missing_ok=True)
