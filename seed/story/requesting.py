"""How requests are answered in the story: forwarded, granted, denied, given another date, or left to lie."""

from __future__ import annotations

from datetime import date

from seed.story.stage import Stage
from taskflow.requests.models import Request, RequestState
from taskflow.tasks.models import Task, TaskState

#: What becomes of a request.
GRANT, DENY, WAIT, LIE, RETURN = "grant", "deny", "waits for the leader", "waits for the office", "returned"


class Requesting:
    """Every request from its first day to its answer."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        #: Task code → what becomes of its requests (granted unless named), and the day that a leader fixes instead.
        self.fates: dict[str, str] = {}
        self.fixed: dict[str, date] = {}
        stage.on_new[Request] = self.plan_request

    def plan_request(self, request: Request) -> None:
        """Somebody asked: the office looks at it the next day."""
        fate = self.fates.get(request.task.code, GRANT)
        if fate != LIE:
            self.stage.in_days(0, 16, self.forward, request, fate)

    def forward(self, request: Request, fate: str) -> None:
        """The office gives its opinion, or wants more."""
        stage = self.stage
        if request.state is not RequestState.ASKED:
            return
        officer = stage.officer("request", request.id)
        if fate == RETURN:
            stage.do(request, "return", officer, "请补充目前进度和分月计划。")
            return
        stage.do(
            request,
            "forward",
            officer,
            "情况属实，理由充分，建议同意。" if fate != DENY else "工期有余量，请领导定夺。",
        )
        if fate in (GRANT, DENY):
            stage.in_days(1, 16, self.decide, request, fate)

    def decide(self, request: Request, fate: str) -> None:
        """The leader answers; the task may have gone on meanwhile."""
        stage, leader = self.stage, self.stage.leader(request)
        if request.state is not RequestState.FORWARDED:
            return
        if fate == DENY:
            stage.do(request, "deny", leader, "工期有余量，请倒排时间按原时限完成。")
        elif request.task.state is TaskState.UNDERWAY:
            fixed = self.fixed.get(request.task.code)
            note = "只同意延到这一天，请抓紧。" if fixed else "同意。"
            stage.do(request, "grant", leader, note, granted_on=fixed.isoformat() if fixed else "")

    def ask(self, task: Task, verb: str, note: str, **args: str) -> bool:
        """The head asks."""
        if task.state is not TaskState.UNDERWAY:
            return False
        return self.stage.try_to(task, verb, self.stage.cast.head(task.lead_unit), note, **args)
