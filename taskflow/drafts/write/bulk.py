"""One act on many drafts: one command each, one transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from taskflow import db, errors
from taskflow.drafts.models import Draft, Intake
from taskflow.drafts.write.units import Known, of_region
from taskflow.org.models import Person, Region
from taskflow.plans.models import Measure, PlanDocument
from taskflow.tasks.models import Task, TaskState
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.drafting import DRAFTING
from taskflow.workflows.engine.perform import Command, perform_all

MOST = 2000  # drafts of one act


def move_all(
    intake: Intake,
    verb: str,
    picked: Mapping[int, int | None],
    by: Person,
    key: str,
    *,
    note: str = "",
    args: Mapping[str, Any] | None = None,
) -> Sequence[Draft]:
    """Make one move of many drafts of a file (id → the version that was seen). The caller commits.

    Raises errors.AllOrNothing with what is missing for each.
    """
    given = dict(args or {})
    commands = {
        draft_id: Command(f"{key}:{draft_id}", verb, by, seen, note, given) for draft_id, seen in sorted(picked.items())
    }
    return _perform(intake, commands)


def move_with(
    intake: Intake,
    verb: str,
    args_of: Mapping[int, Mapping[str, Any]],
    by: Person,
    key: str,
    *,
    seen: Mapping[int, int] | None = None,
) -> Sequence[Draft]:
    """Make one move of many drafts, each with arguments of its own. The caller commits."""
    commands = {
        draft_id: Command(f"{key}:{draft_id}", verb, by, (seen or {}).get(draft_id), args=dict(args))
        for draft_id, args in sorted(args_of.items())
    }
    return _perform(intake, commands)


def as_suggested(intake: Intake, picked: Mapping[int, int], by: Person, key: str) -> Sequence[Draft]:
    """Give many drafts the unit that is suggested first for each of them. The caller commits.

    Raises errors.AllOrNothing for those for which nothing is suggested.
    """
    rows = db.session.execute(select(Draft.id, Draft.suggested).where(Draft.id.in_(picked))).all()
    best = {row.id: str(row.suggested[0]["unit_id"]) for row in rows if row.suggested}
    if without := picked.keys() - best.keys():
        raise errors.AllOrNothing({key: errors.NotReady("没有建议的单位，请另选。") for key in without})
    return move_with(intake, "name_units", {one: {"lead": lead} for one, lead in best.items()}, by, key, seen=picked)


def without_deadline(intake: Intake, picked: Mapping[int, int], by: Person, key: str) -> Sequence[Draft]:
    """Say of many drafts that they have no deadline of their own. The caller commits.

    Raises errors.AllOrNothing for those that have one.
    """
    dated = set(db.rows(select(Draft.id).where(Draft.id.in_(picked), Draft.deadline.is_not(None))))
    if dated:
        raise errors.AllOrNothing({one: errors.NotReady("已有完成时限，不能按无时限办理。") for one in dated})
    endless = {"deadline": "", "endless": "1"}
    return move_with(intake, "revise", dict.fromkeys(picked, endless), by, key, seen=picked)


def _perform(intake: Intake, commands: Mapping[int, Command]) -> Sequence[Draft]:
    at_hand = _county(intake.region_code), _older(intake.id)  # kept here, so that no move asks for them
    moved = perform_all(DRAFTING, commands)
    del at_hand
    return moved


def _county(region_code: str) -> tuple[Region, Known]:
    return db.session.get_one(Region, region_code), of_region(region_code)


def _older(intake_id: int) -> Sequence[Measure]:
    """The measures of the edition before that a file's drafts stand against, with their figures."""
    wanted = select(Measure).join(Draft, Draft.old_measure_id == Measure.id).where(Draft.intake_id == intake_id)
    return db.rows(wanted.options(selectinload(Measure.targets), selectinload(Measure.former_targets)))


def of_intake(intake_id: int, ids: Sequence[int]) -> set[int]:
    """Those of some ids that are drafts of a file."""
    return set(db.rows(select(Draft.id).where(Draft.intake_id == intake_id, Draft.id.in_(ids))))


def assignable(document: PlanDocument) -> Sequence[Task]:
    """The tasks of a document that their leaders have approved and that wait to be assigned (交办)."""
    waiting = select(Task).where(
        Task.region_code == document.region_code,
        Task.document_code == document.code,
        Task.state == TaskState.APPROVED,
    )
    return db.rows(waiting.order_by(Task.code))


def assign_all(picked: Mapping[int, int | None], by: Person, key: str) -> Sequence[Task]:
    """Assign (交办) many approved tasks in one act. The caller commits."""
    commands = {task_id: Command(f"{key}:{task_id}", "assign", by, seen) for task_id, seen in sorted(picked.items())}
    at_hand = _county(by.region_code)
    assigned = perform_all(ASSIGNMENT, commands)
    del at_hand
    return assigned
