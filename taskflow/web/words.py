"""What every template may say: dates in Chinese, the viewer, the menu."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, url_for

from taskflow import clock
from taskflow.jobs import queue
from taskflow.moves.pages import needs_form
from taskflow.notices.queries import unread
from taskflow.web.addresses import new_key
from taskflow.web.viewer import region, signed_in, viewer

#: The menu: endpoint, word, permission.
MENU = (
    ("tasks.desk", "我的待办", None),
    ("plans.overview", "规划与报告", "see_plan"),
    ("drafts.index", "收文", "see_imports"),
    ("tasks.index", "任务", "see_plan"),
    ("board.show", "督查看板", "see_board"),
    ("board.signing", "待签事项", "see_queue"),
    ("board.requests", "申请", "see_plan"),
    ("sheets.index", "报表", "print_sheets"),
    ("ledger.index", "台账", "see_ledger"),
    ("admin.rules", "时限调整", "change_rules"),
    ("admin.index", "系统管理", "repair_jobs"),
    ("admin.accounts", "账号安全", "see_sign_ins"),
)


def words(app: Flask) -> None:
    """What templates may say: dates in Chinese, the viewer, the menu."""
    filters: Mapping[str, Any] = {"day": day, "moment": moment, "short_day": short_day, "plain": plain}
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(new_key=new_key, today=clock.today, now=clock.now, needs_form=needs_form)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def shared() -> dict[str, Any]:
        if not signed_in():
            return {"viewer": None, "menu": [], "region": region(), "queue_ok": True}
        who = viewer()
        menu = [(url_for(end), word, end) for end, word, need in MENU if need is None or who.may(need)]
        shown = {"viewer": who, "menu": menu, "region": who.region, "queue_ok": queue.available()}
        return shown | {"unread": unread(who.person.id)}


def day(value: date | datetime | None) -> str:
    """2024年6月28日"""
    if value is None:
        return "—"
    here = clock.local(value).date() if isinstance(value, datetime) else value
    return f"{here.year}年{here.month}月{here.day}日"


def short_day(value: date | datetime | None) -> str:
    """06-28, with the year when it is another one"""
    if value is None:
        return "—"
    here = clock.local(value).date() if isinstance(value, datetime) else value
    return f"{here:%m-%d}" if here.year == clock.today().year else f"{here:%Y-%m-%d}"


def plain(value: Decimal | None) -> str:
    """3.500000 as 3.5, 40.000000 as 40"""
    return "—" if value is None else f"{value.normalize():f}"


def moment(value: datetime | None) -> str:
    """2024-06-28 09:00 on the county's wall clock"""
    return f"{clock.local(value):%Y-%m-%d %H:%M}" if value else "—"
