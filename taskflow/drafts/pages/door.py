"""What the pages of the workbench share: their blueprint, who may come in, and the file at hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from taskflow.drafts import queries, words
from taskflow.drafts.models import Intake, Stage
from taskflow.web.addresses import inside
from taskflow.web.viewer import demand, signed_in, viewer
from taskflow.workflows.drafting import DRAFTING

drafts = Blueprint("drafts", __name__)

#: Labels of the moves by their verbs.
LABELS = {move.verb: move.label for move in DRAFTING.moves}


@drafts.before_request
def allowed() -> None:
    """Who may see the files; who may work on them is asked by every act."""
    demand("see_imports" if request.method == "GET" else "import_plans")


@drafts.context_processor
def shared() -> dict[str, Any]:
    """Words of the workbench for its templates."""
    if not signed_in():
        return {}
    return {"reason_word": words.reason, "rules_told": words.rules, "may_work": viewer().may("import_plans")}


def intake_at(intake_id: int) -> Intake:
    """A file of the viewer's region. Raises errors.NotFound."""
    return queries.intake(viewer().region.code, intake_id)


def waiting_page(intake: Intake) -> Response | None:
    """Where to look while a file has no drafts yet (being read, or failed)."""
    if intake.stage is Stage.READ:
        return None
    return redirect(url_for("drafts.show", intake_id=intake.id))


def back_to(fallback: str) -> str:
    """The page of this site from which a form was sent."""
    return inside(request.form.get("next"), below="/imports/") or fallback
