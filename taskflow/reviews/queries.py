"""How quarterly reviews are found: one with its frozen lines, and those that wait for a signature."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from taskflow import db
from taskflow.org.models import Post
from taskflow.reviews.models import Review, ReviewLine, ReviewState
from taskflow.rules.lights import Light
from taskflow.tasks.models import Task
from taskflow.workflows.parties import LEADER


@dataclass(frozen=True)
class Summary:
    """What the frozen lines of a quarter add up to."""

    lights: dict[Light, int]
    reports_missed: int

    @property
    def tasks(self) -> int:
        """How many tasks the quarter had."""
        return sum(self.lights.values())


def one(region_code: str, review_id: int) -> Review | None:
    """A review with its lines and their tasks."""
    wanted = select(Review).where(Review.region_code == region_code, Review.id == review_id)
    with_parts = wanted.options(
        joinedload(Review.unit),
        joinedload(Review.leader_post),
        selectinload(Review.lines).joinedload(ReviewLine.task).joinedload(Task.lead_unit),
    )
    return db.session.scalars(with_parts).unique().one_or_none()


def summary(lines: Sequence[ReviewLine]) -> Summary:
    """The sum of a review's lines."""
    counted = Counter(Light(line.light) for line in lines)
    return Summary(
        {light: counted[light] for light in Light if counted[light]},
        sum(line.reports_missed for line in lines),
    )


def to_sign(posts: Sequence[Post], most: int) -> tuple[int, list[tuple[Review, Summary]]]:
    """Reviews that wait for these posts' signature: how many, and the oldest, each with its lines' sums."""
    waiting: Any = (Review.state == ReviewState.ASSESSED) & LEADER.waiting(Review, posts)
    total = db.session.scalar(select(func.count(Review.id)).where(waiting)) or 0
    with_parts = select(Review).where(waiting).options(joinedload(Review.unit), joinedload(Review.leader_post))
    found = db.rows(with_parts.order_by(Review.quarter_end, Review.id).limit(most))
    sums = _summaries([review.id for review in found])
    return total, [(review, sums.get(review.id, Summary({}, 0))) for review in found]


def _summaries(review_ids: Sequence[int]) -> dict[int, Summary]:
    counted: Any = (
        select(ReviewLine.review_id, ReviewLine.light, func.count(), func.sum(ReviewLine.reports_missed))
        .where(ReviewLine.review_id.in_(review_ids))
        .group_by(ReviewLine.review_id, ReviewLine.light)
    )
    sums: dict[int, Summary] = {}
    for review_id, light, lines, missed in db.session.execute(counted):
        before = sums.get(review_id, Summary({}, 0))
        sums[review_id] = Summary(before.lights | {Light(light): lines}, before.reports_missed + missed)
    return sums
