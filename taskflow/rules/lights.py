"""Lights (亮灯): the words and shapes of what `rules/progress.py` reckons; never colour alone.

The numbers (how near is near, how far behind is yellow or red, how long a silence is too long) are the dated
rule set `lights`. Both facts are shown; `drives` says which of them moves the light ("both": the worse).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from taskflow.db import State
from taskflow.tasks.models import TaskState


class Light(State):
    """A colour, its word and its shape (never colour alone)."""

    GREY = "grey", "未开始"
    BLUE = "blue", "正常"
    YELLOW = "yellow", "预警"
    RED = "red", "滞后"
    GREEN = "green", "已完成"
    UNKNOWN = "unknown", "情况不明"

    @property
    def shape(self) -> str:
        """A sign that is told apart without colour."""
        return {"grey": "○", "blue": "●", "yellow": "▲", "red": "■", "green": "✓", "unknown": "？"}[self.value]


#: As pages count them: what needs somebody first, and 情况不明 before 预警 (nobody knows how late it is).
IN_ORDER = (Light.RED, Light.UNKNOWN, Light.YELLOW, Light.BLUE, Light.GREEN, Light.GREY)


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


WAITS = "尚未开始办理"


@dataclass(frozen=True)
class Standing:
    """Where a task stands today: the two facts and what follows."""

    scheduled: int
    gap: int
    days_left: int
    light: Light
    pace: Pace
    why: str
    #: The day of the last knowledge; None: nothing was ever heard.
    known_on: date | None = None

    @property
    def word(self) -> str:
        """The light's word; work that rests or has ended undone is not “未开始”."""
        rests = self.light is Light.GREY and self.why != WAITS
        return self.why.partition("，")[0] if rests else self.light.label
