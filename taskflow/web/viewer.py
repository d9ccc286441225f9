"""Who looks at a page: the person, their posts, the region; and the refusal of a page that is not theirs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app, g
from flask_login import current_user
from sqlalchemy import select

from taskflow import clock, db, errors
from taskflow.org import posts as held
from taskflow.org.may import may
from taskflow.org.models import Person, Post, Region


@dataclass(frozen=True)
class Viewer:
    """Who looks: the person, the posts held today, the region."""

    person: Person
    posts: tuple[Post, ...]
    region: Region

    def may(self, permission: str) -> bool:
        """Whether one of the posts has a permission."""
        return may(self.posts, permission)


def viewer() -> Viewer:
    """The person of this request; only behind the login wall."""
    if "viewer" not in g:
        person = cast(Person, current_user._get_current_object())  # noqa: SLF001  # Flask-Login's documented way
        g.viewer = Viewer(person, tuple(held.held_by(person.id, clock.today())), region())
    return cast(Viewer, g.viewer)


def region() -> Region:
    """The region of the viewer, or the only one before the sign-in."""
    if "region" not in g:
        code = getattr(current_user, "region_code", None)
        wanted = select(Region).where(Region.code == code) if code else select(Region).order_by(Region.code).limit(1)
        g.region = db.session.scalars(wanted).one_or_none()
    return cast(Region, g.region)


def demand(permission: str) -> None:
    """Refuse a page that the viewer's posts do not open."""
    if not viewer().may(permission):
        raise errors.NotYours("您的岗位没有查看这一页的权限。")


def signed_in() -> bool:
    """Whether this request is somebody's."""
    return bool(getattr(current_user, "is_authenticated", False))


def data_folder() -> Path:
    """Where files are kept."""
    return Path(current_app.config["DATA"])
