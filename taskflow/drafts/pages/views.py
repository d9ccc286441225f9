"""The workbench's pages: files taken in, the text beside its drafts, and one draft's moves."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from taskflow import clock, db, errors
from taskflow.drafts import queries  # acts hangs its pages
from taskflow.drafts.compute import marking, parts  # acts hangs its pages
from taskflow.drafts.models import Draft, DraftState, Intake, Stage
from taskflow.drafts.pages import about, acts, forms  # noqa: F401  # acts hangs its pages
from taskflow.drafts.pages.door import LABELS, back_to, drafts, intake_at
from taskflow.drafts.write import adding, receiving  # acts hangs its pages
from taskflow.drafts.write.units import of_region
from taskflow.jobs import queue
from taskflow.plans.models import Basis, Comparator, Direction, MeasureKind, Recurrence
from taskflow.reading.files.source import LIMIT
from taskflow.tables import uploads
from taskflow.web.addresses import command_id
from taskflow.web.fields import cleaned, plain, whole
from taskflow.web.refusals import database_refuses
from taskflow.web.viewer import data_folder, viewer
from taskflow.workflows.drafting import DRAFTING
from taskflow.workflows.engine.perform import Command, offers, perform

__all__ = ["drafts"]

#: Moves that first save what was typed, and moves after which the next open draft is shown.
SAVE_FIRST = {"revise", "confirm", "split", "merge", "adopt", "unmatch"}
GO_ON = {"confirm", "drop", "take_up", "adopt", "keep"}
#: Moves that follow from another one, or that belong to the comparison of editions: no button.
NO_BUTTON = {"revise", "name_units", "join", "give_back", "match"}


@drafts.get("/imports")
def index() -> str:
    """Every file taken in, with how far people are (收文登记)."""
    return _index(None)


def _index(refusal: errors.Refusal | None) -> str:
    rows = queries.intakes(viewer().region.code)
    reading = any(row.intake.stage in (Stage.ASKED, Stage.READING) for row in rows)
    return render_template("drafts/index.html", rows=rows, refusal=refusal, most=LIMIT, reading=reading)


@drafts.post("/imports")
def upload() -> Response | tuple[str, int]:
    """Take a file in; a table goes to the mapping of its columns, the same bytes to where they were left."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise errors.BadInput({"file": "请先选择一个文件。"})
        if Path(file.filename).suffix.lower() in receiving.TABLES:
            return _table(file)
        found, again = receiving.receive(file.stream, plain(file.filename), viewer().person, data_folder())
        db.session.commit()
    except errors.Refusal as refusal:
        db.session.rollback()
        return _index(refusal), refusal.status
    if again:
        return redirect(url_for("drafts.show", intake_id=found.id, again=1), code=303)
    queue.enqueue("read")
    return redirect(url_for("drafts.show", intake_id=found.id), code=303)


def _table(file: Any) -> Response:
    found, _ = uploads.receive(file.stream, file.filename, viewer().person, data_folder())
    db.session.commit()
    return redirect(url_for("tables.mapping", upload_id=found.id), code=303)


# The workbench


@drafts.get("/imports/<int:intake_id>")
def show(intake_id: int) -> str | Response:
    """The text beside its drafts; or how far its reading is."""
    intake = intake_at(intake_id)
    if intake.stage is not Stage.READ:
        page = "drafts/reading.html" if "HX-Request" in request.headers else "drafts/wait.html"
        return render_template(page, intake=intake, running=intake.stage is not Stage.FAILED)
    if request.headers.get("HX-Target") == "reading":  # the page that waits for this
        return make_response("", {"HX-Refresh": "true"})
    wanted = request.args.get("draft", type=whole)
    opened = queries.draft(intake_id, wanted) if wanted else None
    return _bench(intake, opened)


def _bench(intake: Intake, opened: Draft | None, **refused: Any) -> str:
    """The page; `refused`: the fields as typed, the refusal, the reason typed."""
    cut = parts.parts_of(intake.outline, intake.text)
    counts = _counts(cut, queries.places(intake.id))
    part = _part(cut, opened, counts)
    everyone = of_region(intake.region_code)
    held = queries.between(intake.id, part.start, part.end) if part else []
    rows = [one for one in held if one.state is not DraftState.MERGED]
    opened = opened or next((one for one in rows if one.state is DraftState.OPEN), rows[0] if rows else None)
    return render_template(
        "drafts/bench.html",
        intake=intake,
        progress=queries.progress(intake.id),
        part_list=cut,
        part=part,
        counts=counts,
        lines=_lines(intake, part, rows),
        rows=rows,
        opened=opened,
        since=clock.now().isoformat(),
        again=request.args.get("again"),
        units=everyone.units,
        tasks=queries.tasks_of(intake.document),
        **_form(opened),
        **refused,
    )


def _form(opened: Draft | None) -> dict[str, Any]:
    """What the form of one draft needs."""
    if opened is None:
        return {}
    shown = forms.fields_of(opened)
    person = viewer().person
    open_moves = offers(DRAFTING, opened, person) if viewer().may("import_plans") else []
    return {
        "fields": shown,
        "was": json.dumps(shown, ensure_ascii=False),
        "moves": {one.move.verb: one for one in open_moves if one.move.verb not in NO_BUTTON},
        "editable": opened.state is DraftState.OPEN and bool(open_moves),
        "follower": queries.follower(opened),
        "task": queries.task_ids([opened]).get(opened.id),
        "kinds": MeasureKind,
        "bases": Basis,
        "recurrences": Recurrence,
        "comparators": Comparator,
        "directions": Direction,
    }


def _part(cut: list[parts.Part], opened: Draft | None, counts: dict[int, tuple[int, int]]) -> parts.Part | None:
    """The part in which the open draft stands, or the one asked for, or the first that waits for somebody.

    A draft outside the text has none.
    """
    if opened is not None:
        return parts.part_at(cut, opened.char_start) if opened.char_start >= 0 else None
    first = next((number for number, (_, waits) in counts.items() if waits), 1)
    number = request.args.get("part", first, whole)
    return cut[min(max(number, 1), len(cut)) - 1] if cut else None


def _counts(cut: list[parts.Part], places: Any) -> dict[int, tuple[int, int]]:
    """For each part: how many drafts it has, and how many of them are open."""
    all_of: Counter[int] = Counter()
    open_of: Counter[int] = Counter()
    for start, state in places:
        if state is not DraftState.MERGED:
            number = parts.part_at(cut, start).number
            all_of[number] += 1
            open_of[number] += state is DraftState.OPEN
    return {part.number: (all_of[part.number], open_of[part.number]) for part in cut}


def _lines(intake: Intake, part: parts.Part | None, rows: list[Draft]) -> list[marking.Line]:
    if part is None:
        return []
    of_drafts = [marking.Mark(one.char_start, one.char_end, one) for one in rows]
    skipped = [
        marking.Mark(int(one["char_start"]), int(one["char_end"]), str(one.get("reason") or ""))
        for one in adding.left_out(intake)
    ]
    return marking.lines(intake.text, part.start, part.end, [*of_drafts, *skipped])


@drafts.get("/imports/<int:intake_id>/changes")
def changes(intake_id: int) -> str | Response:
    """What others changed since the page was drawn; asked by htmx every few seconds."""
    since = _moment(request.args.get("since", ""))
    intake = intake_at(intake_id)
    if "HX-Request" not in request.headers:
        return redirect(url_for("drafts.show", intake_id=intake_id))
    found = queries.changes(intake.id, since, viewer().person.id)
    return render_template("drafts/changes.html", intake=intake, changes=found, since=since.isoformat())


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return clock.now()
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@drafts.get("/imports/<int:intake_id>/drafts/<int:draft_id>")
def one(intake_id: int, draft_id: int) -> Response:
    """The address of one draft leads to it on the workbench."""
    found = queries.draft(intake_at(intake_id).id, draft_id)
    return redirect(url_for("drafts.show", intake_id=intake_id, draft=found.id))


@drafts.post("/imports/<int:intake_id>/drafts/<int:draft_id>")
def move(intake_id: int, draft_id: int) -> Response:
    """Save what was typed into a draft, and make the move that was asked for, in one transaction."""
    intake = intake_at(intake_id)
    draft = queries.draft(intake_id, draft_id)
    typed = cleaned(request.form)
    try:
        verb = typed.get("verb", "revise")
        if verb not in LABELS or not typed.get("key"):
            raise errors.Refusal("表单不完整，请核对后再提交一次。")  # noqa: TRY301  # answered like any other refusal
        with database_refuses():
            _make(draft, verb, typed)
            db.session.commit()
    except errors.Refusal as refusal:
        db.session.rollback()
        return _refused(intake.id, draft_id, typed, refusal)
    queue.enqueue()
    flash(f"第 {draft.place} 条已{LABELS[verb]}。", "success")
    following = queries.following(draft) if verb in GO_ON else None
    page = url_for("drafts.show", intake_id=intake_id, draft=following or draft_id)
    return redirect(back_to(page) if typed.get("next") else page, code=303)


def _make(draft: Draft, verb: str, typed: forms.Form) -> None:
    """One or two commands: what was typed is saved first where the move builds on it."""
    everyone, key, person = of_region(draft.region_code), command_id(typed), viewer().person
    seen = typed.get("seen", type=whole)
    fields = forms.changed(typed) if verb in SAVE_FIRST and draft.state is DraftState.OPEN else {}
    if fields:
        perform(DRAFTING, draft, Command(f"{key}:save", "revise", person, seen, args=fields))
        seen = None
    elif verb == "revise":
        raise errors.Refusal("没有改动，不用保存。")
    if verb != "revise":
        args = {name: typed.get(name, "") for name in ("cut", "other") if typed.get(name)}
        perform(DRAFTING, draft, Command(key, verb, person, seen, typed.get("note", ""), args))
    del everyone


def _refused(intake_id: int, draft_id: int, typed: forms.Form, refusal: errors.Refusal) -> Response:
    """The page again with everything that was typed; what others changed meanwhile stands as it is now."""
    db.will_write(writes=False)
    intake, draft = intake_at(intake_id), queries.draft(intake_id, draft_id)
    db.session.refresh(draft)
    fields = forms.fields_of(draft) | forms.changed(typed)
    page = _bench(intake, draft, refusal=refusal, note=typed.get("note", ""), fields_typed=fields)
    return make_response(page, refusal.status)
