"""A task as it was on a day, rebuilt from its chain; and a record changed behind the ledger's back is found."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from taskflow import db
from taskflow.ledger import asof
from taskflow.tasks.models import Task, TaskState
from tests import factories as make
from tests.looking import page_of


def facts(task, day):
    return {fact.label: fact.then for fact in asof.of_task(task, day).facts}


def lived(clock) -> Task:
    """Taken up on 4 March, given to another unit on the 11th, extended on the 20th."""
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-03-08 10:00")
    make.say(make.report(task), percent="40")
    clock.to("2024-03-11 10:00")
    make.do(task, "transfer", unit=str(make.unit("agri").id))
    make.do(task, "accept")
    clock.to("2024-03-20 10:00")
    make.do(task, "extend", new_due_on="2025-03-31")
    return task


def test_every_day_shows_what_was_true_at_its_end(county, clock):
    task = lived(clock)
    first, middle, last = (facts(task, date(2024, 3, day)) for day in (4, 11, 20))
    assert (first["牵头单位"], first["完成率"], first["完成时限"]) == ("工信局", "0", "2024-12-31")
    assert (middle["牵头单位"], middle["完成率"]) == ("农业农村局", "40")
    assert (last["完成时限"], last["状态"]) == ("2025-03-31", "办理中")
    assert facts(task, date(2024, 3, 3))["状态"] == ""


def test_a_task_is_rebuilt_whole_from_its_chain(county, clock):
    task = lived(clock)
    make.walk(task, TaskState.CLOSED)
    assert asof.differences(task) == {}
    assert asof.of_task(task, date(2024, 3, 20)).whole


def test_a_fact_changed_by_sql_is_told_apart_from_the_chain(county, clock):
    task = lived(clock)
    db.session.execute(update(Task).where(Task.id == task.id).values(due_on=date(2030, 1, 1)))
    db.session.expire(task)
    assert asof.differences(task) == {"due_on": ("2025-03-31", "2030-01-01")}


def test_the_page_says_who_answered_that_day(county, clock, client):
    task = lived(clock)
    page = page_of(client("officer-1"), f"/ledger/task/{task.id}/on?on=2024-03-06").get_text()
    assert "牵头单位：县工业和信息化局" in page
    later = page_of(client("officer-1"), f"/ledger/task/{task.id}/on?on=2024-03-12").get_text()
    assert "牵头单位：县农业农村局" in later
    assert "已显示今天" in page_of(client("officer-1"), f"/ledger/task/{task.id}/on?on=2030-01-01").get_text()
    assert "这不是日期" in page_of(client("officer-1"), f"/ledger/task/{task.id}/on?on=昨天").get_text()
