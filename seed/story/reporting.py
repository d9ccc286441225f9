"""How units report in the story: on time, late, not at all, returned and done again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from seed.story import words
from seed.story.proofs import Proofs
from seed.story.stage import Stage
from taskflow.reports import figures
from taskflow.reports.models import Report, ReportOrigin, ReportState
from taskflow.rules import progress
from taskflow.tasks.models import Method, Node, Task, TaskState

FULL = 100
MOST = 95  # what an unfinished task reports at most
SLOW = 0.85  # paces below are slow
#: What is to be done so soon is done already, where work has steps and no percentage.
AHEAD = timedelta(days=21)
OPEN = (ReportState.DUE, ReportState.RETURNED)


@dataclass
class Plan:
    """How a task goes. `pace`: its progress as a share of the scheduled one."""

    pace: float
    #: From this day on its reports say 100 %.
    finish: date | None = None
    #: Period → what becomes of its report: late, missing, returned, redo_late, unredone, mended, held, waits, or (of
    #: recurring work) undone.
    scripts: dict[str, str] = field(default_factory=dict)
    #: How far the office goes with its claim: close, verify (waits to be closed), claim (waits), send_back.
    closing: str = "close"
    #: The grade with which it is closed, where its source asks for one.
    grade: str = ""


class Reporting:
    """Every report from its first day to its acceptance."""

    def __init__(self, stage: Stage, proofs: Proofs) -> None:
        self.stage, self.proofs = stage, proofs
        self.plans: dict[str, Plan] = {}
        stage.on_new[Report] = self.plan_report

    def plan_report(self, report: Report) -> None:
        """A report was just asked for: decide when it is written and what becomes of it."""
        stage, plan = self.stage, self.plans[report.task.code]
        script = plan.scripts.get(report.period, "")
        die = stage.chance("report", report.task.code, report.period)
        due_on = report.due_on or stage.calendar.add(stage.today, 3)
        room = max(1, stage.calendar.count(stage.today, due_on) - 1)
        when = die.randint(1, min(room, 9))
        if script == "missing":
            return
        if report.origin is ReportOrigin.OWN:  # it has something to say
            stage.in_days(0, 11, self.draft, report, "prompt")
            return
        if script == "late":
            late = stage.calendar.add(due_on, die.randint(1, 3))
            stage.at(late, 10, self.draft, report, script)
        elif script == "waits":  # the clerk writes on the last day, after the story's end
            stage.at(due_on, 17, self.draft, report, script)
        else:
            stage.in_days(when, die.choice((9, 10, 11, 14, 15)), self.draft, report, script)

    def draft(self, report: Report, script: str) -> None:
        """The clerk writes and hands it to the head."""
        stage, task = self.stage, report.task
        if report.state not in OPEN or task.state is not TaskState.UNDERWAY:
            return
        plan = self.plans[task.code]
        percent = self._percent(task, plan, report)
        die = stage.chance("words", task.code, report.period, report.version)
        turn = task.method is Method.OCCURRENCES and script != "undone"  # of recurring work, which is done this time
        said = words.turn(task, report.period, die) if turn else words.report(task, percent, die)
        unchanged = percent == task.percent and task.physical and die.random() < 0.5  # noqa: PLR2004
        given: dict[str, Any] = {
            "progress": task.physical if unchanged else said.progress,
            "percent": str(percent),
            "problems": said.problems,
            "next_steps": said.next_steps,
            "figures": self._figures(task, said.figures),
            "fulfilled": "yes" if turn or (percent == FULL and task.method is not Method.OCCURRENCES) else "no",
            "nodes_done": self._nodes(task, plan, percent),
        }
        if percent == FULL or turn:
            given["evidence"] = [self.proofs.of(task.lead_unit.short, stage.today.year, scanned=die.random() < 0.5)]  # noqa: PLR2004
        stage.do(report, "draft", stage.cast.clerk(task.lead_unit), **given)
        if script == "held":  # the head lets it lie
            return
        if script == "mended" and report.version <= 3:  # noqa: PLR2004  # once
            stage.in_days(0, 16, self.mend, report)
        else:
            stage.in_days(0 if script == "prompt" else die.choice((0, 1)), 17, self.agree, report, script)

    def by_itself(self, task: Task, tries: int) -> None:
        """The unit reports because it is done, as soon as no other report is open."""
        stage = self.stage
        if task.state is not TaskState.UNDERWAY:
            return
        if stage.try_to(task, "report", stage.cast.clerk(task.lead_unit)):
            stage.notice()
        elif tries < 10:  # noqa: PLR2004
            stage.in_days(1, 10, self.by_itself, task, tries + 1)

    def mend(self, report: Report) -> None:
        """The head wants it better."""
        if report.state is not ReportState.DRAFTED:
            return
        die = self.stage.chance("mend", report.task.code, report.period)
        self.stage.do(report, "redo", self.stage.cast.head(report.task.lead_unit), die.choice(words.REDO))
        self.stage.in_days(1, 9, self.draft, report, "")

    def agree(self, report: Report, script: str) -> None:
        """The head agrees and hands it in."""
        stage = self.stage
        if report.state is not ReportState.DRAFTED:
            return
        stage.do(report, "agree", stage.cast.head(report.task.lead_unit))
        if script in ("returned", "redo_late", "unredone") and report.returned_at is None:
            stage.in_days(2, 10, self.send_back, report, script)
        else:
            days = 1 if script == "prompt" else stage.chance("judge", report.id).randint(1, 3)
            stage.in_days(days, 10, self.accept, report)

    def send_back(self, report: Report, script: str) -> None:
        """The office wants it again."""
        stage = self.stage
        if report.state is not ReportState.SUBMITTED:
            return
        die = stage.chance("return", report.task.code, report.period)
        stage.do(report, "return", stage.officer(report.id), die.choice(words.RETURNS))
        if script != "unredone":
            stage.in_days(6 if script == "redo_late" else die.randint(1, 2), 15, self.draft, report, script)

    def accept(self, report: Report) -> None:
        """The office takes it; a finished task is claimed."""
        stage = self.stage
        if report.state is not ReportState.SUBMITTED:
            return
        stage.do(report, "accept", stage.officer(report.id))
        if report.percent == FULL:
            stage.in_days(1, 9, self.claim, report.task, 0)

    def _percent(self, task: Task, plan: Plan, report: Report) -> int:
        if plan.finish and self.stage.today >= plan.finish:
            return FULL
        day = min(self.stage.today, report.period_end)
        planned = progress.scheduled_on(task, day)
        die = self.stage.chance("percent", task.code, report.period)
        return max(task.percent, min(MOST, round(planned * plan.pace) + die.randint(-2, 2)), 0)

    def _figures(self, task: Task, reached: dict[str, str]) -> dict[str, str]:
        """The figures as the form asks for them: of a cumulative target only what this period added."""
        targets = {target.id: target for target in task.measure.targets} if task.measure else {}
        sums = figures.counted({key: True for key, target in targets.items() if target.cumulative})
        told = dict(reached)
        for key, before in sums.items():
            if figures.number(told.get(str(key))):
                told[str(key)] = f"{max(Decimal(told[str(key)]) - before, Decimal(0)):f}"
        return told

    def _nodes(self, task: Task, plan: Plan, percent: int) -> dict[str, str]:
        """Which steps are reported done, and on which days; slow tasks leave the newest one open."""
        today = self.stage.today
        left = [node for node in task.nodes if node.done_on is None]
        if percent < FULL:
            ahead = today if task.method is not Method.YES or plan.pace < SLOW else today + AHEAD
            left = [node for node in left if node.finish_on <= ahead]
            left = left if plan.pace >= SLOW else left[:-1]
        return {str(node.id): self._day(task, node).isoformat() for node in left}

    def _day(self, task: Task, node: Node) -> date:
        early = self.stage.chance("node", task.code, node.place).randint(0, 3)
        planned = min(node.finish_on - timedelta(days=early), self.stage.today)
        return max(planned, task.start_on)

    # what follows a full report

    def claim(self, task: Task, tries: int) -> None:
        """The head says it is finished; while an order is open that waits."""
        stage, plan = self.stage, self.plans[task.code]
        if task.state is not TaskState.UNDERWAY:
            return
        if not stage.try_to(task, "claim", stage.cast.head(task.lead_unit)):
            if tries < 20:  # noqa: PLR2004
                stage.in_days(1, 9, self.claim, task, tries + 1)
            return
        die = stage.chance("verify", task.code)
        if plan.closing == "send_back":
            plan.closing = "close"
            stage.in_days(2, 15, self.return_claim, task)
        elif plan.closing != "claim":
            stage.in_days(die.randint(2, 5), 15, self.verify, task)

    def return_claim(self, task: Task) -> None:
        """The proof does not convince; it is claimed again with a better one."""
        stage = self.stage
        if task.state is TaskState.CLAIMED:
            stage.do(task, "send_back", stage.officer("claim", task.id), "佐证材料缺少现场验收记录，请补充后再申请。")
            stage.in_days(4, 9, self.claim, task, 0)

    def verify(self, task: Task) -> None:
        """One officer looks at it."""
        stage = self.stage
        if task.state is not TaskState.CLAIMED:
            return
        first = stage.officer("verify", task.id)
        stage.do(task, "verify", first)
        if self.plans[task.code].closing == "close":
            stage.in_days(stage.chance("close", task.code).randint(1, 3), 16, self.close, task, first.login)

    def close(self, task: Task, verified_by: str) -> None:
        """And another closes it out."""
        stage = self.stage
        if task.state is TaskState.VERIFIED:
            grade = self.plans[task.code].grade
            stage.do(task, "close", stage.other_officer(stage.cast.holder(verified_by)), closing_grade=grade)
