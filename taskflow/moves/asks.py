"""ASKS: the input field for each thing a move asks for, and how what was typed becomes plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from taskflow import clock, db
from taskflow.org.models import Post, Unit
from taskflow.reviews.models import Grade
from taskflow.rules import ladder
from taskflow.support.models import Verdict
from taskflow.tasks.models import ClosingGrade, Rhythm
from taskflow.workflows.escalation_effects import LATE_WORDS
from taskflow.workflows.escalation_guards import DATED
from taskflow.workflows.guards import GIVEN_ROLES, is_graded
from taskflow.workflows.parties import LEADER


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
    "granted_on": Ask("另定日期", "date", "不填就按申请的日期批准；只有延期和挂账可以另定。"),
    "report_by": Ask("报送截止", "date", "到期未报会催办；同一时间只要求一份报告。"),
    "rhythm": Ask("报送频次", "choice", "从下一期开始执行。"),
    "into": Ask("并入哪项任务", "text", "填写任务编号，例如 003-0012；本任务由它继续办理。"),
    "body": Ask("移交给", "text", "接办的单位或渠道全称，例如“市生态环境局”。"),
    "person": Ask("责任人", "text", "姓名和职务，例如“王某，规划股股长”。原责任人保留在台账中。"),
    "role": Ask("分工", "choice", "已有这一分工的再选一次，就是取消。"),
    "role_who": Ask("单位或县领导", "choice"),
    "role_label": Ask("称呼", "text", "县里另有叫法的填写，例如“包联县领导”；不填就用分工的名称。"),
    "closing_grade": Ask("办结等次", "choice"),
    "verdict": Ask("意见", "choice"),
    "step": Ask("督办层级", "choice", "通报以上须由领导签发，系统不自动发出。"),
    "reason": Ask("督办事由", "choice"),
    "demand": Ask("督办要求", "long", "要做到什么、何时答复，写给牵头单位看。"),
    "answer": Ask("答复内容", "long", "说明原因、已采取的措施和完成日期。"),
    "grade": Ask("等次", "choice"),
}

#: Arguments that a move may take beyond what its conditions ask for.
MORE = {
    ("task", "escalate"): ["reason", "note"],
    ("task", "verify"): ["note"],
    ("task", "approve"): ["note"],
    ("task", "demand_report"): ["note"],
    ("task", "set_role"): ["role_label"],
    ("request", "grant"): ["note"],
}

#: Moves that cannot be undone by those who make them: their form says what follows.
CONFIRM = {
    ("task", "claim"): "申请办结后，督查室将核验；核验期间不能再报进度、延期或挂账。",
    ("task", "close"): "销号后任务办结归档；确需再办的，由督查室主任写明理由重新办理。",
    ("task", "cancel"): "终止后不再督办，未完成的报告、申请和督办件随之结束；确需再办的，由督查室主任恢复立项。",
    ("task", "merge"): "并入后由另一项任务继续办理，本任务未完成的报告、申请和督办件随之结束。",
    ("task", "hand_off"): "移交后本系统不再督办，未完成的报告、申请和督办件随之结束。",
    ("task", "agree_plan"): "审定后以现在的节点为基线，单位再调整节点须申请。",
}

#: Arguments that are asked for only of some records: name → whether this record is one.
ONLY_IF: dict[str, Callable[[Any], bool]] = {
    "closing_grade": is_graded,
    "granted_on": lambda asked: asked.kind in DATED,
}


def asked(kind: str, verb: str, asks: Sequence[str], record: Any = None) -> list[str]:
    """The inputs of a move's form, in order."""
    names = [*asks, *(name for name in MORE.get((kind, verb), []) if name not in asks)]
    return [name for name in names if record is None or name not in ONLY_IF or ONLY_IF[name](record)]


def choices(name: str, record: Any) -> list[tuple[str, str]]:
    """What may be chosen for an argument."""
    if name in ("unit", "role_who"):
        return _units(record, name)
    if name == "step":
        return _steps(record.region_code)
    return [(str(value), word) for value, word in WORDS.get(name, [])]


def _units(record: Any, name: str) -> list[tuple[str, str]]:
    """Units to give a task to (those with a leader in charge), or whoever may answer for it beside the lead."""
    units = select(Unit).where(Unit.region_code == record.region_code, Unit.id != record.unit_id).order_by(Unit.place)
    if name == "unit":
        return [(str(unit.id), unit.name) for unit in db.rows(units.where(Unit.leader_post_id.is_not(None)))]
    leaders = select(Post).where(Post.region_code == record.region_code, Post.role.in_(LEADER.roles)).order_by(Post.id)
    named = [(f"post:{post.id}", post.title) for post in db.session.scalars(leaders).unique()]
    return [*((f"unit:{unit.id}", unit.name) for unit in db.rows(units)), *named]


def _steps(region_code: str) -> list[tuple[str, str]]:
    """The steps of every ladder in force: “3” on the default one, “name:3” on another."""
    day, found = clock.today(), []
    for name, label in ladder.names(region_code, day).items():
        before = "" if name == ladder.DEFAULT else f"{name}:"
        told = "" if name == ladder.DEFAULT else f"{label} · "
        found += [
            (f"{before}{step.number}", f"{told}{step.number} {step.name}（{step.days} 个工作日内答复）")
            for step in ladder.steps(region_code, day, name)
        ]
    return found


#: Arguments with a fixed list: name → (value, word).
WORDS: dict[str, list[tuple[str, str]]] = {
    "reason": list(LATE_WORDS.items()),
    "grade": [(grade.value, grade.label) for grade in Grade],
    "closing_grade": [(grade.value, grade.label) for grade in ClosingGrade],
    "rhythm": [(rhythm.value, rhythm.label) for rhythm in Rhythm],
    "role": [(role.value, role.label) for role in GIVEN_ROLES],
    "verdict": [(verdict.value, verdict.label) for verdict in Verdict],
}


def read(names: Sequence[str], typed: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a simple move, as typed; conditions judge them."""
    return {name: typed.get(name, "").strip() for name in names if name != "note"}
