"""The jobs: each finds in the database what is due, so that it may run late, twice, or in two processes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from taskflow import clock, db
from taskflow.jobs import builds, deliver, sweep
from taskflow.jobs.models import Heartbeat
from taskflow.ledger import checkpoint
from taskflow.notices import channels, mailing
from taskflow.reviews import opening
from taskflow.sheets import render

log = logging.getLogger(__name__)

NEVER = 10.0**9  # seconds


def prepare() -> None:
    """Import what is slow to import, before a worker forks; missing libraries are the sheets' own trouble."""
    _reading()
    if not render.missing():
        render.engine()


def _reading() -> ModuleType:
    """The reading of files: hundreds of patterns, a quarter of a second that the clock never needs."""
    from taskflow.jobs import reading  # noqa: PLC0415  # see above

    return reading


def sweep_all(settings: Mapping[str, Any]) -> int:
    """Fire every due timer, open ended quarters for review, write the day's checkpoint; timers fired."""

    def in_region(code: str) -> int:
        fired = sweep.sweep(code)
        with db.transaction():
            opening.open_quarter(code)
        _checkpoint(code, Path(settings["DATA"]))
        return fired

    fired = _in_each_region(in_region)
    beat("sweep", f"{fired} 个定时器")
    return fired


def deliver_all(settings: Mapping[str, Any]) -> int:
    """Collect queued messages into mails and send those; how many were sent.

    Without a channel that is ready messages stand in the app only, and no mail is made.
    """

    def send(code: str) -> int:
        with db.transaction():
            mailing.collect(code, settings)
        return deliver.send_due(code, settings)

    sent = _in_each_region(send) if channels.ready(settings) else 0
    beat("deliver", f"{sent} 封邮件")
    return sent


def build_all(settings: Mapping[str, Any]) -> int:
    """Build every sheet that was asked for; how many are ready."""
    built = builds.build_all(Path(settings["DATA"]))
    beat("build", f"{built} 份报表")
    return built


def read_all(settings: Mapping[str, Any]) -> int:
    """Read every file that was taken in; how many became drafts."""
    read: int = _reading().read_all(Path(settings["DATA"]))
    beat("read", f"{read} 份收文")
    return read


#: The jobs by the names of their queues.
TASKS: dict[str, Callable[[Mapping[str, Any]], int]] = {
    "sweep": sweep_all,
    "deliver": deliver_all,
    "read": read_all,
    "build": build_all,
}


def _checkpoint(region_code: str, folder: Path) -> None:
    """The first sweep of a day states where the ledger stands."""
    newest = checkpoint.latest(region_code, folder)
    if newest is None or newest[0] != clock.today().isoformat():
        db.will_write(writes=False)
        try:
            checkpoint.write(region_code, folder)
        finally:
            db.session.rollback()


def _in_each_region(act: Callable[[str], int]) -> int:
    """Do something in every region, in the region's own time; the sum. One's trouble is not the next one's."""
    done = 0
    for code, shift in sweep.regions():
        clock.use_shift(shift)
        try:
            done += act(code)
        except Exception:  # logged, and tried again in the next round
            log.exception("region %s", code)
        finally:
            clock.use_shift(0)
    return done


def beat(job: str, note: str = "") -> None:
    """Note that a job ran to its end, in real time."""
    row = {"job": job, "at": clock.wall(), "note": note}
    with db.transaction() as session:
        made = db.upsert(Heartbeat.__table__).values(row)  # type: ignore[arg-type]
        session.execute(made.on_conflict_do_update(index_elements=["job"], set_=row))


def since(job: str) -> float:
    """Seconds since a job last ran to its end."""
    with db.transaction() as session:
        last = session.get(Heartbeat, job, populate_existing=True)
        return (clock.wall() - last.at).total_seconds() if last else NEVER
