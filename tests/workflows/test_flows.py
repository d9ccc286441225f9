"""What the tables promise: complete words, complete numbers, every state within reach, every path as told."""

import tomllib
from pathlib import Path

import pytest
from sqlalchemy import select

from seed import loading
from taskflow import db
from taskflow.ledger.phrases import PHRASES
from taskflow.plans.models import MeasureKind
from taskflow.reports.models import Evidence
from taskflow.tasks.models import Node, TaskState
from taskflow.workflows.catalog import ALL, FLOWS
from taskflow.workflows.engine.table import CLOCK, STAY
from taskflow.workflows.escalation_effects import LATE_WORDS
from tests import drafting
from tests import factories as make

NUMBERS = tomllib.loads(Path(loading.HERE, "county.toml").read_text(encoding="utf-8"))
EVERY_STATE = [(flow.name, state) for flow in ALL for state in flow.states]


# Words and numbers


def test_every_move_has_a_phrase_and_every_phrase_a_move():
    moves = {(flow.name, move.verb) for flow in ALL for move in flow.moves}
    begins = {(flow.name, "begin") for flow in ALL}
    assert {key for key in PHRASES if key[0] != "admin"} == moves | begins


def test_every_flow_is_found_by_the_name_of_its_table():
    assert {flow.name: flow.record.__tablename__ for flow in ALL} == {name: name for name in FLOWS}


@pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.name)
def test_every_state_and_move_has_a_chinese_label_of_its_own(flow):
    for labels in ([state.label for state in flow.states], [m.label for m in flow.moves if m.by is not CLOCK]):
        assert all("一" <= char <= "鿿" for label in labels for char in label)
    assert len({state.label for state in flow.states}) == len(list(flow.states))


@pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.name)
def test_every_limit_has_its_number_in_every_dated_set(flow):
    for dated in NUMBERS["limits"]:
        assert {limit.rule for limit in flow.limits} <= dated.keys(), dated["since"]


def test_every_dated_number_belongs_to_a_limit():
    used = {limit.rule for flow in ALL for limit in flow.limits}
    for dated in NUMBERS["limits"]:
        assert dated.keys() - {"since"} == used


def test_every_kind_of_measure_has_a_node_template_in_every_dated_set():
    for dated in NUMBERS["nodes"]:
        assert set(dated["by_kind"]) == {kind.value for kind in MeasureKind}
        assert set(dated["by_kind"].values()) <= dated["templates"].keys()


def test_every_signed_rung_is_signed_by_a_post_of_the_county():
    codes = {code for code, *_ in loading.COUNTY_POSTS}
    for dated in NUMBERS["ladder"]:
        assert {step["signed_by"] for step in dated["steps"] if "signed_by" in step} <= codes


def test_every_reason_of_a_proposed_step_has_its_words():
    proposed = {
        effect.__name__.removeprefix("propose_step(").removesuffix(")")
        for flow in ALL
        for move in flow.moves
        for effect in move.then
        if effect.__name__.startswith("propose_step(")
    }
    assert proposed
    assert proposed <= LATE_WORDS.keys()


def test_every_thing_asked_for_has_a_valid_answer_in_the_factories():
    asked = {name for flow in ALL for move in flow.moves for name in move.asks}
    assert asked <= make.VALID_ARGS.keys()


# Walks


@pytest.mark.parametrize(("name", "state"), EVERY_STATE, ids=[f"{name}-{state}" for name, state in EVERY_STATE])
def test_every_state_can_be_walked_to_by_the_right_people(county, name, state):
    record = make.walk(make.STARTS[name](), state)
    assert record.state is state
    told = make.entries(record)
    assert told[-1].after == state
    assert record.version == len(told)


EVERY_MOVE = [(flow, move, source) for flow in ALL for move in flow.moves for source in move.sources]


@pytest.mark.parametrize(
    ("flow", "move", "source"), EVERY_MOVE, ids=[f"{f.name}-{m.verb}-{s}" for f, m, s in EVERY_MOVE]
)
def test_every_move_can_be_made_from_every_source(county, flow, move, source):
    record = make.walk(make.start_for(flow, move), source)
    if move.verb in ("replan", "ask_nodes"):
        make.do(record, "agree_plan")
    if move.verb == "claim":
        make.finish(record)
    if flow.name == "draft":
        drafting.bring_about(record, move.verb, make.do)
    epoch = record.epoch
    make.do(record, move.verb)
    told = make.entries(record)[-1]
    assert (told.verb, told.before, told.after) == (move.verb, source, record.state)
    assert record.state is (source if move.target is STAY else move.target)
    assert record.epoch == epoch + (move.target is not STAY)
    assert told.actor_id is None if move.by is CLOCK else told.actor_id is not None


def test_every_closed_task_is_still_100_percent_with_its_nodes_done_and_its_proof(county):
    task = make.walk(make.task(), TaskState.CLOSED)
    assert task.percent == 100
    assert all(node.done_on for node in db.rows(select(Node).where(Node.task_id == task.id)))
    assert db.exists(select(Evidence.id).where(Evidence.task_id == task.id))
