"""Tables that contradict themselves cannot be made, one complaint for each way of being wrong."""

import pytest

from taskflow.db import State
from taskflow.tasks.models import Task
from taskflow.workflows import homes
from taskflow.workflows.engine.table import CLOCK, FLOWS, STAY, Flow, Limit, Move, Wait
from taskflow.workflows.parties import OFFICE

pytestmark = pytest.mark.once


class Toy(State):
    """Two states are enough to be wrong in every way."""

    OPEN = "open", "开"
    SHUT = "shut", "关"


def toy(**changes):
    """A flow that is right but for what is changed."""
    right = {
        "version": 1,
        "start": Toy.OPEN,
        "ends": (Toy.SHUT,),
        "moves": [Move("shut", "关", Toy.OPEN, Toy.SHUT, OFFICE), Move("urge", "催", Toy.OPEN, STAY, CLOCK)],
        "limits": [Limit(Toy.OPEN, "approve", "urge")],
        "waits": [Wait(Toy.OPEN, OFFICE)],
        "home": homes.TASK,
    }
    return Flow("toy", "玩具", Task, Toy, **(right | changes))


@pytest.fixture
def flows():
    """The flows as they were: a toy that is right would stay."""
    yield FLOWS
    FLOWS.pop("toy", None)


def test_a_table_without_contradictions_is_made(flows):
    assert toy() is flows["toy"]
    unclocked = toy(moves=toy().moves[:1], limits=[], waits=[Wait(Toy.OPEN, OFFICE, unclocked="随时可关")])
    assert unclocked.limits_of(Toy.OPEN) == []


SHUT, URGE = Move("shut", "关", Toy.OPEN, Toy.SHUT, OFFICE), Move("urge", "催", Toy.OPEN, STAY, CLOCK)
CONTRADICTIONS = {
    "two rows for one verb and state": {"moves": [SHUT, SHUT, URGE]},
    "unreachable": {"moves": [Move("shut", "关", Toy.OPEN, STAY, OFFICE), URGE]},
    "no way to an end": {"ends": ()},
    "without a label": {"moves": [Move("shut", "", Toy.OPEN, Toy.SHUT, OFFICE), URGE]},
    "nobody owns": {"waits": []},
    "has no clock": {"limits": [], "moves": [SHUT]},
    "which the clock cannot make": {"limits": [Limit(Toy.OPEN, "approve", "shut")]},
    "fires vanish": {"limits": [Limit(Toy.OPEN, "approve", "urge"), Limit(Toy.OPEN, "assign", "vanish")]},
    "leaves the end": {"moves": [SHUT, URGE, Move("again", "开", Toy.SHUT, Toy.OPEN, OFFICE)]},
    "no limit of open fires hurry": {"moves": [SHUT, URGE, Move("hurry", "快", Toy.OPEN, STAY, CLOCK)]},
}


@pytest.mark.parametrize("complaint", CONTRADICTIONS)
def test_a_table_that_contradicts_itself_cannot_be_made(flows, complaint):
    with pytest.raises(ValueError, match=complaint):
        toy(**CONTRADICTIONS[complaint])
    assert "toy" not in flows
