"""手工立项: the page on which the office enters what no document brings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from taskflow import db, errors
from taskflow.jobs import queue
from taskflow.reports import evidence
from taskflow.reports.periods import source_rules
from taskflow.rules import book
from taskflow.sources import forms
from taskflow.tasks import entering
from taskflow.tasks.models import Task
from taskflow.web.addresses import command_id
from taskflow.web.fields import cleaned
from taskflow.web.refusals import database_refuses
from taskflow.web.viewer import data_folder, demand, viewer

sources = Blueprint("sources", __name__)

SHORTEST_REASON = 4  # characters


@sources.get("/tasks/new")
def new() -> str:
    """An empty form."""
    demand("enter_sources")
    return _page(forms.source_form(forms.units_of(viewer().region.code)))


@sources.post("/tasks/new")
def make() -> str | Response | tuple[str, int]:
    """Fill the form from the pasted words, or enter what it says; a refusal keeps everything that was typed."""
    demand("enter_sources")
    typed = cleaned(request.form)
    units = forms.units_of(viewer().region.code)
    form = forms.source_form(units, typed)
    if "read" in typed:
        filled = forms.read_text(form, viewer().region.code)
        told = (
            f"已从原文填写：{'、'.join(filled)}，请核对。" if filled else "原文里没有读出事项、时限或单位，请手工填写。"
        )
        return _page(form, told=told)
    wrong = form.said()
    key = command_id(typed)
    if not key:
        raise errors.Refusal("表单不完整，请刷新页面后重试。")
    if wrong:
        return _page(form, wrong), 422
    if (entered := entering.entered(key)) is not None:  # a second click
        return redirect(url_for("tasks.detail", task_id=entered), code=303)
    entry = forms.entry_of(form, units, _files(wrong))
    wrong |= entering.missing(entry, viewer().region.code)
    same = entering.same_matter(viewer().region.code, entry.lead, entry.title, entry.number)
    if same and len(form.reason.data or "") < SHORTEST_REASON:
        wrong["reason"] = "该单位已有相近的在办事项，请先核对；确需另立的，请写明理由。"
    if wrong:
        return _page(form, wrong, same), 422
    with database_refuses():
        task = entering.enter(entry, viewer().person, key)
        db.session.commit()
    queue.enqueue()
    flash(f"已立项“{task.title}”（{task.code}），待{task.leader_post.title}批准。", "success")
    return redirect(url_for("tasks.detail", task_id=task.id), code=303)


def _files(wrong: dict[str, str]) -> list[dict[str, Any]]:
    """The files that came with the form, kept under their digests; what cannot be taken is said."""
    kept = []
    for upload in request.files.getlist("evidence"):
        if not upload.filename:
            continue
        try:
            kept.append(evidence.store(upload.stream, upload.filename, data_folder()))
        except errors.Unavailable:
            raise
        except errors.Refusal as refusal:
            wrong["evidence"] = wrong.get("evidence", "") + "".join(refusal.reasons)
    return kept


def _page(
    form: forms.SourceForm, wrong: dict[str, str] | None = None, same: list[Task] | None = None, told: str = ""
) -> str:
    rules = book.of(viewer().region.code)
    said = wrong or {}
    refusal = errors.BadInput(said) if said else None
    limits = {kind: source_rules(kind.value, rules) for kind in entering.BY_HAND}
    return render_template(
        "sources/new.html", form=form, said=said, refusal=refusal, same=same or [], told=told, limits=limits,
        types=evidence.TYPES, accept=",".join(f".{kind}" for kind in evidence.KINDS), most=evidence.LIMIT,
        typed=MultiDict(), wanted=entering.WANTED,
    )  # fmt: skip
