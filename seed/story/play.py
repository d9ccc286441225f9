"""Play the demo county's story, from May 2021 to the morning of 28 June 2024.

Every move is made by the engine, by the person who holds the post or by the clock; the same code and data
give the same ledger, entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from seed.story.matters import Matters
from seed.story.proofs import Proofs
from seed.story.reporting import Reporting
from seed.story.requesting import Requesting
from seed.story.reviewing import Reviewing
from seed.story.stage import Stage, assemble
from seed.story.supervising import Supervising
from seed.story.years import BEGIN, END, END_HOUR, Story
from taskflow import clock, db
from taskflow.ledger.admin import record_admin
from taskflow.notices.models import Notice
from taskflow.org.models import Region
from taskflow.reviews.opening import open_quarter
from taskflow.workflows.engine import batch

NOTE = "示例县 2021 年 5 月至 2024 年 6 月的办理经过（演示）"
#: Messages older than this were read by the people of the story.
UNREAD = timedelta(days=3)


def play(region: Region, data: Path, tell: Callable[[str], None] = lambda _line: None, *, until: date = END) -> Stage:
    """Everything that happened up to nine on the morning of `until`, in the transaction at hand.

    `data`: the setting DATA, for the evidence. `tell` hears a line a month. Afterwards the region's clock
    goes on from the story's last moment.
    """
    stage = Stage(assemble(region), data, clock.at(BEGIN, 8))
    reporting, requesting = Reporting(stage, Proofs(data)), Requesting(stage)
    matters = Matters(stage, reporting, requesting)
    Story(stage, reporting, Supervising(stage), Reviewing(stage), requesting, matters).schedule()
    end = clock.at(until, END_HOUR)
    with batch.collecting():
        for month in _months(BEGIN, until):
            stage.run_until(clock.at(month))
            tell(f"{month:%Y-%m}  任务 {len(stage.tasks)} 项，办理 {stage.moves} 次，时钟 {stage.fired} 次")
        stage.run_until(end)
        with clock.frozen(end):
            open_quarter(region.code)
            record_admin("load", None, {"tasks": len(stage.tasks)}, NOTE, region_code=region.code, command_id="story")
    _read_old(end)
    region.clock_shift = round((end - clock.wall()).total_seconds())
    return stage


def _months(first: date, last: date) -> list[date]:
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _read_old(end: datetime) -> None:
    old = update(Notice).where(Notice.created_at < end - UNREAD, Notice.read_at.is_(None))
    db.session.execute(old.values(read_at=Notice.created_at).execution_options(synchronize_session=False))
