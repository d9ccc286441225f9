"""Opening a quarter for review: what stands in it, and that it opens once."""

from sqlalchemy import func, select

from taskflow import clock, db
from taskflow.reviews import opening
from taskflow.reviews.models import Review
from taskflow.tasks.models import TaskState
from tests import factories as make
from tests.quarter import march, quarter

__all__ = ["march", "quarter"]


def test_a_task_closed_within_the_quarter_stands_in_its_review(march, county):
    tasks, _ = march
    done = tasks["agri"][0]
    make.walk(done, TaskState.CLOSED)
    with clock.frozen(clock.at(clock.today().replace(month=4, day=2), 9)):
        opening.open_quarter(county.region_code)
    agri = make.unit("agri").id
    review = db.session.scalars(select(Review).where(Review.unit_id == agri)).one()
    assert {line.task.code: line.light for line in review.lines}[done.code] == "green"


def test_a_quarter_opens_once_however_often_it_is_tried(quarter, county):
    before = db.session.scalar(select(func.count()).select_from(Review))
    assert opening.open_quarter(county.region_code) == 0
    assert db.session.scalar(select(func.count()).select_from(Review)) == before
