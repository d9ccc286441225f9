"""What the office's board counts. Every number comes from one grouped query; none is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from taskflow import clock, db
from taskflow.jobs.models import Heartbeat
from taskflow.ledger.models import LedgerEntry
from taskflow.notices.models import Mail, MailState, Notice
from taskflow.org.may import MAY
from taskflow.org.models import Holding, Post, Unit
from taskflow.plans.models import PlanDocument
from taskflow.reports.models import NOT_IN, Report, ReportOrigin
from taskflow.rules import book, progress
from taskflow.rules.lights import Light
from taskflow.tasks.models import Task
from taskflow.workflows.engine.models import Timer, TimerState

#: How long the newest period of a rhythm stays on the board, in days: a rhythm that was given up goes.
STAYS = {
    "weekly": 14, "ten_day": 20, "monthly": 62, "bimonthly": 124, "quarterly": 184, "half_yearly": 366, "annual": 731,
    "node": 62,
}  # fmt: skip
COMPLETE = 31  # days for which a period that lacks nothing stays
PATIENCE = timedelta(minutes=5)  # a due timer older than this means that nobody sweeps


def units(region_code: str) -> dict[int, Unit]:
    """Every unit of a region, in the county's order."""
    ordered = select(Unit).where(Unit.region_code == region_code).order_by(Unit.place)
    return {unit.id: unit for unit in db.rows(ordered)}


# Reports


@dataclass
class Asked:
    """What one unit was asked to report, and what has come in."""

    unit_id: int
    asked: int = 0
    #: Not handed in although the day has passed; not handed in, still in time.
    missing: int = 0
    open: int = 0

    @property
    def handed_in(self) -> int:
        """Agreed to by the unit's head and sent."""
        return self.asked - self.missing - self.open


@dataclass
class Running:
    """A running period: who was asked and who has not reported."""

    period: str
    due_on: date
    units: list[Asked] = field(default_factory=list)

    @property
    def wanting(self) -> list[Asked]:
        """The units that have not handed in everything."""
        return [row for row in self.units if row.missing or row.open]

    def total(self, name: str) -> int:
        """A column's sum."""
        return sum(getattr(row, name) for row in self.units)


def rhythm_of(period: str) -> str:
    """“2024-W28” weekly, “2024-06-上旬” ten days, “2024-06” monthly, “2024-Q2” quarterly, “2024” annual …"""
    signs = {
        "W": "weekly",
        "旬": "ten_day",
        "/": "bimonthly",
        "Q": "quarterly",
        "H": "half_yearly",
        "点": "node",
        "期": "node",
    }
    told = next((rhythm for sign, rhythm in signs.items() if sign in period), "")
    return told or ("monthly" if "-" in period else "annual")


def running(region_code: str, day: date) -> list[Running]:
    """The newest period of each rhythm with every unit that was asked, those with most missing first.

    A report counts as handed in when the unit's head agreed to it; one that came back counts as not.
    """
    out = Report.state.in_(NOT_IN)
    counted = (
        select(
            Report.period,
            func.max(Report.period_end),
            Report.unit_id,
            func.max(Report.due_on),
            func.count(),
            func.count().filter(out, Report.due_on < day),
            func.count().filter(out, Report.due_on >= day),
        )
        .where(Report.region_code == region_code, Report.period_end >= day - timedelta(days=STAYS["annual"]))
        .where(Report.origin == ReportOrigin.RHYTHM)
        .group_by(Report.period, Report.unit_id)
    )
    last = func.max(Report.period_end)
    newest: dict[str, tuple[date, Running]] = {}
    for period, end, unit_id, due_on, *numbers in db.session.execute(counted.order_by(last, Report.period)):
        rhythm = rhythm_of(period)
        if due_on is None or end < day - timedelta(days=STAYS[rhythm]):
            continue
        if rhythm not in newest or newest[rhythm][1].period != period:
            newest[rhythm] = (end, Running(period, due_on))
        newest[rhythm][1].units.append(Asked(unit_id, *numbers))
    found = [one for _, one in newest.values() if one.wanting or one.due_on >= day - timedelta(days=COMPLETE)]
    for one in found:
        one.units.sort(key=lambda row: (-row.missing, -row.open, row.unit_id))
    return sorted(found, key=lambda one: one.due_on)


def not_reported(region_code: str, unit_id: int) -> Sequence[Report]:
    """The reports that a unit was asked for and has not handed in, the oldest day first."""
    wanted = select(Report).where(
        Report.region_code == region_code, Report.unit_id == unit_id, Report.state.in_(NOT_IN)
    )
    return db.rows(wanted.options(joinedload(Report.task)).order_by(Report.due_on, Report.id).limit(200))


# Lights


@dataclass
class Lit:
    """How many tasks of one group show each light."""

    key: Any
    lights: dict[Light, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All tasks of the group."""
        return sum(self.lights.values())


def lights(region_code: str, day: date, unit_id: int | None = None) -> tuple[list[Lit], list[Lit]]:
    """Tasks by light: by document (code), by lead unit (id), each with the most red first; of one unit alone."""
    light = progress.light(day, book.of(region_code).numbers("lights", day)).label("light")
    counted = (
        select(Task.document_code, Task.lead_unit_id, light, func.count())
        .where(Task.region_code == region_code)
        .group_by(Task.document_code, Task.lead_unit_id, light)
    )
    if unit_id is not None:
        counted = counted.where(Task.lead_unit_id == unit_id)
    documents: dict[str, Lit] = {}
    by_unit: dict[int, Lit] = {}
    for document, lead_id, word, tasks in db.session.execute(counted):
        for group in (
            documents.setdefault(document, Lit(document)),
            by_unit.setdefault(lead_id, Lit(lead_id)),
        ):
            group.lights[Light(word)] = group.lights.get(Light(word), 0) + tasks
    return sorted(documents.values(), key=lambda group: str(group.key)), _worst_first(by_unit.values())


def _worst_first(groups: Iterable[Lit]) -> list[Lit]:
    def worst(group: Lit) -> tuple[int, ...]:
        pressing = (Light.RED, Light.UNKNOWN, Light.YELLOW)
        return (*(-group.lights.get(light, 0) for light in pressing), -group.total)

    return sorted(groups, key=worst)


def titles(region_code: str) -> dict[str, str]:
    """The documents' titles by code."""
    known = select(PlanDocument.code, PlanDocument.title).where(PlanDocument.region_code == region_code)
    return {row.code: row.title for row in db.session.execute(known)}


# Burden


@dataclass
class Burden:
    """What a unit was asked for since a day: reports, and messages to its people."""

    unit_id: int
    reports: int = 0
    messages: int = 0

    @property
    def total(self) -> int:
        """Everything together."""
        return self.reports + self.messages


def burden(region_code: str, since: datetime) -> list[Burden]:
    """What each unit was asked for since a moment (减负), the most burdened first; the office's own work is none."""
    fresh = (LedgerEntry.region_code == region_code) & (LedgerEntry.at >= since)
    begun = (LedgerEntry.subject_kind == "report") & (LedgerEntry.verb == "begin")
    asked = (
        select(Report.unit_id, func.count())
        .join(LedgerEntry, LedgerEntry.subject_id == Report.id)
        .where(fresh, begun)
        .group_by(Report.unit_id)
    )
    today = clock.today()
    held = (Holding.since <= today) & (Holding.until.is_(None) | (Holding.until >= today))
    told = (
        select(Post.unit_id, func.count(Notice.id.distinct()))
        .join(Holding, (Holding.person_id == Notice.person_id) & held)
        .join(Post, Post.id == Holding.post_id)
        .where(Notice.region_code == region_code, Notice.created_at >= since)
        .where(Post.role.in_(MAY["see_own_tasks"]))
        .group_by(Post.unit_id)
    )
    found: dict[int, Burden] = {}
    for unit_id, number in db.session.execute(asked):
        found.setdefault(unit_id, Burden(unit_id)).reports = number
    for unit_id, number in db.session.execute(told):
        found.setdefault(unit_id, Burden(unit_id)).messages = number
    return sorted(found.values(), key=lambda row: (-row.total, row.unit_id))


# The machine


@dataclass(frozen=True)
class Health:
    """Whether timers fire in time and mails leave. `beats`: job → its last run, in real time."""

    beats: dict[str, datetime]
    late_timers: int
    dead_timers: int
    pending_mails: int
    dead_mails: int


def health(region_code: str) -> Health:
    """How the background jobs are doing."""
    timers = select(func.count()).select_from(Timer).where(Timer.region_code == region_code)
    mails = select(func.count()).select_from(Mail).where(Mail.region_code == region_code)
    late_by = clock.now() - PATIENCE
    late = timers.where(Timer.state == TimerState.ARMED, Timer.not_before <= late_by, Timer.due_at <= late_by)
    numbers = db.session.execute(
        select(
            late.scalar_subquery(),
            timers.where(Timer.state == TimerState.DEAD).scalar_subquery(),
            mails.where(Mail.state == MailState.PENDING).scalar_subquery(),
            mails.where(Mail.state == MailState.DEAD).scalar_subquery(),
        )
    ).one()
    return Health({beat.job: beat.at for beat in db.rows(select(Heartbeat))}, *numbers)
