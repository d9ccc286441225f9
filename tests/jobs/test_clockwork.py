"""The clock's promises: once, on time, in its own transaction, after outages too; one bad timer blocks nobody."""

import threading
from contextvars import copy_context
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from taskflow import clock as county_clock
from taskflow import db
from taskflow.jobs import sweep
from taskflow.notices.models import Notice
from taskflow.rules import quiet
from taskflow.tasks.models import Node, TaskState
from taskflow.workflows.engine import perform
from taskflow.workflows.engine.models import Timer, TimerState
from tests import factories as make
from tests.waiting import WATCHDOG


def swept():
    return sweep.sweep(make.REGION)


def verbs(record):
    return [entry.verb for entry in make.entries(record)]


def timers(record, rule):
    """All timers of one rule, oldest moment first."""
    mine = select(Timer).where(
        Timer.subject_kind == record.__tablename__, Timer.subject_id == record.id, Timer.rule == rule
    )
    return db.session.scalars(mine.order_by(Timer.due_at).execution_options(populate_existing=True)).all()


def after(day):
    """The first moment of the next day."""
    return county_clock.at(day + timedelta(days=1))


# Once, on time


def test_a_limit_rings_when_it_has_run_out_and_not_before(county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)  # Monday: one working day to accept it
    clock.to("2024-03-05 23:59")
    assert swept() == 0
    clock.to("2024-03-06 00:00")
    assert swept() > 0
    assert verbs(task)[-1] == "miss_acceptance"
    assert timers(task, "accept")[0].state is TimerState.FIRED


def test_a_sweep_again_does_nothing_again(county, clock):
    make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-06 00:00")
    assert swept() > 0
    before = [entry.id for entry in make.all_entries()]
    assert swept() == 0
    assert [entry.id for entry in make.all_entries()] == before


def test_what_the_clock_did_stands_in_the_ledger_as_the_clocks(county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-06 00:00")
    swept()
    entry = make.entries(task)[-1]
    assert (entry.actor_id, entry.post_id) == (None, None)
    assert entry.command_id == f"timer:{timers(task, 'accept')[0].id}"


def test_a_timer_whose_state_was_left_does_not_ring(county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    make.do(task, "accept")
    clock.to("2024-03-06 00:00")
    swept()
    assert "miss_acceptance" not in verbs(task)
    assert timers(task, "accept")[0].state is TimerState.SUPERSEDED


def test_an_old_timer_left_armed_by_mistake_is_superseded_and_not_obeyed(county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    make.do(task, "withdraw")
    clock.to("2024-03-05")
    make.do(task, "assign")  # the same state again, with a day more
    left = timers(task, "accept")[0]
    left.state = TimerState.ARMED
    db.session.flush()
    clock.to("2024-03-06 00:00")
    swept()
    assert "miss_acceptance" not in verbs(task)
    assert [timer.state for timer in timers(task, "accept")] == [TimerState.SUPERSEDED, TimerState.ARMED]


def test_a_return_to_a_state_does_not_ring_again_for_the_same_moment(county, clock):
    report = make.report()
    clock.to(after(report.due_on))
    swept()
    assert verbs(report).count("miss") == 1
    make.do(report, "draft")
    make.do(report, "redo")
    assert "report_due" not in make.armed(report)
    clock.forward(days=1)
    swept()
    assert verbs(report).count("miss") + verbs(report).count("miss_sign") == 1
    (due,) = timers(report, "report_due")
    assert (due.state, due.attempts) == (TimerState.FIRED, 0)


def test_a_return_to_a_state_arms_what_has_not_rung_yet(county, clock):
    report = make.report()
    make.do(report, "draft")
    make.do(report, "redo")
    (due,) = timers(report, "report_due")
    assert (due.state, due.verb) == (TimerState.ARMED, "miss")
    make.do(report, "draft")
    (due,) = timers(report, "report_due")
    assert (due.state, due.verb) == (TimerState.ARMED, "miss_sign")


def test_the_night_before_and_the_morning_after(county, clock):
    report = make.report()
    assert report.due_on == date(2024, 3, 29)
    clock.to("2024-03-27 08:59")
    swept()
    assert "remind" not in verbs(report)
    clock.to("2024-03-27 09:00")  # two working days before, at nine
    swept()
    assert verbs(report)[-1] == "remind"
    clock.to("2024-03-29 23:59")
    swept()
    assert "miss" not in verbs(report)
    clock.to("2024-03-30 00:00")
    swept()
    assert verbs(report)[-1] == "miss"


def test_a_report_is_asked_for_on_its_day_and_the_next_one_after_it(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-03-21 07:59")
    swept()
    assert "ask_report" not in verbs(task)
    clock.to("2024-03-21 08:00")
    swept()
    assert verbs(task).count("ask_report") == 1
    assert make.armed(task)["report_opens"].because.startswith("2024-04-20 ← 2024-04 期进度报送")


def test_every_late_node_is_noted_once_in_its_order(county, clock):
    task = make.walk(make.task(nodes=3), TaskState.UNDERWAY)
    for day, noted in (("2024-04-29", 1), ("2024-04-30", 1), ("2024-08-29", 2), ("2024-12-29", 3)):
        clock.to(day, 0)
        swept()
        assert verbs(task).count("note_late_node") == noted, day


def test_a_sweep_in_the_very_second_of_the_limit_does_not_lose_the_next_node(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to(county_clock.end_of(date(2024, 6, 28)))
    swept()
    assert verbs(task).count("note_late_node") == 1
    assert make.armed(task)["node_due"].because.startswith("2024-12-28")


def test_a_node_reported_done_is_not_noted_as_late(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    first = db.rows(select(Node).where(Node.task_id == task.id).order_by(Node.place))[0]
    make.say(make.report(task), nodes_done={str(first.id): "2024-03-01"})
    assert make.armed(task)["node_due"].because.startswith("2024-12-28")
    clock.to("2024-06-29")
    swept()
    assert "note_late_node" not in verbs(task)


# Late facts and the ladder


def test_a_missed_report_proposes_one_reminder_which_goes_out_by_itself(county, clock):
    report = make.report()
    clock.to(after(report.due_on))
    swept()
    paper = make.newest_escalation(report.task)
    assert (paper.step, paper.reason, paper.state) == (1, "report_missing", "issued")
    assert paper.answer_by == date(2024, 4, 3)  # three working days from Saturday, 30 March
    assert {"industry-head", "industry-clerk"} == make.told(make.entries(paper)[-1])


def test_a_task_under_escalation_gets_no_second_paper(county, clock):
    report = make.report()
    make.do(report.task, "escalate")
    clock.to(after(report.due_on))
    swept()
    assert make.newest_escalation(report.task).reason == "other"
    assert verbs(report)[-1] == "miss", "the fact stands in the ledger all the same"


def test_the_ladder_waits_for_a_signature_as_long_as_it_takes(county, clock):
    paper = make.escalation(step=4)
    for week in range(1, 9):
        clock.to(date(2024, 3, 4) + timedelta(weeks=week))
        swept()
    assert paper.state == "proposed"
    assert verbs(paper).count("urge_sign") == 1


def test_an_unanswered_paper_climbs_until_a_person_must_sign(county, clock):
    paper = make.escalation(step=1)
    steps = []
    for day in range(60):
        clock.to(date(2024, 3, 4) + timedelta(days=day))
        swept()
        steps.append((make.newest_escalation(paper.task).step, make.newest_escalation(paper.task).state))
    assert list(dict.fromkeys(steps)) == [(1, "issued"), (2, "issued"), (3, "issued"), (4, "proposed")]


def test_while_a_task_is_parked_nothing_of_it_becomes_late(county, clock):
    report = make.report()
    paper = make.walk(make.escalation(report.task), "issued")
    make.do(report.task, "park", until="2024-05-20")
    for moment in (after(report.due_on), clock.to("2024-04-15"), clock.to("2024-05-17")):
        clock.to(moment)
        swept()
    assert verbs(report) == ["begin"]
    assert verbs(paper)[-1] == "serve"
    assert timers(report, "report_due")[0].last_error == "任务挂账期间时钟停走。"
    make.do(report.task, "resume")
    clock.forward(hours=12)
    swept()
    assert verbs(report)[-1] == "miss"


def test_nothing_rings_for_a_task_that_is_closed(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.finish(task)
    open_report = make.report(task)
    make.walk(task, TaskState.CLOSED)
    assert verbs(open_report) == ["begin", "lapse"]
    clock.to("2024-12-31")
    swept()
    assert verbs(open_report) == ["begin", "lapse"]
    assert make.armed(open_report) == {}


# After an outage


def test_after_a_month_without_a_clock_reminders_lapse(county, clock):
    report = make.report()
    clock.to("2024-04-20")
    swept()
    assert verbs(report) == ["begin", "miss"]
    assert timers(report, "report_due_soon")[0].state is TimerState.SUPERSEDED


def test_after_a_month_without_a_clock_the_ladder_goes_step_by_step_from_now(county, clock):
    report = make.report()
    clock.to("2024-04-26")
    swept()
    paper = make.newest_escalation(report.task)
    assert (paper.step, paper.state, paper.answer_by) == (1, "issued", date(2024, 4, 30))  # 28 April is worked
    swept()
    assert make.newest_escalation(report.task).step == 1
    clock.to("2024-05-01", 0)
    swept()
    above = make.newest_escalation(report.task)
    assert (above.step, above.answer_by) == (2, date(2024, 5, 10))  # five working days after the holiday


def test_whoever_is_asked_late_for_a_report_gets_the_days_back(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-04-08")  # March should have been asked for on 21 March, for the 29th
    swept()
    report = make.newest_report(task)
    assert (report.period, report.due_on) == ("2024-03", date(2024, 4, 16))  # 18 days later as well
    assert verbs(report) == ["begin"]


def test_whoever_takes_a_task_up_late_does_not_get_days_as_a_gift(county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-25")
    make.do(task, "accept")
    swept()
    assert make.newest_report(task).due_on == date(2024, 3, 29)


def test_several_periods_missed_by_the_clock_are_all_asked_for_in_order(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-06-03")
    swept()
    asked = [entry.facts["period"] for entry in make.entries(task) if entry.verb == "ask_report"]
    assert asked == ["2024-03", "2024-04", "2024-05"]


# Exploding records


@pytest.fixture
def mine(monkeypatch):
    """A record that explodes whenever the clock touches it: its id goes into the set."""
    exploding = set()
    whole = sweep.perform

    def explode(flow, record, command, **how):
        if (flow.name, record.id) in exploding:
            raise RuntimeError("boom")
        return whole(flow, record, command, **how)

    monkeypatch.setattr(sweep, "perform", explode)
    return exploding


def test_an_exploding_record_blocks_nobody(county, clock, mine):
    bad, good = (make.walk(make.task(), TaskState.ASSIGNED) for _ in range(2))
    db.session.commit()
    mine.add(("task", bad.id))
    clock.to("2024-03-06 00:00")
    swept()
    assert verbs(good)[-1] == "miss_acceptance"
    assert verbs(bad)[-1] == "assign"


def test_an_exploding_record_backs_off_and_ends_on_a_desk(county, clock, mine):
    bad = make.walk(make.task(), TaskState.ASSIGNED)
    db.session.commit()
    mine.add(("task", bad.id))
    clock.to("2024-03-06 00:00")
    waits = []
    for attempt in range(1, sweep.ATTEMPTS + 1):
        swept()
        (timer,) = timers(bad, "accept")
        assert (timer.attempts, timer.last_error) == (attempt, "RuntimeError('boom')")
        waits.append((timer.not_before - clock.now).total_seconds() / 60)
        assert swept() == 0, "it is not due again at once"
        clock.to(timer.not_before)
    assert waits == [2, 4, 8, 16, 32]
    assert timer.state is TimerState.DEAD
    assert swept() == 0
    mine.clear()
    clock.to("2024-04-01")
    swept()
    assert verbs(bad)[-1] == "assign", "what is dead waits for an administrator"


def test_an_explosion_halfway_leaves_nothing_of_the_move(county, clock, monkeypatch):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    db.session.commit()
    before = [(e.id, e.hash) for e in make.all_entries()]
    monkeypatch.setattr(perform.outbox, "enqueue", lambda *_args: 1 / 0)
    clock.to("2024-03-06 00:00")
    swept()
    assert [(e.id, e.hash) for e in make.all_entries()] == before
    assert timers(task, "accept")[0].last_error.startswith("ZeroDivisionError")


# Several at once


def test_three_sweeps_at_once_ring_each_timer_once(real_db, clock):
    with db.transaction():
        tasks = [make.walk(make.task(), TaskState.ASSIGNED).id for _ in range(12)]
    db.session.remove()
    clock.to("2024-03-06 00:00")
    barrier, errors = threading.Barrier(3), []

    def work():
        try:
            barrier.wait(timeout=WATCHDOG)
            swept()
        except Exception as error:  # noqa: BLE001  # a thread's error is told by the test
            errors.append(error)
        finally:
            db.session.remove()

    threads = [threading.Thread(target=copy_context().run, args=(work,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=WATCHDOG)
    assert not any(thread.is_alive() for thread in threads)
    assert errors == []
    rung = [entry.subject_id for entry in make.all_entries() if entry.verb == "miss_acceptance"]
    assert sorted(rung) == sorted(tasks)
    served = [entry for entry in make.all_entries() if entry.verb == "serve"]
    assert len(served) == len(tasks)


# Quiet hours


@pytest.mark.parametrize(
    ("owed", "urgent", "leaves"),
    [
        ("2024-04-30 20:30", True, "2024-05-06 08:00"),  # the evening before the holiday: the morning after it
        ("2024-04-30 20:30", False, "2024-05-06 08:00"),
        ("2024-04-30 19:59", True, "2024-04-30 19:59"),
        ("2024-04-30 10:00", False, "2024-05-06 08:00"),
        ("2024-05-02 10:00", True, "2024-05-06 08:00"),
        ("2024-04-26 20:00", True, "2024-04-28 08:00"),  # Friday evening: the worked Sunday
        ("2024-04-28 10:00", True, "2024-04-28 10:00"),
        ("2024-05-10 21:00", False, "2024-05-11 08:00"),  # the worked Saturday
        ("2024-05-11 21:00", False, "2024-05-13 08:00"),
        ("2024-03-04 07:59", True, "2024-03-04 08:00"),
        ("2024-03-04 07:59", False, "2024-03-04 08:00"),
        ("2024-03-04 08:00", False, "2024-03-05 08:00"),
        ("2024-03-08 17:00", False, "2024-03-11 08:00"),
    ],
)
def test_a_message_leaves_in_working_hours_only(county, clock, owed, urgent, leaves):
    moment = clock.to(owed)
    assert quiet.mail_after(county.region_code, moment, urgent=urgent) == clock.to(leaves)


def test_a_message_is_in_the_app_at_once_and_its_mail_waits(county, clock):
    clock.to("2024-04-30 20:30")
    task = make.walk(make.task(), TaskState.REFUSED)
    notices = db.rows(select(Notice).where(Notice.entry_id == make.entries(task)[-1].id))
    assert {(notice.urgent, notice.created_at) for notice in notices} == {(True, clock.now)}
    assert {str(county_clock.local(notice.mail_after)) for notice in notices} == {"2024-05-06 08:00:00+08:00"}
