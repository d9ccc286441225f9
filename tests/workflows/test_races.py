"""Two people and one record, and a crash at every step: one success and one clear refusal, nothing half done."""

import threading
from contextvars import copy_context

import pytest
from sqlalchemy import select

from taskflow import db, errors
from taskflow.ledger import dump, verify, writer
from taskflow.models import CommandDone, Escalation, LedgerEntry, Notice, Report, Task, Timer
from taskflow.tasks.models import TaskState
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine import perform as engine
from taskflow.workflows.engine.perform import Command, perform
from tests import factories as make
from tests.waiting import WATCHDOG


def prepared(to, *, make_it=make.task):
    """A committed record in a state; its id."""
    with db.transaction():
        found = make.walk(make_it(), to).id
    db.session.remove()
    return found


def at_once(*jobs):
    """Run jobs in threads that start together, each a transaction; what each gave or raised, in order."""
    db.session.remove()  # nobody goes on looking at the database as it was
    barrier, told = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        try:
            barrier.wait(timeout=WATCHDOG)
            with db.transaction():
                told[place] = job()
        except Exception as error:  # noqa: BLE001  # a thread's error is the test's to judge
            told[place] = error
        finally:
            db.session.remove()

    threads = [threading.Thread(target=copy_context().run, args=(run, *given)) for given in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=WATCHDOG)
    assert not any(thread.is_alive() for thread in threads)
    return told


def moves(kind, key, verb, who, **args):
    """A job: one person (or the clock) makes one move on a record, found anew in its own session."""

    click, seen = args.pop("click", None), args.pop("seen", None)

    def job():
        record, actor = db.session.get_one(kind, key), make.person(who) if who else None
        command = Command(click or make.fresh(), verb, actor, seen, "按会议议定的意见办理", args)
        return perform(FLOWS[record.__tablename__], record, command).state

    return job


def chain_is_whole(length):
    told = list(dump.entries())
    assert len(told) == length
    assert verify.check(told).breaks == []


# Two people


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_people_who_move_one_task_one_succeeds_and_one_is_told(real_db, attempt):
    key = prepared(TaskState.ASSIGNED)
    before = len(make.all_entries())
    told = at_once(
        moves(Task, key, "accept", "industry-clerk"),
        moves(Task, key, "refuse", "industry-head"),
    )
    won = [state for state in told if isinstance(state, TaskState)]
    lost = [error for error in told if isinstance(error, Exception)]
    assert (len(won), [type(error) for error in lost]) == (1, [errors.WrongState])
    assert won[0].label in str(lost[0])
    chain_is_whole(before + 1)


def test_two_people_who_drew_the_same_page_do_not_overwrite_each_other(real_db):
    key = prepared(TaskState.UNDERWAY)
    with db.transaction():
        task = db.session.get_one(Task, key)
        make.do(task, "ask_extension", new_due_on="2025-03-31")
        seen, signer = task.version, task.leader_post.code
    db.session.remove()
    told = at_once(
        moves(Task, key, "grant_extension", signer, seen=seen),
        moves(Task, key, "park", signer, seen=seen, until="2024-05-20"),
    )
    refusals = [error for error in told if isinstance(error, Exception)]
    assert len(refusals) == 1
    assert isinstance(refusals[0], (errors.Overtaken, errors.WrongState))


def test_the_same_command_from_two_threads_is_one_move(real_db):
    key = prepared(TaskState.ASSIGNED)
    before = len(make.all_entries())
    click = moves(Task, key, "accept", "industry-clerk", click="click")
    assert [error for error in at_once(click, click, click) if isinstance(error, Exception)] == []
    assert db.session.get_one(Task, key).state is TaskState.UNDERWAY
    chain_is_whole(before + 1)


def test_one_command_id_for_two_requests_at_once_is_one_move_and_one_refusal(real_db):
    key = prepared(TaskState.ASSIGNED)
    told = at_once(
        moves(Task, key, "accept", "industry-clerk", click="click"),
        moves(Task, key, "refuse", "industry-head", click="click"),
    )
    assert [type(error) for error in told if isinstance(error, Exception)] == [errors.KeyReused]


def test_a_task_and_its_report_moving_at_once_share_one_gap_free_chain(real_db):
    key = prepared("drafted", make_it=make.report)
    task = db.session.get_one(Report, key).task_id
    before = len(make.all_entries())
    told = at_once(moves(Report, key, "agree", "industry-head"), moves(Task, task, "remind", None))
    assert [error for error in told if isinstance(error, Exception)] == []
    chain_is_whole(before + 2)


def test_two_late_facts_of_one_task_at_once_propose_one_paper(real_db, clock):
    first = prepared("due", make_it=make.report)
    task = db.session.get_one(Report, first).task_id
    db.session.remove()
    with db.transaction():
        second = make.report(db.session.get_one(Task, task)).id
    told = at_once(moves(Report, first, "miss", None), moves(Report, second, "miss", None))
    assert [error for error in told if isinstance(error, Exception)] == []
    assert len(db.rows(select(Escalation.id))) == 1


def test_two_papers_issued_at_once_get_two_numbers(real_db):
    with db.transaction():
        keys = [make.escalation(step=3).id for _ in range(4)]
    db.session.remove()
    told = at_once(*(moves(Escalation, key, "serve", None) for key in keys))
    assert [error for error in told if isinstance(error, Exception)] == []
    numbers = db.rows(select(Escalation.number).where(Escalation.id.in_(keys)))
    assert sorted(numbers) == ["2024-1", "2024-2", "2024-3", "2024-4"]


def test_moves_of_different_tasks_do_not_wait_in_one_chain(real_db):
    keys = [prepared(TaskState.ASSIGNED) for _ in range(4)]
    told = at_once(*(moves(Task, key, "accept", "industry-clerk") for key in keys))
    assert told == [TaskState.UNDERWAY] * 4
    assert verify.check(dump.entries()).ok


# Crashes

#: The numbered steps of a move, each the place where it is taken: (object, name).
STEPS = {
    "remember the command": (engine, "_remember"),
    "take the subject": (engine, "lock"),
    "judge its conditions": (engine, "unmet"),
    "disarm and arm timers": (engine.timers, "arm"),
    "take the head of the chain": (writer, "_head"),
    "write the entry": (writer, "append"),
    "enqueue the messages": (engine.outbox, "enqueue"),
    "make the move": (engine, "_carry_out"),
}
WRITTEN = (Task, Report, Escalation, Timer, LedgerEntry, Notice, CommandDone, writer.LedgerHead)


def everything():
    """Every row that a move may write."""
    with db.transaction():
        tables = [kind.__table__ for kind in WRITTEN]
        return {t.name: [tuple(row) for row in db.session.execute(select(t).order_by(*t.primary_key))] for t in tables}


class Crash(BaseException):
    """The process is gone: nothing that handles errors sees it."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_a_step_leaves_nothing_and_again_gives_the_same_end(real_db, monkeypatch, step, when):
    key = prepared(TaskState.UNDERWAY)
    before = everything()
    home, name = STEPS[step]
    whole = getattr(home, name)

    def crash(*args, **kw):
        if when == "after":
            whole(*args, **kw)
        raise Crash

    command = {"verb": "escalate", "who": "officer-1", "click": "click", "step": "1", "demand": "请书面说明"}
    with monkeypatch.context() as patch:
        patch.setattr(home, name, crash)
        with pytest.raises(Crash), db.transaction():
            moves(Task, key, **command)()
    db.session.remove()
    assert everything() == before
    with db.transaction():
        moves(Task, key, **command)()
    end = everything()
    assert end["escalation"], "the move was made"
    with db.transaction():
        moves(Task, key, **command)()
    assert everything() == end


def test_the_end_after_a_crash_is_the_end_without_one(real_db, monkeypatch):
    first, second = prepared(TaskState.ASSIGNED), prepared(TaskState.ASSIGNED)
    with monkeypatch.context() as patch:
        patch.setattr(engine.outbox, "enqueue", lambda *_: (_ for _ in ()).throw(Crash))
        with pytest.raises(Crash), db.transaction():
            moves(Task, first, "accept", "industry-clerk")()
    db.session.remove()
    for key in (first, second):
        with db.transaction():
            moves(Task, key, "accept", "industry-clerk")()

    def shape(key):
        task = db.session.get_one(Task, key)
        own = [(e.seq, e.verb, e.after, e.version, e.changes) for e in make.entries(task)]
        return own, {rule: (timer.due_at, timer.epoch) for rule, timer in make.armed(task).items()}

    assert shape(first) == shape(second)


def test_a_door_that_dies_after_the_commit_finds_its_command_done(real_db):
    key = prepared(TaskState.ASSIGNED)
    with db.transaction():
        moves(Task, key, "accept", "industry-clerk", click="click")()
    db.session.remove()  # the process is gone before it could answer
    end = everything()
    with db.transaction():
        assert moves(Task, key, "accept", "industry-clerk", click="click")() is TaskState.UNDERWAY
    assert everything() == end
