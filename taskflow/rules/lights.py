"""Lights (亮灯): two facts about a task, and the light that follows; always with a word and a shape.

The numbers (how near is near, how far behind is yellow or red) are the dated rule set `lights`.
Both facts are shown; `drives` in the rule set says which of them moves the light ("both": the worse).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from taskflow.db import State
from taskflow.tasks.models import Task, TaskState


class Light(State):
    """A colour, its word and its shape (never colour alone)."""

    GREY = "grey", "未开始"
    BLUE = "blue", "正常"
    YELLOW = "yellow", "预警"
    RED = "red", "滞后"
    GREEN = "green", "已完成"

    @property
    def shape(self) -> str:
        """A sign that is told apart without colour."""
        return {"grey": "○", "blue": "●", "yellow": "▲", "red": "■", "green": "✓"}[self.value]


class Pace(State):
    """序时进度: what is done against what should be done by now."""

    BEHIND = "behind", "欠"
    ON = "on", "达"
    AHEAD = "ahead", "超"
    DONE = "done", "完成"
    OTHER = "other", "其它"


#: States in which a task is not yet, or no longer, measured.
NOT_STARTED = (TaskState.PROPOSED, TaskState.APPROVED, TaskState.ASSIGNED, TaskState.REFUSED)
FINISHED = (TaskState.VERIFIED, TaskState.CLOSED)


@dataclass(frozen=True)
class Standing:
    """Where a task stands today: the two facts and what follows."""

    scheduled: int
    gap: int
    days_left: int
    light: Light
    pace: Pace
    why: str


def scheduled_percent(start: date, due: date, day: date) -> int:
    """What should be done by a day, 0–100: linear between start and deadline."""
    if day >= due:
        return 100
    return max(0, 100 * (day - start).days // max(1, (due - start).days))


#: In words, when neither fact is a worry: by whether a report was ever asked for.
_CALM = {True: "按序时推进", False: "尚未要求报送进度，暂看时限"}


def _pace(gap: int, even: int) -> Pace:
    """欠, 达 or 超: within `even` points of the schedule is 达."""
    return Pace.BEHIND if gap > even else Pace.AHEAD if gap < -even else Pace.ON


def standing(task: Task, day: date, numbers: dict[str, Any]) -> Standing:
    """The two facts behind a task's light, and the light.

    Nobody is behind with what they were never asked to report: until the first report is asked for only
    the deadline counts.
    """
    scheduled = scheduled_percent(task.start_on, task.due_on, day)
    asked = task.asked_through is not None
    gap, left = scheduled - task.percent if asked else 0, (task.due_on - day).days
    if task.state in FINISHED:
        return Standing(scheduled, 0, left, Light.GREEN, Pace.DONE, "已核验完成")
    if task.state is TaskState.PARKED:
        return Standing(scheduled, gap, left, Light.GREY, Pace.OTHER, "挂账，停止计时")
    pace = _pace(gap, numbers["even"]) if asked else Pace.OTHER
    if left < 0:
        return Standing(scheduled, gap, left, Light.RED, pace, f"已超期 {-left} 天")
    if task.state in NOT_STARTED:
        return Standing(scheduled, gap, left, Light.GREY, Pace.OTHER, "尚未开始办理")
    by_gap = Light.RED if gap > numbers["red"] else Light.YELLOW if gap >= numbers["yellow"] else Light.BLUE
    by_date = Light.YELLOW if left <= numbers["near_days"] else Light.BLUE
    drives = numbers.get("drives", "both")
    order = list(Light)
    choice = {"gap": [by_gap], "date": [by_date]}.get(drives, [by_gap, by_date])
    light = max(choice, key=order.index)
    told = [f"比序时进度慢 {gap} 个百分点"] if by_gap is not Light.BLUE else []
    told += [f"距时限 {left} 天"] if by_date is not Light.BLUE else []
    return Standing(scheduled, gap, left, light, pace, "，".join(told) or _CALM[asked])
