"""Posts held on a day: whose they are, and what a person holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from taskflow import db
from taskflow.org.models import Holding, Post, Role


def held_by(person_id: int, day: date) -> Sequence[Post]:
    """The posts that a person holds on a day."""
    held = select(Post).join(Holding, Holding.post_id == Post.id).where(Holding.person_id == person_id)
    today = held.where(Holding.since <= day, (Holding.until.is_(None)) | (Holding.until >= day))
    return db.session.scalars(today).unique().all()


def roles(posts: Sequence[Post]) -> set[Role]:
    """The roles of some posts."""
    return {post.role for post in posts}


def of_code(region_code: str, code: str) -> Post:
    """A post by its code (“mayor”)."""
    return db.session.scalars(select(Post).where(Post.region_code == region_code, Post.code == code)).unique().one()
