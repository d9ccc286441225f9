"""The web application: the one place that knows every blueprint. Views import the helpers beside it, never this."""

from __future__ import annotations

from pathlib import Path

import js_lib_htmx
from flask import Flask, Response, send_from_directory
from sqlalchemy import select

from taskflow import config, db
from taskflow.admin.views import admin
from taskflow.board.views import board
from taskflow.drafts.pages.owners import owners
from taskflow.drafts.pages.views import drafts
from taskflow.jobs import queue
from taskflow.ledger.views import ledger
from taskflow.moves.views import moves
from taskflow.notices.views import notices
from taskflow.org.views import org
from taskflow.plans.views import plans
from taskflow.reports.views import reports
from taskflow.sheets.views import sheets
from taskflow.sources.views import sources
from taskflow.tables.views import tables
from taskflow.tasks.views import tasks
from taskflow.web import access, addresses, refusals, requests, words
from taskflow.web.access import public

BLUEPRINTS = (org, tasks, plans, reports, board, sheets, ledger, notices, admin, moves, tables, drafts, owners, sources)


def create_app(**settings: object) -> Flask:
    """The web application. Settings override the environment; without a real SECRET_KEY it does not start."""
    app = Flask("taskflow")
    app.config.from_mapping(config.read() | settings)
    config.check(app.config)
    if not settings.get("DATABASE_IS_OPEN"):
        db.connect(app.config["DATABASE_URL"])
    addresses.ids(app)
    queue.use(app.config)
    requests.county_time(app)
    access.sign_in(app)
    access.wall(app)
    access.guard_forms(app)
    refusals.answer_refusals(app)
    requests.harden(app)
    words.words(app)
    requests.close_session(app)
    register(app)
    return app


def register(app: Flask) -> None:
    """Every blueprint, and the two addresses that have none."""
    for blueprint in BLUEPRINTS:
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
