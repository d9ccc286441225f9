"""One's own messages: read them, mark them as read."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import update
from werkzeug.wrappers import Response

from taskflow import clock, db, errors
from taskflow.notices import channels, queries
from taskflow.notices.models import Notice
from taskflow.web.fields import whole
from taskflow.web.viewer import viewer

notices = Blueprint("notices", __name__)


@notices.get("/notices")
def index() -> str:
    """Unread first, then the newest."""
    me = viewer().person
    unread, total = queries.counts(me.id)
    last = max(1, -(-total // queries.PAGE))
    page = min(max(request.args.get("page", 1, type=whole), 1), last)
    found = queries.mine(me, page, channels.ready(current_app.config))
    return render_template("notices/index.html", found=found, unread=unread, total=total, page=page, size=queries.PAGE)


@notices.post("/notices/<int:notice_id>/read")
def read(notice_id: int) -> Response:
    """Mark one as read; somebody else's does not exist."""
    found = db.session.get(Notice, notice_id)
    if found is None or found.person_id != viewer().person.id:
        raise errors.NotFound("没有这条消息。")
    found.read_at = found.read_at or clock.now()
    db.session.commit()
    return redirect(url_for("notices.index", page=request.form.get("page", 1, type=whole)), code=303)


@notices.post("/notices/read")
def read_all() -> Response:
    """Mark as read what the page showed: all up to its newest, not what has come since."""
    newest = request.form.get("newest", type=whole)
    mine = update(Notice).where(Notice.person_id == viewer().person.id, Notice.read_at.is_(None))
    if newest is not None:
        mine = mine.where(Notice.id <= newest)
    db.session.execute(mine.values(read_at=clock.now()).execution_options(synchronize_session=False))
    db.session.commit()
    flash("已全部标为已读。", "success")
    return redirect(url_for("notices.index"), code=303)
