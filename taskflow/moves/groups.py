"""How the moves of a task stand on its page: what is usual first, the rest by sort under “更多”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from taskflow.workflows.engine.table import Offer

#: The sorts of moves that are folded: word → verbs. Every other move of a task stands in front.
FOLDED: dict[str, tuple[str, ...]] = {
    "报送": ("set_rhythm",),
    "申请": ("ask_extension", "ask_parking", "ask_owner", "ask_nodes", "ask_cancellation", "ask_merging"),
    "调整": ("name_person", "set_role", "plan_nodes", "agree_plan", "replan", "extend", "park", "transfer"),
    "结束": ("cancel", "merge", "hand_off"),
}
_FOLDED = {verb for verbs in FOLDED.values() for verb in verbs}
#: The moves that also stand beside the nodes, where one looks for them.
OF_NODES = ("plan_nodes", "agree_plan", "ask_nodes", "replan")


@dataclass(frozen=True)
class Grouped:
    """The moves of one page: those in front, the folded ones by sort, and those of the node plan that are open."""

    front: Sequence[Offer]
    folded: Sequence[tuple[str, Sequence[Offer]]]
    nodes: Sequence[Offer]


def grouped(offers: Sequence[Offer]) -> Grouped:
    """A task's moves as its page shows them. Of the node plan's only those that fit its state: it is open or agreed."""
    by_verb = {offer.move.verb: offer for offer in offers if offer.open or offer.move.verb not in OF_NODES}
    folded = [(word, [by_verb[verb] for verb in verbs if verb in by_verb]) for word, verbs in FOLDED.items()]
    return Grouped(
        [offer for offer in offers if offer.move.verb not in _FOLDED],
        [(word, found) for word, found in folded if found],
        [by_verb[verb] for verb in OF_NODES if verb in by_verb],
    )
