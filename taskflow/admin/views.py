"""The administrator's desk: the demo county's clock, what gave up, how the machinery runs; and locked accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from taskflow import db, errors
from taskflow.admin import queries, rearming, repairs
from taskflow.jobs import queue
from taskflow.org.models import Person
from taskflow.web.fields import cleaned, whole
from taskflow.web.viewer import demand, viewer
from taskflow.workflows.catalog import FLOWS

admin = Blueprint("admin", __name__)

NOTE_LENGTH = 500

#: (what gave up, act) → what is done, and the sentence that says so.
ACTS: dict[tuple[str, str], tuple[Callable[[Person, int, str], None], str]] = {
    ("timers", "retry"): (repairs.retry_timer, "已重新排入，稍候再试。"),
    ("timers", "dismiss"): (repairs.dismiss_timer, "已放弃这个定时器。"),
    ("mails", "retry"): (repairs.retry_mail, "已重新排入，稍候再发。"),
    ("mails", "dismiss"): (repairs.dismiss_mail, "已放弃这封邮件。"),
}


@admin.get("/admin")
def index() -> str:
    """Everything on one page."""
    demand("repair_jobs")
    return _page(None)


def _page(refusal: errors.Refusal | None) -> str:
    region = viewer().region.code
    return render_template(
        "admin/index.html",
        refusal=refusal,
        timers=queries.dead_timers(region),
        mails=queries.dead_mails(region),
        waiting=queries.waiting(region),
        beats=queries.beats(),
        rules=queries.rule_sets(region),
        calendars=queries.calendars(region),
        versions=queries.versions(),
        **_clock(),
    )


def _clock() -> dict[str, object]:
    region = viewer().region.code
    return {"due": queries.due_timers(region), "lines": queries.clock_lines(region), "steps": repairs.STEPS}


@admin.get("/admin/clock")
def clock_card() -> str | Response:
    """What the clock does now, for the page that waits for it."""
    demand("move_clock")
    if "HX-Request" not in request.headers:
        return redirect(url_for("admin.index"))
    return render_template("admin/clock.html", **_clock())


@admin.post("/admin/clock")
def move_clock() -> Response:
    """Move the demo county's clock forward; the workers then do what has become due."""
    demand("move_clock")
    typed = cleaned(request.form)
    days, key = typed.get("days", 0, type=whole), typed.get("key", "")[:64]
    if not key:
        raise errors.Refusal("表单不完整，请刷新页面后重试。")
    repairs.move_clock(viewer().person, days, key)
    db.session.commit()
    queue.enqueue()
    flash(f"时钟已拨快{repairs.STEPS[days]}，到期的提醒、缺报和督办会陆续出现在下面。", "success")
    return redirect(url_for("admin.index", _anchor="clock"), code=303)


@admin.post("/admin/<any(timers, mails):kind>/<int:key>/<any(retry, dismiss):act>")
def repair(kind: str, key: int, act: str) -> Response | tuple[str, int]:
    """Retry or dismiss what gave up; a refusal shows the page again."""
    demand("repair_jobs")
    carry_out, told = ACTS[kind, act]
    try:
        carry_out(viewer().person, key, _note())
        db.session.commit()
    except errors.BadInput as refusal:
        db.session.rollback()
        return _page(refusal), refusal.status
    queue.enqueue()
    flash(told, "success")
    return redirect(url_for("admin.index", _anchor=kind), code=303)


def _note() -> str:
    return cleaned(request.form).get("note", "").strip()[:NOTE_LENGTH]


@admin.get("/admin/accounts")
def accounts() -> str:
    """Locked accounts and the newest sign-ins."""
    demand("see_sign_ins")
    return _accounts(None)


def _accounts(refusal: errors.Refusal | None) -> str:
    region = viewer().region.code
    found, lines = queries.locked(region), queries.sign_ins(region)
    return render_template("admin/accounts.html", refusal=refusal, locked=found, lines=lines)


@admin.post("/admin/accounts/<int:person_id>/unlock")
def unlock(person_id: int) -> Response | tuple[str, int]:
    """Open a locked account, with a reason."""
    demand("unlock")
    try:
        repairs.unlock(viewer().person, person_id, _note())
        db.session.commit()
    except errors.BadInput as refusal:
        db.session.rollback()
        return _accounts(refusal), refusal.status
    flash("账号已解锁。", "success")
    return redirect(url_for("admin.accounts"), code=303)


@admin.get("/admin/rules/moments")
def rules() -> str:
    """What the rules of today would move, and the button that moves it."""
    demand("change_rules")
    return _moments(None)


@admin.post("/admin/rules/moments")
def apply_rules() -> Response | tuple[str, int]:
    """Move everything that the page showed; a list that has changed meanwhile is shown again."""
    demand("change_rules")
    typed = cleaned(request.form)
    note = typed.get("note", "").strip()[:NOTE_LENGTH]
    changes = rearming.proposal(viewer().region.code)
    if not note:
        return _moments(errors.BadInput({"note": "请写明依据。"})), 422
    if typed.get("total", type=whole) != len(changes):
        return _moments(errors.Refusal("这期间又有变化，请核对后再批准。")), 409
    moved = rearming.apply(viewer().person, note, changes)
    db.session.commit()
    queue.enqueue()
    flash(f"已按现行规定调整 {moved} 项时限。", "success")
    return redirect(url_for("admin.rules"), code=303)


def _moments(refusal: errors.Refusal | None) -> str:
    changes = rearming.proposal(viewer().region.code)
    shown = [
        (
            _titled(one.record),
            next(m.label for m in FLOWS[one.timer.subject_kind].moves if m.verb == one.timer.verb),
            one,
        )
        for one in changes[: rearming.SHOWN]
    ]
    return render_template("admin/rearm.html", changes=shown, total=len(changes), refusal=refusal)


def _titled(record: Any) -> str:
    """What a record is about."""
    task = getattr(record, "task", record)
    return str(getattr(task, "title", "") or f"{record.unit.short}季度评审")
