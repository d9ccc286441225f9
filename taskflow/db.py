"""The database: base class, column types, the session, locks. One recipe for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Self, TypeVar

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import Integer, TypeDecorator


class Base(DeclarativeBase):
    """Base of every record; constraints get predictable names so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


T = TypeVar("T", bound=Base)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused: they are the commonest wrong deadline."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values; store UTC (SQLite keeps no zone)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class State(StrEnum):
    """A state of a record: a word for the database, a Chinese label for people."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Keep the label beside the word (without one, as `Light("red")`, it is looked up)."""
        state = str.__new__(cls, value)
        state._value_ = value
        state.label = label
        return state


class Word(TypeDecorator[Any]):
    """A `State` (or any `StrEnum`) stored as its word."""

    impl = String(24)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Refuse a word that the list does not have."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Give the word its list back."""
        return None if value is None else self.words(value)


def one_of(column: str, words: type[StrEnum]) -> str:
    """The text of a CHECK that holds `column` to the list."""
    return f"{column} IN ({', '.join(repr(word.value) for word in words)})"


class days_between(FunctionElement[int]):  # noqa: N801  # reads as an SQL function
    """Whole days from one date to another, in SQL of both databases."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    a, b = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({b}) - julianday({a}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    a, b = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST({b} AS DATE) - CAST({a} AS DATE))"


class day_over(FunctionElement[datetime]):  # noqa: N801  # reads as an SQL function
    """The first moment after a local day (a date column), in SQL of both databases.

    The county's clock is UTC+8 all year, so the day is over at 16:00 UTC.
    """

    inherit_cache = True


@compiles(day_over, "sqlite")
def _over_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    (day,) = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"strftime('%Y-%m-%d %H:%M:%S', {day}, '+16 hours')"


@compiles(day_over, "postgresql")
def _over_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    (day,) = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"((CAST({day} AS TIMESTAMP) + INTERVAL '16 hours') AT TIME ZONE 'UTC')"


WRITES = "taskflow_writes"


class RoutedSession(Session):
    """A session that tells SQLite beforehand whether it will write.

    A deferred transaction that reads and then writes fails at once under load ("database is locked"
    whatever the timeout), so writers take the lock with BEGIN IMMEDIATE and readers never wait for it.
    """

    def get_bind(self, *args: Any, **kw: Any) -> Engine | Connection:
        """The engine, marked as reading or writing."""
        if isinstance(self.bind, Connection):  # a test's outer transaction
            return self.bind
        engine()
        return _doors[bool(self.info.get(WRITES))]


_factory: sessionmaker[Session] = sessionmaker(class_=RoutedSession, expire_on_commit=False)
session: scoped_session[Session] = scoped_session(_factory)
_engine: Engine | None = None
#: The engine twice, over one pool: for transactions that read (False) and that write (True).
_doors: dict[bool, Engine] = {}


def engine() -> Engine:
    """The engine of this process."""
    if _engine is None:
        raise RuntimeError("db.connect(url) has not been called")
    return _engine


def connect(url: str) -> Engine:
    """Open the database of this process (closing the one before)."""
    global _engine  # noqa: PLW0603  # one database a process, chosen at start
    close()
    _engine = make_engine(url)
    _doors.update({writes: _engine.execution_options(**{WRITES: writes}) for writes in (False, True)})
    return _engine


def close() -> None:
    """Let go of every connection (before a fork, at the end of a test)."""
    global _engine  # noqa: PLW0603
    session.remove()
    if _engine is not None:
        _engine.dispose()
        _engine = None
        _doors.clear()


def make_engine(url: str) -> Engine:
    """An engine with the recipe for its database."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)
    made = create_engine(url, connect_args={"timeout": 15, "check_same_thread": False})

    @event.listens_for(made, "connect")
    def _prepare(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32000"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")

    return made


def will_write(*, writes: bool = True) -> None:
    """Start over in this session as a writer (or as a reader). Call it before the first statement."""
    if session().info.get(WRITES) != writes:
        if session().in_transaction() and not isinstance(session().bind, Connection):
            session.rollback()
        session().info[WRITES] = writes


@contextmanager
def transaction() -> Iterator[Session]:
    """One writing transaction that owns the session: commit at the end, roll back on any error."""
    will_write()
    current = session()
    try:
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise


def lock(kind: type[T], key: Any) -> T | None:
    """Take one row for this transaction and read it again.

    PostgreSQL locks the row; on SQLite the transaction holds the whole file already (BEGIN IMMEDIATE).
    """
    return session.scalars(_taking(kind), {"key": key}).first()


def lock_all(kind: type[T], keys: Collection[Any]) -> Sequence[T]:
    """Take many rows for this transaction, always in the same order, and read them again."""
    column = inspect(kind).primary_key[0]
    asked = select(kind).where(column.in_(keys)).order_by(column).with_for_update(of=kind)
    return rows(asked.execution_options(populate_existing=True))


@cache
def _taking(kind: type[T]) -> Any:
    """The question of `lock`, built once for each kind of record: every move asks it."""
    asked = select(kind).where(inspect(kind).primary_key[0] == bindparam("key")).with_for_update()
    return asked.execution_options(populate_existing=True)


def upsert(table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, for the database in use."""
    if dialect() == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def dialect() -> str:
    """The database in use: "sqlite" or "postgresql"."""
    return session().get_bind().dialect.name


def run(statement: Any, values: Any = None) -> Any:
    """A prepared statement over tables, straight on this transaction's connection: nothing is flushed first.

    For the engine, which makes a dozen of them with every move and has flushed the record before.
    """
    return session().connection().execute(statement, values)


def rows(statement: Any) -> Sequence[Any]:
    """All scalars of a SELECT."""
    return session.scalars(statement).all()


def exists(statement: Any) -> bool:
    """Whether a SELECT finds anything."""
    return session.execute(statement.limit(1)).first() is not None


def is_full(error: OperationalError) -> bool:
    """Whether the disk, not the program, refused a write."""
    text = str(error.orig).lower()
    return "disk is full" in text or "no space left" in text or "disk i/o error" in text
