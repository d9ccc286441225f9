"""How papers of the ladder are found: one, those under way, those that wait for a signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from taskflow import db
from taskflow.escalations.models import LIVE, Escalation, EscalationState
from taskflow.org.models import Post
from taskflow.rules import ladder
from taskflow.tasks.models import Task
from taskflow.workflows.parties import SIGNER

SHOWN = 30  # rows of a list on a board


def _with_parts() -> Any:
    return select(Escalation).options(
        joinedload(Escalation.task).joinedload(Task.lead_unit),
        joinedload(Escalation.unit),
        joinedload(Escalation.signer_post),
    )


def visible_paper(paper_id: int, visible: Any) -> Escalation | None:
    """A paper against a task that the viewer may see."""
    wanted = _with_parts().join(Task, Escalation.task_id == Task.id)
    return db.session.scalars(wanted.where(Escalation.id == paper_id, visible)).one_or_none()


def under_way(region_code: str, unit_id: int | None = None) -> Sequence[Escalation]:
    """Papers that still wait for somebody, highest step and nearest answer date first; the first few."""
    live = _with_parts().where(Escalation.region_code == region_code, Escalation.state.in_(LIVE))
    if unit_id is not None:
        live = live.where(Escalation.unit_id == unit_id)
    nearest = func.coalesce(Escalation.answer_by, date.max)
    return db.rows(live.order_by(Escalation.step.desc(), nearest, Escalation.id).limit(SHOWN))


@dataclass(frozen=True)
class StepPapers:
    """A step of the ladder with the papers that stand on it."""

    step: ladder.Step
    #: State → number of papers.
    by_state: dict[EscalationState, int]
    overdue: int

    @property
    def total(self) -> int:
        """All papers on this step."""
        return sum(self.by_state.values())


def by_step(region_code: str, day: date) -> list[StepPapers]:
    """The ladder in force, with the papers under way on each step; `overdue`: issued, answer date passed."""
    passed = func.count().filter(Escalation.state == EscalationState.ISSUED, Escalation.answer_by < day)
    counted = (
        select(Escalation.step, Escalation.state, func.count(), passed)
        .where(Escalation.region_code == region_code, Escalation.state.in_(LIVE))
        .group_by(Escalation.step, Escalation.state)
    )
    found: dict[int, dict[EscalationState, int]] = {}
    late: dict[int, int] = {}
    for number, state, papers, overdue in db.session.execute(counted):
        found.setdefault(number, {})[state] = papers
        late[number] = late.get(number, 0) + overdue
    steps = ladder.steps(region_code, day)
    return [StepPapers(step, found.get(step.number, {}), late.get(step.number, 0)) for step in steps]


def to_sign(posts: Sequence[Post], most: int) -> tuple[int, Sequence[Escalation]]:
    """Papers that wait for the signature of these posts: how many, and the oldest of them."""
    waiting: Any = (Escalation.state == EscalationState.PROPOSED) & SIGNER.waiting(Escalation, posts)
    total = db.session.scalar(select(func.count(Escalation.id)).where(waiting)) or 0
    oldest = _with_parts().where(waiting).order_by(Escalation.proposed_at, Escalation.id)
    return total, db.rows(oldest.limit(most))


def of_tasks(task_ids: Sequence[int]) -> dict[int, list[Escalation]]:
    """Every paper against some tasks, oldest first: task → papers."""
    found: dict[int, list[Escalation]] = {}
    papers = select(Escalation).where(Escalation.task_id.in_(task_ids)).order_by(Escalation.id)
    for paper in db.rows(papers):
        found.setdefault(paper.task_id, []).append(paper)
    return found
