"""The proof that nobody is ever stuck: from every state people can bring about the conditions of a way to an end.

A condition is met by what is typed (`asks`), by moves that it names (`met_by`), or by what needs no move
(`ELSEWHERE`); one that holds from the beginning and can be lost names the moves that bring it about again. A move is possible when people make it, in a state that is reached, and each of its conditions can
be met by possible moves; the clock's moves lead on, but none may be needed. Whatever is not possible after all
that is possible has been found makes a flow that cannot be imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from taskflow.workflows.engine.table import CLOCK, ELSEWHERE, STAY, Flow, Guard, Move

#: What begins a record without a move of a flow: people at the workbench, or the clock for the work of a rhythm.
BEGINNINGS = ("intake", "clock", "source")


def prove(flows: Sequence[Flow]) -> None:
    """Raise ValueError for the first thing that nobody could bring about."""
    _know_their_names(flows)
    possible = _possible(flows)
    for flow in flows:
        for guard in _guards(flow):
            again = [name for name in guard.met_by if name not in ELSEWHERE]
            if again and not any(name in possible for name in again):
                raise ValueError(f"flow {flow.name}: nobody can bring about {guard.__name__}")
        for state in flow.states:
            if state not in flow.ends and not _leads_out(flow, state, possible):
                raise ValueError(f"flow {flow.name}: nobody can bring a record from {state} to an end")


def _guards(flow: Flow) -> list[Guard]:
    return [guard for move in flow.moves for guard in move.when]


def _know_their_names(flows: Sequence[Flow]) -> None:
    """Every name of a move that brings something about is one."""
    known = {f"{flow.name}.{move.verb}" for flow in flows for move in flow.moves} | {*ELSEWHERE, *BEGINNINGS}
    for flow in flows:
        for named in (*flow.begun_by, *(name for guard in _guards(flow) for name in guard.met_by)):
            if named not in known:
                raise ValueError(f"flow {flow.name}: {named} is no move")


def _possible(flows: Sequence[Flow]) -> set[str]:
    """The verbs (“report.accept”) that people can make some day, found from the beginning on.

    The clock's moves lead on, but what only the clock does brings nothing about.
    """
    possible: set[str] = set()
    reached: dict[str, set[Any]] = {flow.name: set() for flow in flows}
    before = -1
    while before != (before := len(possible) + sum(map(len, reached.values()))):
        for flow in flows:
            if not flow.begun_by or any(name in possible or name in BEGINNINGS for name in flow.begun_by):
                reached[flow.name].add(flow.start)
            for move in flow.moves:
                if reached[flow.name] & set(move.sources) and _can(move, possible):
                    reached[flow.name] |= {move.target} - {STAY}
                    possible |= set() if move.by is CLOCK else {f"{flow.name}.{move.verb}"}
    return possible


def _can(move: Move, possible: set[str]) -> bool:
    """Whether the conditions of a move can be met by what is typed, by other people, or by possible moves."""
    return all(_is_met(guard, possible) for guard in move.when)


def _is_met(guard: Guard, possible: set[str]) -> bool:
    return bool(guard.asks) or any(name in ELSEWHERE or name in possible for name in guard.met_by)


def _leads_out(flow: Flow, state: Any, possible: set[str]) -> bool:
    """Whether people (never only the clock) can bring a record from a state to an end."""
    seen, frontier = {state}, [state]
    while frontier:
        here = frontier.pop()
        if here in flow.ends:
            return True
        for move in flow.leaving(here):
            by_people = move.by is not CLOCK and f"{flow.name}.{move.verb}" in possible and not move.reopens
            if by_people and move.target is not STAY and move.target not in seen:
                seen.add(move.target)
                frontier.append(move.target)
    return False
