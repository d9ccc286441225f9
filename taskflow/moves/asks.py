"""ASKS: the input field for each thing a move asks for, and how what was typed becomes plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from taskflow import clock, db
from taskflow.org.models import Unit
from taskflow.reviews.models import Grade
from taskflow.rules import ladder
from taskflow.workflows.effects import LATE_WORDS


@dataclass(frozen=True)
class Ask:
    """One input: its label, its sort (text, long, number, date, choice) and a hint."""

    label: str
    sort: str = "text"
    hint: str = ""


#: The name of an argument → its input. Arguments with a page of their own have no line here.
ASKS: dict[str, Ask] = {
    "note": Ask("理由或说明", "long", "会记入台账，所有有关人员可见。"),
    "unit": Ask("改派给哪个单位", "choice"),
    "until": Ask("挂账到哪一天", "date", "到期前系统会提醒恢复办理。"),
    "new_due_on": Ask("新的完成时限", "date", "须在原时限之前申请；最初的时限始终保留。"),
    "step": Ask("督办层级", "choice", "通报以上须由领导签发，系统不自动发出。"),
    "reason": Ask("督办事由", "choice"),
    "demand": Ask("督办要求", "long", "要做到什么、何时答复，写给牵头单位看。"),
    "answer": Ask("答复内容", "long", "说明原因、已采取的措施和完成日期。"),
    "grade": Ask("等次", "choice"),
}

#: Arguments that a move may take beyond what its conditions ask for.
MORE = {("task", "escalate"): ["reason", "note"], ("task", "verify"): ["note"], ("task", "approve"): ["note"]}

#: Moves without any input that cannot be undone by those who make them: their form says what follows.
CONFIRM = {
    ("task", "claim"): "申请办结后，督查室将核验；核验期间不能再报进度、延期或挂账。",
    ("task", "close"): "销号后任务办结归档，不能再改动，也不能恢复办理。",
}


def asked(kind: str, verb: str, asks: Sequence[str]) -> list[str]:
    """The inputs of a move's form, in order."""
    return [*asks, *(name for name in MORE.get((kind, verb), []) if name not in asks)]


def choices(name: str, record: Any) -> list[tuple[str, str]]:
    """What may be chosen for an argument."""
    if name == "unit":
        units = select(Unit).where(Unit.region_code == record.region_code, Unit.leader_post_id.is_not(None))
        return [(str(unit.id), unit.name) for unit in db.rows(units.order_by(Unit.place)) if unit.id != record.unit_id]
    if name == "step":
        return [
            (str(step.number), f"{step.number} {step.name}（{step.days} 个工作日内答复）")
            for step in ladder.steps(record.region_code, clock.today())
        ]
    if name == "reason":
        return list(LATE_WORDS.items())
    if name == "grade":
        return [(grade.value, grade.label) for grade in Grade]
    return []


def read(names: Sequence[str], typed: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a simple move, as typed; conditions judge them."""
    return {name: typed.get(name, "").strip() for name in names if name != "note"}
