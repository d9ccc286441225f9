"""MAY: one line per permission, and the roles that hold it. Default closed; 三员 kept apart.

Moves of a workflow are not here: their party stands in the row of the table (`workflows/parties.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import false, or_, select

from taskflow.org.models import Post, Role
from taskflow.tasks.models import RoleKind, Task, TaskRole

R = Role
OFFICE = frozenset({R.OFFICER, R.DIRECTOR})
COUNTY = OFFICE | {R.LEADER}
UNIT = frozenset({R.CLERK, R.HEAD})

# fmt: off
MAY: dict[str, frozenset[Role]] = {
    "see_own_tasks":  UNIT,                              # tasks that their unit leads or supports
    "see_all_tasks":  COUNTY | {R.AUDITOR, R.ADMIN},     # every task of the region
    "see_plan":       COUNTY | UNIT | {R.AUDITOR, R.ADMIN},
    "see_board":      COUNTY | {R.ADMIN, R.AUDITOR},     # 督查看板
    "see_queue":      frozenset({R.LEADER}),             # 待签事项
    "see_ledger":     COUNTY | {R.AUDITOR},              # the whole region's ledger; one's own tasks show theirs
    "print_sheets":   COUNTY | UNIT,
    "see_imports":    COUNTY | {R.AUDITOR},              # files taken in, and the drafts made of them
    "confirm_editions": frozenset({R.HEAD}),             # what a new edition changes for their unit
    "import_plans":   OFFICE,                            # take files in, and work on the drafts made of them
    "enter_sources":  OFFICE,                            # 手工立项: what no document brings
    "ask_many":       OFFICE,                            # ask for reports, and set the rhythm, of many tasks at once
    "follow_all_clocks": OFFICE,                         # hear of every limit that is about to run out
    "change_rules":   frozenset({R.DIRECTOR}),           # approve what a changed rule moves
    "write_reports":  frozenset({R.CLERK}),
    "move_clock":     frozenset({R.ADMIN}),              # a demo county's clock
    "repair_jobs":    frozenset({R.ADMIN}),              # dead timers and mails
    "see_sign_ins":   frozenset({R.SECURITY, R.AUDITOR}),
    "unlock":         frozenset({R.SECURITY}),           # accounts locked after wrong passwords
}
# fmt: on


def may(posts: Sequence[Post], permission: str) -> bool:
    """Whether somebody who holds these posts has a permission (an unknown one is a bug)."""
    return any(post.role in MAY[permission] for post in posts)


def units_of(posts: Sequence[Post], permission: str) -> list[int]:
    """The units in which some of these posts have a permission."""
    return [post.unit_id for post in posts if post.role in MAY[permission]]


def answers_for(unit_ids: Sequence[int], *roles: RoleKind) -> Any:
    """The ids of tasks for which these units answer now, in some roles or in any."""
    rows = select(TaskRole.task_id).where(TaskRole.unit_id.in_(unit_ids), TaskRole.until.is_(None))
    return rows.where(TaskRole.role.in_(roles)) if roles else rows


def visible_tasks(posts: Sequence[Post], region_code: str) -> Any:
    """The condition on `Task` that a viewer may see it; what fails it does not exist for them."""
    here = Task.region_code == region_code
    if may(posts, "see_all_tasks"):
        return here
    units = units_of(posts, "see_own_tasks")
    if not units:
        return false()
    return here & or_(Task.lead_unit_id.in_(units), Task.id.in_(answers_for(units)))
