"""What the office takes up beside documents, who answers with the lead unit, and how work ends that is not done.

Each matter is entered by hand, with the function that the page uses (`tasks.entering`); what its supporting units
say is told here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from seed.story import assigning
from seed.story.reporting import Plan, Reporting
from seed.story.requesting import Requesting
from seed.story.stage import Stage
from taskflow.sources.models import SourceKind
from taskflow.support.models import Answer, AnswerState, Verdict
from taskflow.tasks.entering import Entry, enter
from taskflow.tasks.models import ClosingGrade, Method, Task, TaskState
from taskflow.workflows.engine import batch

#: What a supporting unit says; no word: it stays silent.
Line = tuple[Verdict, str] | None
AGREES: Line = (Verdict.AGREE, "")


@dataclass(frozen=True)
class Matter:
    """One matter in the words in which it came. Units by their codes."""

    key: str
    kind: SourceKind
    title: str
    lead: str
    words: str
    origin: str
    entered: date
    due: date | None = None
    number: str = ""
    reply: date | None = None
    issued: date | None = None
    #: Supporting unit → what it says when asked.
    says: dict[str, Line] = field(default_factory=dict)
    #: From when on its reports say that it is done, and the grade with which it is closed.
    finish: date | None = None
    #: Whether the unit then reports at once, without being asked.
    itself: bool = False
    grade: str = ""
    #: The person whom the unit names, in words.
    person: str = ""
    #: Whether the office agrees to the plan on the next working day.
    agreed: bool = False


MATTERS = (
    Matter(
        "stalls", SourceKind.INSTRUCTION, "整治西街占道经营", "urban",
        "西街占道经营群众反映强烈，请城管大队牵头，十日内整治到位并报结果。", "县长",
        date(2024, 5, 20), date(2024, 5, 30),
        issued=date(2024, 5, 20),
        says={
            "market": AGREES,
            "tianning": (Verdict.ADD, "建议同步划定临时疏导点，我镇负责动员沿街商户。"),
            "police": None,
        },
        finish=date(2024, 5, 21), itself=True, grade=ClosingGrade.EXCELLENT.value, person="城管大队市容中队中队长",
    ),
    Matter(
        "fire-lanes", SourceKind.INSTRUCTION, "排查整治老旧小区消防通道堵塞", "fire",
        "近期外地火灾教训深刻，请消防大队会同住建局、天宁镇逐小区排查，月底前清零。", "常务副县长",
        date(2024, 6, 17), date(2024, 7, 5),
        issued=date(2024, 6, 14),
        says={
            "housing": AGREES,
            "tianning": (Verdict.OBJECT, "私拉飞线和违建拆除须由住建局执法，我镇无执法权，请明确分工。"),
            "power": None,
        },
        person="消防大队防火监督科负责人", agreed=True,
    ),
    Matter(
        "canteen", SourceKind.PROPOSAL, "关于增设社区老年食堂的提案", "civil",
        "建议在城区社区增设老年食堂，解决高龄独居老人就餐难。", "县政协委员联名", date(2024, 4, 8),
        number="第 37 号", reply=date(2024, 7, 8), issued=date(2024, 3, 1),
        says={"tianning": AGREES, "finance": (Verdict.ADD, "建议先试点两处，运营补助按人次核定。")},
    ),
    Matter(
        "lamps", SourceKind.HOTLINE, "修复却波街路灯", "housing", "群众反映却波街路灯连续多日不亮。", "12345 热线",
        date(2024, 6, 3), number="JC2024060317", says={"urban": AGREES}, finish=date(2024, 6, 4),
    ),
)  # fmt: skip


class Matters:
    """Matters entered by hand, and the answers of supporting units."""

    def __init__(self, stage: Stage, reporting: Reporting, requesting: Requesting) -> None:
        self.stage, self.reporting, self.requesting = stage, reporting, requesting
        self._says: dict[tuple[str, int], Line] = {}
        stage.on_new[Answer] = self.plan_answer

    def schedule(self) -> None:
        """Every matter, on its day."""
        for matter in MATTERS:
            self.stage.at(matter.entered, 9, self.enter, matter)

    def enter(self, matter: Matter) -> None:
        """The office enters it, the leader approves, the unit takes it on: all within the day."""
        stage, units = self.stage, self.stage.cast.units
        officer = stage.officer("matter", matter.key)
        entry = Entry(
            kind=matter.kind,
            title=matter.title,
            lead=units[matter.lead],
            words=matter.words,
            origin=matter.origin,
            number=matter.number,
            issued_on=matter.issued,
            approver=matter.origin if matter.kind is SourceKind.INSTRUCTION else "督查室主任",
            due_on=matter.due,
            reply_on=matter.reply,
            supporting=[units[code] for code in matter.says],
            method=Method.YES,
        )
        task = enter(entry, officer, f"story:enter:{matter.key}")
        batch.flush()  # its supporting units are asked in the afternoon
        stage.tasks[task.code] = task
        stage.sources.append(task.source)
        self.reporting.plans[task.code] = Plan(1.0, matter.finish, grade=matter.grade)
        self._says |= {(task.code, units[code].id): line for code, line in matter.says.items()}
        stage.at(stage.today, 10, stage.do, task, "approve", stage.leader(task))
        stage.at(stage.today, 11, self.assign, task)
        stage.at(stage.today, 15, assigning.accept, stage, task)
        if matter.person:
            clerk = stage.cast.clerk(units[matter.lead])
            stage.at(stage.today, 16, lambda: stage.do(task, "name_person", clerk, person=matter.person))
        if matter.agreed:
            stage.in_days(1, 10, stage.do, task, "agree_plan", officer)
        if matter.finish and matter.itself:
            stage.at(matter.finish, 10, self.reporting.by_itself, task, 0)

    def assign(self, task: Task) -> None:
        """The office hands it out; supporting units are asked for their line."""
        self.stage.do(task, "assign", self.stage.officer("assign", task.id))
        self.stage.notice()

    def plan_answer(self, answer: Answer) -> None:
        """A supporting unit was asked: most agree within two days."""
        line = self._says.get((answer.task.code, answer.unit_id), AGREES)
        if line is not None and answer.period == "":
            self.stage.in_days(self.stage.chance("say", answer.id).randint(1, 2), 10, self.say, answer, line)

    def say(self, answer: Answer, line: tuple[Verdict, str]) -> None:
        """The unit says its line."""
        verdict, words = line
        if answer.state is AnswerState.ASKED:
            self.stage.do(answer, "say", self.stage.cast.clerk(answer.unit), words, verdict=verdict.value)

    # what a unit says unasked, what the office wants to know, and how work ends that is not done

    def speak(self, task: Task, unit: str, verdict: Verdict, words: str) -> None:
        """A supporting unit says its line about a plan's task, which asks for none."""
        if task.state is TaskState.UNDERWAY:
            self.stage.do(
                task, "speak", self.stage.cast.clerk(self.stage.cast.units[unit]), words, verdict=verdict.value
            )

    def demand(self, tasks: Sequence[Task], by: date) -> None:
        """The office wants to know how far things are that nobody had to report on."""
        for task in tasks:
            self.stage.try_to(task, "demand_report", self.stage.officer("demand", task.id), report_by=by.isoformat())
        self.stage.notice()

    def change_rhythm(self, task: Task, rhythm: str, note: str) -> None:
        """The office wants to hear more often, or less."""
        self.stage.do(task, "set_rhythm", self.stage.officer("rhythm", task.id), note, rhythm=rhythm)

    def cancel(self, task: Task, note: str) -> None:
        """The leader ends it."""
        self.stage.do(task, "cancel", self.stage.leader(task), note)

    def merge(self, task: Task, into: str, note: str) -> None:
        """The office lets another task carry it on."""
        self.stage.do(task, "merge", self.stage.officer("merge", task.id), note, into=into)

    def hand_off(self, task: Task, body: str, note: str) -> None:
        """Another body follows it up."""
        self.stage.do(task, "hand_off", self.stage.officer("hand", task.id), note, body=body)

    def waive(self, task: Task, period: str, note: str) -> None:
        """A turn of recurring work that need not be done."""
        for turn in self.stage.turns(task):
            if turn.period == period:
                self.stage.do(turn, "waive", self.stage.officer("waive", turn.id), note)
