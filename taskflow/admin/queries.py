"""How the machinery is: what is due, what gave up, who runs, which numbers hold."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from taskflow import clock, db
from taskflow.jobs.models import Heartbeat
from taskflow.ledger import phrases
from taskflow.ledger.models import LedgerEntry
from taskflow.ledger.phrases import Line
from taskflow.ledger.queries import PRIVATE, titles
from taskflow.notices.models import Mail, MailState, Notice
from taskflow.org.models import Person
from taskflow.rules.models import CalendarEdition, RuleSet
from taskflow.sheets.models import BuildState, SheetBuild
from taskflow.workflows.catalog import ALL
from taskflow.workflows.engine.models import Timer, TimerState

SHOWN = 50
#: A job that has not run for so long has stopped.
LATE_BEAT = timedelta(minutes=5)

JOB_NAMES = {"sweep": "到期事项（时钟）", "deliver": "邮件发送", "build": "报表生成", "clock": "时钟进程"}
RULE_NAMES = {
    "limits": "办理时限",
    "reporting": "报送周期",
    "reviews": "季度评审",
    "ladder": "督办层级",
    "lights": "亮灯",
    "quiet": "免打扰时段",
    "papers": "文书字号",
    "nodes": "节点模板",
}


@dataclass(frozen=True)
class Waiting:
    """What waits: timers due now, messages to put into a mail, mails to send, sheets to build."""

    timers: int
    notices: int
    mails: int
    sheets: int


def waiting(region_code: str) -> Waiting:
    """Counts of what the workers have yet to do; one query."""
    due = (Timer.state == TimerState.ARMED) & (Timer.not_before <= clock.now())
    counts = (
        select(func.count(Timer.id)).where(Timer.region_code == region_code, due),
        select(func.count(Notice.id)).where(
            Notice.region_code == region_code, Notice.mail_id.is_(None), Notice.read_at.is_(None)
        ),
        select(func.count(Mail.id)).where(Mail.region_code == region_code, Mail.state == MailState.PENDING),
        select(func.count(SheetBuild.id)).where(
            SheetBuild.region_code == region_code,
            SheetBuild.state.in_((BuildState.ASKED, BuildState.BUILDING)),
        ),
    )
    return Waiting(*db.session.execute(select(*(count.scalar_subquery() for count in counts))).one())


def due_timers(region_code: str) -> int:
    """How many timers are due and have not fired."""
    due = select(func.count(Timer.id)).where(Timer.region_code == region_code, Timer.state == TimerState.ARMED)
    return db.session.scalar(due.where(Timer.not_before <= clock.now())) or 0


def clock_lines(region_code: str, count: int = 12) -> list[tuple[Line, str]]:
    """What the clock did last, with what it was about."""
    by_clock = select(LedgerEntry).where(
        LedgerEntry.region_code == region_code, LedgerEntry.actor_id.is_(None), LedgerEntry.subject_kind != "admin"
    )
    entries = db.rows(by_clock.order_by(LedgerEntry.at.desc(), LedgerEntry.id.desc()).limit(count))
    about = titles(entry.chain for entry in entries)
    return [(line, about.get(line.entry.chain, "")) for line in phrases.lines(entries)]


def dead_timers(region_code: str) -> tuple[int, list[tuple[Timer, str]]]:
    """Timers that gave up: how many, and the oldest of them with what they are about."""
    dead = (Timer.region_code == region_code) & (Timer.state == TimerState.DEAD)
    total = db.session.scalar(select(func.count(Timer.id)).where(dead)) or 0
    found = db.rows(select(Timer).where(dead).order_by(Timer.due_at, Timer.id).limit(SHOWN))
    about = titles(f"{timer.subject_kind}:{timer.subject_id}" for timer in found)
    return total, [
        (timer, about.get(f"{timer.subject_kind}:{timer.subject_id}", f"{timer.subject_kind} {timer.subject_id}"))
        for timer in found
    ]


def dead_mails(region_code: str) -> tuple[int, Sequence[Mail]]:
    """Mails that gave up: how many, and the oldest of them."""
    dead = (Mail.region_code == region_code) & (Mail.state == MailState.DEAD)
    total = db.session.scalar(select(func.count(Mail.id)).where(dead)) or 0
    wanted = select(Mail).where(dead).options(joinedload(Mail.person)).order_by(Mail.id)
    return total, db.rows(wanted.limit(SHOWN))


@dataclass(frozen=True)
class Beat:
    """A recurring job: when it last ran to its end (real time; None: never), and whether that is too long ago."""

    name: str
    at: datetime | None
    note: str
    late: bool


def beats() -> list[Beat]:
    """Every recurring job."""
    found = {beat.job: beat for beat in db.rows(select(Heartbeat))}
    names = JOB_NAMES | {job: job for job in found if job not in JOB_NAMES}
    made = []
    for job, name in names.items():
        beat = found.get(job)
        late = beat is None or clock.wall() - beat.at > LATE_BEAT
        made.append(Beat(name, beat.at if beat else None, beat.note if beat else "", late))
    return made


@dataclass(frozen=True)
class Numbers:
    """A rule set: its name, the day from which it holds, and how it stands today."""

    name: str
    since: date
    standing: str


def rule_sets(region_code: str) -> list[Numbers]:
    """Every rule set, newest first within its kind."""
    today = clock.today()
    found = []
    holding: set[str] = set()
    rows = select(RuleSet.kind, RuleSet.since).where(RuleSet.region_code == region_code)
    for kind, since in db.session.execute(rows.order_by(RuleSet.kind, RuleSet.since.desc())):
        standing = "尚未施行" if since > today else "以前施行" if kind in holding else "现行"
        if since <= today:
            holding.add(kind)
        found.append(Numbers(RULE_NAMES.get(kind, kind), since, standing))
    return found


def calendars(region_code: str) -> Sequence[CalendarEdition]:
    """The working-day calendars by year."""
    wanted = select(CalendarEdition).where(CalendarEdition.region_code == region_code)
    return db.rows(wanted.order_by(CalendarEdition.year))


def versions() -> list[tuple[str, str]]:
    """What runs here."""
    engine = db.engine()
    server = ".".join(map(str, engine.dialect.server_version_info or ()))
    parts = [("Python", platform.python_version()), (engine.dialect.name, server)]
    parts += [(name, version(name)) for name in ("flask", "sqlalchemy", "rq", "weasyprint")]
    return parts + [(f"流程表“{flow.label}”", f"第 {flow.version} 版") for flow in ALL]


def locked(region_code: str) -> Sequence[Person]:
    """Accounts that wrong passwords have locked, still now (real time)."""
    wanted = select(Person).where(Person.region_code == region_code, Person.locked_until > clock.wall())
    return db.rows(wanted.order_by(Person.login))


def sign_ins(region_code: str) -> list[Line]:
    """The newest sign-ins, lock-outs and unlocks."""
    wanted = select(LedgerEntry).where(LedgerEntry.chain == f"admin:{region_code}", LedgerEntry.verb.in_(PRIVATE))
    return phrases.lines(db.rows(wanted.order_by(LedgerEntry.seq.desc()).limit(SHOWN)))
