"""Sign in and out. Wrong passwords lock an account for a while; the sentence never says which part was wrong."""

from __future__ import annotations

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from taskflow import clock, db, errors
from taskflow.ledger.admin import record_admin
from taskflow.moves.views import find, form_page
from taskflow.org.models import Person
from taskflow.web.access import public, resumed
from taskflow.web.addresses import inside
from taskflow.web.fields import plain
from taskflow.web.viewer import signed_in

org = Blueprint("org", __name__)

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
_hasher = PasswordHasher()
#: Checked when the login is unknown, so that the answer takes as long. Nobody has it.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$PIsdk8/QKwc4nE0K7ex2Pw$eCBSBmyBpwoPygP7KqcRhhYvOyDF7HrsVhpBd9m71vs"


@org.get("/login")
@public
def login() -> str | Response:
    """The sign-in page."""
    if signed_in():
        return redirect(url_for("tasks.desk"))
    return render_template("login.html", next=request.args.get("next", ""), resume="", expired=False)


@org.post("/login")
@public
def enter() -> Response | tuple[str, int] | str:
    """Check the password; go where the person wanted to go, or back to what was being typed."""
    typed = request.form
    name = plain(typed.get("login", "")).strip()
    person = db.session.scalars(select(Person).where(Person.login == name).with_for_update()).one_or_none()
    told = _judge(person, typed.get("password", ""))
    if told:
        db.session.commit()
        again = {"next": typed.get("next", ""), "resume": typed.get("resume", ""), "login": name}
        return render_template("login.html", refused=told, expired=False, **again), 401
    assert person is not None  # noqa: S101  # _judge refused None
    session.clear()
    login_user(person)
    session.permanent = True
    record_admin("sign_in", person, {})
    db.session.commit()
    if back := resumed(typed.get("resume", "")):
        return _take_up(*back)
    return redirect(inside(typed.get("next")) or url_for("tasks.desk"), code=303)


def _judge(person: Person | None, password: str) -> str:
    """Why the sign-in is refused; "" when it is not."""
    now = clock.wall()
    if person is not None and person.locked_until and person.locked_until > now:
        minutes = int((person.locked_until - now).total_seconds() // 60) + 1
        return f"该账号连续输错密码已锁定，请 {minutes} 分钟后再试，或联系安全管理员。"
    if _matches(person.password_hash if person else _NOBODY, password) and person and not person.closed:
        person.failures, person.locked_until = 0, None
        return ""
    if person is not None:
        person.failures += 1
        if person.failures >= TRIES:
            person.failures, person.locked_until = 0, now + LOCKED_FOR
            record_admin("lock_out", None, {"login": person.login}, region_code=person.region_code)
            return f"连续输错 {TRIES} 次，账号锁定 15 分钟。"
    return "账号或密码不正确，请重新输入。"


def _matches(secret: str, password: str) -> bool:
    try:
        return _hasher.verify(secret, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _take_up(path: str, typed: dict[str, list[str]]) -> Response | str:
    """Show the form again that was being typed when the sign-in expired; nothing is sent until they do."""
    kind, _, rest = path.strip("/").partition("/")
    number, _, verb = rest.partition("/")
    if not number.isdigit() or not verb:
        return redirect(url_for("tasks.desk"), code=303)
    try:
        flow, record = find(kind, int(number))
    except errors.NotFound as refusal:
        flash(refusal.reasons[0], "warning")
        return redirect(url_for("tasks.desk"), code=303)
    move = next((move for move in flow.moves if move.verb == verb), None)
    if move is None:
        return redirect(url_for("tasks.desk"), code=303)
    closed: errors.Refusal | None = None
    try:
        flow.move(verb, record.state)
    except errors.WrongState as refusal:  # somebody was faster; what was typed is still shown
        closed = refusal
    flash("已重新登录。刚才填写的内容还在，请核对后提交（附件需要重新选择）。", "info")
    fields = MultiDict((name, value) for name, values in typed.items() for value in values)
    return form_page(flow, record, move, fields, closed)


@org.post("/logout")
def leave() -> Response:
    """Sign out."""
    logout_user()
    session.clear()
    return redirect(url_for("org.login"), code=303)
