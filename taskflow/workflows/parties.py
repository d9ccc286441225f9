"""The parties of the tables: who may move and who hears, always through posts.

A party is written once and answers three questions: which posts it is for one record (who may, whom we
tell), and which records wait for the posts somebody holds (the desk).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, and_, bindparam, false, or_, select, true

from taskflow.org.models import Post, Role
from taskflow.tasks.models import RoleKind, Task, TaskRole
from taskflow.workflows.engine.table import Party

POST: Any = Post.__table__.c
OFFICE_ROLES = (Role.OFFICER, Role.DIRECTOR)


def _units(posts: Sequence[Post], *roles: Role) -> list[int]:
    return [post.unit_id for post in posts if post.role in roles]


def in_unit(name: str, *roles: Role) -> Party:
    """Posts with these roles in the record's lead unit."""
    return Party(
        name,
        frozenset(roles),
        posts=and_(POST.unit_id == bindparam("unit"), POST.role.in_(roles)),
        of=lambda record: {"unit": record.unit_id},
        waiting=lambda kind, posts: kind.unit_id.in_(_units(posts, *roles)),
    )


def in_county(name: str, *roles: Role) -> Party:
    """Posts with these roles anywhere in the record's region."""
    return Party(
        name,
        frozenset(roles),
        posts=and_(POST.region_code == bindparam("region"), POST.role.in_(roles)),
        of=lambda record: {"region": record.region_code},
        waiting=lambda _kind, posts: true() if any(post.role in roles for post in posts) else false(),
    )


def named_post(name: str, column: str, role: Role) -> Party:
    """The one post that the record names, a `role`'s."""
    return Party(
        name,
        frozenset({role}),
        posts=POST.id == bindparam("post"),
        of=lambda record: {"post": getattr(record, column)},
        waiting=lambda kind, posts: getattr(kind, column).in_([post.id for post in posts]),
    )


def _leads(kind: Any, posts: Sequence[Post]) -> Any:
    """Tasks of these leaders' posts, alone or together with another (党政同责); other records name the one post."""
    ids = [post.id for post in posts]
    if kind is not Task:
        return kind.leader_post_id.in_(ids)
    jointly = select(TaskRole.task_id).where(TaskRole.post_id.in_(ids), _LEADER_NOW)
    return kind.leader_post_id.in_(ids) | kind.id.in_(jointly)


_LEADER_NOW = (TaskRole.role == RoleKind.LEADER) & TaskRole.until.is_(None)
_ROLES: Any = TaskRole.__table__.c
_JOINTLY = select(_ROLES.post_id).where(
    _ROLES.task_id == bindparam("task", type_=Integer()), _ROLES.role == RoleKind.LEADER.value, _ROLES.until.is_(None)
)


def _leader_facts(record: Any) -> dict[str, Any]:
    task_id = record.id if isinstance(record, Task) else getattr(record, "task_id", None)
    return {"post": record.leader_post_id, "task": task_id}


CLERK = in_unit("牵头单位填报人", Role.CLERK)
HEAD = in_unit("牵头单位主要负责人", Role.HEAD)
LEAD = in_unit("牵头单位", Role.CLERK, Role.HEAD)
SUPPORT = in_unit("配合单位", Role.CLERK, Role.HEAD)
SUPPORTERS = Party(
    "配合单位",
    frozenset({Role.CLERK, Role.HEAD}),
    posts=and_(
        POST.role.in_((Role.CLERK, Role.HEAD)),
        POST.unit_id.in_(
            select(_ROLES.unit_id).where(
                _ROLES.task_id == bindparam("task", type_=Integer()),
                _ROLES.role == RoleKind.SUPPORTING.value,
                _ROLES.until.is_(None),
            )
        ),
    ),
    of=lambda task: {"task": task.id},
)
OFFICE = in_county("督查室", *OFFICE_ROLES)
OWNER = Party(
    "督查室或牵头单位主要负责人",
    frozenset({*OFFICE_ROLES, Role.HEAD}),
    posts=or_(
        and_(POST.region_code == bindparam("region"), POST.role.in_(OFFICE_ROLES)),
        and_(POST.unit_id == bindparam("unit"), POST.role == Role.HEAD),
    ),
    of=lambda record: {"region": record.region_code, "unit": record.owner_unit_id},
)
DIRECTOR = in_county("督查室主任", Role.DIRECTOR)
LEADER = Party(
    "牵头县领导",
    frozenset({Role.LEADER}),
    posts=or_(POST.id == bindparam("post"), POST.id.in_(_JOINTLY)),
    of=_leader_facts,
    waiting=_leads,
)
#: What the office does by itself, and a leader by granting a request.
OFFICE_OR_LEADER = Party(
    "督查室或牵头县领导",
    frozenset({*OFFICE_ROLES, Role.LEADER}),
    posts=or_(
        and_(POST.region_code == bindparam("region"), POST.role.in_(OFFICE_ROLES)),
        POST.id == bindparam("post"),
        POST.id.in_(_JOINTLY),
    ),
    of=lambda record: {"region": record.region_code, **_leader_facts(record)},
)
SIGNER = named_post("签发领导", "signer_post_id", Role.LEADER)
