"""From queued messages to mails: urgent ones singly, the rest one digest per person and working morning.

Nothing here sends or commits. Not every message is mailed (减负): what was read in the app meanwhile, what
is older than `STALE`, and messages to closed accounts, to people without an address, or with one that ends
in `.invalid` (the demo county) stay in the app only; no mail row is made for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select, update

from taskflow import clock, db
from taskflow.escalations.models import Escalation
from taskflow.ledger import phrases
from taskflow.ledger.models import LedgerEntry
from taskflow.notices import channels
from taskflow.notices.models import Mail, Notice
from taskflow.org.models import Person, Region
from taskflow.reports.models import Report
from taskflow.requests.models import Request
from taskflow.reviews.models import Review
from taskflow.rules import quiet
from taskflow.support.models import Answer
from taskflow.tasks.models import Occurrence, Task

#: A message this old is history: it is not mailed when SMTP is set up later, or after a long outage.
STALE = timedelta(days=30)
SUBJECT_LIMIT = 120  # characters
LINES_LIMIT = 40  # messages printed in one digest; the rest is counted

About = tuple[str, int]


@dataclass(frozen=True)
class Item:
    """One message as the mail shows it: what it is about, what happened, and where to look."""

    title: str
    sentence: str
    at: datetime
    path: str


def collect(region_code: str, settings: Mapping[str, Any]) -> int:
    """Put every message that may leave now into a mail; how many mails. Runs twice, collects once.

    Each person is reached by the first channel of the settings that has an address for them. Links begin with
    PUBLIC_URL ("https://…"); without it a link is only its path.
    """
    now, ready = clock.now(), channels.ready(settings)
    if not ready or quiet.mail_after(region_code, now, urgent=True) > now:  # quiet hours, or a day off
        return 0
    waiting = [Waiting(*row) for row in db.session.execute(_waiting(region_code, now, ready))]
    items = _items([one.notice for one in waiting])
    region = db.session.get_one(Region, region_code)
    site = str(settings.get("PUBLIC_URL") or "")
    made = 0
    for one in waiting:
        if one.notice.urgent:
            _mail(region, [one], items, site)
            made += 1
    for _, same in groupby((one for one in waiting if not one.notice.urgent), key=lambda one: one.person.id):
        made += _digest(region, list(same), items, site)
    return made


@dataclass(frozen=True)
class Waiting:
    """A message that may leave now, whom it is for, and by which channel."""

    notice: Notice
    person: Person
    channel: str


def _waiting(region_code: str, now: datetime, ready: list[str]) -> Select[Any]:
    """What may leave now, by person; on PostgreSQL locked, so that two workers do not collect it twice."""
    channel = channels.for_person(ready)
    waiting = (
        select(Notice, Person, channel)
        .join(Person, Person.id == Notice.person_id)
        .where(
            Notice.region_code == region_code,
            Notice.mail_id.is_(None),
            Notice.read_at.is_(None),
            Notice.mail_after <= now,
            Notice.mail_after > now - STALE,
            Person.closed.is_(False),
            channel.is_not(None),
        )
        .order_by(Notice.person_id, Notice.id)
    )
    return waiting.with_for_update(of=Notice, skip_locked=True)


def _digest(region: Region, waiting: list[Waiting], items: Mapping[int, Item], site: str) -> int:
    """The one digest of this morning to a person; what comes after it waits for the next."""
    day = clock.today()
    if db.exists(select(Mail.id).where(Mail.person_id == waiting[0].person.id, Mail.digest_day == day)):
        return 0
    _mail(region, waiting, items, site).digest_day = day
    return 1


def _mail(region: Region, waiting: Sequence[Waiting], items: Mapping[int, Item], site: str) -> Mail:
    person, channel = waiting[0].person, waiting[0].channel
    found = [items[one.notice.id] for one in waiting]
    mail = Mail(
        region_code=region.code,
        person_id=person.id,
        channel=channel,
        address=channels.CHANNELS[channel].address(person),
        subject=subject(region.name, found, urgent=waiting[0].notice.urgent),
        body=body(person.name, found, site),
        not_before=clock.wall(),
    )
    db.session.add(mail)
    db.session.flush()
    taken = update(Notice).where(Notice.id.in_([one.notice.id for one in waiting]))
    db.session.execute(taken.values(mail_id=mail.id).execution_options(synchronize_session=False))
    return mail


def subject(county: str, items: Sequence[Item], *, urgent: bool) -> str:
    """One line that says on the lock screen what it is about."""
    if urgent:
        told = f"【{county}督查·请及时处理】{items[0].title}：{items[0].sentence}"
    else:
        today = clock.today()
        told = f"【{county}督查】{today.month}月{today.day}日有 {len(items)} 条工作提醒"
    return told if len(told) <= SUBJECT_LIMIT else told[: SUBJECT_LIMIT - 1] + "…"


def body(name: str, items: Sequence[Item], site: str) -> str:
    """The text of a mail: messages grouped by what they are about, each with its link."""
    parts = [f"{name}：", ""]
    shown = sorted(items[:LINES_LIMIT], key=lambda item: (item.path, item.at))
    for number, (path, group) in enumerate(groupby(shown, key=lambda item: item.path), start=1):
        same = list(group)
        parts.append(f"{number}. {same[0].title}")
        parts += [f"   {clock.local(item.at):%m-%d %H:%M}  {item.sentence}" for item in same]
        parts += [f"   {site.rstrip('/')}{path}", ""]
    if len(items) > LINES_LIMIT:
        parts += [f"另有 {len(items) - LINES_LIMIT} 条，请登录后在“消息”中查看。", ""]
    parts += ["——", "本邮件由督查系统发出，请勿回复。同一工作日的提醒合并为一封；督办件和退回另行及时发送。"]
    return "\n".join(parts) + "\n"


def _items(notices: Sequence[Notice]) -> dict[int, Item]:
    """Messages in words, by notice, read in a constant number of queries."""
    wanted = {notice.entry_id for notice in notices}
    entries = db.rows(select(LedgerEntry).where(LedgerEntry.id.in_(wanted))) if wanted else []
    told = {line.entry.id: line for line in phrases.lines(entries)}
    titles = _titles({(notice.subject_kind, notice.subject_id) for notice in notices})
    items = {}
    for notice in notices:
        about, line = (notice.subject_kind, notice.subject_id), told[notice.entry_id]
        items[notice.id] = Item(titles[about], line.sentence, line.at, f"/{about[0]}/{about[1]}")
    return items


def _titles(abouts: set[About]) -> dict[About, str]:
    """What each record is called in a message."""
    found: dict[About, str] = {}
    for kind, named in NAMED.items():
        ids = [record_id for word, record_id in abouts if word == kind]
        if ids:
            for record_id, title in named(ids):
                found[kind, record_id] = title
    return found


def _tasks(ids: list[int]) -> list[tuple[int, str]]:
    rows = db.session.execute(select(Task.id, Task.code, Task.title).where(Task.id.in_(ids)))
    return [(key, f"{code} {title}") for key, code, title in rows]


def _reports(ids: list[int]) -> list[tuple[int, str]]:
    wanted = select(Report.id, Report.period, Task.code, Task.title).join(Task, Task.id == Report.task_id)
    rows = db.session.execute(wanted.where(Report.id.in_(ids)))
    return [(key, f"{code} {title}（{period} 期进度报告）") for key, period, code, title in rows]


def _escalations(ids: list[int]) -> list[tuple[int, str]]:
    wanted = select(Escalation.id, Escalation.name, Task.code, Task.title).join(Task, Task.id == Escalation.task_id)
    rows = db.session.execute(wanted.where(Escalation.id.in_(ids)))
    return [(key, f"{code} {title}（{name}）") for key, name, code, title in rows]


def _reviews(ids: list[int]) -> list[tuple[int, str]]:
    reviews = db.rows(select(Review).where(Review.id.in_(ids)))
    return [(review.id, f"{review.unit.short} {review.quarter} 季度评审") for review in reviews]


#: What a message can be about → how those records are called.
def _of_task(kind: Any, name: Any) -> Callable[[list[int]], list[tuple[int, str]]]:
    """What records of a task are called: the task's code and title, and what they are."""

    def named(ids: list[int]) -> list[tuple[int, str]]:
        wanted = select(kind, Task.code, Task.title).join(Task, Task.id == kind.task_id).where(kind.id.in_(ids))
        return [(record.id, f"{code} {title}（{name(record)}）") for record, code, title in db.session.execute(wanted)]

    return named


NAMED = {
    "task": _tasks,
    "report": _reports,
    "escalation": _escalations,
    "review": _reviews,
    "request": _of_task(Request, lambda one: f"{one.kind.label}申请"),
    "occurrence": _of_task(Occurrence, lambda one: f"{one.period} 期"),
    "answer": _of_task(Answer, lambda _: "配合意见"),
}
