"""One person's messages: what happened, to what, and whether and when it also goes by mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from taskflow import clock, db
from taskflow.ledger import phrases
from taskflow.ledger.models import LedgerEntry
from taskflow.ledger.queries import titles
from taskflow.notices.channels import for_person
from taskflow.notices.models import Mail, MailState, Notice
from taskflow.org.models import Person

PAGE = 50

MAIL_WORDS = {
    MailState.PENDING: "邮件正在发送",
    MailState.SENT: "已发邮件",
    MailState.DEAD: "邮件没有发出，已转系统管理员",
    MailState.DISMISSED: "邮件已取消",
}


@dataclass(frozen=True)
class Message:
    """A notice as people read it."""

    notice: Notice
    sentence: str
    at: datetime
    title: str
    mail: str


def unread(person_id: int) -> int:
    """How many messages a person has not read; for the head of every page."""
    mine = select(func.count(Notice.id)).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return db.session.scalar(mine) or 0


def counts(person_id: int) -> tuple[int, int]:
    """(unread, all) messages of a person."""
    new = func.sum(case((Notice.read_at.is_(None), 1), else_=0))
    found = db.session.execute(select(new, func.count()).where(Notice.person_id == person_id)).one()
    return int(found[0] or 0), int(found[1])


def mine(person: Person, page: int, ready: list[str]) -> list[Message]:
    """A page of somebody's messages, unread first, then the newest; six queries.

    `ready`: the channels that this county has.
    """
    wanted = (
        select(Notice, LedgerEntry, Mail.state)
        .join(LedgerEntry, LedgerEntry.id == Notice.entry_id)
        .outerjoin(Mail, Mail.id == Notice.mail_id)
        .where(Notice.person_id == person.id)
        .order_by(Notice.read_at.is_not(None), Notice.id.desc())
    )
    rows = db.session.execute(wanted.limit(PAGE).offset((page - 1) * PAGE)).all()
    lines: Sequence[phrases.Line] = phrases.lines([entry for _, entry, _ in rows])
    about = titles(entry.chain for _, entry, _ in rows)
    reaches = db.exists(select(Person.id).where(Person.id == person.id, for_person(ready).is_not(None)))
    return [
        Message(notice, line.sentence, line.at, about.get(entry.chain, ""), _mail(notice, state, reaches=reaches))
        for (notice, entry, state), line in zip(rows, lines, strict=True)
    ]


def _mail(notice: Notice, state: MailState | None, *, reaches: bool) -> str:
    """Whether and when a message also goes by mail."""
    if state is not None:
        return MAIL_WORDS[state]
    if not reaches:
        return "只在站内"
    if notice.read_at is not None:
        return "已读，不再发邮件"
    when = clock.local(notice.mail_after)
    told = f"{when.month}月{when.day}日 {when:%H:%M}"
    return f"单独发邮件，不早于 {told}" if notice.urgent else f"并入 {told} 的邮件汇总"
