"""What leaves as a table: tasks that somebody may see, and the drafts of a file, as plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, load_only, raiseload

from taskflow import clock, db, errors
from taskflow.drafts.models import Draft, DraftState
from taskflow.org.models import Post, Unit
from taskflow.plans.models import Target
from taskflow.reports.models import Report, ReportState
from taskflow.rules import progress
from taskflow.sources.models import Source
from taskflow.tasks.models import Node, RoleKind, Task, TaskRole

MOST = 20_000  # tasks of one file
TOO_MANY = f"任务超过 {MOST} 项，一个文件放不下，请先用筛选条件缩小范围。"


@dataclass(frozen=True)
class Step:
    """A node of a task."""

    name: str
    start: date
    finish: date
    done_on: date | None
    #: Days behind the baseline, where it is behind.
    slip: int


@dataclass(frozen=True)
class Item:
    """A task or a draft, in the words of a table."""

    code: str
    title: str
    is_project: bool
    goal: str
    leader: str
    lead: str
    supporting: Sequence[str]
    start: date | None
    #: The deadline, or the phrase that stands for it.
    due: date | str
    progress: str = ""
    percent: int | None = None
    problem: str = ""
    next_steps: str = ""
    state: str = ""
    light: str = ""
    steps: Sequence[Step] = field(default=())


def tasks(where: Sequence[Any], region_code: str) -> list[Item]:
    """The tasks that some conditions leave, by code; seven queries however many they are. Raises errors.Refusal."""
    chosen = select(Task.id).where(Task.region_code == region_code, *where)
    if (db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0) > MOST:
        raise errors.Refusal(TOO_MANY)
    wide = select(Task).where(Task.id.in_(chosen)).order_by(Task.code)
    found = db.rows(
        wide.options(
            joinedload(Task.lead_unit).load_only(Unit.short),
            joinedload(Task.leader_post).options(load_only(Post.title), raiseload("*")),
            joinedload(Task.source).load_only(Source.measure_id, Source.kind),
            raiseload("*"),
        )
    )
    supporting, steps = _supporting(chosen), _steps(chosen)
    goals, said = _goals(chosen), _reports(chosen)
    standings = progress.standings(found)
    return [
        Item(
            code=task.code,
            title=task.title,
            is_project=task.kind == "project",
            goal=goals.get(task.measure_id or 0, ""),
            leader=task.leader_post.title,
            lead=task.lead_unit.short,
            supporting=supporting.get(task.id, ()),
            start=task.start_on,
            due=task.due_on,
            progress=task.physical,
            percent=task.percent,
            problem=said[task.id].problems if task.id in said else "",
            next_steps=said[task.id].next_steps if task.id in said else "",
            state=task.state.label,
            light=standings[task.id].light.label,
            steps=steps.get(task.id, ()),
        )
        for task in found
    ]


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Rows by their first column, by which they are ordered."""
    return {key: [row[1:] for row in group] for key, group in groupby(rows, lambda row: row[0])}


def _supporting(chosen: Any) -> dict[int, tuple[str, ...]]:
    supports = (TaskRole.role == RoleKind.SUPPORTING) & TaskRole.until.is_(None)
    found = select(TaskRole.task_id, Unit.short).join(Unit, Unit.id == TaskRole.unit_id)
    wanted = found.where(TaskRole.task_id.in_(chosen), supports)
    rows = db.session.execute(wanted.order_by(TaskRole.task_id, Unit.place)).all()
    return {key: tuple(short for (short,) in group) for key, group in _grouped(rows).items()}


def _steps(chosen: Any) -> dict[int, list[Step]]:
    columns = (Node.task_id, Node.name, Node.start_on, Node.finish_on, Node.done_on, Node.baseline_finish_on)
    rows = db.session.execute(select(*columns).where(Node.task_id.in_(chosen)).order_by(Node.task_id, Node.place)).all()
    day = clock.today()
    return {
        key: [
            Step(name, start, finish, done, max(0, ((done or day) - planned).days))
            for name, start, finish, done, planned in group
        ]
        for key, group in _grouped(rows).items()
    }


def _goals(chosen: Any) -> dict[int, str]:
    """The figures of the tasks' measures."""
    measures = (
        select(Source.measure_id)
        .join(Task, Task.source_id == Source.id)
        .where(Task.id.in_(chosen), Source.measure_id.is_not(None))
    )
    rows = db.rows(select(Target).where(Target.measure_id.in_(measures)).order_by(Target.measure_id, Target.place))
    return {key: "；".join(map(str, group)) for key, group in groupby(rows, lambda row: row.measure_id)}


def _reports(chosen: Any) -> dict[int, Report]:
    """The newest accepted report of each task."""
    accepted = Report.task_id.in_(chosen), Report.state == ReportState.ACCEPTED
    newest = select(Report.task_id, func.max(Report.period_end).label("end")).where(*accepted)
    last = newest.group_by(Report.task_id).subquery()
    same = (Report.task_id == last.c.task_id) & (Report.period_end == last.c.end)
    wanted = select(Report).join(last, same).where(*accepted)
    columns = load_only(Report.task_id, Report.problems, Report.next_steps)
    return {report.task_id: report for report in db.rows(wanted.options(columns, raiseload("*")))}


def drafts(intake_id: int, region_code: str) -> list[Item]:
    """The drafts of a file that were not dropped or merged, in the order of its text; two queries."""
    units = {unit.id: unit for unit in db.rows(select(Unit).where(Unit.region_code == region_code))}
    kept = Draft.state.not_in([DraftState.DROPPED, DraftState.MERGED])
    found = select(Draft).where(Draft.intake_id == intake_id, Draft.region_code == region_code, kept)
    rows = db.rows(
        found.options(joinedload(Draft.measure), joinedload(Draft.lead_unit)).order_by(Draft.char_start, Draft.place)
    )
    return [
        Item(
            code=draft_code(draft),
            title=draft.title,
            is_project=draft.kind.value == "project",
            goal=draft.figures,
            leader="",
            lead=draft.lead_name,
            supporting=tuple(units[key].short for key in draft.supporting or [] if key in units),
            start=None,
            due=draft.deadline or ("持续推进" if draft.endless else draft.phrase),
            state=draft.state.label,
        )
        for draft in rows
    ]


def draft_code(draft: Draft) -> str:
    """By which a draft is known in a table: the code of what it became, or its file and its number there."""
    return draft.measure.code if draft.measure else f"D{draft.intake_id}-{draft.place}"
