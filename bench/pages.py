"""Server time and statements of the four pages that people live in, with ten thousand tasks."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from bench.measure import head, milliseconds, say, statements
from taskflow import db
from taskflow.org.models import Person
from taskflow.tasks.models import Task
from taskflow.web.app import create_app

TIMES = 25
AIM = 40.0  # milliseconds


def run(url: str, folder: Path) -> None:
    """Each page as the person who uses it; the bare query is a count and one page of rows."""
    head(f"Pages (aim: under {AIM:.0f} ms of server time)")
    app = create_app(
        SECRET_KEY="benchmark only, never served", LOCAL=True, DATA=folder, DATABASE_URL=url, DATABASE_IS_OPEN=True
    )
    with db.transaction() as session:
        task_id = session.scalar(select(func.min(Task.id)))
        people = {login: session.scalar(select(Person.id).where(Person.login == login)) for login in WHO}
    for name, path, login in (
        ("task list (office)", "/tasks", "officer-1"),
        ("task list, searched", "/tasks?q=%E8%AE%B8%E5%8F%AF", "officer-1"),
        ("task page", f"/tasks/{task_id}", "officer-1"),
        ("board", "/board", "officer-1"),
        ("desk (office)", "/", "officer-1"),
        ("desk (clerk)", "/", "housing-clerk"),
        ("desk (leader)", "/", "deputy-urban"),
    ):
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = str(people[login]), True
        with statements() as sent:
            answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)  # noqa: PLR2004
        taken = milliseconds(lambda: browser.get(path), TIMES)
        say(name, f"{taken:.1f} ms", f"{len(sent)} statements{'' if taken < AIM else ', over the aim'}")


WHO = ("officer-1", "housing-clerk", "deputy-urban")
