"""A small county in the spring of 2024 for the tests of the board: March's reports, and the first quarter."""

from datetime import date
from itertools import chain

import pytest
from sqlalchemy import select

from taskflow import db
from taskflow.reviews import opening
from taskflow.reviews.models import Review
from taskflow.tasks.models import TaskState
from tests import factories as make

REGION = make.REGION
#: When March's reports must be in, by the county's numbers.
DUE = date(2024, 4, 1)


@pytest.fixture
def march(county, clock):
    """March's reports: who was asked for what, and what came in before the day."""
    asked = {name: [make.task(name) for _ in range(n)] for name, n in (("industry", 2), ("agri", 2), ("tianning", 1))}
    for task in chain.from_iterable(asked.values()):
        make.walk(task, TaskState.UNDERWAY)
    clock.to("2024-03-22")
    reports = {name: [make.report(task) for task in tasks] for name, tasks in asked.items()}
    make.do(reports["industry"][0], "draft")
    make.say(reports["agri"][0])
    make.do(reports["agri"][1], "draft")
    make.do(reports["agri"][1], "agree")
    make.do(reports["tianning"][0], "draft")
    make.do(reports["tianning"][0], "agree")
    make.do(reports["tianning"][0], "return")
    db.session.commit()
    assert reports["agri"][0].due_on == DUE
    return asked, reports


@pytest.fixture
def quarter(march, clock):
    """The agri office's first quarter, opened by the clock with its lines frozen."""
    clock.to("2024-04-02")
    opening.open_quarter(REGION)
    db.session.commit()
    unit = make.unit("agri")
    return db.session.scalars(select(Review).where(Review.unit_id == unit.id)).one()


def texts(cells):
    """What stands in some cells."""
    return [cell.get_text(" ", strip=True) for cell in cells]
