"""A database from before targets had a direction gets one for each of its figures, as the words say."""

import sqlalchemy as sa
from alembic import command
from sqlalchemy import select, text

from seed import loading
from taskflow import db, migrate
from taskflow.drafts.models import Draft
from taskflow.plans.models import Direction, Indicator, Target
from tests import drafting

#: What the plans and their drafts stand in, in the order of their references.
TABLES = ("region", "person", "post", "unit", "plan_document", "document_text", "chapter", "measure", "target",
          "indicator", "intake", "draft")  # fmt: skip


def directions(kind):
    found = {one.id: one.direction for one in db.rows(select(kind))}
    db.session.remove()
    return found


def reflected():
    known = sa.MetaData()
    known.reflect(db.engine())
    return known.tables


def plans():
    """The rows of the plans as they are stored: table → rows."""
    tables = reflected()
    with db.engine().connect() as connection:
        return {name: [dict(row._mapping) for row in connection.execute(select(tables[name]))] for name in TABLES}


def put_back(rows):
    """The rows into the tables of a former schema; columns that it did not have are left out."""
    tables = reflected()
    with db.engine().connect() as connection:
        later = {"postgresql": "SET session_replication_role = replica", "sqlite": "PRAGMA defer_foreign_keys = ON"}
        connection.exec_driver_sql(later[connection.dialect.name])
        for name, kept in rows.items():
            columns = tables[name].columns.keys()
            given = [{key: value for key, value in row.items() if key in columns} for row in kept]
            if given:
                connection.execute(tables[name].insert(), given)
        connection.commit()


def test_figures_of_before_get_their_direction(store, main_url):
    db.connect(store.create("directed"))
    migrate.upgrade()
    with db.transaction():
        loading.load_county(demo=True)
        before = {"indicator": "失业率", "comparator": "=", "value": 4, "value_high": None, "unit": "%", "raw": "4%"}
        drafting.take_in("甲" * 9, drafting.plan([drafting.measure(1, "甲" * 9, 0, targets=[before])]))
    targets, indicators = directions(Target), directions(Indicator)
    by_words = {key for key, said in targets.items() if said is not Direction.EXACT}
    rows = plans()
    db.close()
    db.connect(store.create("carried"))
    command.upgrade(migrate.config(), "0005")
    put_back(rows)
    db.close()
    db.connect(store.url("carried"))
    with db.engine().begin() as connection:
        connection.execute(text("""UPDATE draft SET targets = '[{"indicator": "失业率", "comparator": "="}]'"""))
    migrate.upgrade()
    again = directions(Target)
    assert again.keys() == targets.keys()
    assert {key for key, said in targets.items() if said is not again[key]} <= again.keys() - by_words
    assert directions(Indicator) == indicators
    assert all(target.printed and not target.cumulative for target in db.rows(select(Target)))
    draft = db.session.scalars(select(Draft)).one()
    assert draft.targets[0] | {"direction": "lower", "printed": "1", "cumulative": ""} == draft.targets[0]
    db.session.remove()
    db.connect(main_url)
    for name in ("directed", "carried"):
        store.drop(name)
