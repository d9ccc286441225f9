"""A database from before targets had a direction gets one for each of its figures, as the words say."""

from alembic import command
from sqlalchemy import select, text

from seed import loading
from taskflow import db, migrate
from taskflow.drafts.models import Draft
from taskflow.plans.models import Direction, Indicator, Target
from tests import drafting


def directions(kind):
    found = {one.id: one.direction for one in db.rows(select(kind))}
    db.session.remove()
    return found


def test_figures_of_before_get_their_direction(store, main_url):
    db.connect(store.create("carried"))
    migrate.upgrade()
    with db.transaction():
        loading.load_county(demo=True)
        before = {"indicator": "失业率", "comparator": "=", "value": 4, "value_high": None, "unit": "%", "raw": "4%"}
        drafting.take_in("甲" * 9, drafting.plan([drafting.measure(1, "甲" * 9, 0, targets=[before])]))
    targets, indicators = directions(Target), directions(Indicator)
    by_words = {key for key, said in targets.items() if said is not Direction.EXACT}
    command.downgrade(migrate.config(), "0005")
    with db.engine().begin() as connection:
        connection.execute(text("""UPDATE draft SET targets = '[{"indicator": "失业率", "comparator": "="}]'"""))
    migrate.upgrade()
    again = directions(Target)
    assert {key for key, said in targets.items() if said is not again[key]} <= again.keys() - by_words
    assert directions(Indicator) == indicators
    assert all(target.printed and not target.cumulative for target in db.rows(select(Target)))
    draft = db.session.scalars(select(Draft)).one()
    assert draft.targets[0] | {"direction": "lower", "printed": "1", "cumulative": ""} == draft.targets[0]
    db.session.remove()
    db.connect(main_url)
    store.drop("carried")
