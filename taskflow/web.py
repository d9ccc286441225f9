"""What every page shares: the county's time, the login wall, forms' safety, refusals, headers, words."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import js_lib_htmx
from flask import Flask, Response, current_app, g, render_template, request, send_from_directory, url_for
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from taskflow import clock, db, errors
from taskflow.jobs import queue
from taskflow.moves.pages import needs_form
from taskflow.notices.queries import unread
from taskflow.org import posts as held
from taskflow.org.may import may
from taskflow.org.models import Person, Post, Region

log = logging.getLogger(__name__)

SAFE = ("GET", "HEAD", "OPTIONS")
RESUME_WITHIN = 24 * 3600  # seconds that a text typed before the sign-in expired can be brought back

#: The menu: endpoint, word, permission.
MENU = (
    ("tasks.desk", "我的待办", None),
    ("plans.overview", "规划与报告", "see_plan"),
    ("drafts.index", "收文", "see_imports"),
    ("tasks.index", "任务", "see_plan"),
    ("board.show", "督查看板", "see_board"),
    ("board.signing", "待签事项", "see_queue"),
    ("sheets.index", "报表", "print_sheets"),
    ("ledger.index", "台账", "see_ledger"),
    ("admin.index", "系统管理", "repair_jobs"),
    ("admin.accounts", "账号安全", "see_sign_ins"),
)


@dataclass(frozen=True)
class Viewer:
    """Who looks: the person, the posts held today, the region."""

    person: Person
    posts: tuple[Post, ...]
    region: Region

    def may(self, permission: str) -> bool:
        """Whether one of the posts has a permission."""
        return may(self.posts, permission)


def viewer() -> Viewer:
    """The person of this request; only behind the login wall."""
    if "viewer" not in g:
        person = cast(Person, current_user._get_current_object())  # noqa: SLF001  # Flask-Login's documented way
        g.viewer = Viewer(person, tuple(held.held_by(person.id, clock.today())), region())
    return cast(Viewer, g.viewer)


def region() -> Region:
    """The region of the viewer, or the only one before the sign-in."""
    if "region" not in g:
        code = getattr(current_user, "region_code", None)
        wanted = select(Region).where(Region.code == code) if code else select(Region).order_by(Region.code).limit(1)
        g.region = db.session.scalars(wanted).one_or_none()
    return cast(Region, g.region)


def demand(permission: str) -> None:
    """Refuse a page that the viewer's posts do not open."""
    if not viewer().may(permission):
        raise errors.NotYours("您的岗位没有查看这一页的权限。")


def public(view: Any) -> Any:
    """Mark a view that needs no sign-in."""
    view.is_public = True
    return view


class RecordId(IntegerConverter):
    """An id in an address; one that no database integer holds is an unknown one (404)."""

    def __init__(self, routes: Map) -> None:
        super().__init__(routes, max=2**31 - 1)


def addresses(app: Flask) -> None:
    """How ids in addresses are read; before any address is registered."""
    app.url_map.converters["int"] = RecordId


def county_time(app: Flask) -> None:
    """Before anything else: is this request going to write, and what time is it in the county?"""

    @app.before_request
    def prepare() -> None:
        if request.endpoint in ("static", "htmx", "bootstrap.static", "healthz"):
            return
        db.will_write(writes=request.method not in SAFE)
        clock.use_shift(0)
        here = region()
        if here is not None:
            clock.use_shift(here.clock_shift)


def sign_in(app: Flask) -> None:
    """Flask-Login: sessions carry a person's id."""
    manager = LoginManager(app)
    manager.session_protection = "basic"

    def load(person_id: str) -> Person | None:
        person = db.session.get(Person, int(person_id)) if person_id.isdigit() else None
        return person if person and not person.closed else None

    manager.user_loader(load)


def signed_in() -> bool:
    """Whether this request is somebody's."""
    return bool(getattr(current_user, "is_authenticated", False))


def wall(app: Flask) -> None:
    """Closed unless marked open. What was being typed when the sign-in expired is carried along."""

    @app.before_request
    def stop() -> Response | tuple[str, int] | None:
        view = current_app.view_functions.get(request.endpoint or "")
        library = request.endpoint in ("static", "bootstrap.static")
        if view is None or library or signed_in() or getattr(view, "is_public", False):
            return None
        resume = ""
        if request.method not in SAFE:
            typed = {name: values for name, values in request.form.lists() if name != "csrf_token"}
            resume = _sealer().dumps({"path": request.path, "typed": typed})
        page = render_template("login.html", next=request.full_path.rstrip("?"), resume=resume, expired=bool(resume))
        return page, 401


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="resume")


def resumed(text: str) -> tuple[str, dict[str, list[str]]] | None:
    """The path and the typed fields of a form whose sign-in had expired."""
    try:
        data = _sealer().loads(text, max_age=RESUME_WITHIN)
    except BadData:
        return None
    return data["path"], data["typed"]


def guard_forms(app: Flask) -> None:
    """Every writing form carries a token of its session."""
    CSRFProtect(app)
    Bootstrap5(app)


def refusal_page(refusal: errors.Refusal, status: int | None = None) -> tuple[str, int]:
    """The one page for every refusal that has no form of its own to go back to."""
    return render_template("error.html", refusal=refusal, status=status or refusal.status), status or refusal.status


def data_folder() -> Path:
    """Where files are kept."""
    return Path(current_app.config["DATA"])


@contextmanager
def database_refuses() -> Iterator[None]:
    """A database that could not write refuses like anybody else, so that a form comes back with what was typed."""
    try:
        yield
    except OperationalError as error:
        raise _of_database(error) from error


def _of_database(error: OperationalError) -> errors.Unavailable:
    """The sentence for a database that could not write."""
    log.error("database", exc_info=error)
    said = "磁盘已满，暂时不能保存。请联系系统管理员清理空间，您填写的内容请先留在本页。"
    busy = "数据库暂时繁忙，请稍候再提交一次；不会重复登记。"
    return errors.Unavailable(said if db.is_full(error) else busy)


def answer_refusals(app: Flask) -> None:
    """Turn exceptions into sentences."""

    @app.errorhandler(errors.Refusal)
    def refused(refusal: errors.Refusal) -> tuple[str, int]:
        db.session.rollback()
        return refusal_page(refusal)

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> tuple[str, int]:
        db.session.rollback()
        return refusal_page(errors.Refusal("页面已过期，请返回上一页刷新后重试；填写的内容仍在浏览器中。"), 400)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str, int]:
        db.session.rollback()
        told = {
            404: "没有这个页面，或者您无权查看。",
            405: "这个地址不能这样访问。",
            413: "上传的内容太大：单个文件不超过 20 MB，一次合计不超过 60 MB。请返回上一页减少附件，填写的文字还在。",
        }
        code = error.code or 500
        return refusal_page(errors.Refusal(told.get(code, "请求无法处理，请返回重试。")), code)

    @app.errorhandler(OperationalError)
    def database(error: OperationalError) -> tuple[str, int]:
        db.session.rollback()
        return refusal_page(_of_database(error))


def harden(app: Flask) -> None:
    """Headers for every answer; nothing is loaded from anywhere else."""

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
            "form-action 'self'",
        )
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if "text/html" in response.content_type:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def words(app: Flask) -> None:
    """What templates may say: dates in Chinese, the viewer, the menu."""
    filters: Mapping[str, Any] = {"day": day, "moment": moment, "short_day": short_day}
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(new_key=lambda: uuid4().hex, today=clock.today, now=clock.now, needs_form=needs_form)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def shared() -> dict[str, Any]:
        if not signed_in():
            return {"viewer": None, "menu": [], "region": region(), "bell_ok": True}
        who = viewer()
        menu = [(url_for(end), word, end) for end, word, need in MENU if need is None or who.may(need)]
        shown = {"viewer": who, "menu": menu, "region": who.region, "bell_ok": queue.available()}
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


def moment(value: datetime | None) -> str:
    """2024-06-28 09:00 on the county's wall clock"""
    return f"{clock.local(value):%Y-%m-%d %H:%M}" if value else "—"


def close_session(app: Flask) -> None:
    """No transaction outlives its request."""

    @app.teardown_appcontext
    def leave(_error: BaseException | None) -> None:
        if not app.config.get("DATABASE_IS_OPEN"):
            db.session.remove()


def doors(app: Flask) -> None:
    """Every blueprint, and the two addresses that have none."""
    from taskflow.admin.views import admin  # noqa: PLC0415  # views import this module
    from taskflow.board.views import board  # noqa: PLC0415
    from taskflow.drafts.owners import owners  # noqa: PLC0415
    from taskflow.drafts.views import drafts  # noqa: PLC0415
    from taskflow.ledger.views import ledger  # noqa: PLC0415
    from taskflow.moves.views import moves  # noqa: PLC0415
    from taskflow.notices.views import notices  # noqa: PLC0415
    from taskflow.org.views import org  # noqa: PLC0415
    from taskflow.plans.views import plans  # noqa: PLC0415
    from taskflow.reports.views import reports  # noqa: PLC0415
    from taskflow.sheets.views import sheets  # noqa: PLC0415
    from taskflow.tables.views import tables  # noqa: PLC0415
    from taskflow.tasks.views import tasks  # noqa: PLC0415

    for blueprint in (org, tasks, plans, reports, board, sheets, ledger, notices, admin, moves, tables, drafts, owners):
        app.register_blueprint(blueprint)
    htmx = Path(js_lib_htmx.__file__).parent / "static" / "htmx"

    @app.get("/htmx.js")
    @public
    def htmx_js() -> Response:
        return send_from_directory(htmx, "htmx.min.js", max_age=86400)

    @app.get("/healthz")
    @public
    def healthz() -> dict[str, str]:
        db.session.execute(select(1))
        return {"status": "ok"}
