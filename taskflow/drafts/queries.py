"""Reading the workbench: files with their progress, the drafts of a part, of a search, and what others changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import joinedload, undefer

from taskflow import db, errors
from taskflow.drafts.models import Difference, Draft, DraftState, Intake
from taskflow.org.models import Person, Unit
from taskflow.plans.models import Basis, Measure, PlanDocument
from taskflow.sources.models import Source
from taskflow.tasks.models import Task

PAGE = 500  # drafts on a page of the list
DOUBTFUL = 60  # percent of confidence under which a draft is looked at twice
OF_INTEREST = 200  # changes by others told at once


@dataclass
class Progress:
    """How far people are with a file's drafts."""

    states: dict[DraftState, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All drafts but those that went into another."""
        return sum(count for state, count in self.states.items() if state is not DraftState.MERGED)

    def of(self, state: str) -> int:
        """How many are in a state."""
        return self.states.get(DraftState(state), 0)

    @property
    def decided(self) -> int:
        """How many percent are out of the open."""
        return 100 * (self.total - self.of("open")) // self.total if self.total else 0


@dataclass(frozen=True)
class Row:
    """A file in the list."""

    intake: Intake
    progress: Progress
    changed_at: datetime | None


def intakes(region_code: str) -> list[Row]:
    """Every file taken in, the newest first; two queries."""
    wanted = select(Intake).where(Intake.region_code == region_code).order_by(Intake.id.desc())
    found = db.rows(wanted.options(joinedload(Intake.document), joinedload(Intake.created_by)))
    counted = select(Draft.intake_id, Draft.state, func.count(), func.max(Draft.changed_at))
    here = counted.where(Draft.region_code == region_code).group_by(Draft.intake_id, Draft.state)
    progress: dict[int, Progress] = {}
    changed: dict[int, datetime] = {}
    for intake_id, state, count, newest in db.session.execute(here):
        progress.setdefault(intake_id, Progress()).states[state] = count
        changed[intake_id] = max(newest, changed.get(intake_id, newest))
    return [Row(one, progress.get(one.id, Progress()), changed.get(one.id)) for one in found]


def intake(region_code: str, intake_id: int) -> Intake:
    """A file with all that was read out of it. Raises errors.NotFound."""
    wanted = select(Intake).where(Intake.id == intake_id, Intake.region_code == region_code)
    long = (Intake.text, Intake.outline, Intake.skipped, Intake.conflicts, Intake.indicators, Intake.warnings)
    related = (joinedload(Intake.document), joinedload(Intake.edition_of), joinedload(Intake.created_by))
    found: Intake | None = db.session.scalars(wanted.options(*map(undefer, long), *related)).one_or_none()
    if found is None:
        raise errors.NotFound("没有这份收文。")
    return found


def draft(intake_id: int, draft_id: int) -> Draft:
    """One draft of a file. Raises errors.NotFound."""
    wanted = select(Draft).where(Draft.id == draft_id, Draft.intake_id == intake_id)
    found: Draft | None = db.session.scalars(wanted.options(*_WITH, joinedload(Draft.old_measure))).one_or_none()
    if found is None:
        raise errors.NotFound("这份收文没有这一条草案。")
    return found


_WITH = (joinedload(Draft.lead_unit), joinedload(Draft.changed_by))
IN_ORDER = (Draft.is_project, Draft.char_start, Draft.char_end.desc(), Draft.id)


def progress(intake_id: int) -> Progress:
    """How far people are with one file."""
    counted = select(Draft.state, func.count()).where(Draft.intake_id == intake_id).group_by(Draft.state)
    return Progress({row.state: int(row[1]) for row in db.session.execute(counted)})


def places(intake_id: int) -> Sequence[tuple[int, DraftState]]:
    """Where every draft stands and in what state, for the counts beside the parts."""
    wanted = select(Draft.char_start, Draft.state).where(Draft.intake_id == intake_id, Draft.char_start >= 0)
    return [(row.char_start, row.state) for row in db.session.execute(wanted)]


def between(intake_id: int, start: int, end: int) -> Sequence[Draft]:
    """The drafts that begin in a part of the text."""
    here = select(Draft).where(Draft.intake_id == intake_id, Draft.char_start >= start, Draft.char_start < end)
    return db.rows(here.order_by(Draft.char_start, Draft.char_end.desc(), Draft.id).options(*_WITH))


#: What can be asked of the list beside a state: name → (label, condition).
LACKS: dict[str, tuple[str, Any]] = {
    "unit": ("没有牵头单位", Draft.lead_unit_id.is_(None)),
    "deadline": ("没有时限", Draft.deadline.is_(None) & Draft.endless.is_(False)),
    "figure": ("没有目标值", cast(Draft.targets, String) == "[]"),
    "assumed": ("时限为推定", Draft.basis == Basis.ASSUMED),
    "suggested": ("单位不是文件写明", Draft.named.is_(False)),
    "duplicate": ("与别条重复", Draft.duplicate_of_id.is_not(None)),
    "doubtful": (f"把握低于 {DOUBTFUL}%", Draft.confidence < DOUBTFUL),
    "project": ("专栏项目", Draft.is_project.is_(True)),
}


@dataclass(frozen=True)
class Sift:
    """What somebody looks for in a list; an empty field asks nothing."""

    state: str = ""
    lack: str = ""
    difference: str = ""
    unit: int | None = None
    text: str = ""

    @property
    def anything(self) -> bool:
        """Whether it asks for something."""
        return bool(self.state or self.lack or self.difference or self.unit or self.text)

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        found: list[Any] = []
        if self.state in set(DraftState):
            found.append(Draft.state == DraftState(self.state))
        if self.lack in LACKS:
            found.append(LACKS[self.lack][1])
        if self.difference in set(Difference):
            found.append(Draft.difference == Difference(self.difference))
        if self.unit:
            found.append(Draft.lead_unit_id == self.unit)
        if self.text:
            units = select(Unit.id).where(Unit.short.contains(self.text, autoescape=True))
            worded = (column.contains(self.text, autoescape=True) for column in (Draft.title, Draft.text))
            found.append(or_(*worded, Draft.lead_unit_id.in_(units)))
        return found


def sifted(intake_id: int, sift: Sift, page: int) -> tuple[int, Sequence[Draft]]:
    """The drafts that somebody looks for, a page at a time; how many there are in all. Two queries."""
    where = [Draft.intake_id == intake_id, *sift.conditions()]
    total = db.session.scalar(select(func.count(Draft.id)).where(*where)) or 0
    found = select(Draft).where(*where).order_by(*IN_ORDER).options(*_WITH, joinedload(Draft.old_measure))
    return total, db.rows(found.offset((page - 1) * PAGE).limit(PAGE))


def for_owners(unit_ids: Sequence[int]) -> Sequence[Draft]:
    """Open drafts of new editions that change or leave out what these units lead now."""
    wanted = select(Draft).where(_for_owners(unit_ids)).options(joinedload(Draft.old_measure), joinedload(Draft.intake))
    return db.rows(wanted.order_by(Draft.intake_id, Draft.place)) if unit_ids else []


def count_for_owners(unit_ids: Sequence[int]) -> int:
    """How many those are."""
    return db.session.scalar(select(func.count(Draft.id)).where(_for_owners(unit_ids))) or 0 if unit_ids else 0


def _for_owners(unit_ids: Sequence[int]) -> Any:
    served = func.coalesce(Measure.same_as_id, Measure.id)
    of = select(Measure.id).join(Source, Source.measure_id == served).join(Task, Task.source_id == Source.id)
    theirs = of.where(Task.lead_unit_id.in_(unit_ids))
    return and_(
        Draft.state == DraftState.OPEN,
        Draft.difference.in_((Difference.CHANGED, Difference.GONE)),
        Draft.old_measure_id.in_(theirs),
    )


def count(intake_id: int, sift: Sift) -> int:
    """How many drafts somebody looks for, but those dropped or merged."""
    live = Draft.state.not_in((DraftState.DROPPED, DraftState.MERGED))
    return (
        db.session.scalar(select(func.count(Draft.id)).where(Draft.intake_id == intake_id, live, *sift.conditions()))
        or 0
    )


def drafts_at(intake_id: int, numbers: Sequence[int]) -> dict[int, list[Draft]]:
    """The drafts at each of some lines, in order."""
    wanted = select(Draft).where(Draft.intake_id == intake_id, Draft.line.in_(numbers), Draft.is_project.is_(False))
    found: dict[int, list[Draft]] = {}
    for one in db.rows(wanted.order_by(Draft.char_start)):
        found.setdefault(one.line, []).append(one)
    return found


def tasks_of_measures(measure_ids: Sequence[int]) -> dict[int, Task]:
    """The tasks that do the work of some measures."""
    if not measure_ids:
        return {}
    served = func.coalesce(Measure.same_as_id, Measure.id)
    found = select(Measure.id, Task).join(Source, Source.measure_id == served).join(Task, Task.source_id == Source.id)
    return {row[0]: row[1] for row in db.session.execute(found.where(Measure.id.in_(measure_ids))).unique()}


def following(of: Draft) -> int | None:
    """The next draft behind one that nobody has decided about; the first one when there is none behind."""
    waiting = select(Draft.id).where(Draft.intake_id == of.intake_id, Draft.state == DraftState.OPEN, Draft.id != of.id)
    rows = Draft.is_project.is_(True)  # of boxes: they come last
    ahead = Draft.char_start >= of.char_start
    ordered = waiting.where(rows & ahead if of.is_project else rows | ahead).order_by(*IN_ORDER).limit(1)
    return db.session.scalar(ordered) or db.session.scalar(waiting.order_by(*IN_ORDER).limit(1))


def follower(of: Draft) -> Draft | None:
    """The draft behind one in the text, into which it could be merged."""
    behind = select(Draft).where(
        Draft.intake_id == of.intake_id,
        Draft.is_project.is_(False),
        Draft.state == DraftState.OPEN,
        Draft.id != of.id,
        Draft.char_start >= of.char_start,
        Draft.char_end >= of.char_end,
    )
    found: Draft | None = db.session.scalars(behind.order_by(*IN_ORDER).limit(1)).one_or_none()
    return found


@dataclass(frozen=True)
class Change:
    """What somebody else did to a draft a moment ago."""

    draft_id: int
    place: int
    version: int
    who: str


def changes(intake_id: int, since: datetime, but: int) -> list[Change]:
    """Drafts that others changed after a moment."""
    wanted = (
        select(Draft.id, Draft.place, Draft.version, Person.name)
        .join(Person, Person.id == Draft.changed_by_id)
        .where(Draft.intake_id == intake_id, Draft.changed_at > since, Draft.changed_by_id != but)
        .order_by(Draft.changed_at.desc())
        .limit(OF_INTEREST)
    )
    return [Change(*row) for row in db.session.execute(wanted)]


def documents(region_code: str) -> Sequence[PlanDocument]:
    """The documents of which a file could be a new edition."""
    mine = select(PlanDocument).where(PlanDocument.region_code == region_code)
    return db.rows(mine.order_by(PlanDocument.code.desc()))


def tasks_of(document: PlanDocument | None) -> dict[str, int]:
    """How many tasks of a document are in each state."""
    if document is None:
        return {}
    counted = select(Task.state, func.count()).where(
        Task.region_code == document.region_code, Task.document_code == document.code
    )
    return {state.value: count for state, count in db.session.execute(counted.group_by(Task.state))}


def task_ids(drafts: Sequence[Draft]) -> dict[int, int]:
    """The tasks that drafts became, by draft."""
    measures = {one.measure_id: one.id for one in drafts if one.measure_id}
    projects = {one.project_id: one.id for one in drafts if one.project_id}
    wanted = (
        select(Task.id, Source.measure_id, Source.project_id)
        .join(Source, Source.id == Task.source_id)
        .where(or_(Source.measure_id.in_(measures), Source.project_id.in_(projects)))
    )
    if not measures and not projects:
        return {}
    rows = db.session.execute(wanted).all()
    return {measures.get(row.measure_id) or projects[row.project_id]: row.id for row in rows}
