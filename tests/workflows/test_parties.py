"""Who may: nobody judges their own work, and a substitute acts under both names."""

from datetime import date

import pytest

from taskflow import db, errors
from taskflow.org.models import Holding
from taskflow.tasks.models import TaskState
from tests import factories as make


def hold(county, post, person, because=None):
    held = Holding(
        post_id=county.post(post).id, person_id=county.person(person).id, since=date(2024, 1, 1), acting_because=because
    )
    db.session.add(held)
    db.session.flush()


# Nobody judges their own work


def test_one_person_with_two_posts_does_not_agree_to_their_own_draft(county):
    hold(county, "industry-head", "industry-clerk")
    report = make.report()
    make.do(report, "draft", "industry-clerk")
    with pytest.raises(errors.NotReady, match="填报的人不能办理这一步"):
        make.do(report, "agree", "industry-clerk")
    make.do(report, "agree", "industry-head")


def test_whoever_verified_a_task_does_not_close_it(county):
    task = make.walk(make.task(), TaskState.CLAIMED)
    make.do(task, "verify", "officer-1")
    with pytest.raises(errors.NotReady, match="核验的人不能办理这一步"):
        make.do(task, "close", "officer-1")
    make.do(task, "close", "officer-2")


def test_the_last_one_who_did_it_counts_and_not_somebody_before(county):
    task = make.walk(make.task(), TaskState.CLAIMED)
    make.do(task, "verify", "officer-1")
    make.do(task, "reopen", "officer-1")
    make.do(task, "verify", "officer-2")
    with pytest.raises(errors.NotReady):
        make.do(task, "close", "officer-2")
    make.do(task, "close", "officer-1")


def test_whoever_answered_an_escalation_does_not_clear_it(county):
    hold(county, "officer-2", "industry-head")
    paper = make.walk(make.escalation(), "issued")
    make.do(paper, "answer", "industry-head")
    with pytest.raises(errors.NotReady, match="答复的人"):
        make.do(paper, "clear", "industry-head")
    make.do(paper, "clear", "officer-1")


def test_whoever_assessed_does_not_decide_on_the_objection(county):
    review = make.walk(make.review(), "self_assessed")
    make.do(review, "assess", "officer-1")
    make.do(review, "object")
    with pytest.raises(errors.NotReady, match="初评的人"):
        make.do(review, "decide", "officer-1")
    make.do(review, "decide", "officer-2")


# Substitution


def test_a_substitute_acts_on_behalf_of_the_holder_and_both_names_stay(county):
    hold(county, "industry-head", "agri-clerk", because="外出学习期间代理")
    task = make.walk(make.task(), TaskState.ASSIGNED)
    make.do(task, "refuse", "agri-clerk")
    entry = make.entries(task)[-1]
    assert entry.actor_id == county.person("agri-clerk").id
    assert entry.on_behalf_of_id == county.person("industry-head").id
    assert entry.post_id == county.post("industry-head").id


def test_whoever_holds_a_post_in_their_own_right_acts_for_nobody_else(county):
    hold(county, "industry-head", "industry-clerk", because="代理")
    task = make.walk(make.task(), TaskState.ASSIGNED)
    make.do(task, "accept", "industry-clerk")  # clerk in their own right, head only as a substitute
    entry = make.entries(task)[-1]
    assert (entry.post_id, entry.on_behalf_of_id) == (county.post("industry-clerk").id, None)


def test_a_substitute_is_told_as_well_as_the_holder(county):
    hold(county, "industry-head", "agri-clerk", because="代理")
    task = make.walk(make.task(), TaskState.ASSIGNED)
    assert {"industry-head", "agri-clerk"} <= make.told(make.entries(task)[-1])
