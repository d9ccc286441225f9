"""The tables that leave the product: their columns, and the rows of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from taskflow.tables.items import Item, Step

Value = str | int | date | None


@dataclass(frozen=True)
class Column:
    """A column: its header, how wide it is on paper (in characters), and what it says of a task."""

    header: str
    width: int
    of: Callable[[Item], Value]
    #: What it says of a step instead; the cells of the task's own columns are merged over its steps.
    of_step: Callable[[Step], Value] | None = None


@dataclass(frozen=True)
class Layout:
    """A table that people expect."""

    name: str
    columns: tuple[Column, ...]
    only_projects: bool = False

    @property
    def by_step(self) -> bool:
        """Whether each step of a task has a row of its own."""
        return any(column.of_step for column in self.columns)


@dataclass(frozen=True)
class Row:
    """A row of a table; `height` is how many rows the task's own cells cover (0: a row above covers it)."""

    cells: tuple[Value, ...]
    height: int = 1


def _plain(header: str, width: int, of: Callable[[Item], Value]) -> Column:
    return Column(header, width, of)


def _step(header: str, width: int, of_step: Callable[[Step], Value]) -> Column:
    return Column(header, width, lambda _: None, of_step)


_CODE = _plain("任务编号", 14, lambda item: item.code)
_SUPPORTING = _plain("配合单位", 20, lambda item: "、".join(item.supporting))

# fmt: off
LAYOUTS: dict[str, Layout] = {
    "breakdown": Layout("任务分解表", (
        _CODE,
        _plain("重点任务", 40, lambda item: item.title),
        _plain("年度目标", 28, lambda item: item.goal),
        _plain("牵头领导", 14, lambda item: item.leader),
        _plain("牵头单位", 14, lambda item: item.lead),
        _SUPPORTING,
        _plain("完成时限", 12, lambda item: item.due),
    )),
    "ledger": Layout("督查台账", (
        _CODE,
        _plain("重点任务", 36, lambda item: item.title),
        _plain("工作标准", 24, lambda item: item.goal),
        _plain("启动时间", 12, lambda item: item.start),
        _plain("完成时限", 12, lambda item: item.due),
        _plain("牵头领导", 14, lambda item: item.leader),
        _plain("牵头单位", 14, lambda item: item.lead),
        _SUPPORTING,
        _plain("本期进展", 36, lambda item: item.progress),
        _plain("累计完成率", 10, lambda item: None if item.percent is None else f"{item.percent}%"),
        _plain("存在问题", 24, lambda item: item.problem),
        _plain("下一步措施", 24, lambda item: item.next_steps),
        _plain("状态", 10, lambda item: item.state),
        _plain("亮灯", 8, lambda item: item.light),
    )),
    "schedule": Layout("倒排工期表", (
        _CODE,
        _plain("任务", 36, lambda item: item.title),
        _plain("开始时间", 12, lambda item: item.start),
        _plain("完成时限", 12, lambda item: item.due),
        _plain("责任领导", 14, lambda item: item.leader),
        _plain("责任单位", 14, lambda item: item.lead),
        _SUPPORTING,
        _plain("形象进度", 30, lambda item: item.progress),
        _step("节点", 18, lambda step: step.name),
        _step("计划开始", 12, lambda step: step.start),
        _step("计划完成", 12, lambda step: step.finish),
        _step("实际完成", 12, lambda step: step.done_on),
        _step("滞后天数", 9, lambda step: step.slip or None),
    )),
    "projects": Layout("项目清单", (
        _CODE,
        _plain("项目", 36, lambda item: item.title),
        _plain("建设内容", 30, lambda item: item.goal),
        _plain("总投资", 10, lambda _: None),      # money is not kept; the columns wait for the office's pen
        _plain("年度投资", 10, lambda _: None),
        _plain("开工", 12, lambda item: item.start),
        _plain("竣工", 12, lambda item: item.due),
        _plain("阶段", 10, lambda item: item.state),
        _plain("包联领导", 14, lambda item: item.leader),
        _plain("责任单位", 14, lambda item: item.lead),
        _SUPPORTING,
        _plain("本月进展", 36, lambda item: item.progress),
    ), only_projects=True),
}
# fmt: on
SEQ = "序号"


def headers(layout: Layout) -> tuple[str, ...]:
    """The header row."""
    return (SEQ, *(column.header for column in layout.columns))


def rows(layout: Layout, items: Sequence[Item]) -> list[Row]:
    """The rows below the header."""
    chosen = [item for item in items if item.is_project or not layout.only_projects]
    found: list[Row] = []
    for number, item in enumerate(chosen, 1):
        steps: Sequence[Step | None] = item.steps if layout.by_step and item.steps else (None,)
        for place, step in enumerate(steps):
            own = [_cell(column, item, step) for column in layout.columns]
            found.append(Row((number, *own), 0 if place else len(steps)))
    return found


def _cell(column: Column, item: Item, step: Step | None) -> Value:
    if column.of_step:
        return column.of_step(step) if step else None
    return column.of(item)
