"""Administrative facts in the ledger: a chain of its own for each region, beside those of the tasks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from taskflow import clock
from taskflow.ledger import writer
from taskflow.org.models import Person


def record_admin(
    verb: str,
    actor: Person | None,
    facts: dict[str, Any],
    note: str = "",
    *,
    region_code: str = "",
    command_id: str = "",
) -> int:
    """Write one entry of the chain admin:REGION; its id. The region is the actor's unless given."""
    region = region_code or (actor.region_code if actor else "")
    values = {
        "region_code": region,
        "command_id": command_id or f"admin:{uuid4().hex}",
        "actor_id": actor.id if actor else None,
        "subject_kind": "admin",
        "subject_id": 0,
        "verb": verb,
        "before": "",
        "after": "",
        "version": 0,
        "flow_version": 0,
        "note": note,
        "facts": facts,
    }
    return writer.append(clock.now(), f"admin:{region}", values)
