"""The Chinese words of the workbench for what the reader says in short names."""

from __future__ import annotations

from collections.abc import Iterable

#: Why a passage is no measure.
REASONS = {
    "past": "已经完成的事",
    "description": "情况说明",
    "other_government": "属于上级或其他地方",
    "vision": "远景展望",
    "slogan": "口号",
    "boilerplate": "套话、落款等",
    "proposal": "代表或委员的建议",
    "number": "电话、文号等",
}

#: The rules that made a sentence a measure.
RULES = {
    "action": "有明确的动作",
    "target": "有目标数字",
    "relative_target": "有相对目标",
    "result": "写明要达到的结果",
    "deadline_printed": "写明时限",
    "deadline_inherited": "时限承前文",
    "deadline_recurring": "周期性要求",
    "same_statement": "与别处说的是同一件事",
    "units_named": "写明责任单位",
    "box": "专栏中的一行",
    "table": "表格中的一行",
    "figure": "有目标数字",
}


def reason(name: str) -> str:
    """Why a passage was skipped."""
    return REASONS.get(name, name)


def rules(names: Iterable[str]) -> str:
    """Why something is a measure."""
    return "、".join(dict.fromkeys(RULES.get(name, name) for name in names))
