"""The one door through which a person changes a state: POST /<kind>/<id>/<verb>."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from taskflow import db, errors
from taskflow.drafts.models import Draft
from taskflow.jobs import queue
from taskflow.moves import asks
from taskflow.moves.pages import PAGES
from taskflow.org.may import visible_tasks
from taskflow.tasks.models import Task
from taskflow.web import database_refuses, viewer
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine import Command, Flow, Move, offers, perform

moves = Blueprint("moves", __name__)

KEY_LENGTH = 64


def find(kind: str, record_id: int) -> tuple[Flow, Any]:
    """A record that the viewer may see; anything else does not exist for them."""
    flow = FLOWS.get(kind)
    record = db.session.get(flow.record, record_id) if flow else None
    if flow is None or record is None or record.region_code != viewer().region.code or not _visible(record):
        raise errors.NotFound("没有这条记录，或者您无权查看。")
    return flow, record


def _visible(record: Any) -> bool:
    who = viewer()
    if isinstance(record, Draft):
        return who.may("see_imports") or (record.measure_id is not None and who.may("see_plan"))
    if (task_id := _task_of(record)) is not None:
        seen = visible_tasks(who.posts, who.region.code)
        return db.session.query(Task.id).where(Task.id == task_id, seen).first() is not None
    return who.may("see_all_tasks") or any(post.unit_id == record.unit_id for post in who.posts)


def _task_of(record: Any) -> int | None:
    """The task that a record is or belongs to."""
    return record.id if isinstance(record, Task) else getattr(record, "task_id", None)


def home_of(kind: str, record: Any) -> str:
    """The page of a record."""
    if kind == "draft":
        if viewer().may("see_imports"):
            return url_for("drafts.show", intake_id=record.intake_id, draft=record.id)
        return url_for("plans.measure", measure_id=record.measure_id)
    if kind == "review":
        return url_for("board.review", review_id=record.id)
    if kind == "escalation":
        return url_for("board.escalation", escalation_id=record.id)
    return url_for("tasks.detail", task_id=_task_of(record))


@moves.get("/<any(task, report, review, escalation, draft):kind>/<int:record_id>")
def home(kind: str, record_id: int) -> Response:
    """The address of a record in mails, messages and the ledger leads to its page."""
    _, record = find(kind, record_id)
    return redirect(home_of(kind, record))


@moves.get("/<any(task, report, review, escalation):kind>/<int:record_id>/<verb>")
def ask(kind: str, record_id: int, verb: str) -> str | Response:
    """The form of a move, for moves that need more than a click."""
    flow, record = find(kind, record_id)
    try:
        move = flow.move(verb, record.state)
    except errors.WrongState as refusal:  # a link that somebody was faster than
        flash(refusal.reasons[0], "warning")
        return redirect(home_of(kind, record))
    closed = next((offer.reasons for offer in offers(flow, record, viewer().person) if offer.move is move), None)
    if closed is None:
        raise errors.NotYours(f"“{move.label}”由{move.by.name}办理。")
    return form_page(flow, record, move, MultiDict(), errors.NotReady(*closed) if closed else None)


def form_page(flow: Flow, record: Any, move: Move, typed: MultiDict[str, str], refusal: errors.Refusal | None) -> str:
    """A move's form, with what was typed and why it was refused."""
    own = PAGES.get((flow.name, move.verb))
    names = asks.asked(flow.name, move.verb, move.asks)
    fields = [(name, asks.ASKS[name], asks.choices(name, record)) for name in names if name in asks.ASKS]
    confirm = asks.CONFIRM.get((flow.name, move.verb), "")
    more = own.context(record, typed) if own else {"fields": fields, "confirm": confirm}
    return render_template(
        own.template if own else "moves/form.html",
        flow=flow,
        record=record,
        move=move,
        typed=typed,
        refusal=refusal,
        said=beside(move, refusal),
        home=home_of(flow.name, record),
        task=getattr(record, "task", record if flow.name == "task" else None),
        **more,
    )


def beside(move: Move, refusal: errors.Refusal | None) -> dict[str, str]:
    """The sentences of a refusal that belong beside a field: the field's name → sentence."""
    if isinstance(refusal, errors.BadInput):
        return refusal.fields
    told = refusal.reasons if refusal else ()
    asking = [guard for guard in move.when if guard.asks and guard.sentence in told]
    return {guard.asks[0]: guard.sentence for guard in reversed(asking)}


@moves.post("/<any(task, report, review, escalation):kind>/<int:record_id>/<verb>")
def make(kind: str, record_id: int, verb: str) -> Response | tuple[str, int]:
    """Make the move; a refusal shows the form again with everything that was typed."""
    flow, record = find(kind, record_id)
    typed = asks.cleaned(request.form)
    key = typed.get("key", "")[:KEY_LENGTH]
    if not key:
        return _refused(kind, record_id, verb, typed, errors.Refusal("表单不完整，请核对后再提交一次。"))
    try:
        own = PAGES.get((kind, verb))
        names = asks.asked(kind, verb, _asks(flow, verb))
        args = own.read(record, typed, request.files) if own else asks.read(names, typed)
        seen = typed.get("seen", type=int)
        command = Command(f"web:{viewer().person.id}:{key}", verb, viewer().person, seen, typed.get("note", ""), args)
        with database_refuses():
            record = perform(flow, record, command)
            db.session.commit()
    except errors.Refusal as refusal:
        db.session.rollback()
        return _refused(kind, record_id, verb, typed, refusal)
    queue.ring_bell()
    flash(f"已{next(m.label for m in flow.moves if m.verb == verb)}。", "success")
    return redirect(inside(typed.get("next")) or home_of(kind, record), code=303)


def _asks(flow: Flow, verb: str) -> list[str]:
    return list(dict.fromkeys(name for move in flow.moves if move.verb == verb for name in move.asks))


def inside(target: str | None) -> str:
    """An address of this site, or "" (a form may not send people elsewhere)."""
    return target if target and target.startswith("/") and not target.startswith(("//", "/\\")) else ""


def _refused(
    kind: str, record_id: int, verb: str, typed: MultiDict[str, str], refusal: errors.Refusal
) -> tuple[str, int]:
    db.will_write(writes=False)  # a full disk must not keep the page from being drawn
    flow, record = find(kind, record_id)
    move = next((move for move in flow.moves if move.verb == verb), None)
    if move is None or isinstance(refusal, errors.NotYours):
        raise refusal
    db.session.refresh(record)
    return form_page(flow, record, move, typed, refusal), refusal.status
