"""The login wall: closed unless marked open. Sessions, the forms' tokens, and what was typed when a sign-in expired."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, render_template, request
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer

from taskflow import db
from taskflow.org.models import Person
from taskflow.web.requests import SAFE
from taskflow.web.viewer import signed_in

RESUME_WITHIN = 24 * 3600  # seconds that a text typed before the sign-in expired can be brought back


def public(view: Any) -> Any:
    """Mark a view that needs no sign-in."""
    view.is_public = True
    return view


def sign_in(app: Flask) -> None:
    """Flask-Login: sessions carry a person's id."""
    manager = LoginManager(app)
    manager.session_protection = "basic"

    def load(person_id: str) -> Person | None:
        person = db.session.get(Person, int(person_id)) if person_id.isdigit() else None
        return person if person and not person.closed else None

    manager.user_loader(load)


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
