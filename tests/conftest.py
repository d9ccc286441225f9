"""A database on either recipe, a small county in it, a clock that stands still, browsers for its posts.

`county`: the small county inside one outer transaction that is rolled back; commits inside it are
savepoints. For nearly every test. `real_db`: a database of its own with the same county really committed,
for threads, other processes and crashes. `clock`: 2024-03-04 09:00 in the county until a test moves it.
TASKFLOW_TEST_DATABASE_URL (a PostgreSQL) chooses the database; without it, SQLite in a scratch folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, NullPool, create_engine, make_url, select, text

from seed import loading
from taskflow import clock as county_clock
from taskflow import db, migrate
from taskflow.org.models import Person, Post, Region, Unit
from taskflow.rules import book
from taskflow.web.app import create_app
from taskflow.workdays import Calendar

pytest_plugins = ["tests.browser"]  # `town`, `chrome`, `visit`: the program itself, and people at its pages

#: The same examples every time, so that a run that was green stays green; HYPOTHESIS_PROFILE=search looks further.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("search", max_examples=1000, deadline=None, database=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

#: The small county: two departments and a township beside the office and the supervision office.
UNITS = ("office", "supervision", "industry", "agri", "tianning")
MORNING = datetime(2024, 3, 4, 9, tzinfo=county_clock.LOCAL)


class Store:
    """Where this process keeps its test databases: a template, and copies of it."""

    def __init__(self, folder: Path, worker: str) -> None:
        given = os.environ.get("TASKFLOW_TEST_DATABASE_URL")
        self.server = make_url(given) if given else None
        self.folder = folder
        self.prefix = f"tf_{worker}_{os.getpid()}"
        self.numbers = count(1)

    def url(self, name: str) -> str:
        """The address of a database by its name here."""
        if self.server is None:
            return f"sqlite:///{self.folder / name}.db"
        return self._named(name).render_as_string(hide_password=False)

    def _named(self, name: str) -> URL:
        assert self.server is not None
        return self.server.set(database=f"{self.prefix}_{name}")

    def create(self, name: str) -> str:
        """An empty database."""
        if self.server is not None:
            self._order(f'CREATE DATABASE "{self.prefix}_{name}"')
        return self.url(name)

    def copy(self) -> str:
        """A fresh copy of the template, under a name of its own; gives the name."""
        name = f"copy{next(self.numbers)}"
        if self.server is None:
            shutil.copyfile(self.folder / "template.db", self.folder / f"{name}.db")
        else:
            self._order(f'CREATE DATABASE "{self.prefix}_{name}" TEMPLATE "{self.prefix}_template"')
        return name

    def drop(self, name: str) -> None:
        """Away with a database."""
        if self.server is None:
            for path in self.folder.glob(f"{name}.db*"):
                path.unlink()
        else:
            self._order(f'DROP DATABASE IF EXISTS "{self.prefix}_{name}" WITH (FORCE)')

    def _order(self, sql: str) -> None:
        assert self.server is not None
        admin = create_engine(self.server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            connection.execute(text(sql))
        admin.dispose()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Store]:
    """The template: the schema as `migrate.upgrade()` makes it, with the small county committed."""
    made = Store(tmp_path_factory.mktemp("db"), worker_id)
    db.connect(made.create("template"))
    migrate.upgrade()
    with db.transaction():
        loading.load_region(demo=True, only=UNITS)
    db.close()
    yield made
    made.drop("template")


@pytest.fixture(scope="session")
def main_url(store: Store) -> Iterator[str]:
    """The database that rolled-back tests share, opened."""
    name = store.copy()
    db.connect(store.url(name))
    yield store.url(name)
    db.close()
    store.drop(name)


@pytest.fixture(scope="session")
def workdays(main_url: str) -> Calendar:
    """The county's calendar with the official notices of 2021 to 2026."""
    with db.transaction():
        found = book.of(County.region_code).calendar
    db.session.remove()
    return found


@dataclass(frozen=True)
class County:
    """The small county, asked for by code. A post's holder has the post's code as login."""

    region_code: str = "141122"

    @property
    def region(self) -> Region:
        """The region itself."""
        return db.session.get_one(Region, self.region_code)

    def unit(self, code: str) -> Unit:
        """“industry”, “agri”, “tianning” …"""
        return db.session.scalars(select(Unit).where(Unit.code == code)).one()

    def post(self, code: str) -> Post:
        """“industry-head”, “officer-1”, “mayor” …"""
        return db.session.scalars(select(Post).where(Post.code == code)).unique().one()

    def person(self, code: str) -> Person:
        """Who held the post of this code when the county was loaded."""
        return db.session.scalars(select(Person).where(Person.login == code)).one()


@pytest.fixture
def county(main_url: str, clock: Clock) -> Iterator[County]:
    """The small county; whatever the test does to it is undone."""
    connection = db.engine().connect()
    outer = connection.begin()
    bind(connection, join_transaction_mode="create_savepoint")
    try:
        yield County()
    finally:
        bind(None, join_transaction_mode="conditional_savepoint")
        outer.rollback()
        connection.close()
        book._known.clear()


def bind(connection: Any, **options: Any) -> None:
    """Bind the sessions made from here on to a connection, or to the engine again."""
    db.session.remove()
    db.session.configure(bind=connection, **options)


@dataclass(frozen=True)
class RealDb(County):
    """A county of its own, really committed."""

    url: str = ""


@pytest.fixture
def real_db(store: Store, main_url: str, clock: Clock) -> Iterator[RealDb]:
    """A database that only this test has."""
    name = store.copy()
    db.connect(store.url(name))
    try:
        yield RealDb(url=store.url(name))
    finally:
        db.connect(main_url)
        store.drop(name)
        book._known.clear()


class Clock:
    """The county's time. Local: `clock.to("2024-04-30 20:30")`, `clock.to(date(…), 9)`."""

    def to(self, moment: str | date | datetime, hour: int = 9, minute: int = 0) -> datetime:
        """Stand at a moment; a day alone means nine in the morning."""
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment) if " " in moment else date.fromisoformat(moment)
        if not isinstance(moment, datetime):
            moment = county_clock.at(moment, hour, minute)
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=county_clock.LOCAL)
        county_clock._frozen.set(moment.astimezone(county_clock.UTC))
        return county_clock.now()

    def forward(self, **length: float) -> datetime:
        """`forward(days=3)`, `forward(minutes=2)`."""
        return self.to(county_clock.now() + timedelta(**length))

    @property
    def now(self) -> datetime:
        """The moment at which it stands."""
        return county_clock.now()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the real time through for a while."""
        token = county_clock._frozen.set(None)
        try:
            yield
        finally:
            county_clock._frozen.reset(token)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Time stands still at 2024-03-04 09:00, a Monday, until the test moves it."""
    made = Clock()
    made.to(MORNING)
    yield made
    county_clock._frozen.set(None)
    county_clock.use_shift(0)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Settings of the web application under test."""
    return {
        "TESTING": True,
        "LOCAL": True,
        "SECRET_KEY": "a key for tests only",
        "DATA": tmp_path_factory.mktemp("data"),
        "REDIS_URL": "unix:///nowhere/redis.sock",
        "DATABASE_IS_OPEN": True,
        "SESSION_COOKIE_SECURE": False,
        "WTF_CSRF_ENABLED": False,
    }


@pytest.fixture(scope="session")
def app(settings: dict[str, Any]) -> Flask:
    """The web application, over whatever database the test has opened."""
    return create_app(**settings)


@pytest.fixture
def client(app: Flask, county: County) -> Callable[[str], FlaskClient]:
    """`client("officer-1")`: a browser signed in as the holder of that post; `client("")`: as nobody."""

    def signed_in(post_code: str) -> FlaskClient:
        browser = app.test_client()
        if post_code:
            with browser.session_transaction() as session:
                session["_user_id"] = county.person(post_code).get_id()
                session["_fresh"] = True
        return browser

    return signed_in
