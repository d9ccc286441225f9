"""The rulebook as a page for people: the flows' tables and pictures, made from the tables that run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Move

FILE = Path(__file__).parent.parent / "README.md"

INTRO = """# The rulebook

Generated from the tables in this folder (`./run taskflow workflows --write`); a test says when it is stale.
How long a limit is, is dated data, loaded with the county: `seed/county.toml`, table `limits`.
"""


def text(flows: Sequence[Flow]) -> str:
    """The whole page, as Markdown with a state diagram for each flow."""
    return "\n".join([INTRO, *(_flow(flow) for flow in flows)])


def _flow(flow: Flow) -> str:
    parts = [f"## {flow.label}（{flow.name}，第 {flow.version} 版）", _picture(flow)]
    moves = [[m.label, f"`{m.verb}`", _from(m), _to(m), m.by.name, _when(m), _then(m)] for m in flow.moves]
    parts.append(_table(["动作", "verb", "从", "到", "由谁", "条件（不满足时的提示）", "然后"], moves))
    limits = [[limit.state.label, f"`{limit.rule}`", _label(flow, limit.fires)] for limit in flow.limits]
    parts.append(_table(["停在", "时限", "到期时时钟执行"], limits))
    waits = [[wait.state.label, wait.owner.name, wait.unclocked or "有时限"] for wait in flow.waits]
    parts.append(_table(["状态", "等谁", "时限"], waits))
    return "\n".join(parts)


def _picture(flow: Flow) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'  state "{state.label}" as {state.value}' for state in flow.states]
    lines.append(f"  [*] --> {flow.start.value}")
    for move in flow.moves:
        if move.target is not STAY:
            lines += [f"  {source.value} --> {move.target.value}: {move.label}" for source in move.sources]
    lines += [f"  {end.value} --> [*]" for end in flow.ends]
    return "\n".join([*lines, "```", ""])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, ""])


def _from(move: Move) -> str:
    return "、".join(state.label for state in move.sources)


def _to(move: Move) -> str:
    return "不变" if move.target is STAY else str(move.target.label)


def _when(move: Move) -> str:
    return "<br>".join(guard.sentence for guard in move.when) or "—"


def _then(move: Move) -> str:
    effects = [_effect(effect) for effect in move.then]
    return "；".join(effects) or ("记入台账" if move.by is not CLOCK else "记入台账（时钟）")


def _effect(effect: Any) -> str:
    name = str(effect.__name__)
    if "tell(" in name:
        return name.replace("urgently_tell(", "立即告知（").replace("tell(", "告知（").replace(")", "）")
    return f"`{name}`"


def _label(flow: Flow, verb: str) -> str:
    return next(move.label for move in flow.moves if move.verb == verb)
