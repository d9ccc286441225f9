"""Reading the ledger: newest entries first with filters, and one chain in its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, or_, select, tuple_, union_all

from taskflow import clock, db
from taskflow.drafts.models import Intake
from taskflow.ledger import phrases
from taskflow.ledger.models import LedgerEntry
from taskflow.ledger.phrases import Line
from taskflow.org.models import Person, Unit
from taskflow.reviews.models import Review
from taskflow.tasks.models import Task
from taskflow.workflows.catalog import ALL

PAGE = 50
CLOCK_NAME = "系统时钟"

#: Entries about people rather than work; for those who may see sign-ins.
PRIVATE = ("sign_in", "lock_out", "unlock")

#: Administrative acts in a list to choose from: verb → label.
ADMIN = {
    "take_in": "收文",
    "take_in_failed": "收文失败",
    "mend_document": "填写文件信息",
    "compare": "新旧对照",
    "attach_text": "存入原文",
    "move_clock": "拨快时钟",
    "retry_timer": "重试定时器",
    "dismiss_timer": "放弃定时器",
    "retry_mail": "重发邮件",
    "dismiss_mail": "放弃邮件",
    "sign_in": "登录",
    "lock_out": "账号锁定",
    "unlock": "账号解锁",
    "load": "载入数据",
}


@dataclass(frozen=True)
class Filter:
    """What somebody looks for; an empty field asks nothing."""

    task: str = ""
    unit: int | None = None
    #: "task:accept"
    act: str = ""
    since: date | None = None
    until: date | None = None
    by: str = ""


@dataclass
class Page:
    """Entries as sentences, what they are about, and the entry to go on from (None: no more)."""

    lines: Sequence[Line]
    titles: dict[str, str] = field(default_factory=dict)
    further: int | None = None


def acts() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that can be done, to choose from: (flow's label, [(“task:accept”, label)])."""
    found = []
    for flow in ALL:
        labels = {"begin": f"{flow.label}开始"} | {move.verb: move.label for move in flow.moves}
        found.append((flow.label, [(f"{flow.name}:{verb}", label) for verb, label in labels.items()]))
    return [*found, ("系统管理", [(f"admin:{verb}", label) for verb, label in ADMIN.items()])]


def newest(region_code: str, wanted: Filter, *, before: int | None = None, private: bool = False) -> Page:
    """A page of a region's entries, newest first, older than the entry `before`; six queries at most.

    Pages are cut by (moment, id), so the last page of millions is read as fast as the first.
    """
    found = select(LedgerEntry).where(*_place(region_code, wanted), *_conditions(region_code, wanted))
    if not private:
        found = found.where(~((LedgerEntry.subject_kind == "admin") & LedgerEntry.verb.in_(PRIVATE)))
    if before and (edge := db.session.get(LedgerEntry, before)):
        here = tuple_(LedgerEntry.at, LedgerEntry.id)
        found = found.where(here < tuple_(literal(edge.at, LedgerEntry.at.type), literal(edge.id)))
    rows = db.rows(found.order_by(LedgerEntry.at.desc(), LedgerEntry.id.desc()).limit(PAGE + 1))
    return _page(rows)


def _page(rows: Sequence[LedgerEntry]) -> Page:
    shown = rows[:PAGE]
    further = shown[-1].id if len(rows) > PAGE else None
    return Page(phrases.lines(shown), titles(entry.chain for entry in shown), further)


def _place(region_code: str, wanted: Filter) -> list[ColumnElement[bool]]:
    """The region, or the chains in it of a task or a unit: alone, so that the index over chains is used."""
    tasks = select(_chain("task", Task.id)).where(Task.region_code == region_code)
    reviews = select(_chain("review", Review.id)).where(Review.region_code == region_code)
    if wanted.task:
        tasks = tasks.where(Task.code == wanted.task)
    if wanted.unit:
        tasks = tasks.where(Task.lead_unit_id == wanted.unit)
        reviews = reviews.where(Review.unit_id == wanted.unit)
    if wanted.task:
        return [LedgerEntry.chain.in_(tasks)]
    if wanted.unit:
        return [LedgerEntry.chain.in_(union_all(tasks, reviews))]
    return [LedgerEntry.region_code == region_code]


def _conditions(region_code: str, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.act:
        kind, _, verb = wanted.act.partition(":")
        found += [LedgerEntry.subject_kind == kind, LedgerEntry.verb == verb]
    if wanted.since:
        found.append(LedgerEntry.at >= clock.at(wanted.since))
    if wanted.until:
        found.append(LedgerEntry.at < clock.at(wanted.until + timedelta(days=1)))
    if wanted.by == CLOCK_NAME:
        found.append(LedgerEntry.actor_id.is_(None))
    elif wanted.by:
        named = or_(Person.name.contains(wanted.by, autoescape=True), Person.login == wanted.by)
        people = select(Person.id).where(Person.region_code == region_code, named)
        found.append(or_(LedgerEntry.actor_id.in_(people), LedgerEntry.on_behalf_of_id.in_(people)))
    return found


def _chain(kind: str, key: Any) -> ColumnElement[str]:
    return literal(f"{kind}:").concat(cast(key, String))


def of_chain(chain: str, *, before: int | None = None) -> Page:
    """A page of one chain, newest first by its gap-free numbers, older than number `before`."""
    found = select(LedgerEntry).where(LedgerEntry.chain == chain)
    if before:
        found = found.where(LedgerEntry.seq < before)
    rows = db.rows(found.order_by(LedgerEntry.seq.desc()).limit(PAGE + 1))
    page = _page(rows)
    page.further = rows[PAGE - 1].seq if len(rows) > PAGE else None
    return page


def titles(chains: Iterable[str]) -> dict[str, str]:
    """What chains are about, by chain; three queries."""
    keys: dict[str, set[int]] = {}
    for chain in chains:
        kind, _, key = chain.partition(":")
        keys.setdefault(kind, set()).add(int(key) if key.isdigit() else 0)
    found = {}
    if ids := keys.get("task"):
        for task in db.session.execute(select(Task.id, Task.code, Task.title).where(Task.id.in_(ids))):
            found[f"task:{task.id}"] = f"{task.code} {task.title}"
    if ids := keys.get("review"):
        rows = select(Review.id, Unit.short, Review.quarter).join(Unit, Unit.id == Review.unit_id)
        for review in db.session.execute(rows.where(Review.id.in_(ids))):
            found[f"review:{review.id}"] = f"{review.short} {review.quarter} 季度评审"
    if ids := keys.get("intake"):
        for intake in db.session.execute(select(Intake.id, Intake.title, Intake.name).where(Intake.id.in_(ids))):
            found[f"intake:{intake.id}"] = f"收文 {intake.title or intake.name}"
    return found


def units(region_code: str) -> Sequence[Unit]:
    """The units to choose from."""
    return db.rows(select(Unit).where(Unit.region_code == region_code).order_by(Unit.place))


def visible_task(task_id: int, seen: Any) -> Task | None:
    """A task that the viewer may see; None: it does not exist for them."""
    return db.session.scalars(select(Task).where(Task.id == task_id, seen)).one_or_none()
