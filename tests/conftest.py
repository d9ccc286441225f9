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
from tests import home

# `town`, `chrome`, `visit`: the program itself, and people at its pages; the guard looks after every test
pytest_plugins = ["tests.browser", "tests.guard"]

#: The same examples every time, so that a run that was green stays green; HYPOTHESIS_PROFILE=search looks further.
#: How long an example takes is no verdict.
UNHURRIED: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [hypothesis.HealthCheck.too_slow],
}
hypothesis.settings.register_profile("steady", derandomize=True, **UNHURRIED)
hypothesis.settings.register_profile("search", max_examples=1000, **UNHURRIED)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

#: The small county: two departments and a township beside the office and the supervision office.
UNITS = ("office", "supervision", "industry", "agri", "tianning")
MORNING = datetime(2024, 3, 4, 9, tzinfo=county_clock.LOCAL)


#: Whoever asks for one of these has processes or a browser started, or the whole story played.
SLOW = {"town_processes", "chrome", "house", "once_told"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is slow, and let it begin first, so that two workers end together; a random order stays random."""
    for item in items:
        if SLOW.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
    if not config.pluginmanager.hasplugin("randomly"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)


class Store:
    """Where this process keeps its test databases: a template, and copies of it."""

    def __init__(self, folder: Path, worker: str) -> None:
        given = os.environ.get("TASKFLOW_TEST_DATABASE_URL")
        self.server = make_url(given) if given else None
        self.folder = folder
        self.prefix = f"tf_{worker}_{os.getpid()}"
        self.numbers = count(1)
        self.made: set[str] = set()

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
        self.made.add(name)
        if self.server is not None:
            self._order(f'CREATE DATABASE "{self.prefix}_{name}"')
        return self.url(name)

    @contextmanager
    def created(self, name: str) -> Iterator[str]:
        """An empty database for a while; gives its address."""
        try:
            yield self.create(name)
        finally:
            self.drop(name)

    @contextmanager
    def template(self, name: str) -> Iterator[None]:
        """Make a template: what is done inside is committed into a database with our schema, and it is closed."""
        with home.elsewhere(self.create(name)):
            migrate.upgrade()
            with db.transaction():
                yield

    def copy(self, template: str = "template") -> str:
        """A fresh copy of a template, under a name of its own; gives the name."""
        name = f"copy{next(self.numbers)}"
        self.made.add(name)
        if self.server is None:
            shutil.copyfile(self.folder / f"{template}.db", self.folder / f"{name}.db")
        else:
            self._order(f'CREATE DATABASE "{self.prefix}_{name}" TEMPLATE "{self.prefix}_{template}"')
        return name

    @contextmanager
    def copied(self, template: str = "template") -> Iterator[str]:
        """A copy of a template for a while; gives its address."""
        name = self.copy(template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def drop(self, name: str) -> None:
        """Away with a database."""
        self.made.discard(name)
        if self.server is None:
            for path in self.folder.glob(f"{name}.db*"):
                path.unlink()
        else:
            self._order(f'DROP DATABASE IF EXISTS "{self.prefix}_{name}" WITH (FORCE)')

    def drop_all(self) -> None:
        """Away with whatever is still there, also from tests that died."""
        for name in list(self.made):
            self.drop(name)

    def _order(self, sql: str) -> None:
        assert self.server is not None
        admin = create_engine(self.server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        try:
            with admin.connect() as connection:
                connection.execute(text(sql))
        finally:
            admin.dispose()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Store]:
    """The template: the schema as `migrate.upgrade()` makes it, with the small county committed."""
    made = Store(tmp_path_factory.mktemp("db"), worker_id)
    try:
        with made.template("template"):
            loading.load_region(demo=True, only=UNITS)
        yield made
    finally:
        made.drop_all()


@pytest.fixture(scope="session")
def whole(store: Store, main_url: str) -> str:
    """The template with the whole county of the five documents, without its story; the template's name."""
    with store.template("whole"):
        loading.load_county(demo=True)
    return "whole"


@pytest.fixture(scope="session")
def main_url(store: Store) -> Iterator[str]:
    """The database that rolled-back tests share, opened."""
    home.Home.database = store.url(store.copy())
    try:
        home.go_home()
        yield home.Home.database
    finally:
        home.Home.database = None
        home.go_home()


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
    with db.engine().connect() as connection:  # closing it rolls back
        connection.begin()
        try:
            db.session.remove()
            db.session.configure(bind=connection, join_transaction_mode="create_savepoint")
            yield County()
        finally:
            home.let_go()
            book._known.clear()


@dataclass(frozen=True)
class RealDb(County):
    """A county of its own, really committed."""

    url: str = ""


@pytest.fixture
def real_db(store: Store, main_url: str, clock: Clock) -> Iterator[RealDb]:
    """A database that only this test has."""
    with store.copied() as url, home.elsewhere(url):
        yield RealDb(url=url)


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
    try:
        made = Clock()
        made.to(MORNING)
        yield made
    finally:
        county_clock.freeze(None)
        county_clock.use_shift(0)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Settings of the web application under test."""
    return {
        "TESTING": True,
        "LOCAL": True,
        "SECRET_KEY": "a key for tests only",
        "DATA": tmp_path_factory.mktemp("data"),
        **home.NO_REDIS,
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
