"""Enter by hand (手工立项) what no document brings: a leader's note, a decision, a proposal, an order, a problem found.

A source with its words and a task for its lead unit, in one act; the task then goes the way of every other. The
same matter already under way at that unit is found first (《政府督查工作条例》: not twice at one unit at a time).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import select

from taskflow import clock, db, errors
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Person, Unit
from taskflow.reports.models import Evidence
from taskflow.reports.periods import source_rules
from taskflow.rules import book
from taskflow.sources.models import IN_DOCUMENTS, Source, SourceKind
from taskflow.tasks import taking
from taskflow.tasks.models import ENDED, Method, Task
from taskflow.workflows.escalation_effects import next_number

#: Kinds that people enter by hand.
BY_HAND = tuple(kind for kind in SourceKind if kind not in IN_DOCUMENTS)
#: What the codes of their tasks begin with.
PREFIX = {
    SourceKind.INSTRUCTION: "PS",
    SourceKind.MATTER: "DB",
    SourceKind.DECISION: "HY",
    SourceKind.MOTION: "JY",
    SourceKind.PROPOSAL: "TA",
    SourceKind.HOTLINE: "RX",
    SourceKind.REPORT_LINE: "JB",
    SourceKind.INSPECTION: "JC",
    SourceKind.AUDIT: "SJ",
    SourceKind.PATROL: "XC",
    SourceKind.OWN: "ZL",
}
#: The sentence for each thing that a kind of source may ask for.
WANTED = {
    "origin": "请填写来源（批示领导、会议、代表委员或检查单位）。",
    "number": "请填写编号（建议、提案或工单号）。",
    "issued_on": "请填写批示、会议或来文日期。",
    "words": "请填写原文或事由。",
}
ALIKE = 0.6  # share of equal letters from which two titles may be the same matter
MOST = 8  # tasks that may be the same, shown before one is entered


@dataclass(frozen=True)
class Entry:
    """What was typed. `due_on` None: the limit that the county gives this kind of source."""

    kind: SourceKind
    title: str
    lead: Unit
    words: str = ""
    origin: str = ""
    number: str = ""
    issued_on: date | None = None
    approver: str = ""
    due_on: date | None = None
    reply_on: date | None = None
    supporting: Sequence[Unit] = ()
    coordinator: Unit | None = None
    method: Method = Method.YES
    #: Why it is entered although something like it is under way at that unit.
    reason: str = ""
    #: Files as `reports.evidence` keeps them.
    files: Sequence[dict[str, Any]] = field(default_factory=tuple)


def enter(entry: Entry, actor: Person, command_id: str) -> Task:
    """The task, proposed to its leader, with its source and files. Raises errors.BadInput, errors.NotReady."""
    region = actor.region_code
    if wrong := missing(entry, region):
        raise errors.BadInput(wrong)
    today = clock.today()
    due, basis = (
        (entry.due_on, "printed") if entry.due_on else (taking.due_by_source(region, entry.kind, today), "assumed")
    )
    source = Source(
        region_code=region,
        kind=entry.kind,
        origin=entry.origin,
        number=entry.number,
        issued_on=entry.issued_on,
        words=entry.words,
        approver=entry.approver,
        reply_on=entry.reply_on,
        unclassified=True,
        entered_by_id=actor.id,
        entered_at=clock.now(),
    )
    promise = taking.Promise(
        source=source,
        region_code=region,
        code=_code(region, entry.kind, today),
        title=entry.title,
        kind="project" if entry.method is Method.PERCENT else "institutional",
        lead=entry.lead,
        leader_post_id=entry.lead.leader_post_id,
        supporting=[unit for unit in entry.supporting if unit.id != entry.lead.id],
        start_on=today,
        due_on=due,
        basis=basis,
        method=entry.method,
        coordinators=[entry.coordinator] if entry.coordinator else (),
        reason=entry.reason,
    )
    (task,) = taking.begin_tasks({command_id: promise}, actor)
    _attach(task, source, entry, actor)
    return task


def entered(command_id: str) -> int | None:
    """The task that this command entered, if it did."""
    begun = select(LedgerEntry.subject_id).where(LedgerEntry.command_id == command_id, LedgerEntry.verb == "begin")
    return db.session.scalar(begun)


def missing(entry: Entry, region_code: str) -> dict[str, str]:
    """What the kind of source asks for and was not given: field → sentence."""
    asks = source_rules(entry.kind.value, book.of(region_code))["asks"]
    wrong = {name: WANTED[name] for name in asks if not getattr(entry, name)}
    if entry.due_on is not None and entry.due_on < clock.today():
        wrong["due_on"] = "完成时限不能早于今天。"
    if entry.coordinator is not None and entry.coordinator.id == entry.lead.id:
        wrong["coordinator"] = "协调单位不能是牵头单位。"
    return wrong


def _code(region_code: str, kind: SourceKind, day: date) -> str:
    """The next code of this kind this year (PS-2024-003); never given twice."""
    return f"{PREFIX[kind]}-{day.year}-{next_number(region_code, f'task.{kind.value}', day.year):03}"


def _attach(task: Task, source: Source, entry: Entry, actor: Person) -> None:
    for file in entry.files:
        db.session.add(
            Evidence(
                region_code=task.region_code,
                subject_kind="source",
                subject_id=source.id,
                task_id=task.id,
                sha256=file["sha256"],
                name=file["name"],
                size=file["size"],
                added_by_id=actor.id,
                added_at=clock.now(),
            )
        )


def same_matter(region_code: str, lead: Unit, title: str, number: str = "") -> list[Task]:
    """Tasks under way that may be the same matter: alike in title at that unit, or with the same number anywhere."""
    open_ones = select(Task).where(Task.region_code == region_code, Task.state.not_in(ENDED))
    numbered = db.rows(open_ones.join(Task.source).where(Source.number == number)) if number else []
    theirs = db.rows(open_ones.where(Task.lead_unit_id == lead.id))
    alike = sorted(((_share(title, one.title), one) for one in theirs), key=lambda pair: (-pair[0], pair[1].id))
    found = {one.id: one for one in numbered} | {one.id: one for share, one in alike if share >= ALIKE}
    return list(found.values())[:MOST]


def _share(one: str, other: str) -> float:
    if len(one) >= 6 and (one in other or other in one):  # noqa: PLR2004  # a few letters stand in many titles
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
