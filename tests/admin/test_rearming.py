"""A changed rule moves armed moments as a proposal: listed, approved as one act, nothing that has fired."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from taskflow import db
from taskflow.admin import rearming
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Region
from taskflow.rules import limits
from taskflow.rules.models import RuleSet
from taskflow.tasks.models import TaskState
from taskflow.workflows.engine.models import Timer, TimerState
from tests import factories as make
from tests.looking import page_of


def change(since: date, **numbers) -> None:
    """A new decision about limits, as a new dated row."""
    old = db.rows(select(RuleSet).where(RuleSet.kind == "limits").order_by(RuleSet.since))[-1]
    db.session.add(RuleSet(region_code=make.REGION, kind="limits", since=since, body={**old.body, **numbers}))
    db.session.execute(update(Region).values(revision=Region.revision + 1))
    db.session.flush()
    db.session.expire_all()


def test_without_a_change_nothing_is_proposed(county, clock):
    make.report()
    make.walk(make.task(), TaskState.ASSIGNED)
    make.escalation(step=4)
    make.request()
    clock.forward(hours=2)
    assert rearming.proposal(make.REGION) == []


def test_a_changed_limit_is_proposed_and_moved_as_one_act(county, clock):
    waiting = [make.walk(make.task(), TaskState.ASSIGNED) for _ in range(3)]
    before = make.armed(waiting[0])["accept"].due_at
    change(date(2024, 3, 4), accept={"workdays": 3, "from": "assigned_at"})
    changes = rearming.proposal(make.REGION)
    assert {(one.timer.rule, one.timer.subject_id) for one in changes} == {("accept", task.id) for task in waiting}
    assert rearming.apply(make.person("director"), "常务会议定", changes) == 3
    db.session.expire_all()
    after = make.armed(waiting[0])["accept"]
    assert (after.due_at - before).days == 2
    assert after.rule_version == "2024-03-04"
    assert rearming.proposal(make.REGION) == []
    entry = db.rows(select(LedgerEntry).where(LedgerEntry.verb == "rearm"))[-1]
    assert (entry.facts["moments"], entry.note) == (3, "常务会议定")


def test_what_has_fired_never_changes(county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    (timer,) = db.rows(select(Timer).where(Timer.subject_id == task.id, Timer.rule == "accept"))
    timer.state, timer.done_at = TimerState.FIRED, clock.now
    change(date(2024, 3, 4), accept={"workdays": 3, "from": "assigned_at"})
    assert rearming.proposal(make.REGION) == []


def test_a_limit_counted_from_the_entry_is_reckoned_from_that_entry_again(county, clock):
    proposed = make.task()
    clock.forward(days=2)
    change(date(2024, 3, 6), approve={"workdays": 2, "from": "entered", "hour": 9})
    (one,) = rearming.proposal(make.REGION)
    assert one.timer.subject_id == proposed.id
    assert clock_day(one.due.at) == date(2024, 3, 6)


def clock_day(moment) -> date:
    from taskflow import clock as county_clock  # noqa: PLC0415

    return county_clock.local(moment).date()


def test_a_limit_may_be_months_and_may_be_chosen_by_the_record(county, clock):
    by_kind = {
        "from": "assigned_at",
        "by": "kind",
        "each": {"quantified": {"months": 1}, "project": {"days": 7}, "other": {"workdays": 1}},
    }
    change(date(2024, 1, 1), accept=by_kind)
    clock.to("2024-01-31 09:00")
    month = make.walk(make.task(start_on=date(2024, 1, 2)), TaskState.ASSIGNED)
    week = make.walk(make.task(start_on=date(2024, 1, 2), kind="project"), TaskState.ASSIGNED)
    other = make.walk(make.task(start_on=date(2024, 1, 2), kind="continuing"), TaskState.ASSIGNED)
    days = [clock_day(make.armed(task)["accept"].due_at) for task in (month, week, other)]
    assert days == [date(2024, 2, 29), date(2024, 2, 7), date(2024, 2, 1)]
    assert "1 个月" in make.armed(month)["accept"].because
    assert limits.shifted(None, date(2024, 1, 31), limits.Months(1)) == date(2024, 2, 29)  # type: ignore[arg-type,attr-defined]


def test_the_director_approves_on_the_page_with_the_ground(county, clock, client):
    make.walk(make.task(), TaskState.ASSIGNED)
    change(date(2024, 3, 4), accept={"workdays": 3, "from": "assigned_at"})
    director = client("director")
    assert "共 1 项要调整" in page_of(director, "/admin/rules/moments").get_text()
    assert director.post("/admin/rules/moments", data={"total": "1", "note": ""}).status_code == 422
    assert director.post("/admin/rules/moments", data={"total": "5", "note": "会议定"}).status_code == 409
    assert director.post("/admin/rules/moments", data={"total": "1", "note": "会议定"}).status_code == 303
    assert "没有要调整的" in page_of(director, "/admin/rules/moments").get_text()
    assert client("officer-1").get("/admin/rules/moments").status_code == 403
