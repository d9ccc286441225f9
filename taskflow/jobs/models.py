"""Heartbeats: when each recurring job last ran to its end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from taskflow.db import Base, UtcDateTime


class Heartbeat(Base):
    """The last run of a recurring job, in real time; a stopped clock shows on the board."""

    __tablename__ = "heartbeat"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(200), default="")
