"""Build the sheets that were asked for: claimed with a lease, drawn outside any transaction, kept by digest.

A worker that is killed loses its lease when it ends, and the sheet is built again; the same facts give the
same bytes and so the same file, so that nothing is kept twice.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import or_, select

from taskflow import clock, db, errors
from taskflow.sheets import build as asked
from taskflow.sheets import render
from taskflow.sheets.catalog import Facts
from taskflow.sheets.models import BuildState, SheetBuild

log = logging.getLogger(__name__)

ATTEMPTS = 3
LEASE = timedelta(seconds=60)  # renewed with every step of progress
PAUSE = timedelta(seconds=15)  # before a failed attempt is repeated
QUIET = 0.7  # seconds between two notes of progress
ROWS_A_PAGE = 26  # about; for the percentage only


class Lost(Exception):
    """The lease ran out and another worker has the build now."""


@dataclass
class Claim:
    """A build that this process has taken."""

    build_id: int
    attempt: int
    facts: Facts
    noted: float = 0.0


def build_all(folder: Path) -> int:
    """Build all that is pending, oldest first; how many were finished."""
    built = 0
    while claim := _claim(None):
        built += _carry_out(claim, folder)
    return built


def build(build_id: int, folder: Path) -> bool:
    """Build one; whether it is finished now by us."""
    claim = _claim(build_id)
    return claim is not None and _carry_out(claim, folder)


def _claim(build_id: int | None) -> Claim | None:
    """Take a build that was asked for, or whose worker has lost its lease."""
    now = clock.wall()
    pending = select(SheetBuild).where(
        SheetBuild.state.in_((BuildState.ASKED, BuildState.BUILDING)),
        or_(SheetBuild.lease_until.is_(None), SheetBuild.lease_until < now),
    )
    if build_id is not None:
        pending = pending.where(SheetBuild.id == build_id)
    oldest = pending.order_by(SheetBuild.id).limit(1).with_for_update(skip_locked=True)
    with db.transaction() as session:
        found = session.scalars(oldest.execution_options(populate_existing=True)).first()
        if found is None:
            return None
        if found.attempts >= ATTEMPTS:
            _fail(found, "生成过程中后台进程多次意外中断，可能是内存不足，请联系系统管理员后重试。")
            return Claim(found.id, 0, {})
        found.state, found.attempts, found.lease_until = BuildState.BUILDING, found.attempts + 1, now + LEASE
        found.percent, found.step, found.error = 5, "正在排版", ""
        return Claim(found.id, found.attempts, found.facts)


def _carry_out(claim: Claim, folder: Path) -> bool:
    if not claim.attempt:
        return False
    try:
        printed = render.draw(claim.facts, folder / "fonts", lambda pages: _progress(claim, pages))
        _note(claim, 90, "正在保存")
        sha256 = store(printed.pdf, folder)
        _done(claim, printed, sha256)
    except Lost:
        log.warning("sheet %s: another worker has it", claim.build_id)
    except errors.Refusal as refusal:  # trying again would not help
        _give_up(claim, str(refusal), final=True)
    except OSError as trouble:
        _give_up(claim, f"文件不能保存：{trouble.strerror or trouble}。请联系系统管理员检查磁盘空间和权限。")
    except MemoryError:
        _give_up(claim, "内存不足，这份报表太大，请按任务分别生成。")
    except Exception as trouble:  # the time limit among them; the next sheet must not wait for this one
        log.exception("sheet %s", claim.build_id)
        _give_up(claim, f"生成时出错（{type(trouble).__name__}），请重试；仍不成功请联系系统管理员。")
    else:
        return True
    return False


def _progress(claim: Claim, pages: int) -> None:
    """Pages laid out so far, against a guess from the number of rows."""
    rows = sum(len(task["lines"]) for task in claim.facts.get("tasks", []))
    guess = max(pages + 1, -(-rows // ROWS_A_PAGE))
    if time.monotonic() - claim.noted >= QUIET:
        _note(claim, 5 + 80 * pages // guess, f"正在排版第 {pages} 页")


def _note(claim: Claim, percent: int, step: str) -> None:
    """Show how far it is and renew the lease, in a short transaction of its own."""
    claim.noted = time.monotonic()
    with db.transaction():
        mine = _mine(claim)
        mine.percent, mine.step, mine.lease_until = max(percent, mine.percent), step, clock.wall() + LEASE


def _mine(claim: Claim) -> SheetBuild:
    found = db.lock(SheetBuild, claim.build_id)
    if found is None or found.state is not BuildState.BUILDING or found.attempts != claim.attempt:
        raise Lost
    return found


def store(pdf: bytes, folder: Path) -> str:
    """Keep a PDF under its digest, whole or not at all; gives the digest."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    path = asked.stored(folder, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            try:
                file.write(pdf)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    return sha256


def _done(claim: Claim, printed: render.Printed, sha256: str) -> None:
    with db.transaction():
        mine = _mine(claim)
        mine.state, mine.percent, mine.lease_until = BuildState.DONE, 100, None
        mine.step = f"字体替代：{'、'.join(printed.stand_ins)}"[:60] if printed.stand_ins else "已生成"
        mine.sha256, mine.size, mine.pages = sha256, len(printed.pdf), printed.pages
        mine.done_at = clock.now()


def _give_up(claim: Claim, sentence: str, *, final: bool = False) -> None:
    """Let it wait again, or, after the last attempt or where that cannot help, say why it failed."""
    try:
        with db.transaction():
            mine = _mine(claim)
            if final or claim.attempt >= ATTEMPTS:
                _fail(mine, sentence)
            else:
                mine.state, mine.error, mine.step = BuildState.ASKED, sentence, "稍后自动重试"
                mine.lease_until = clock.wall() + PAUSE
    except Lost:
        log.warning("sheet %s: another worker has it", claim.build_id)


def _fail(found: SheetBuild, sentence: str) -> None:
    found.state, found.error, found.step, found.lease_until = BuildState.FAILED, sentence, "失败", None
