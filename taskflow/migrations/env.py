"""Alembic's entry, bound to taskflow's models and to the engine that the caller opened."""

from typing import Any, Literal

from alembic import context

from taskflow import db, models  # noqa: F401  # the import fills the metadata


def as_plain(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the database's types, so that they outlive ours."""
    plain = {db.Word: "sa.String(length=24)", db.UtcDateTime: "sa.DateTime(timezone=True)"}
    return plain.get(type(thing)) or False if kind == "type" else False


with db.engine().connect() as connection:
    context.configure(
        connection=connection, target_metadata=db.Base.metadata, render_as_batch=True, render_item=as_plain
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
