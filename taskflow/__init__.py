"""taskflow: the accountability engine of a county (督查督办)."""

from __future__ import annotations

from flask import Flask

from taskflow import config, db


def create_app(**settings: object) -> Flask:
    """The web application. Settings override the environment; without a real SECRET_KEY it does not start."""
    from taskflow import web  # noqa: PLC0415  # doors are opened only when somebody asks for an application
    from taskflow.jobs import queue  # noqa: PLC0415

    app = Flask(__name__)
    app.config.from_mapping(config.read() | settings)
    config.check(app.config)
    if not settings.get("DATABASE_IS_OPEN"):
        db.connect(app.config["DATABASE_URL"])
    web.addresses(app)
    queue.use(app.config)
    web.county_time(app)
    web.sign_in(app)
    web.wall(app)
    web.guard_forms(app)
    web.answer_refusals(app)
    web.harden(app)
    web.words(app)
    web.close_session(app)
    web.doors(app)
    return app
