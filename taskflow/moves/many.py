"""One move for many records of a list: each is a command of its own, and one refusal stops no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from taskflow import db, errors
from taskflow.tasks.models import Task
from taskflow.web.viewer import viewer
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.engine.perform import Command, perform

MOST = 200  # tasks of one act
UNKNOWN = "没有这条记录，或者您无权查看。"
ID_LENGTH = 9  # digits of an id or a version


@dataclass(frozen=True)
class Result:
    """What became of one item of an act on many."""

    task: Task | None
    #: Empty: done.
    reasons: tuple[str, ...] = ()


def picked(values: Sequence[str]) -> dict[int, int | None]:
    """What was ticked: task → the version that the page showed (“17:1”)."""
    pairs = [value.split(":") for value in values]
    for pair in pairs:
        if len(pair) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= ID_LENGTH for part in pair):  # noqa: PLR2004
            raise errors.Refusal("表单不完整，请刷新页面后重试。")
    return {int(task_id): int(seen) for task_id, seen in pairs}


def each(
    tasks: Mapping[int, Task],
    wanted: Mapping[int, int | None],
    command: Command,
) -> list[Result]:
    """Make the move of `command` for every task wanted (id → version seen, None: as it stands now)."""
    return [_one(tasks.get(task_id), task_id, seen, command) for task_id, seen in wanted.items()]


def _one(task: Task | None, task_id: int, seen: int | None, given: Command) -> Result:
    if task is None:
        return Result(None, (UNKNOWN,))
    args: dict[str, Any] = dict(given.args)
    command = Command(f"{given.id}:{task_id}", given.verb, viewer().person, seen, given.note, args)
    try:
        with db.session.begin_nested():
            perform(ASSIGNMENT, task, command)
    except errors.Refusal as refusal:
        return Result(task, tuple(refusal.reasons))
    return Result(task)
