"""Every sheet (PDF): one line each. A sheet is frozen facts, plain values only, and a template.

The facts are taken when the sheet is asked for; what the paper says is what the data said then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from taskflow import clock, db
from taskflow.escalations.models import Escalation
from taskflow.ledger import checkpoint, seal
from taskflow.org.models import Region, Unit
from taskflow.sheets import papers, progress
from taskflow.tasks.models import Task

Facts = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """One kind of PDF.

    `facts` takes the record it is about and gives text, whole numbers, lists and maps, among them `title`.
    """

    label: str
    record: type[Any]
    facts: Callable[[Any], Facts]
    template: str


SHEETS: dict[str, Sheet] = {
    "task": Sheet("任务倒排工期推进表", Task, progress.of_task, "sheets/progress.html"),
    "unit": Sheet("单位倒排工期推进表", Unit, progress.of_unit, "sheets/progress.html"),
    "order": Sheet("督办文书", Escalation, papers.of_escalation, "sheets/order.html"),
}


def freeze(name: str, subject: Any, folder: Path) -> Facts:
    """The data set of a sheet as it stands now, with the newest checkpoint of the ledger (paper that proves it)."""
    region = db.session.get_one(Region, subject.region_code)
    newest = checkpoint.latest(region.code, folder)
    facts: Facts = seal.plain(SHEETS[name].facts(subject))
    return facts | {
        "sheet": name,
        "region": region.name,
        "demo": int(region.demo),
        "day": clock.today().isoformat(),
        "checkpoint_day": newest[0] if newest else "",
        "checkpoint": newest[1] if newest else "",
    }


def digest(facts: Facts) -> str:
    """The SHA-256 of a data set, printed in the sheet's foot."""
    return seal.digest(seal.canonical(facts))
