"""A file as a new edition of a document: each draft against the measures of the edition before (新旧对照)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from taskflow import clock, db, errors
from taskflow.drafts.compute import matching
from taskflow.drafts.compute.matching import Statement
from taskflow.drafts.models import Difference, Draft, DraftState, Intake
from taskflow.drafts.write.bulk import move_with
from taskflow.ledger.admin import record_admin
from taskflow.org.models import Person
from taskflow.plans.models import Basis, DocumentText, Measure, PlanDocument
from taskflow.workflows.drafting import DRAFTING
from taskflow.workflows.engine import batch
from taskflow.workflows.engine.perform import begin_all


def compare(intake: Intake, document: PlanDocument, by: Person, key: str) -> dict[Difference, int]:
    """Mark a file as a new edition of a document and match its open drafts; how many of each. The caller commits.

    Raises errors.WrongState when it is an edition already, or has been registered.
    """
    db.lock(Intake, intake.id)
    if intake.edition_of_id is not None:
        raise errors.WrongState("这份文件已经标为新版，不能再比对一次。")
    if intake.document_id is not None:
        raise errors.WrongState("这份文件已有条目立项，不能再标为别的文件的新版。")
    intake.edition_of = document
    old, open_drafts = _measures(document), _open(intake)
    pairs = matching.pair_up([_old(one, text) for one, text in old], [_new(one) for one in open_drafts])
    of_draft = {pair.new: pair for pair in pairs}
    found = {draft.id: _verdict(of_draft.get(draft.id)) for draft in open_drafts}
    with batch.joining():
        move_with(intake, "match", found, by, key)
        kept = {pair.old for pair in pairs}
        _lost(intake, [(one, text) for one, text in old if one.id not in kept], by)
        facts = {"intake": intake.id, "name": intake.name, "code": document.code}
        record_admin("compare", by, facts, region_code=intake.region_code, command_id=f"compare:{intake.id}")
    return counts(intake.id)


def _verdict(pair: matching.Pair | None) -> dict[str, str]:
    """What a draft is against the edition before, as a command's arguments."""
    if pair is None:
        return {"difference": Difference.NEW.value, "old": ""}
    difference = Difference.CHANGED if pair.changed else Difference.SAME
    return {"difference": difference.value, "old": str(pair.old)}


def counts(intake_id: int) -> dict[Difference, int]:
    """How many drafts are of each difference."""
    rows = select(Draft.difference, func.count()).where(Draft.intake_id == intake_id, Draft.difference.is_not(None))
    found = {difference: int(number) for difference, number in db.session.execute(rows.group_by(Draft.difference))}
    return {difference: found.get(difference, 0) for difference in Difference}


def _open(intake: Intake) -> Sequence[Draft]:
    mine = select(Draft).where(
        Draft.intake_id == intake.id, Draft.state == DraftState.OPEN, Draft.is_project.is_(False)
    )
    return db.rows(mine.order_by(Draft.char_start, Draft.id))


def _measures(document: PlanDocument) -> list[tuple[Measure, str]]:
    """The measures of a document with their words: its text's, or where there is none, ours."""
    wanted = select(Measure).where(Measure.document_id == document.id).order_by(Measure.line, Measure.code)
    found = db.rows(wanted.options(selectinload(Measure.targets), joinedload(Measure.lead_unit)))
    kept = db.session.get(DocumentText, document.id)
    return [(one, _words(one, kept.text if kept else "")) for one in found]


def _words(measure: Measure, text: str) -> str:
    if text and measure.char_start is not None and measure.char_end is not None:
        return text[measure.char_start : measure.char_end]
    return measure.title


def _old(measure: Measure, words: str) -> Statement:
    figures = frozenset((target.value, target.value_high, target.unit) for target in measure.targets)
    due = None if measure.basis is Basis.ASSUMED else measure.deadline  # a guess of ours is no statement
    return Statement(measure.id, words, measure.heading or measure.section, figures, due, words is not measure.title)


def _new(draft: Draft) -> Statement:
    path = draft.path or []
    heading = path[-1] if len(path) > 1 else ""
    due = None if draft.basis is Basis.ASSUMED else draft.deadline
    return Statement(draft.id, draft.text, heading, matching.figures_of(draft.targets or []), due)


def _lost(intake: Intake, gone: Sequence[tuple[Measure, str]], by: Person) -> None:
    """What the new edition does not say any more, for somebody to decide on; nothing is closed by itself."""
    rows = {
        f"begin:draft:{intake.id}:gone:{measure.id}": _gone(intake, measure, words, place, by)
        for place, (measure, words) in enumerate(gone, start=intake.next_place)
    }
    begin_all(DRAFTING, rows, by, lambda draft: {"place": draft.place, "line": draft.line, "title": draft.title})


def _gone(intake: Intake, measure: Measure, words: str, place: int, by: Person) -> Draft:
    return Draft(
        region_code=intake.region_code,
        intake_id=intake.id,
        place=place,
        line=measure.line,
        char_start=-1,
        char_end=-1,
        path=[head for head in (measure.section, measure.heading) if head],
        text=words,
        title=measure.title,
        kind=measure.kind,
        targets=[],
        deadline=measure.deadline,
        basis=measure.basis,
        lead_unit=measure.lead_unit,
        supporting=[],
        named=measure.named,
        printed={},
        suggested=[],
        why=[],
        old_measure=measure,
        difference=Difference.GONE,
        changed_at=clock.now(),
        changed_by_id=by.id,
    )
