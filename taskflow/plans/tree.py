"""A document as a tree: chapters, sections, headings, and under them what is promised and how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from taskflow import db
from taskflow.org.models import Unit
from taskflow.plans.models import Basis, Chapter, Measure, MeasureKind, PlanDocument, Project, Target
from taskflow.plans.tally import (
    LIGHT,
    SERVED,
    Progress,
    Tally,
    add_row,
    counted_tasks,
    progress_of_measures,
    progress_of_projects,
)
from taskflow.sources.models import Source
from taskflow.tasks.models import Task


@dataclass(frozen=True)
class Leaf:
    """A measure or a project row."""

    kind: str
    id: int
    code: str
    title: str
    lead: str
    sort: MeasureKind
    figures: Sequence[Target] = ()
    deadline: date | None = None
    basis: Basis | None = None
    named: bool = True
    mark: str = ""
    progress: Progress | None = None


@dataclass(frozen=True)
class Group:
    """A heading, or a project box, with its leaves."""

    name: str
    leaves: Sequence[Leaf]

    @property
    def tally(self) -> Tally:
        """Its own count."""
        return tally(self.leaves)


@dataclass(frozen=True)
class Section:
    """A section with its headings; a chapter's opening lines stand in one without a name."""

    name: str
    groups: Sequence[Group]

    @property
    def tally(self) -> Tally:
        """Its own count."""
        return tally(leaf for group in self.groups for leaf in group.leaves)


@dataclass
class Inside:
    """What stands in a chapter."""

    sections: list[Section] = field(default_factory=list)
    boxes: list[Group] = field(default_factory=list)

    @property
    def tally(self) -> Tally:
        """The count of all that stands here."""
        groups = [group for section in self.sections for group in section.groups] + self.boxes
        return tally(leaf for group in groups for leaf in group.leaves)


def tally(leaves: Iterable[Leaf]) -> Tally:
    """The count of some leaves."""
    made = Tally()
    for leaf in leaves:
        made.items += 1
        if leaf.progress:
            made.add(leaf.progress.state, leaf.progress.standing.light, leaf.progress.percent)
    return made


def chapters(document: PlanDocument, seen: Any) -> list[tuple[Chapter, Tally]]:
    """The chapters in order with their counts, measures and project rows together; five queries."""
    found = db.rows(select(Chapter).where(Chapter.document_id == document.id).order_by(Chapter.line))
    counts = {chapter.id: Tally() for chapter in found}
    for kind in (Measure, Project):
        counted = select(kind.chapter_id, func.count()).where(kind.document_id == document.id)
        for chapter_id, items in db.session.execute(counted.group_by(kind.chapter_id)):
            counts[chapter_id].items += items
    for kind, same in ((Measure, Source.measure_id == SERVED), (Project, Source.project_id == Project.id)):
        tasks = (
            counted_tasks(document.region_code, kind.chapter_id)
            .join(Source, Task.source_id == Source.id)
            .join(kind, same)
        )
        mine = tasks.where(seen, kind.document_id == document.id)
        for chapter_id, *numbers in db.session.execute(mine.group_by(kind.chapter_id, Task.state, LIGHT)):
            add_row(counts[chapter_id], *numbers)
    return [(chapter, counts[chapter.id]) for chapter in found]


def inside(
    document: PlanDocument,
    seen: Any,
    *,
    chapter: Chapter | None = None,
    text: str = "",
    kind: MeasureKind | None = None,
) -> dict[int, Inside]:
    """What fits the search in one chapter, or in all, by chapter id; five queries, however much it is."""
    wanted = [Measure.chapter_id == chapter.id] if chapter else [Measure.document_id == document.id]
    wanted += _fits(text, Measure, Measure.title, Measure.section, Measure.heading, Measure.code)
    if kind:
        wanted.append(Measure.kind == kind)
    of = progress_of_measures(document.region_code, seen, *wanted)
    told = figures(wanted)
    found: dict[int, Inside] = {}
    for chapter_id, rows in groupby(_measures(wanted), lambda row: row.chapter_id):
        found[chapter_id] = Inside(list(_sections(rows, told, of)))
    if kind in (None, MeasureKind.PROJECT):
        for chapter_id, groups in boxes(document, seen, chapter=chapter, text=text).items():
            found.setdefault(chapter_id, Inside()).boxes.extend(groups)
    return found


def boxes(
    document: PlanDocument, seen: Any, *, chapter: Chapter | None = None, text: str = ""
) -> dict[int, list[Group]]:
    """The project boxes that fit the search, by chapter id; two queries."""
    wanted = [Project.chapter_id == chapter.id] if chapter else [Project.document_id == document.id]
    wanted += _fits(text, Project, Project.name, Project.box_title)
    of = progress_of_projects(document.region_code, seen, *wanted)
    found: dict[int, list[Group]] = {}
    for (chapter_id, box, title), rows in groupby(
        _projects(wanted), lambda row: (row.chapter_id, row.box, row.box_title)
    ):
        leaves = [_project_leaf(row, of) for row in rows]
        found.setdefault(chapter_id, []).append(Group(f"专栏 {box} {title}", leaves))
    return found


def _fits(text: str, kind: Any, *columns: Any) -> list[Any]:
    """The condition that the lead unit or one of the columns holds the text."""
    if not text:
        return []
    units = select(Unit.id).where(Unit.short.contains(text, autoescape=True))
    found: Any = kind.lead_unit_id.in_(units)
    for column in columns:
        found |= column.contains(text, autoescape=True)
    return [found]


def _measures(where: Sequence[Any]) -> Sequence[Any]:
    columns = (
        Measure.id, Measure.chapter_id, Measure.code, Measure.section, Measure.heading, Measure.title, Measure.kind,
        Measure.deadline, Measure.basis, Measure.named, Unit.short.label("lead"),
    )  # fmt: skip
    found = select(*columns).join(Unit, Unit.id == Measure.lead_unit_id).where(*where)
    return db.session.execute(found.order_by(Measure.chapter_id, Measure.line, Measure.code)).all()


def _projects(where: Sequence[Any]) -> Sequence[Any]:
    columns = (
        Project.id, Project.chapter_id, Project.box, Project.box_title, Project.seq, Project.name, Project.mark,
        Unit.short.label("lead"),
    )  # fmt: skip
    found = select(*columns).join(Unit, Unit.id == Project.lead_unit_id).where(*where)
    ordered = found.order_by(Project.chapter_id, func.length(Project.box), Project.box, Project.place)
    return db.session.execute(ordered).all()


def figures(where: Sequence[Any]) -> dict[int, list[Target]]:
    """The figures of some measures that hold, by measure id."""
    targets = select(Target).where(
        Target.measure_id.in_(select(Measure.id).where(*where)), Target.replaced_on.is_(None)
    )
    found: dict[int, list[Target]] = {}
    for target in db.rows(targets.order_by(Target.measure_id, Target.place)):
        found.setdefault(target.measure_id, []).append(target)
    return found


def _sections(rows: Iterable[Any], told: dict[int, list[Target]], of: dict[int, Progress]) -> Iterator[Section]:
    for section, held in groupby(rows, lambda row: row.section):
        groups = [
            Group(heading, [_measure_leaf(row, told, of) for row in under])
            for heading, under in groupby(held, lambda row: row.heading)
        ]
        yield Section(section, groups)


def _measure_leaf(row: Any, told: dict[int, list[Target]], of: dict[int, Progress]) -> Leaf:
    return Leaf(
        kind="measure",
        id=row.id,
        code=row.code,
        title=row.title,
        lead=row.lead,
        sort=row.kind,
        figures=told.get(row.id, ()),
        deadline=row.deadline,
        basis=row.basis,
        named=row.named,
        progress=of.get(row.id),
    )


def _project_leaf(row: Any, of: dict[int, Progress]) -> Leaf:
    return Leaf(
        kind="project",
        id=row.id,
        code=str(row.seq),
        title=row.name,
        lead=row.lead,
        sort=MeasureKind.PROJECT,
        named=False,  # boxes name no unit
        mark=row.mark,
        progress=of.get(row.id),
    )
