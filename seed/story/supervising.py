"""How papers of the ladder are answered in the story: mostly at once, some only after a climb."""

from __future__ import annotations

from seed.story import words
from seed.story.stage import Stage
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.tasks.models import Task, TaskState

TRIES = 6


class Supervising:
    """Every paper from its proposal to its end."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        #: Task code → the step at which its unit wakes up (1 unless named here; 0: it never answers).
        self.wakes: dict[str, int] = {}
        #: Task codes whose signed step waits for its signature, is declined, or whose answer waits or is rejected.
        self.unsigned: set[str] = set()
        self.declined: set[str] = set()
        self.unjudged: set[str] = set()
        self.rejected: set[str] = set()
        stage.on_new[Escalation] = self.plan_paper

    def plan_paper(self, paper: Escalation) -> None:
        """A paper was proposed: who signs it, and who answers when."""
        stage, code = self.stage, paper.task.code
        if paper.signer_post_id is not None:
            if code in self.unsigned:
                return
            act = self.decline if code in self.declined else self.sign
            stage.in_days(1, 16, act, paper)
        if self.wakes.get(code, 1) == paper.step or (code not in self.wakes and paper.step > 1):
            die = stage.chance("answer", code, paper.step)
            stage.in_days(die.randint(1, 2), 11, self.answer, paper, 0)

    def sign(self, paper: Escalation) -> None:
        """The named leader signs."""
        if paper.state is EscalationState.PROPOSED:
            self.stage.do(paper, "issue", self.stage.cast.people[paper.signer_post_id or 0])

    def decline(self, paper: Escalation) -> None:
        """Or does not."""
        if paper.state is EscalationState.PROPOSED:
            signer = self.stage.cast.people[paper.signer_post_id or 0]
            self.stage.do(paper, "decline", signer, "单位已当面说明情况并补报，本次不予通报。")

    def answer(self, paper: Escalation, tries: int) -> None:
        """The unit's head answers, after the clerk or the unit has done what was asked."""
        stage, task = self.stage, paper.task
        if paper.state is EscalationState.PROPOSED and tries < TRIES:
            stage.in_days(1, 11, self.answer, paper, tries + 1)
        if paper.state is not EscalationState.ISSUED:
            return
        self._mend(task)
        die = stage.chance("answer", paper.id, paper.version)
        said = die.choice(words.ANSWERS).format(why=paper.because.split("：")[-1])
        stage.do(paper, "answer", stage.cast.head(task.lead_unit), answer=said)
        if task.code not in self.unjudged:
            stage.in_days(die.randint(1, 2), 15, self.judge, paper)

    def _mend(self, task: Task) -> None:
        if task.state is TaskState.ASSIGNED:
            self.stage.do(task, "accept", self.stage.cast.head(task.lead_unit))

    def judge(self, paper: Escalation) -> None:
        """The office clears it, or wants a better answer."""
        stage, task = self.stage, paper.task
        if paper.state is not EscalationState.ANSWERED:
            return
        officer = stage.officer("paper", paper.id)
        die = stage.chance("judge", paper.id, paper.version)
        if task.code in self.rejected:
            self.rejected.discard(task.code)
            stage.do(paper, "reject", officer, die.choice(words.REJECTS))
            stage.in_days(2, 10, self.answer, paper, 0)
        else:
            stage.do(paper, "clear", officer, die.choice(words.CLEARS))
