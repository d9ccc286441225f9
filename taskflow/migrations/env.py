"""Alembic's entry, bound to taskflow's models and to the engine that the caller opened."""

from typing import Any, Literal

from alembic import context

from taskflow import db, models  # noqa: F401  # the import fills the metadata

CHECK = "PRAGMA foreign_key_check"


def as_plain(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the database's types, so that they outlive ours."""
    plain = {db.Word: "sa.String(length=24)", db.UtcDateTime: "sa.DateTime(timezone=True)"}
    return plain.get(type(thing)) or False if kind == "type" else False


def refer_freely(connection: Any, *, on: bool) -> None:
    """SQLite changes a table by making it anew; while it does, nothing may hold rows to their references."""
    if connection.dialect.name == "sqlite":  # straight to the driver: inside a transaction the pragma does nothing
        connection.connection.dbapi_connection.execute(f"PRAGMA foreign_keys={'OFF' if on else 'ON'}")


with db.engine().connect() as connection:
    refer_freely(connection, on=True)
    try:
        context.configure(
            connection=connection, target_metadata=db.Base.metadata, render_as_batch=True, render_item=as_plain
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql(CHECK).fetchall()):
                raise RuntimeError(f"rows without what they refer to: {broken[:5]}")
        connection.commit()
    finally:
        connection.rollback()
        refer_freely(connection, on=False)
