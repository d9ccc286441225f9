"""What a file says of itself, what it leaves open, and what it changes against the edition before."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from taskflow import db, errors
from taskflow.drafts import queries
from taskflow.drafts.models import Difference, Draft, Intake
from taskflow.drafts.pages import forms
from taskflow.drafts.pages.door import drafts, intake_at, waiting_page
from taskflow.drafts.queries import LACKS, Sift
from taskflow.drafts.write import adding, editions
from taskflow.drafts.write.intake import DOCUMENT_KINDS
from taskflow.drafts.write.units import of_region
from taskflow.ledger.admin import record_admin
from taskflow.plans import queries as plans
from taskflow.web.addresses import command_id
from taskflow.web.fields import cleaned
from taskflow.web.viewer import viewer

AROUND = 60  # characters shown before and behind a figure that no draft holds
ASSIGNS = "units"  # why a passage was left out that says who does what stands before it
ABOUT = {
    "title": "标题",
    "number": "文号",
    "issuer": "发文机关",
    "document_kind": "类别",
    "issued_on": "印发日期",
    "period_from": "期初",
    "period_to": "期末",
    "reporting_year": "报告年度",
}


@drafts.get("/imports/<int:intake_id>/document")
def document(intake_id: int) -> str | Response:
    """What is known of the document; people complete it before the first measure is taken up."""
    intake = intake_at(intake_id)
    return waiting_page(intake) or _document(intake, None, MultiDict())


def _document(intake: Intake, refusal: errors.BadInput | None, typed: MultiDict[str, str]) -> str:
    shown = {name: str(getattr(intake, name) or "") for name in ABOUT} | {
        name: value for name, value in typed.items() if name in ABOUT
    }
    return render_template(
        "drafts/document.html",
        intake=intake,
        progress=queries.progress(intake.id),
        shown=shown,
        labels=ABOUT,
        kinds=DOCUMENT_KINDS,
        refusal=refusal,
        said=refusal.fields if refusal else {},
    )


@drafts.post("/imports/<int:intake_id>/document")
def describe(intake_id: int) -> Response:
    """Take what was typed about the document; once it is registered it stays as it is."""
    intake, typed = intake_at(intake_id), cleaned(request.form)
    db.lock(Intake, intake.id)
    if intake.document_id is not None:
        raise errors.WrongState("这份文件已经登记，文件信息不再改动。")
    try:
        told = forms.describe(intake, typed)
    except errors.BadInput as refusal:
        db.session.rollback()
        return make_response(_document(intake_at(intake_id), refusal, typed), refusal.status)
    if told:
        note = "、".join(f"{ABOUT[name]} {getattr(intake, name) or '（空）'}" for name in told)
        record_admin("mend_document", viewer().person, {"intake": intake.id, "name": intake.name}, note)
    db.session.commit()
    flash("文件信息已保存。", "success")
    return redirect(url_for("drafts.show", intake_id=intake_id), code=303)


@drafts.get("/imports/<int:intake_id>/coverage")
def coverage(intake_id: int) -> str | Response:
    """What is still open in a file: without unit, deadline or figure; what was skipped, and what contradicts itself."""
    intake = intake_at(intake_id)
    if elsewhere := waiting_page(intake):
        return elsewhere
    reason = request.args.get("reason", "")
    left = adding.left_out(intake)
    reasons = Counter(str(one.get("reason") or "") for one in left)
    skipped = [one for one in left if one.get("reason") == reason or (not reason and one.get("reason") != ASSIGNS)]
    return render_template(
        "drafts/coverage.html",
        intake=intake,
        progress=queries.progress(intake.id),
        lacking=[(name, label, queries.count(intake.id, Sift(lack=name))) for name, (label, _) in LACKS.items()],
        assigns=(ASSIGNS, reasons.pop(ASSIGNS, 0)),
        reasons=reasons,
        reason=reason,
        skipped=[(one, intake.text[int(one["char_start"]) : int(one["char_end"])]) for one in skipped],
        conflicts=_conflicts(intake),
    )


def _conflicts(intake: Intake) -> list[tuple[str, list[dict[str, Any]]]]:
    """Contradictions, each statement with its words and the draft at its line."""
    at_line = queries.drafts_at(intake.id, [int(s["line"]) for c in intake.conflicts for s in c["statements"]])
    text = intake.text.split("\n")
    return [
        (str(one["about"]), [_side(side, at_line.get(int(side["line"]), []), text) for side in one["statements"]])
        for one in intake.conflicts
    ]


def _side(side: dict[str, Any], drafts_there: list[Draft], text: list[str]) -> dict[str, Any]:
    """One statement of a contradiction: the draft that makes it, or the words around the figure."""
    raw, line = str(side["raw"]), "".join(text[int(side["line"]) - 1 :][:1])
    draft = next((one for one in drafts_there if raw in one.text), None)
    at = max(0, line.find(raw) - AROUND)
    return {**side, "draft": draft, "words": draft.text if draft else line[at : at + 2 * AROUND]}


@drafts.get("/imports/<int:intake_id>/edition")
def edition(intake_id: int) -> str | Response:
    """The file against the edition before; or the choice of that edition."""
    intake = intake_at(intake_id)
    return waiting_page(intake) or _edition(intake, None)


def _edition(intake: Intake, refusal: errors.Refusal | None) -> str:
    wanted = request.args.get("difference", Difference.CHANGED.value)
    difference = Difference(wanted) if wanted in set(Difference) else Difference.CHANGED
    _, rows = queries.sifted(intake.id, Sift(difference=difference.value), 1) if intake.edition_of else (0, [])
    old = plans.figures_of([one.old_measure_id for one in rows if one.old_measure_id])
    return render_template(
        "drafts/edition.html",
        intake=intake,
        progress=queries.progress(intake.id),
        documents=[one for one in queries.documents(intake.region_code) if one.id != intake.document_id],
        counts=editions.counts(intake.id),
        difference=difference,
        differences=Difference,
        rows=rows,
        old=old,
        task_of=queries.tasks_of_measures([one.old_measure_id for one in rows if one.old_measure_id]),
        units=of_region(intake.region_code).units,
        refusal=refusal,
    )


@drafts.post("/imports/<int:intake_id>/edition")
def compare(intake_id: int) -> Response:
    """Mark the file as a new edition of a document, and match its drafts with that document's measures."""
    intake, typed = intake_at(intake_id), cleaned(request.form)
    try:
        if not typed.get("key"):
            raise errors.Refusal("表单不完整，请刷新页面后重试。")  # noqa: TRY301
        chosen = plans.document(intake.region_code, typed.get("code", ""))
        found = editions.compare(intake, chosen, viewer().person, command_id(typed))
        db.session.commit()
    except errors.Refusal as refusal:
        db.session.rollback()
        return make_response(_edition(intake_at(intake_id), refusal), refusal.status)
    told = "，".join(f"{difference.label} {count}" for difference, count in found.items())
    flash(f"对照完成：{told}。", "success")
    return redirect(url_for("drafts.edition", intake_id=intake_id), code=303)
