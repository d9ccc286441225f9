"""Messages: written inside the transaction of the move, delivered after it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow.db import Base, UtcDateTime, Word, one_of
from taskflow.org.models import Person


class Notice(Base):
    """One message to one person about one ledger entry; readable in the app at once.

    It holds no text: the sentence is made from the entry, so page, mail and ledger say the same.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("entry_id", "person_id"),
        Index(None, "person_id", "read_at"),
        Index(None, "mail_id", "mail_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    #: Goes out at once (steps of the ladder, returns); otherwise in the morning's digest.
    urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Not before this moment by mail (quiet hours, next working morning).
    mail_after: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class MailState(StrEnum):
    """Where a mail is on its way."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"  # given up: an administrator retries or dismisses
    DISMISSED = "dismissed"


class Mail(Base):
    """One message by one channel to one person, holding one or many notices.

    Its Message-ID never changes, so a mail that was sent twice because a worker died in between is one mail
    in the reader's box.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("person_id", "channel", "digest_day"),
        CheckConstraint(one_of("state", MailState), name="state"),
        Index(None, "state", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: By which row of `CHANNELS` it goes.
    channel: Mapped[str] = mapped_column(String(12))
    #: The working morning of a digest; None: an urgent single message.
    digest_day: Mapped[date | None]
    address: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[MailState] = mapped_column(Word(MailState), default=MailState.PENDING)
    #: Real time of the next attempt; while a worker sends it, when its lease ends.
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
