"""The outbox: messages that a move causes, written in its transaction and delivered after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert

from taskflow import db
from taskflow.notices.models import Notice
from taskflow.rules import quiet
from taskflow.workflows.engine import batch

_NOTICE = insert(Notice.__table__)  # type: ignore[arg-type]


def enqueue(
    entry_id: int, region_code: str, kind: str, subject_id: int, at: datetime, people: Mapping[int, bool]
) -> None:
    """One notice to each person (id → urgent) about one ledger entry."""
    if not people:
        return
    when = {urgent: quiet.mail_after(region_code, at, urgent=urgent) for urgent in set(people.values())}
    rows = [
        {
            "region_code": region_code,
            "entry_id": entry_id,
            "person_id": person_id,
            "subject_kind": kind,
            "subject_id": subject_id,
            "urgent": urgent,
            "created_at": at,
            "mail_after": when[urgent],
        }
        for person_id, urgent in people.items()
    ]
    if collected := batch.current():
        collected.about.setdefault(_NOTICE, []).extend(rows)
    else:
        db.run(_NOTICE, rows)
