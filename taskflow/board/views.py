"""The office's board, the leader's queue, and the pages of one review and one paper of the ladder."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from taskflow import clock, db, errors
from taskflow.board import queries, waiting
from taskflow.escalations import queries as papers
from taskflow.escalations.models import LIVE, EscalationState
from taskflow.jobs import queue
from taskflow.ledger.phrases import Line
from taskflow.moves import many
from taskflow.org.may import visible_tasks
from taskflow.org.models import Unit
from taskflow.reports.queries import history
from taskflow.requests.models import RequestState
from taskflow.requests.queries import told
from taskflow.reviews import queries as quarters
from taskflow.reviews.models import ReviewState
from taskflow.rules import ladder, late, lights, progress
from taskflow.sheets.papers import number_of
from taskflow.tasks.models import Task, TaskState
from taskflow.web.addresses import KEY_LENGTH
from taskflow.web.fields import cleaned, whole
from taskflow.web.viewer import demand, viewer
from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.engine.perform import Command, offers
from taskflow.workflows.engine.table import Flow, Offer
from taskflow.workflows.escalation import ESCALATION
from taskflow.workflows.request import REQUEST
from taskflow.workflows.review import REVIEW

board = Blueprint("board", __name__)

UNKNOWN = "没有这条记录，或者您无权查看。"
LAST_PAGE = 10**6


def _visible() -> Any:
    return visible_tasks(viewer().posts, viewer().region.code)


# The board


@board.get("/board")
def show() -> str:
    """The whole county on one page."""
    demand("see_board")
    region, day = viewer().region.code, clock.today()
    by_document, by_unit = queries.lights(region, day)
    return render_template(
        "board/show.html",
        late=late.counts(region, day, _visible()),
        means=late.MEANS,
        units=queries.units(region),
        running=queries.running(region, day),
        by_step=papers.by_step(region, day),
        papers=papers.under_way(region),
        lights=lights.IN_ORDER,
        by_document=by_document,
        by_unit=by_unit,
        titles=queries.titles(region),
        burden=queries.burden(region, clock.at(day.replace(day=1))),
        health=queries.health(region),
        queue_available=queue.available(),
        wall=clock.wall(),
    )


@board.get("/board/units")
def all_units() -> str:
    """Every unit's lights; the board shows the first few."""
    demand("see_board")
    region = viewer().region.code
    return render_template(
        "board/units.html",
        by_unit=queries.lights(region, clock.today())[1],
        units=queries.units(region),
        lights=lights.IN_ORDER,
    )


@board.get("/board/units/<int:unit_id>")
def unit(unit_id: int) -> str:
    """One unit as the office sees it: what is late, what is missing, what is under way."""
    demand("see_board")
    region, day = viewer().region.code, clock.today()
    found = db.session.get(Unit, unit_id)
    if found is None or found.region_code != region:
        raise errors.NotFound(UNKNOWN)
    asked = queries.burden(region, clock.at(day.replace(day=1)))
    return render_template(
        "board/unit.html",
        unit=found,
        late=late.counts(region, day, _visible() & (Task.lead_unit_id == unit_id)),
        missing=queries.not_reported(region, unit_id),
        papers=papers.under_way(region, unit_id),
        lit=next(iter(queries.lights(region, day, unit_id)[1]), None),
        asked=next((row for row in asked if row.unit_id == unit_id), None),
        lights=lights.IN_ORDER,
    )


# The leader's queue


@board.get("/signing")
def signing() -> str:
    """Everything that waits for this leader's decision."""
    demand("see_queue")
    return _signing([])


def _signing(done: list[many.Result]) -> str:
    who, day = viewer(), clock.today()
    region = who.region.code
    page = max(1, request.args.get("page", 1, whole))
    total, proposals = waiting.proposals(who.posts, page)
    if not proposals and page > 1:
        page = 1
        total, proposals = waiting.proposals(who.posts, page)
    signable, to_sign = papers.to_sign(who.posts, waiting.PAGE)
    askers, asked = waiting.requests(who.posts)
    quarterly, reviews = quarters.to_sign(who.posts, waiting.PAGE)
    standings = progress.standings([one.task for one in asked])
    return render_template(
        "board/signing.html",
        done=done,
        total=total,
        totals={"papers": signable, "requests": askers, "reviews": quarterly, "proposals": total},
        page=page,
        size=waiting.PAGE,
        proposals=proposals,
        titles=queries.titles(region),
        approve=_open(ASSIGNMENT, TaskState.PROPOSED, "approve"),
        asked=[(one, standings[one.task.id]) for one in asked],
        told=told([one.request for one in asked]),
        on_request=_open(REQUEST, RequestState.FORWARDED, "grant", "deny"),
        reviews=reviews,
        on_review=_open(REVIEW, ReviewState.ASSESSED, "sign", "send_back"),
        papers=to_sign,
        before=papers.of_tasks([paper.task_id for paper in to_sign]),
        on_paper=_open(ESCALATION, EscalationState.PROPOSED, "issue", "decline"),
        today=day,
    )


def _open(flow: Flow, state: Any, *verbs: str) -> list[Offer]:
    """The moves of a queue: its query has established party and conditions, so no row asks again.

    The engine asks all of it once more when the move is made.
    """
    return [Offer(flow.move(verb, state), ()) for verb in verbs]


@board.post("/signing/approve")
def approve() -> str | tuple[str, int]:
    """Approve many tasks in one act: each is a command of its own, and one refusal stops no other."""
    demand("see_queue")
    typed = cleaned(request.form)
    key, picked = typed.get("key", "")[:KEY_LENGTH], many.picked(typed.getlist("pick"))
    if not key or not picked:
        raise errors.Refusal("请先勾选要批准的任务。")
    if len(picked) > many.MOST:
        raise errors.Refusal(f"一次最多批准 {many.MOST} 项，请分几次办理。")
    tasks = waiting.named(viewer().region.code, list(picked))
    person = viewer().person
    command = Command(f"web:{person.id}:{key}", "approve", person)
    results = many.each(tasks, dict(sorted(picked.items())), command)
    db.session.commit()
    queue.enqueue()
    return _signing(results)


# The register of requests


@board.get("/requests")
def requests() -> str:
    """Everything that was ever asked for the tasks that the viewer may see, and what was answered."""
    demand("see_plan")
    open_only = request.args.get("open") == "1"
    page = min(max(1, request.args.get("page", 1, int)), LAST_PAGE)
    total, found = waiting.register(_visible(), page, open_only=open_only)
    if not found and page > 1:
        page = 1
        total, found = waiting.register(_visible(), page, open_only=open_only)
    return render_template(
        "board/requests.html",
        total=total,
        found=found,
        told=told(found),
        open_only=open_only,
        page=page,
        size=waiting.PAGE,
    )


# One review, one paper


@board.get("/reviews/<int:review_id>")
def review(review_id: int) -> str:
    """A unit's quarter as it was frozen, how it was judged, and what may be done."""
    found = quarters.one(viewer().region.code, review_id)
    own = found is not None and any(post.unit_id == found.unit_id for post in viewer().posts)
    if found is None or not (own or viewer().may("see_all_tasks")):
        raise errors.NotFound(UNKNOWN)
    lines: list[Line] = history("review", found.id)
    return render_template(
        "board/review.html",
        review=found,
        sums=quarters.summary(found.lines),
        light=lights.Light,
        lights=lights.IN_ORDER,
        moves=offers(REVIEW, found, viewer().person),
        lines=lines,
        opened_at=min((line.at for line in lines), default=None),
    )


@board.get("/escalations/<int:escalation_id>")
def escalation(escalation_id: int) -> str:
    """A paper of the ladder: why, what is asked, who signs, until when, and what came of it."""
    found = papers.visible_paper(escalation_id, _visible())
    if found is None:
        raise errors.NotFound(UNKNOWN)
    others = [one for one in papers.of_tasks([found.task_id])[found.task_id] if one.id != found.id]
    return render_template(
        "board/escalation.html",
        paper=found,
        number=number_of(found),
        climbed={one.step for one in others if one.because_key == found.because_key},
        steps=ladder.steps(found.region_code, clock.local(found.proposed_at).date(), found.ladder),
        others=others,
        live=LIVE,
        moves=offers(ESCALATION, found, viewer().person),
        lines=history("escalation", found.id),
    )
