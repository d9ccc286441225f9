"""Sheets: ask for one, watch it being built, download it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from taskflow import db, errors
from taskflow.jobs import queue
from taskflow.sheets import build, queries, render
from taskflow.sheets.catalog import SHEETS
from taskflow.sheets.models import BuildState, SheetBuild
from taskflow.web.fields import whole
from taskflow.web.viewer import data_folder, demand, viewer

sheets = Blueprint("sheets", __name__)


@sheets.before_request
def allowed() -> None:
    """Every page here needs the same permission."""
    demand("print_sheets")


def _find(build_id: int) -> SheetBuild:
    return queries.find(build_id, viewer().posts, viewer().region.code)


@sheets.get("/sheets")
def index() -> str:
    """What can be asked for, and what was."""
    who = viewer()
    return render_template(
        "sheets/index.html",
        units=queries.units(who.posts, who.region.code),
        builds=queries.recent(who.person.id, who.posts, who.region.code),
        labels={name: sheet.label for name, sheet in SHEETS.items()},
        missing=render.missing(),
    )


@sheets.post("/sheets")
def ask() -> Response:
    """Ask for a sheet; the same facts again lead to the one that exists."""
    who, typed = viewer(), request.form
    if sentence := render.missing():
        raise errors.Unavailable(sentence)
    sheet, number = typed.get("sheet", ""), typed.get("id", type=whole)
    if number is None:
        raise errors.BadInput({"id": "请先选择单位。"})
    subject = queries.subject(sheet, number, who.posts, who.region.code)
    made = build.ask(sheet, subject, who.person, data_folder())
    db.session.commit()
    queue.enqueue("build")
    return redirect(url_for("sheets.show", build_id=made.id), code=303)


@sheets.get("/sheets/<int:build_id>")
def show(build_id: int) -> str:
    """How far a sheet is; asked by htmx, only that part of the page."""
    found = _find(build_id)
    running = found.state in (BuildState.ASKED, BuildState.BUILDING)
    page = "sheets/build.html" if "HX-Request" in request.headers else "sheets/show.html"
    label = SHEETS[found.sheet].label if found.sheet in SHEETS else ""
    return render_template(page, build=found, running=running, label=label)


@sheets.get("/sheets/<int:build_id>/pdf")
def download(build_id: int) -> Response:
    """The finished file."""
    found = _find(build_id)
    path = build.path_of(found, data_folder())
    return send_file(path, mimetype="application/pdf", as_attachment=True, download_name=f"{found.title}.pdf")


@sheets.post("/sheets/<int:build_id>/retry")
def retry(build_id: int) -> Response:
    """Request a failed build once more."""
    found = db.lock(SheetBuild, _find(build_id).id)
    if found is None:
        raise errors.NotFound("没有这份报表。")
    build.again(found)
    db.session.commit()
    queue.enqueue("build")
    flash("已重新排队。", "success")
    return redirect(url_for("sheets.show", build_id=build_id), code=303)
