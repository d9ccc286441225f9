"""How far the tasks are that a document's commitments became: one by one, and added up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select

from taskflow import clock, db
from taskflow.plans.models import Measure, Project
from taskflow.rules import book
from taskflow.rules import progress as reckoning
from taskflow.rules.lights import Light, Standing
from taskflow.sources.models import Source
from taskflow.tasks.models import Task, TaskState


@dataclass(frozen=True)
class Progress:
    """What a page about the plan says of the task that a measure or project became."""

    task_id: int
    code: str
    state: TaskState
    percent: int
    standing: Standing


@dataclass
class Tally:
    """How many commitments, how many of them are tasks that the viewer may see, and how far those are."""

    items: int = 0
    tasks: int = 0
    closed: int = 0
    points: int = 0
    lights: Counter[Light] = field(default_factory=Counter)

    def add(self, state: TaskState, light: Light, points: int, count: int = 1) -> None:
        """Count tasks with the same state and light; `points` is the sum of their 完成率."""
        self.tasks += count
        self.closed += count * (state is TaskState.CLOSED)
        self.points += points
        self.lights[light] += count

    @property
    def percent(self) -> int:
        """The average 完成率 of the tasks, 0 without any."""
        return round(self.points / self.tasks) if self.tasks else 0


#: The measure whose task does a measure's work: its own, or that of the one that it is the same as.
SERVED: ColumnElement[int] = func.coalesce(Measure.same_as_id, Measure.id)


def progress_of_measures(region_code: str, seen: Any, *where: Any) -> dict[int, Progress]:
    """How far the visible tasks are that do the work of some measures, by measure; one query."""
    return _read(region_code, Measure.id, Source.measure_id == SERVED, seen, *where)


def progress_of_projects(region_code: str, seen: Any, *where: Any) -> dict[int, Progress]:
    """How far the visible tasks of some projects are, by project; one query."""
    return _read(region_code, Project.id, Source.project_id == Project.id, seen, *where)


def _read(region_code: str, of: Any, joined: Any, *where: Any) -> dict[int, Progress]:
    day = clock.today()
    numbers = book.of(region_code).numbers("lights", day)
    facts = (Task.id, Task.code, Task.state, Task.percent, *reckoning.columns(day, numbers))
    rows = select(of.label("of"), *facts).join(Source, joined).join(Task, Task.source_id == Source.id).where(*where)
    return {
        row.of: Progress(row.id, row.code, row.state, row.percent, reckoning.of_row(row, day, numbers))
        for row in db.session.execute(rows)
    }


LIGHT: ColumnElement[str] = literal_column("light")
_WORDS = {light.value: light for light in Light}


def counted_tasks(region_code: str, *by: Any) -> Any:
    """SELECT by, state, light, points, count: to be grouped by `by`, Task.state and LIGHT."""
    day = clock.today()
    light = reckoning.light(day, book.of(region_code).numbers("lights", day)).label("light")
    return select(*by, Task.state, light, func.sum(Task.percent), func.count(Task.id)).select_from(Task)


def add_row(to: Tally, state: TaskState, light: str, points: int, count: int) -> None:
    """Count a row of `counted_tasks`."""
    to.add(state, _WORDS[light], int(points), count)
