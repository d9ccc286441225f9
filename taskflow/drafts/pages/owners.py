"""What a new edition changes for a unit: its head confirms it, or leaves it to the office."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from taskflow import db, errors
from taskflow.drafts import queries
from taskflow.drafts.pages.door import LABELS
from taskflow.jobs import queue
from taskflow.org.may import units_of
from taskflow.plans.queries import figures_of
from taskflow.web.addresses import command_id
from taskflow.web.fields import cleaned, whole
from taskflow.web.viewer import demand, viewer
from taskflow.workflows.drafting import DRAFTING
from taskflow.workflows.engine.perform import Command, perform

owners = Blueprint("owners", __name__)


def _units() -> list[int]:
    return units_of(viewer().posts, "confirm_editions")


@owners.get("/editions")
def index() -> str:
    """Measures of the viewer's units about which a new edition says something else, or nothing any more."""
    demand("confirm_editions")
    rows = queries.for_owners(_units())
    old = figures_of([one.old_measure_id for one in rows if one.old_measure_id])
    return render_template("drafts/owners.html", rows=rows, old=old)


@owners.post("/editions/<int:draft_id>")
def confirm(draft_id: int) -> Response:
    """Confirm one of them."""
    demand("confirm_editions")
    typed, person = cleaned(request.form), viewer().person
    draft = next((one for one in queries.for_owners(_units()) if one.id == draft_id), None)
    if draft is None:
        raise errors.NotFound("没有这一条，或者已经有人确认过了。")
    verb = typed.get("verb", "")
    if verb not in ("adopt", "keep") or not typed.get("key"):
        raise errors.Refusal("表单不完整，请刷新页面后重试。")
    perform(DRAFTING, draft, Command(command_id(typed), verb, person, typed.get("seen", type=whole)))
    db.session.commit()
    queue.enqueue()
    flash(f"已{LABELS[verb]}：{draft.title}。", "success")
    return redirect(url_for("owners.index"), code=303)
