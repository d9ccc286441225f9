"""The engine's rules: once, by the right person, in the right state, all reasons at once, nothing half done."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from taskflow import clock as county_clock
from taskflow import db, errors
from taskflow.ledger.models import CommandDone, LedgerEntry
from taskflow.notices.models import Notice
from taskflow.org.models import Holding
from taskflow.tasks.models import Task, TaskState
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.models import Timer, TimerState
from taskflow.workflows.engine.perform import Command, offers, perform
from tests import factories as make

TASK = FLOWS["task"]


def rows_of(kind):
    return db.session.scalar(select(func.count()).select_from(kind))


def everything():
    """How many entries, commands, timers and notices there are."""
    return {kind.__tablename__: rows_of(kind) for kind in (LedgerEntry, CommandDone, Timer, Notice)}


# Once


def test_the_same_command_twice_is_one_move(county):
    task = make.walk(make.task(), TaskState.APPROVED)
    make.do(task, "assign", "officer-1", id="click")
    once, version = everything(), task.version
    perform(TASK, task, Command("click", "assign", county.person("officer-1")))
    assert (everything(), task.version) == (once, version)


def test_a_repeated_command_is_answered_even_when_its_move_is_no_longer_open(county):
    task = make.walk(make.task(), TaskState.APPROVED)
    make.do(task, "assign", "officer-1", id="click")
    make.walk(task, TaskState.UNDERWAY)
    assert perform(TASK, task, Command("click", "assign", county.person("officer-1"))).state is TaskState.UNDERWAY


@pytest.mark.parametrize("other", ["verb", "actor", "note", "args", "record"])
def test_another_request_under_the_same_id_is_refused(county, other):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    first = Command("click", "refuse", county.person("industry-head"), None, "不属本单位职责", {})
    perform(TASK, task, first)
    changed = {
        "verb": replace(first, verb="accept"),
        "actor": replace(first, actor=county.person("industry-clerk")),
        "note": replace(first, note="另有原因"),
        "args": replace(first, args={"unit": "1"}),
        "record": first,
    }[other]
    before = everything()
    with pytest.raises(errors.KeyReused):
        perform(TASK, make.task() if other == "record" else task, changed)
    assert everything()["ledger_entry"] == before["ledger_entry"] + (other == "record")


def test_a_refused_command_may_be_sent_again_under_its_id_when_its_transaction_was_undone(county):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    db.session.commit()
    with pytest.raises(errors.NotReady), db.transaction():
        make.do(task, "refuse", "industry-head", id="click", note="")
    with db.transaction():
        make.do(task, "refuse", "industry-head", id="click", note="不属本单位职责")
    assert task.state is TaskState.REFUSED


# In the right state, by the right person


def test_a_wrong_state_names_the_state_the_move_and_what_may_be_done(county):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    with pytest.raises(errors.WrongState) as refused:
        perform(TASK, task, Command(make.fresh(), "close", county.person("officer-1")))
    assert str(refused.value) == (
        "当前状态是“待签收”，不能“销号”。现在可以：签收、退回、撤回交办、督办、明确责任人、调整责任分工、编排节点、"
        "审定倒排工期、提出配合意见、调整报送频次、终止、并入、移交其他渠道。"
    )


def test_an_ended_record_says_that_it_has_ended(county):
    report = make.walk(make.report(), "accepted")
    with pytest.raises(errors.WrongState, match="此环节已经结束"):
        perform(FLOWS["report"], report, Command(make.fresh(), "accept", county.person("officer-1")))
    task = make.walk(make.task(), TaskState.CLOSED)
    with pytest.raises(errors.WrongState, match="不能“销号”。现在可以：重新办理。"):
        perform(TASK, task, Command(make.fresh(), "close", county.person("officer-1")))


def test_an_unknown_verb_is_a_wrong_state_and_no_crash(county):
    with pytest.raises(errors.WrongState, match="explode"):
        perform(TASK, make.task(), Command(make.fresh(), "explode", county.person("officer-1")))


@pytest.mark.parametrize("who", ["officer-1", "agri-head", "mayor", "admin", None])
def test_a_move_of_another_party_names_whose_it_is(county, who):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    actor = county.person(who) if who else None
    with pytest.raises(errors.NotYours, match="“签收”由牵头单位办理"):
        perform(TASK, task, Command(make.fresh(), "accept", actor))
    assert task.state is TaskState.ASSIGNED


def test_nobody_makes_a_move_of_the_clock(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    with pytest.raises(errors.NotYours, match="由时钟办理"):
        perform(TASK, task, Command(make.fresh(), "miss", county.person("director")))


def test_a_post_counts_only_while_it_is_held(county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    holding = db.session.scalars(select(Holding).where(Holding.post_id == county.post("industry-head").id)).one()
    holding.until = date(2024, 3, 4)
    successor = Holding(post_id=holding.post_id, person_id=county.person("agri-clerk").id, since=date(2024, 3, 5))
    db.session.add(successor)
    db.session.flush()
    with pytest.raises(errors.NotYours):
        make.do(task, "refuse", "agri-clerk")
    clock.to("2024-03-05", 0)
    with pytest.raises(errors.NotYours):
        make.do(task, "refuse", "industry-head")
    make.do(task, "refuse", "agri-clerk")


def test_all_unmet_sentences_come_back_together(county):
    report = make.report()
    with pytest.raises(errors.NotReady) as refused:
        make.do(report, "draft", progress="好", percent="120", nodes_done={"x": "y"})
    assert len(refused.value.reasons) == 3
    assert "；".join(refused.value.reasons) == str(refused.value)


def test_an_offer_says_what_closes_it_in_the_words_of_the_refusal(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    offered = {offer.move.verb: offer for offer in offers(TASK, task, county.person("industry-head"))}
    asks = {f"ask_{what}" for what in ("extension", "parking", "owner", "nodes", "cancellation", "merging")}
    assert set(offered) == {"name_person", "plan_nodes", "claim"} | asks
    assert offered["ask_extension"].open, "what only waits for input is open"
    with pytest.raises(errors.NotReady) as refused:
        make.do(task, "claim")
    assert list(offered["claim"].reasons) == list(refused.value.reasons)
    assert len(refused.value.reasons) == 3


def test_nobody_is_offered_the_moves_of_others(county):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    mine = [o.move.verb for o in offers(TASK, task, county.person("industry-clerk"))]
    assert mine == ["accept", "name_person", "plan_nodes"]
    assert offers(TASK, task, county.person("agri-head")) == []


# Pages that were drawn before


def test_a_stale_page_is_told_both_values(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    seen = task.version
    make.walk(make.request(task, new_due_on="2025-03-31"), "granted")
    with pytest.raises(errors.Overtaken) as refused:
        make.do(task, "park", seen=seen)
    assert refused.value.changes == {"完成时限": ("2024-12-31", "2025-03-31")}
    assert "您看到的是“2024-12-31”，现在是“2025-03-31”" in str(refused.value)


def test_a_stale_page_may_go_on_when_no_shown_fact_changed(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    seen = task.version
    make.do(task, "remind")
    assert task.version == seen + 1
    make.do(task, "park", seen=seen)
    assert task.state is TaskState.PARKED


def test_a_fact_that_changed_and_changed_back_stops_nobody(county):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    seen = task.version
    make.do(task, "withdraw")
    make.do(task, "assign")
    make.do(task, "accept", seen=seen)


def test_the_state_itself_is_a_shown_fact(county):
    report = make.walk(make.report(), "submitted")
    seen = report.version
    make.do(report, "return")
    make.do(report, "draft")
    make.do(report, "agree")
    make.do(report, "accept", seen=seen)  # submitted again: what the page showed is true again
    review = make.walk(make.review(), "assessed")
    seen = review.version
    make.do(review, "object")
    make.do(review, "decide", grade="fair")
    with pytest.raises(errors.Overtaken) as refused:
        make.do(review, "sign", seen=seen)
    assert refused.value.changes == {"初评": ("良好", "合格")}


# What a move writes


def test_version_counts_moves_and_epoch_counts_entries_into_states(county):
    task = make.task()
    assert (task.version, task.epoch) == (1, 1)
    make.do(task, "approve")
    assert (task.version, task.epoch) == (2, 2)
    make.walk(task, TaskState.UNDERWAY)
    version, epoch = task.version, task.epoch
    make.do(task, "remind")
    assert (task.version, task.epoch) == (version + 1, epoch)


def test_the_stamp_travels_with_the_state_in_one_update(county, clock):
    task = make.walk(make.task(), TaskState.VERIFIED)
    clock.to("2024-03-05 16:30")
    make.do(task, "close")  # the database itself refuses 'closed' without closed_at
    row = db.session.execute(select(Task.state, Task.closed_at).where(Task.id == task.id)).one()
    assert (row.state, row.closed_at) == (TaskState.CLOSED, county_clock.now())


def test_what_is_remembered_in_the_session_is_what_stands_in_the_database(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    table = Task.__table__
    row = db.session.execute(select(table).where(table.c.id == task.id)).mappings().one()
    assert {name: getattr(task, name) for name in row} == dict(row)


def test_an_entry_says_who_by_which_post_what_and_why(county):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    make.do(task, "refuse", "industry-head", note=" 不属本单位职责 ")
    entry = make.entries(task)[-1]
    assert (entry.actor_id, entry.post_id) == (county.person("industry-head").id, county.post("industry-head").id)
    assert (entry.verb, entry.before, entry.after, entry.note) == ("refuse", "assigned", "refused", "不属本单位职责")
    assert entry.changes == {"状态": ["待签收", "已退回"]}
    assert entry.at == county_clock.now()


def test_whoever_acts_is_not_told_of_it_and_everybody_else_of_the_party_is(county):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    make.do(task, "refuse")
    assert make.told(make.entries(task)[-1]) == {"officer-1", "officer-2", "director"}
    make.do(task, "uphold", "officer-1")
    assert make.told(make.entries(task)[-1]) == {"industry-head", "industry-clerk"}
    claimed = make.walk(make.escalation(), "answered")
    make.do(claimed, "urge_judge")
    assert make.told(make.entries(claimed)[-1]) == {"officer-1", "officer-2", "director"}


def test_a_move_into_a_state_supersedes_the_timers_of_the_one_before(county):
    task = make.task()
    first = make.armed(task)["approve"]
    make.do(task, "approve")
    db.session.refresh(first)
    assert (first.state, first.done_at) == (TimerState.SUPERSEDED, county_clock.now())
    assert set(make.armed(task)) == {"assign"}


def test_a_move_that_stays_leaves_limits_counted_from_the_entry_running(county, clock):
    task = make.walk(make.task(), TaskState.CLAIMED)
    due = make.armed(task)["verify"].due_at
    clock.to("2024-03-06")
    make.do(task, "urge_verification")
    assert make.armed(task)["verify"].due_at == due


# Begin


def test_a_record_begins_with_its_first_entry_and_its_clock(county):
    task = make.task()
    (entry,) = make.entries(task)
    assert (entry.verb, entry.before, entry.after, entry.version, entry.seq) == ("begin", "", "proposed", 1, 1)
    assert set(make.armed(task)) == {"approve"}


def test_everything_about_a_task_stands_in_the_chain_of_the_task(county):
    report = make.report()
    paper = make.escalation(report.task)
    chains = {entry.chain for record in (report.task, report, paper) for entry in make.entries(record)}
    assert chains == {f"task:{report.task_id}"}
    review = make.review()
    assert {entry.chain for entry in make.entries(review)} == {f"review:{review.id}"}
