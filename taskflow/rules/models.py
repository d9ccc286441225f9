"""The county's numbers: dated sets of rules, and calendars by year."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from taskflow.db import Base


class RuleSet(Base):
    """The numbers of one kind that hold from a day on. Never changed: a new decision is a new row."""

    __tablename__ = "rule_set"
    __table_args__ = (UniqueConstraint("region_code", "kind", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    #: limits, reporting, ladder, lights, nodes, quiet
    kind: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class CalendarEdition(Base):
    """One year's working-day calendar and the notice that it follows."""

    __tablename__ = "calendar_edition"
    __table_args__ = (UniqueConstraint("region_code", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    year: Mapped[int]
    official: Mapped[bool]
    source: Mapped[str] = mapped_column(String(120), default="")
    published: Mapped[date | None]
    #: Day (ISO) → ["off" or "work", name of the holiday]
    days: Mapped[dict[str, list[str]]] = mapped_column(JSON)
