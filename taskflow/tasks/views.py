"""The desk, the list of tasks, and the page of one task."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import Markup

from taskflow import clock, errors
from taskflow.org.may import visible_tasks
from taskflow.org.models import Role
from taskflow.plans import clause
from taskflow.rules.late import MEANS, Late
from taskflow.rules.lights import Light
from taskflow.tasks import desk as desks
from taskflow.tasks import forecast, forms, gantt, page, promised, queries
from taskflow.tasks.models import Task, TaskState
from taskflow.tasks.queries import Filters
from taskflow.web.fields import whole
from taskflow.web.viewer import demand, viewer
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.engine import diagram
from taskflow.workflows.engine.perform import offers

tasks = Blueprint("tasks", __name__)

UNKNOWN = "没有这项任务，或者您无权查看。"


def _visible() -> Any:
    return visible_tasks(viewer().posts, viewer().region.code)


@tasks.get("/")
def desk() -> str:
    """What waits for the viewer, and what the clock will do."""
    who = viewer()
    return render_template(
        "tasks/desk.html",
        desk=desks.of(who.person.id, who.posts),
        forecast=forecast.of(who.posts, who.region.code),
        roles={post.role for post in who.posts},
        Role=Role,
    )


@tasks.get("/tasks")
def index() -> str:
    """The tasks that the viewer may see, filtered and sorted."""
    demand("see_plan")
    who = viewer()
    options = queries.options(who.region.code)
    filters, number, told = forms.read(request.args, options)
    found = queries.find(filters, _visible(), who.posts, who.region.code, number)
    if found.page != number:
        told.append(f"没有第 {number} 页，已显示最后一页。")
    return render_template(
        "tasks/index.html",
        found=found,
        filters=filters,
        told=told,
        options=options,
        active=forms.active(filters, options),
        views=_saved_views(),
        choices=forms.choices(options),
        means=MEANS,
        kinds=queries.KINDS,
        sorts=queries.SORTS,
        size=queries.SIZE,
    )


def _saved_views() -> list[tuple[str, Filters]]:
    """Lists that people ask for every day."""
    own = [(word, Filters(mine=name)) for name, word in queries.MINE.items()]
    units = viewer().may("see_own_tasks")
    leader = [("我分管的", Filters(mine="lead"))] if viewer().may("see_queue") else []
    return [
        *(own if units else leader),
        (Late.TASK.label, Filters(late=Late.TASK)),
        (Light.RED.label, Filters(light=Light.RED, sort="light")),
        (Light.YELLOW.label, Filters(light=Light.YELLOW, sort="light")),
        ("待签收", Filters(state=TaskState.ASSIGNED)),
    ]


@tasks.get("/tasks/<int:task_id>")
def detail(task_id: int) -> str:
    """One task: its facts, what may be done, what is reported, what happened."""
    who, task = viewer(), _task(task_id)
    shown, count = page.reports(task, who.posts)
    papers = page.escalations(task)
    requests, turns, answers = page.requests(task), page.turns(task), page.answers(task)
    lines, written = page.history(task)
    return render_template(
        "tasks/detail.html",
        task=task,
        standing=page.standing(task),
        place=page.place(task),
        clause=clause.of_task(task),
        bases=page.BASES,
        kinds=queries.KINDS,
        story=page.story(task, _visible()),
        reports=shown,
        reports_count=count,
        reached=page.reached(task),
        evidence=page.evidence(task),
        escalations=papers,
        requests=requests,
        turns=turns,
        answers=answers,
        rhythm=page.rhythm(task),
        roles=[role for role in task.roles if role.until is None],
        former=[role for role in task.roles if role.until is not None],
        waiting=promised.waiting(task),
        upcoming=promised.upcoming(
            task,
            report=[one for one, _ in shown],
            escalation=papers,
            request=requests,
            occurrence=turns,
            answer=answers,
        ),
        lines=lines,
        written=written,
        moves=offers(ASSIGNMENT, task, who.person),
        slips={node.id: gantt.slip(node, clock.today()) for node in task.nodes},
        chart=Markup(_chart(task)),  # noqa: S704  # our own SVG; the names in it are escaped there
        diagram=Markup(diagram.svg(ASSIGNMENT, task.state)),  # noqa: S704
    )


def _chart(task: Task) -> str:
    return gantt.svg(task.nodes, task.start_on, task.due_on, task.baseline_due_on, clock.today()) if task.nodes else ""


def _task(task_id: int) -> Task:
    found = page.task(task_id, _visible())
    if found is None:
        raise errors.NotFound(UNKNOWN)
    return found


@tasks.get("/tasks/<int:task_id>/history")
def history(task_id: int) -> str:
    """The whole chain of a task's ledger in sentences."""
    task = _task(task_id)
    number = max(1, request.args.get("page", default=1, type=whole) or 1)
    lines, total = page.history(task, min(number, forms.LAST_PAGE), page.PER_PAGE)
    return render_template("tasks/history.html", task=task, lines=lines, total=total, page=number, size=page.PER_PAGE)
