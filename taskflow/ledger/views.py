"""The ledger's pages: the whole region's, and one task's chain."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from taskflow import clock, errors
from taskflow.ledger import asof, checkpoint, queries
from taskflow.org.may import visible_tasks
from taskflow.tasks import page
from taskflow.web.fields import YEARS, sought, whole
from taskflow.web.viewer import data_folder, demand, viewer

ledger = Blueprint("ledger", __name__)


@ledger.get("/ledger")
def index() -> str:
    """Entries of the whole region as sentences, newest first."""
    demand("see_ledger")
    who = viewer()
    wanted, told = _read(request.args)
    private = who.may("see_sign_ins")
    shown = queries.newest(who.region.code, wanted, before=request.args.get("before", type=whole), private=private)
    return render_template(
        "ledger/index.html",
        page=shown,
        wanted=wanted,
        told=told,
        acts=queries.acts(),
        units=queries.units(who.region.code),
        checkpoint=checkpoint.latest(who.region.code, data_folder()),
        kept={name: value for name, value in request.args.items() if value and name != "before"},
    )


def _read(typed: MultiDict[str, str]) -> tuple[queries.Filter, list[str]]:
    """The filter, and a sentence for each day that is none."""
    told: list[str] = []

    def day(name: str, label: str) -> date | None:
        try:
            found = date.fromisoformat(typed[name]) if typed.get(name) else None
        except ValueError:
            told.append(f"“{label}”不是日期，没有按它筛选。请写成 2024-06-28 的样子。")
            return None
        if found and found.year not in YEARS:
            told.append(f"“{label}”的年份不对，没有按它筛选，请核对。")
            return None
        return found

    text = {name: sought(typed.get(name, "")) for name in ("task", "act", "by")}
    since, until = day("since", "从"), day("until", "到")
    return queries.Filter(unit=typed.get("unit", type=whole), since=since, until=until, **text), told


@ledger.get("/ledger/task/<int:task_id>")
def task(task_id: int) -> str:
    """Every entry of one task's chain, for those who may see the task."""
    who = viewer()
    found = queries.visible_task(task_id, visible_tasks(who.posts, who.region.code))
    if found is None:
        raise errors.NotFound("没有这项任务，或者您无权查看。")
    shown = queries.of_chain(f"task:{task_id}", before=request.args.get("before", type=whole))
    return render_template("ledger/task.html", task=found, page=shown)


@ledger.get("/ledger/task/<int:task_id>/on")
def as_of(task_id: int) -> str:
    """A task as it was on a day, beside what it is now, and who answered for it then."""
    who = viewer()
    found = queries.visible_task(task_id, visible_tasks(who.posts, who.region.code))
    if found is None:
        raise errors.NotFound("没有这项任务，或者您无权查看。")
    text, today, told = request.args.get("on", ""), clock.today(), ""
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        day, told = today, "这不是日期，已显示今天。请写成 2024-06-28 的样子。"
    if day.year not in YEARS or day > today:
        day, told = today, "只能看今天和以前，已显示今天。"
    seen = asof.of_task(found, day)
    return render_template("ledger/asof.html", task=found, seen=seen, told=told, roles=page.responsible(found, day))
