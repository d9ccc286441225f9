"""Quiet hours (减负): when a message may go out by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from taskflow import clock
from taskflow.rules import book


def mail_after(region_code: str, at: datetime, *, urgent: bool) -> datetime:
    """The first moment at which a message written at `at` may leave.

    Urgent ones go at once on working days between the quiet hours; everything else waits for the next
    working morning, so that one person gets one grouped mail a day.
    """
    rules = book.of(region_code)
    here = clock.local(at)
    numbers = rules.numbers("quiet", here.date())
    working = rules.calendar.works(here.date())
    if urgent and working and numbers["to_hour"] <= here.hour < numbers["from_hour"]:
        return at
    before_morning = working and here.hour < numbers["digest_hour"]
    day = here.date() if before_morning else rules.calendar.roll(here.date() + timedelta(days=1))
    return clock.at(day, numbers["digest_hour"])
