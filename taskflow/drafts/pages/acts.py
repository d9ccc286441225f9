"""The list of a file's drafts, and acts on many of them at once: one request, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from taskflow import db, errors
from taskflow.drafts import queries
from taskflow.drafts.models import Difference, DraftState, Intake
from taskflow.drafts.pages import forms
from taskflow.drafts.pages.door import back_to, drafts, intake_at, waiting_page
from taskflow.drafts.queries import LACKS, Sift
from taskflow.drafts.write import adding, bulk
from taskflow.drafts.write.units import of_region
from taskflow.jobs import queue
from taskflow.web.addresses import command_id
from taskflow.web.fields import cleaned, sought, whole
from taskflow.web.refusals import database_refuses
from taskflow.web.viewer import viewer

#: What can be done with many at once: verb → label, in the order of the buttons.
TOGETHER = {
    "name_units": "指定单位",
    "suggest": "按建议指定单位",
    "endless": "按无时限办理",
    "confirm": "确认",
    "take_up": "立项",
    "adopt": "采用新版",
    "keep": "沿用",
    "drop": "舍弃",
    "reconsider": "撤回确认",
    "restore": "恢复",
}


@drafts.get("/imports/<int:intake_id>/list")
def listing(intake_id: int) -> str | Response:
    """The drafts as a list that can be sifted."""
    intake = intake_at(intake_id)
    return waiting_page(intake) or _listing(intake, request.args)


def sift_of(args: Mapping[str, Any]) -> Sift:
    """What the address asks for."""
    unit = str(args.get("unit", ""))
    return Sift(
        state=str(args.get("state", "")),
        lack=str(args.get("lack", "")),
        difference=str(args.get("difference", "")),
        unit=int(unit) if unit.isascii() and unit.isdecimal() and len(unit) < 10 else None,  # noqa: PLR2004
        text=sought(str(args.get("q", ""))),
    )


def _listing(intake: Intake, args: Mapping[str, Any], **refused: Any) -> str:
    sift = sift_of(args)
    text = str(args.get("page", "1"))
    page = max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1  # noqa: PLR2004
    total, rows = queries.sifted(intake.id, sift, page)
    return render_template(
        "drafts/list.html",
        intake=intake,
        progress=queries.progress(intake.id),
        sift=sift,
        total=total,
        page=page,
        size=queries.PAGE,
        rows=rows,
        kept={
            name: value
            for name, value in args.items()
            if value and name in ("state", "lack", "difference", "unit", "q")
        },
        lacks={name: label for name, (label, _) in LACKS.items()},
        states=DraftState,
        differences=Difference,
        units=of_region(intake.region_code).units,
        tasks=queries.tasks_of(intake.document),
        task_of=queries.task_ids(rows),
        together=TOGETHER,
        **refused,
    )


@drafts.post("/imports/<int:intake_id>/many")
def together(intake_id: int) -> Response:
    """Make one move of all that was ticked, or of none."""
    intake, typed = intake_at(intake_id), cleaned(request.form)
    home = url_for("drafts.listing", intake_id=intake_id)
    try:
        verb, picked = _wanted(typed)
        if len(bulk.of_intake(intake_id, list(picked))) != len(picked):
            raise errors.NotFound("勾选的条目不在这份收文里，请刷新页面后重试。")
        with database_refuses():
            _do(intake, verb, picked, typed)
            db.session.commit()
    except errors.Refusal as refusal:
        db.session.rollback()
        return _many_refused(intake_id, typed, refusal)
    queue.enqueue()
    flash(f"已{TOGETHER[verb]} {len(picked)} 条。", "success")
    return redirect(back_to(home), code=303)


def _do(intake: Intake, verb: str, picked: dict[int, int], typed: forms.Form) -> None:
    person, key = viewer().person, command_id(typed)
    if own := {"suggest": bulk.as_suggested, "endless": bulk.without_deadline}.get(verb):
        own(intake, picked, person, key)
        return
    args = {"lead": typed.get("lead", ""), "supporting": forms.chosen_units(typed)} if verb == "name_units" else {}
    bulk.move_all(intake, verb, picked, person, key, note=typed.get("note", ""), args=args)


def _wanted(typed: forms.Form) -> tuple[str, dict[int, int]]:
    verb, picked = typed.get("verb", ""), forms.ids(typed.getlist("pick"))
    if verb not in TOGETHER or not typed.get("key"):
        raise errors.Refusal("表单不完整，请刷新页面后重试。")
    if not picked:
        raise errors.Refusal("请先勾选条目。")
    if len(picked) > bulk.MOST:
        raise errors.Refusal(f"一次最多办理 {bulk.MOST} 条，请分几次办理。")
    return verb, picked


def _many_refused(intake_id: int, typed: forms.Form, refusal: errors.Refusal) -> Response:
    """The list again with what was ticked, and beside each what is missing."""
    db.will_write(writes=False)
    intake = intake_at(intake_id)
    missing = refusal.refused if isinstance(refusal, errors.AllOrNothing) else {}
    args = {name: typed.get(f"sift-{name}", "") for name in ("state", "lack", "difference", "unit", "q", "page")}
    ticked = {value.split(":")[0] for value in typed.getlist("pick")}
    page = _listing(intake, {**args, "page": args["page"] or "1"}, refusal=refusal, missing=missing, ticked=ticked)
    return make_response(page, refusal.status)


@drafts.post("/imports/<int:intake_id>/add")
def add(intake_id: int) -> Response:
    """Take a passage of the text as a draft."""
    start, end = (request.form.get(name, -1, type=whole) for name in ("start", "end"))
    made = adding.add(intake_at(intake_id), start, end, viewer().person)
    db.session.commit()
    queue.enqueue()
    flash(f"已列为第 {made.place} 条草案，请核对后确认。", "success")
    return redirect(url_for("drafts.show", intake_id=intake_id, draft=made.id), code=303)


@drafts.post("/imports/<int:intake_id>/assign")
def assign(intake_id: int) -> Response:
    """Assign (交办) every task of this file's document that its leader has approved."""
    intake, typed = intake_at(intake_id), cleaned(request.form)
    home = url_for("drafts.listing", intake_id=intake_id, state="taken")
    if intake.document is None or not typed.get("key"):
        raise errors.Refusal("这份文件还没有立项的任务。")
    found = bulk.assignable(intake.document)
    if not found:
        flash("没有待交办的任务：领导批准后才能交办。", "info")
        return redirect(home, code=303)
    bulk.assign_all({task.id: task.version for task in found}, viewer().person, command_id(typed))
    db.session.commit()
    queue.enqueue()
    flash(f"已交办 {len(found)} 项任务。", "success")
    return redirect(home, code=303)
