"""What tests of pages have in common: a page parsed as its reader gets it, and how many questions it costs."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import event

from taskflow import db


def page_of(browser: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    """A page; what the test made so far is committed first, as a request would find it."""
    db.session.commit()
    answer = browser.get(address)
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def selects(browser: FlaskClient, address: str) -> int:
    """How many SELECTs a page costs, asked with an empty session as in a request of its own."""
    db.session.commit()
    db.session.expunge_all()
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement.lstrip()[:6].upper())

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        assert browser.get(address).status_code == 200
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    return seen.count("SELECT")


def statements_of(browser: FlaskClient, path: str) -> int:
    """How many statements of any kind a page costs, savepoints apart, asked with an empty session."""
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            counted.append(statement)

    event.listen(db.engine(), "before_cursor_execute", count)
    try:
        db.session.expunge_all()
        assert browser.get(path).status_code == 200
    finally:
        event.remove(db.engine(), "before_cursor_execute", count)
    return len(counted)
