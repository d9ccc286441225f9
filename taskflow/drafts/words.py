"""The Chinese words of the workbench for what the reader says in short names."""

from __future__ import annotations

from collections.abc import Iterable

#: Why a passage is no measure.
REASONS = {
    "past": "已经完成的事",
    "description": "情况说明",
    "explanation": "名词解释",
    "other_government": "属于上级或其他地方",
    "vision": "远景展望",
    "slogan": "口号",
    "boilerplate": "套话、落款等",
    "proposal": "代表或委员的建议",
    "heard": "会议听取的情况",
    "heading": "段首小标题",
    "units": "责任单位说明",
    "empty": "空行",
    "sum": "合计行",
    "note": "填表说明",
    "header": "重复的表头",
}

#: The rules that made a sentence a measure.
RULES = {
    "action": "有明确的动作",
    "target": "有目标数字",
    "relative_target": "有相对目标",
    "result": "写明要达到的结果",
    "dated": "写明什么时候做",
    "labelled": "写明由谁、何时完成",
    "deadline_printed": "写明时限",
    "deadline_inherited": "时限承前文",
    "deadline_recurring": "周期性要求",
    "same_statement": "与别处说的是同一件事",
    "units_named": "写明责任单位",
    "by_hand": "人工列入",
    "box": "专栏中的一行",
    "indicator": "指标表中的一行",
}

#: What a table says of a task, as “row:3”.
PLACES = {"table": "读自{}", "row": "第 {} 行", "code": "编号 {}"}


def reason(name: str) -> str:
    """Why a passage was skipped."""
    return REASONS.get(name, name)


def rules(names: Iterable[str]) -> str:
    """Why something is a measure."""
    return "、".join(dict.fromkeys(_rule(name) for name in names))


def _rule(name: str) -> str:
    place, _, value = name.partition(":")
    return PLACES[place].format(value) if place in PLACES else RULES.get(name, name)
