"""The one door through which a person changes a state: POST /<kind>/<id>/<verb>."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from taskflow import db, errors
from taskflow.jobs import queue
from taskflow.moves import asks
from taskflow.moves.pages import AFTER, PAGES
from taskflow.requests.models import Request
from taskflow.requests.queries import Told, told
from taskflow.web.addresses import command_id, inside
from taskflow.web.fields import cleaned, whole
from taskflow.web.refusals import database_refuses
from taskflow.web.viewer import viewer
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.perform import Command, offers, perform
from taskflow.workflows.engine.table import Flow, Move

moves = Blueprint("moves", __name__)
#: Records whose moves are made here; drafts have a page of their own.
KINDS = ", ".join(name for name in FLOWS if name != "draft")


def find(kind: str, record_id: int) -> tuple[Flow, Any]:
    """A record that the viewer may see; anything else does not exist for them."""
    flow = FLOWS.get(kind)
    record = db.session.get(flow.record, record_id) if flow else None
    if (
        flow is None
        or record is None
        or record.region_code != viewer().region.code
        or not flow.home.seen_by(record, viewer().posts)
    ):
        raise errors.NotFound("没有这条记录，或者您无权查看。")
    return flow, record


def home_of(flow: Flow, record: Any) -> str:
    """The address of a record's page."""
    endpoint, values = flow.home.page(record, viewer().posts)
    return url_for(endpoint, **values)


@moves.get(f"/<any({KINDS}, draft):kind>/<int:record_id>")
def home(kind: str, record_id: int) -> Response:
    """The address of a record in mails, messages and the ledger leads to its page."""
    flow, record = find(kind, record_id)
    return redirect(home_of(flow, record))


@moves.get(f"/<any({KINDS}):kind>/<int:record_id>/<verb>")
def ask(kind: str, record_id: int, verb: str) -> str | Response:
    """The form of a move, for moves that need more than a click."""
    flow, record = find(kind, record_id)
    try:
        move = flow.move(verb, record.state)
    except errors.WrongState as refusal:  # a link that somebody was faster than
        flash(refusal.reasons[0], "warning")
        return redirect(home_of(flow, record))
    closed = next((offer.reasons for offer in offers(flow, record, viewer().person) if offer.move is move), None)
    if closed is None:
        raise errors.NotYours(f"“{move.label}”由{move.by.name}办理。")
    return form_page(flow, record, move, MultiDict(), errors.NotReady(*closed) if closed else None)


def form_page(flow: Flow, record: Any, move: Move, typed: MultiDict[str, str], refusal: errors.Refusal | None) -> str:
    """A move's form, with what was typed and why it was refused."""
    own = PAGES.get((flow.name, move.verb))
    names = asks.asked(flow.name, move.verb, move.asks, record)
    fields = [(name, asks.ASKS[name], asks.choices(name, record)) for name in names if name in asks.ASKS]
    confirm = asks.CONFIRM.get((flow.name, move.verb), "")
    more = own.context(record, typed) if own else {"fields": fields, "confirm": confirm, "says": _says(record)}
    return render_template(
        own.template if own else "moves/form.html",
        flow=flow,
        record=record,
        move=move,
        typed=typed,
        refusal=refusal,
        said=beside(move, refusal),
        home=home_of(flow, record),
        task=getattr(record, "task", record if flow.name == "task" else None),
        **more,
    )


def _says(record: Any) -> Told | None:
    """What a request asks for, above the form that answers it."""
    return told([record])[record.id] if isinstance(record, Request) else None


def beside(move: Move, refusal: errors.Refusal | None) -> dict[str, str]:
    """The sentences of a refusal that belong beside a field: the field's name → sentence."""
    if isinstance(refusal, errors.BadInput):
        return refusal.fields
    told = refusal.reasons if refusal else ()
    asking = [guard for guard in move.when if guard.asks and guard.sentence in told]
    return {guard.asks[0]: guard.sentence for guard in reversed(asking)}


@moves.post(f"/<any({KINDS}):kind>/<int:record_id>/<verb>")
def make(kind: str, record_id: int, verb: str) -> Response | tuple[str, int]:
    """Make the move; a refusal shows the form again with everything that was typed."""
    flow, record = find(kind, record_id)
    typed = cleaned(request.form)
    key = command_id(typed)
    if not key:
        return _refused(kind, record_id, verb, typed, errors.Refusal("表单不完整，请核对后再提交一次。"))
    try:
        own = PAGES.get((kind, verb))
        names = asks.asked(kind, verb, _asks(flow, verb))
        args = own.read(record, typed, request.files) if own else asks.read(names, typed)
        seen = typed.get("seen", type=whole)
        command = Command(key, verb, viewer().person, seen, typed.get("note", ""), args)
        with database_refuses():
            record = perform(flow, record, command)
            db.session.commit()
    except errors.Refusal as refusal:
        db.session.rollback()
        return _refused(kind, record_id, verb, typed, refusal)
    queue.enqueue()
    onward = AFTER.get((kind, verb))
    if onward:  # the move has only opened something: nothing is done yet that could be told
        return redirect(onward(record), code=303)
    flash(f"已{next(m.label for m in flow.moves if m.verb == verb)}。", "success")
    return redirect(inside(typed.get("next")) or home_of(flow, record), code=303)


def _asks(flow: Flow, verb: str) -> list[str]:
    return list(dict.fromkeys(name for move in flow.moves if move.verb == verb for name in move.asks))


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
