"""The proof at import: a flow that could strand somebody cannot be made."""

from __future__ import annotations

from enum import StrEnum

import pytest

from taskflow.db import State
from taskflow.tasks.models import Task
from taskflow.workflows import homes
from taskflow.workflows.catalog import ALL
from taskflow.workflows.engine.proof import prove
from taskflow.workflows.engine.table import CLOCK, FLOWS, STAY, Flow, Limit, Move, Wait, otherwise
from taskflow.workflows.parties import OFFICE

pytestmark = pytest.mark.once


class Toy(State):
    OPEN = "open", "开"
    SHUT = "shut", "关"


def needing(*met_by, asks=()):
    """A condition that these moves bring about."""

    @otherwise("还不行。", *asks, met_by=met_by)
    def is_met(_m):
        return False

    return is_met


def toy(*moves, begun_by=("source",), name="toy"):
    limits = [Limit(Toy.OPEN, "approve", move.verb) for move in moves if move.by is CLOCK and move.target is STAY]
    return Flow(
        name, "玩具", Task, Toy, version=1, start=Toy.OPEN, ends=(Toy.SHUT,), moves=moves, limits=limits,
        waits=[Wait(Toy.OPEN, OFFICE, unclocked="随时")], home=homes.TASK, begun_by=begun_by,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _forget():
    yield
    for name in ("toy", "other"):
        FLOWS.pop(name, None)


def test_the_flows_that_run_are_proved():
    prove(ALL)


def test_what_is_typed_needs_no_move():
    prove([toy(Move("shut", "关", Toy.OPEN, Toy.SHUT, OFFICE, [needing(asks=("note",))]))])


def test_a_condition_that_nothing_brings_about_strands_people():
    with pytest.raises(ValueError, match="nobody can bring a record from open"):
        prove([toy(Move("shut", "关", Toy.OPEN, Toy.SHUT, OFFICE, [needing()]))])


def test_a_condition_that_only_waits_for_itself_strands_people():
    with pytest.raises(ValueError, match="nobody can bring"):
        prove([toy(Move("shut", "关", Toy.OPEN, Toy.SHUT, OFFICE, [needing("toy.shut")]))])


def test_a_name_that_is_no_move_is_said():
    with pytest.raises(ValueError, match=r"toy\.vanish is no move"):
        prove([toy(Move("shut", "关", Toy.OPEN, Toy.SHUT, OFFICE, [needing("toy.vanish")]))])


def test_the_clock_alone_is_no_way_out():
    moves = (
        Move("shut", "关", Toy.OPEN, Toy.SHUT, CLOCK, follows=True),
        Move("note", "记", Toy.OPEN, STAY, OFFICE),
    )
    with pytest.raises(ValueError, match="nobody can bring a record from open"):
        prove([toy(*moves)])


def test_a_record_that_only_the_clock_begins_brings_nothing_about_for_people():
    """The fault that was found: completion wanted an accepted report, and only the clock opened reports."""
    report = toy(Move("accept", "审核", Toy.OPEN, Toy.SHUT, OFFICE), begun_by=("other.ask",), name="other")
    task = toy(
        Move("claim", "办结", Toy.OPEN, Toy.SHUT, OFFICE, [needing("other.accept")]),
        Move("ask", "要求", Toy.OPEN, STAY, CLOCK),
    )
    report.begun_by = ("toy.ask",)
    with pytest.raises(ValueError, match="nobody can bring about"):
        prove([task, report])


def test_what_holds_from_the_beginning_must_be_able_to_hold_again():
    lost = needing("from the beginning", "other.clear")
    task = toy(Move("shut", "关", Toy.OPEN, Toy.SHUT, OFFICE, [lost]))
    paper = toy(
        Move("clear", "解除", Toy.OPEN, Toy.SHUT, OFFICE, [needing()]),
        Move("drop", "撤", Toy.OPEN, Toy.SHUT, OFFICE),
        name="other",
    )
    with pytest.raises(ValueError, match="nobody can bring about is_met"):
        prove([task, paper])


def test_states_are_words():
    assert issubclass(Toy, StrEnum)
