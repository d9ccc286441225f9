"""What happens around every request: the county's time, whether it writes, headers, and no session left open."""

from __future__ import annotations

from flask import Flask, Response, request

from taskflow import clock, db
from taskflow.web.viewer import region

SAFE = ("GET", "HEAD", "OPTIONS")


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


def close_session(app: Flask) -> None:
    """No transaction outlives its request."""

    @app.teardown_appcontext
    def leave(_error: BaseException | None) -> None:
        if not app.config.get("DATABASE_IS_OPEN"):
            db.session.remove()
