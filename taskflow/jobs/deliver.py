"""Send the pending mails by their channels, each claimed and marked as sent in transactions of its own.

A mail is claimed (its next attempt is set `LEASE` ahead and counted), sent outside any transaction, because
an SMTP server may take its time and SQLite has one writer, and then marked as sent. A worker killed before
the server took the mail: it goes when the lease ends. Killed between the server's answer and our commit:
the same mail goes again with the same Message-ID, which mail programs show once; nothing can close that gap.
Otherwise a mail goes exactly once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from taskflow import clock, db
from taskflow.notices import channels
from taskflow.notices.channels import CHANNELS
from taskflow.notices.letter import Letter, Undelivered
from taskflow.notices.models import Mail, MailState

log = logging.getLogger(__name__)

ATTEMPTS = 8
#: Longer than a server may take to answer every line of one conversation.
LEASE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(days=1)


@dataclass(frozen=True)
class Claim:
    """A mail that this process has taken, and which attempt it is."""

    mail_id: int
    attempt: int
    channel: str
    letter: Letter


def send_due(region_code: str, settings: Mapping[str, Any]) -> int:
    """Send what may go now; how many went. A channel rests at the first mail that says its server is away."""
    open_channels, sent = channels.ready(settings), 0
    _give_up(region_code)
    while claim := _claim(region_code, open_channels):
        try:
            CHANNELS[claim.channel].send(settings, claim.letter)
        except Undelivered as trouble:
            log.warning("mail %s, attempt %s: %s", claim.mail_id, claim.attempt, trouble)
            _back_off(claim, str(trouble))
            if trouble.everybody:
                open_channels.remove(claim.channel)
        else:
            _sent(claim)
            sent += 1
    return sent


def _give_up(region_code: str) -> None:
    """Give up mails during whose every attempt the worker itself died."""
    with db.transaction() as session:
        fatal = update(Mail).where(
            Mail.region_code == region_code,
            Mail.state == MailState.PENDING,
            Mail.attempts >= ATTEMPTS,
            Mail.not_before <= clock.wall(),
        )
        session.execute(fatal.values(state=MailState.DEAD, last_error="每次发送时后台进程都意外中断。"))


def _claim(region_code: str, open_channels: Sequence[str]) -> Claim | None:
    """Take the oldest mail that may go now; on PostgreSQL past those that another worker is taking."""
    with db.transaction() as session:
        due = select(Mail).where(
            Mail.region_code == region_code,
            Mail.state == MailState.PENDING,
            Mail.not_before <= clock.wall(),
            Mail.channel.in_(open_channels),
        )
        oldest = due.order_by(Mail.not_before, Mail.id).limit(1).with_for_update(skip_locked=True)
        mail = session.scalars(oldest.execution_options(populate_existing=True)).first()
        if mail is None:
            return None
        mail.attempts += 1
        mail.not_before = clock.wall() + LEASE
        key = f"mail-{mail.id}.{mail.region_code}@taskflow"
        return Claim(mail.id, mail.attempts, mail.channel, Letter(key, mail.address, mail.subject, mail.body))


def _mine(claim: Claim) -> Mail | None:
    """The claimed mail, locked; None when the lease ran out and somebody else has it now."""
    mail = db.lock(Mail, claim.mail_id)
    return mail if mail and mail.attempts == claim.attempt and mail.state is MailState.PENDING else None


def _sent(claim: Claim) -> None:
    with db.transaction():
        mail = db.lock(Mail, claim.mail_id)
        if mail is not None:  # it is gone, whoever has the lease now
            mail.state, mail.sent_at, mail.last_error = MailState.SENT, clock.now(), ""


def _back_off(claim: Claim, why: str) -> None:
    """Try again in 1, 4, 16 … minutes, at most a day apart; after the last attempt it goes to a desk."""
    with db.transaction():
        if mail := _mine(claim):
            mail.last_error = why[:2000]
            mail.not_before = clock.wall() + min(timedelta(minutes=4 ** (claim.attempt - 1)), LONGEST_PAUSE)
            if claim.attempt >= ATTEMPTS:
                mail.state = MailState.DEAD
