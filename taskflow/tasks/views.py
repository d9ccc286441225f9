"""The desk, the list of tasks, and the page of one task."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import Markup

from taskflow import clock, db, errors
from taskflow.jobs import queue
from taskflow.moves import many, nodes
from taskflow.moves.groups import grouped
from taskflow.moves.pages import PAGES
from taskflow.org.may import visible_tasks
from taskflow.org.models import Role
from taskflow.plans import clause
from taskflow.requests.models import Request
from taskflow.requests.queries import told
from taskflow.rules.late import MEANS, Late
from taskflow.rules.lights import Light
from taskflow.tasks import desk as desks
from taskflow.tasks import forecast, forms, gantt, page, promised, queries, todo
from taskflow.tasks.models import OccurrenceState, Rhythm, Task, TaskState
from taskflow.tasks.queries import Filters
from taskflow.web.addresses import command_id
from taskflow.web.fields import cleaned, whole
from taskflow.web.viewer import demand, viewer
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.engine import diagram
from taskflow.workflows.engine.perform import Command, offers
from taskflow.workflows.engine.table import CLOCK, Offer
from taskflow.workflows.escalation import ESCALATION
from taskflow.workflows.occurrence import OCCURRENCE
from taskflow.workflows.parties import HEAD, OFFICE
from taskflow.workflows.request import REQUEST
from taskflow.workflows.support import SUPPORTING

tasks = Blueprint("tasks", __name__)

UNKNOWN = "没有这项任务，或者您无权查看。"

PAGES.update(nodes.OF_NODES)


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
    return _index()


def _index(**more: Any) -> str:
    who = viewer()
    options = queries.options(who.region.code)
    filters, number, told = forms.read(request.args, options)
    found = queries.find(filters, _visible(), who.posts, who.region.code, number)
    if found.page != number:
        told.append(f"没有第 {number} 页，已显示最后一页。")
    shown: dict[str, Any] = {"done": [], "typed": {}, "said": {}, "act": "", **more}
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
        most=many.MOST,
        rhythms=list(Rhythm),
        **shown,
    )


@tasks.post("/tasks/many")
def ask_many() -> str | tuple[str, int]:
    """Ask for a report of many tasks, or set their rhythm; one refusal stops no other."""
    demand("ask_many")
    who, typed = viewer(), cleaned(request.form)
    act, key = typed.get("act", ""), command_id(typed)
    if act not in forms.ACTS or not key:
        raise errors.Refusal("表单不完整，请刷新页面后重试。")
    args, wrong = forms.read_act(act, typed)
    picked = _picked(typed)
    if isinstance(picked, str):
        wrong["pick"] = picked
    if wrong or isinstance(picked, str):
        return _index(typed=typed, said=wrong, act=act), errors.BadInput.status
    wanted = queries.named(list(picked), _visible())
    command = Command(key, act, who.person, note=typed.get("note", "").strip(), args=args)
    results = many.each(wanted, picked, command)
    db.session.commit()
    queue.enqueue()
    return _index(done=results, act=act)


def _picked(typed: Any) -> dict[int, int | None] | str:
    """The tasks that are meant, each with the version seen; or why that makes no act."""
    who = viewer()
    if typed.get("scope") == "all":
        filters, _, _ = forms.read(request.args, queries.options(who.region.code))
        total, found = queries.ids(filters, _visible(), who.posts, who.region.code, many.MOST)
        if total > many.MOST:
            return f"筛选结果有 {total} 项，一次最多 {many.MOST} 项，请先缩小范围。"
        return dict.fromkeys(found) or "没有符合这些条件的任务。"
    picked = many.picked(typed.getlist("pick"))
    if len(picked) > many.MOST:
        return f"一次最多 {many.MOST} 项，请分几次办理。"
    return picked or "请先勾选任务，或选“全部筛选结果”。"


def _saved_views() -> list[tuple[str, Filters]]:
    """Lists that people ask for every day."""
    own = [(word, Filters(mine=name)) for name, word in queries.MINE.items()]
    units = viewer().may("see_own_tasks")
    leader = [("我分管的", Filters(mine="lead"))] if viewer().may("see_queue") else []
    return [
        *(own if units else leader),
        (Late.TASK.label, Filters(late=Late.TASK)),
        (Light.RED.label, Filters(light=Light.RED, sort="light")),
        (Light.UNKNOWN.label, Filters(light=Light.UNKNOWN, sort="light")),
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
    mine = page.waiting_for(task, who.posts, REQUEST, ESCALATION, SUPPORTING)
    speaks = [one for one in answers if one.id in mine["answer"]]
    hides = {"speak"} if speaks else set()  # what waits is offered by itself
    hides |= {"report"} if any(waits for _, waits in shown) else set()
    moves = [one for one in offers(ASSIGNMENT, task, who.person) if one.move.verb not in hides]
    waits = (
        [one for one in requests if one.id in mine["request"]],
        [one for one in papers if one.id in mine["escalation"]],
    )
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
        told=told(requests),
        on_request={one.id: _on_request(one, waits=one.id in mine["request"]) for one in requests},
        turns=turns,
        on_turn=_waive() if any(post.role in OFFICE.roles for post in who.posts) else [],
        answers=answers,
        speaks=speaks,
        todo=todo.of(shown, speaks, waits[0], waits[1]),
        report_link=todo.report_link,
        report_words=todo.WORDS,
        ended=page.ended(task),
        merged=page.merged_here(task, _visible()),
        rhythm=page.rhythm(task),
        roles=page.roles_now(task),
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
        moves=grouped(moves),
        slips={node.id: gantt.slip(node, clock.today()) for node in task.nodes},
        chart=Markup(_chart(task)),  # noqa: S704  # our own SVG; the names in it are escaped there
        diagram=Markup(diagram.svg(ASSIGNMENT, task.state)),  # noqa: S704
    )


def _on_request(one: Request, *, waits: bool) -> list[Offer]:
    """The moves of a request that are the viewer's: those of whom it waits for, and its unit's head's own."""
    head = any(post.role in HEAD.roles and post.unit_id == one.unit_id for post in viewer().posts)
    owner = REQUEST.owner(one.state)
    leaving = [move for move in REQUEST.leaving(one.state) if move.by is not CLOCK]
    return [Offer(move, ()) for move in leaving if (waits and move.by is owner) or (head and move.by is HEAD)]


def _waive() -> list[Offer]:
    """What the office may do with an open turn: the state says it all, so no turn asks again."""
    return [Offer(OCCURRENCE.move("waive", OccurrenceState.OPEN), ())]


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
