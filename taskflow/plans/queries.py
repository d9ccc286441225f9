"""What the pages about documents read: their counts, indicators, project boxes, stories, conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, selectinload

from taskflow import db, errors
from taskflow.plans import tree
from taskflow.plans.models import (
    Basis,
    Chapter,
    ConflictStatement,
    Indicator,
    Measure,
    MeasureKind,
    Nature,
    PlanDocument,
    Project,
    Story,
    Target,
)
from taskflow.plans.tally import LIGHT, Progress, Tally, add_row, counted_tasks, progress_of_measures
from taskflow.tasks.models import Task

#: The order in which documents were to be carried out: a plan before the years that it covers.
IN_TIME = (PlanDocument.period_from, PlanDocument.period_to.desc(), PlanDocument.code)


@dataclass
class Card:
    """A document with its counts."""

    document: PlanDocument
    kinds: dict[MeasureKind, int] = field(default_factory=dict)
    natures: dict[Nature, int] = field(default_factory=dict)
    projects: int = 0
    boxes: int = 0
    #: Measures whose work the task of another document does.
    linked: int = 0
    tally: Tally = field(default_factory=Tally)

    @property
    def measures(self) -> int:
        """Measures of every kind."""
        return sum(self.kinds.values())


def documents(region_code: str, seen: Any) -> list[Card]:
    """Every document of a region with its counts; six queries."""
    found = db.rows(select(PlanDocument).where(PlanDocument.region_code == region_code).order_by(PlanDocument.code))
    cards = {document.id: Card(document) for document in found}
    codes = {document.code: document.id for document in found}
    mine = list(cards)
    kinds = select(Measure.document_id, Measure.kind, func.count()).where(Measure.document_id.in_(mine))
    for document_id, kind, count in db.session.execute(kinds.group_by(Measure.document_id, Measure.kind)):
        cards[document_id].kinds[kind] = count
    linked = select(Measure.document_id, func.count()).where(Measure.same_as_id.is_not(None))
    for document_id, count in db.session.execute(
        linked.where(Measure.document_id.in_(mine)).group_by(Measure.document_id)
    ):
        cards[document_id].linked = count
    natures = select(Indicator.document_id, Indicator.nature, func.count()).where(Indicator.document_id.in_(mine))
    for document_id, nature, count in db.session.execute(natures.group_by(Indicator.document_id, Indicator.nature)):
        cards[document_id].natures[nature] = count
    boxes = select(Project.document_id, func.count(), func.count(Project.box.distinct()))
    for document_id, rows, count in db.session.execute(
        boxes.where(Project.document_id.in_(mine)).group_by(Project.document_id)
    ):
        cards[document_id].projects, cards[document_id].boxes = rows, count
    tasks = counted_tasks(region_code, Task.document_code).where(seen)
    for code, *row in db.session.execute(tasks.group_by(Task.document_code, Task.state, LIGHT)):
        add_row(cards[codes[code]].tally, *row)
    return list(cards.values())


def document(region_code: str, code: str) -> PlanDocument:
    """A document by its code. Raises errors.NotFound."""
    wanted = select(PlanDocument).where(PlanDocument.region_code == region_code, PlanDocument.code == code)
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise errors.NotFound("没有这份文件。")
    return found


def chapter(of: PlanDocument, chapter_id: int) -> Chapter:
    """A chapter of a document. Raises errors.NotFound."""
    found = db.session.get(Chapter, chapter_id)
    if found is None or found.document_id != of.id:
        raise errors.NotFound("这份文件没有这一章。")
    return found


def figures_of(measure_ids: Sequence[int]) -> dict[int, list[Target]]:
    """The figures that hold of some measures."""
    return tree.figures([Measure.id.in_(measure_ids)]) if measure_ids else {}


@dataclass(frozen=True)
class Statement:
    """A measure as one voice among others about the same work."""

    measure: Measure
    figures: Sequence[Target]
    how: Progress | None


def measure(region_code: str, measure_id: int) -> Measure:
    """One measure with all that its page shows. Raises errors.NotFound."""
    wanted = select(Measure).join(Measure.document)
    wanted = wanted.where(Measure.id == measure_id, PlanDocument.region_code == region_code)
    found = db.session.scalars(
        wanted.options(
            joinedload(Measure.document),
            joinedload(Measure.chapter),
            joinedload(Measure.lead_unit),
            joinedload(Measure.leader_post),
            selectinload(Measure.targets).joinedload(Target.edition),
            selectinload(Measure.former_targets),
            selectinload(Measure.supporting),
            joinedload(Measure.same_as).joinedload(Measure.document),
        )
    ).one_or_none()
    if found is None:
        raise errors.NotFound("没有这条举措。")
    return found


def linked_to(measure_id: int) -> Sequence[Measure]:
    """The measures of other documents that this one's task serves too."""
    wanted = select(Measure).where(Measure.same_as_id == measure_id).options(joinedload(Measure.document))
    return db.rows(wanted.order_by(Measure.code))


def statements(region_code: str, seen: Any, *where: Any) -> list[Statement]:
    """Measures in order of their documents' time, with how far they are; three queries."""
    wanted = select(Measure).join(Measure.document).where(PlanDocument.region_code == region_code, *where)
    ordered = wanted.order_by(Measure.story, *IN_TIME, Measure.line, Measure.code)
    found = db.rows(ordered.options(joinedload(Measure.document), joinedload(Measure.lead_unit)))
    told = tree.figures(where)
    of_measure = progress_of_measures(region_code, seen, *where)
    return [Statement(one, told.get(one.id, ()), of_measure.get(one.id)) for one in found]


@dataclass(frozen=True)
class StoryLine:
    """One work through the documents: what each of them says, in order of time."""

    key: str
    title: str
    voices: Sequence[tuple[PlanDocument, Sequence[Statement]]]

    @property
    def tally(self) -> Tally:
        """The count of all statements."""
        made = Tally()
        for _, spoken in self.voices:
            for statement in spoken:
                made.items += 1
                if how := statement.how:
                    made.add(how.state, how.standing.light, how.percent)
        return made


def stories(region_code: str, seen: Any, key: str | None = None) -> list[StoryLine]:
    """Every story, or the one with a key, the ones that most documents tell first; four queries."""
    named = select(Story.key, Story.title).where(Story.region_code == region_code)
    titles = {row.key: row.title for row in db.session.execute(named)}
    chosen = Measure.story == key if key else Measure.story.is_not(None)
    found = []
    for story, told in groupby(statements(region_code, seen, chosen), lambda one: one.measure.story or ""):
        voices = [(document, list(spoken)) for document, spoken in groupby(told, lambda one: one.measure.document)]
        first = voices[0][1][0].measure.title
        found.append(StoryLine(story, titles.get(story, first), voices))
    return sorted(found, key=lambda line: (-len(line.voices), -line.tally.items, line.key))


def indicators(region_code: str) -> list[tuple[str, list[Indicator]]]:
    """The plan's indicators by group, in the printed order."""
    mine = select(PlanDocument.id).where(PlanDocument.region_code == region_code)
    wanted = select(Indicator).where(Indicator.document_id.in_(mine)).options(joinedload(Indicator.lead_unit))
    found = db.rows(wanted.order_by(Indicator.document_id, Indicator.seq))
    return [(group, list(rows)) for group, rows in groupby(found, lambda row: row.group)]


def projects(region_code: str, seen: Any) -> list[tuple[PlanDocument, list[tree.Group]]]:
    """The project boxes of every document that has some."""
    mine = select(PlanDocument).where(
        PlanDocument.region_code == region_code, PlanDocument.id.in_(select(Project.document_id))
    )
    found = []
    for source in db.rows(mine.order_by(PlanDocument.code)):
        chapters = tree.boxes(source, seen)
        found.append((source, [box for boxes in chapters.values() for box in boxes]))
    return found


@dataclass(frozen=True)
class Conflict:
    """Statements about one thing that cannot all hold."""

    about: str
    title: str
    statements: Sequence[ConflictStatement]


def conflicts(region_code: str, measure_id: int | None = None) -> list[Conflict]:
    """Contradictions side by side; those that a measure takes part in when one is given."""
    wanted = select(ConflictStatement).join(ConflictStatement.document)
    wanted = wanted.where(ConflictStatement.region_code == region_code)
    if measure_id is not None:
        own = select(ConflictStatement.about).where(ConflictStatement.measure_id == measure_id)
        wanted = wanted.where(ConflictStatement.about.in_(own))
    loaded = wanted.options(joinedload(ConflictStatement.document), joinedload(ConflictStatement.measure))
    found = db.rows(loaded.order_by(ConflictStatement.id))
    groups: dict[str, list[ConflictStatement]] = {}
    for statement in found:
        groups.setdefault(statement.about, []).append(statement)
    return [Conflict(about, rows[0].indicator, rows) for about, rows in groups.items()]


@dataclass(frozen=True)
class Coverage:
    """How much of a document had to be completed by us."""

    document: PlanDocument
    measures: int
    without_figure: int
    assumed: int
    suggested: int


def coverage(region_code: str) -> list[Coverage]:
    """Per document: measures without a figure, with an assumed deadline, with a unit that we suggest."""
    with_figure = Measure.id.in_(select(Target.measure_id).where(Target.replaced_on.is_(None)))
    counts = select(
        PlanDocument,
        func.count(Measure.id),
        func.sum(case((with_figure, 0), else_=1)),
        func.sum(case((Measure.basis == Basis.ASSUMED, 1), else_=0)),
        func.sum(case((Measure.named.is_(True), 0), else_=1)),
    ).join(Measure, Measure.document_id == PlanDocument.id)
    grouped = counts.where(PlanDocument.region_code == region_code).group_by(PlanDocument.id)
    return [
        Coverage(source, *map(int, numbers))
        for source, *numbers in db.session.execute(grouped.order_by(PlanDocument.code))
    ]
