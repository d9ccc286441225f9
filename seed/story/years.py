"""What happens when: the acts of the story, from May 2021 to the end of June 2024.

Each act puts a document's tasks on the stage and gives the exceptions their parts; the rest is habit
(`assigning`, `reporting`, `supervising`, `reviewing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from seed.story import assigning, words
from seed.story.assigning import Manners
from seed.story.matters import Matters
from seed.story.reporting import Plan, Reporting
from seed.story.requesting import DENY, LIE, RETURN, WAIT, Requesting
from seed.story.reviewing import Reviewing
from seed.story.stage import Stage
from seed.story.supervising import Supervising
from taskflow.support.models import Verdict
from taskflow.tasks.models import Method, Rhythm, Task, TaskState

BEGIN = date(2021, 5, 6)
PLAN = date(2021, 9, 13)
REPORT_2024 = date(2024, 1, 30)
#: Where the demo's clock goes on: a working Friday.
END = date(2024, 6, 28)
END_HOUR = 9


#: Refused by the unit that was named, and given to the one whose field it is: task → unit.
REASSIGNED_2021 = {"002-0028-01": "big-data", "002-0042-01": "culture", "002-0288-01": "energy"}
REASSIGNED_2024 = {"003-0077-10": "medins", "003-0063-02": "housing"}
#: Given to another unit while under way: task → unit, why. The first is never accepted, the last is refused.
NEW_OWNERS = {
    "003-0025-02": ("office", "“高效办成一件事”由政府办统筹推进，审批局配合。"),
    "003-0014-03": ("energy", "氢能产业由能源局统筹，车辆投放一并负责。"),
    "003-0052-03": ("water", "中水回用纳入水资源统一配置，由水利局继续办理。"),
}
#: Ended without being done.
ENDED = ("003-0018-04", "003-0041-05", "003-0018-08", "003-0018-07", "003-0041-07", "003-0041-06", "003-0070-02")
#: Whose supporting units speak unasked; of which the office hears oftener.
SPOKEN, OFTENER = ("003-0072-04", "003-0059-02"), "003-0084-01"
#: Recurring work: of whose turns one was not done, was done with the next, or need not be done.
UNDONE, BELATED, WAIVED = "001-0707-01", "001-0368-03", "001-0750-02"


@dataclass
class Story:
    """The stage with everybody's habits."""

    stage: Stage
    reporting: Reporting
    supervising: Supervising
    reviewing: Reviewing
    requesting: Requesting
    matters: Matters

    def schedule(self) -> None:
        """The acts, on the agenda."""
        stage = self.stage
        stage.at(BEGIN, 9, self.year_2021)
        stage.at(PLAN, 9, self.the_plan)
        stage.at(REPORT_2024, 9, self.year_2024)
        stage.at(date(2024, 4, 1), 8, self.reviewing.open)
        self.matters.schedule()

    def pick(self, tasks: Sequence[Task], part: str, n: int) -> list[Task]:
        """Tasks for a part that is not ordinary; nobody plays two."""
        free = [task for task in tasks if task.code not in self._taken]
        chosen = self.stage.chance("part", part).sample(free, n)
        self._taken |= {task.code for task in chosen}
        return chosen

    def __post_init__(self) -> None:
        self._taken: set[str] = {*REASSIGNED_2021, *REASSIGNED_2024, *NEW_OWNERS, *ENDED, *SPOKEN, OFTENER}

    # 2021: the works of the year, done and closed

    def year_2021(self) -> None:
        """The report of 2021 is taken up; its works end with the year, its goals run to 2025."""
        stage, plans = self.stage, self.reporting.plans
        tasks = assigning.take(stage, "002")
        works = [task for task in tasks if task.due_on.year == BEGIN.year]
        for task in tasks:
            die = stage.chance("plan", task.code)
            early = die.random() < 0.15 and task in works  # noqa: PLR2004
            finish = (date(2021, 9, 21) if early else date(2021, 12, 1)) if task in works else None
            plans[task.code] = Plan(die.uniform(0.9, 1.1), finish)
        manners = Manners(
            late={task.code for task in self.pick(works, "2021 late", 4)},
            upheld={task.code for task in self.pick(works, "2021 upheld", 3)},
            reassigned=REASSIGNED_2021,
        )
        assigning.hand_out(stage, tasks, manners)
        self._scripts(works, "2021-Q3", late=5, returned=5, mended=3, redo_late=1)
        overdue = self.pick(works, "2021 overdue", 6)
        for task in overdue:
            plans[task.code].scripts["2021-Q4"] = "late"
        self.supervising.wakes |= {task.code: 3 for task in overdue[:2]}
        self.supervising.rejected.add(overdue[2].code)
        building = [task for task in works if task.kind == "project"]
        longer, long = self.pick(building, "2021 extension", 2)
        plans[longer.code].finish = date(2022, 12, 1)
        plans[long.code].finish = None
        plans[long.code].pace = 0.8
        stage.at(date(2021, 12, 13), 10, self.ask, longer, date(2022, 12, 31))
        stage.at(date(2021, 12, 14), 10, self.ask, long, date(2024, 6, 20))
        stage.at(date(2024, 6, 25), 9, self.requesting.fates.__setitem__, long.code, WAIT)
        stage.at(date(2024, 6, 25), 10, self.ask, long, date(2024, 10, 31))  # five days too late
        self.supervising.unjudged.add(long.code)
        parked, *_ = self.pick(works, "2021 parked", 1)
        stage.at(date(2021, 6, 10), 15, self.park, parked, date(2021, 8, 20))
        stage.at(date(2021, 8, 23), 9, self.resume, parked)

    def the_plan(self) -> None:
        """The five-year plan, its goals and its projects are taken up."""
        stage, plans = self.stage, self.reporting.plans
        tasks = assigning.take(stage, "001") + assigning.take(stage, "004")
        for task in tasks:
            die = stage.chance("plan", task.code)
            fate = die.random()
            slow, ordinary = 0.06, 0.22
            pace = die.uniform(0.3, 0.55) if fate < slow else die.uniform(0.85, 1.0)
            plans[task.code] = Plan(pace if fate < ordinary else die.uniform(1.09, 1.25))
        assigning.hand_out(stage, tasks, Manners(), days=3)
        for task in tasks:
            if task.due_on < date(2023, 1, 1):
                plans[task.code].finish = date(2023, 12, 1)
                stage.at(date(2022, 12, 12), 10, self.ask, task, date(2023, 12, 31))
        for code, periods in ((UNDONE, ["2023"]), (BELATED, ["2024-03/04"]), (WAIVED, ["2022"])):
            plans[code].scripts |= dict.fromkeys(periods, "undone")
        note = "因疫情防控，本年度不召开全体会议，免予办理。"
        stage.at(date(2022, 12, 6), 10, self.matters.waive, stage.tasks[WAIVED], "2022", note)

    # 2024: half a year, month by month

    def year_2024(self) -> None:
        """The report of 2024 is taken up; everything that can happen to a task happens to some."""
        stage, plans = self.stage, self.reporting.plans
        tasks = assigning.take(stage, "003")
        for task in tasks:
            die = stage.chance("plan", task.code)
            fate = die.random()
            pace = die.uniform(0.05, 0.25) if fate < 0.06 else die.uniform(0.5, 0.75)  # noqa: PLR2004
            plans[task.code] = Plan(pace if fate < 0.2 else die.uniform(0.95, 1.15))  # noqa: PLR2004
        monthly = [task for task in tasks if task.kind in ("quantified", "project")]
        manners = Manners(
            late={task.code for task in self.pick(tasks, "2024 late", 3)},
            upheld={task.code for task in self.pick(tasks, "2024 upheld", 2)},
            reassigned=REASSIGNED_2024,
        )
        assigning.hand_out(stage, tasks, manners)
        for number, days in enumerate((3, 5, 5, 4), start=2):
            self._scripts(monthly, f"2024-{number:02}", late=days - 1, returned=days - 2, mended=2)
        self._scripts(monthly, "2024-05", unredone=2)
        self._finished(monthly)
        self._ladder(monthly)
        self._exceptions(tasks)
        self._ends()
        self._asked()
        june = stage.chance("june").sample(monthly, len(monthly) // 3)
        for place, task in enumerate(june):
            plans[task.code].scripts.setdefault("2024-06", "held" if place % 3 == 0 else "waits")

    def _finished(self, tasks: list[Task]) -> None:
        """Some are done early: closed, waiting to be closed, waiting to be verified, sent back once."""
        done = self.pick(tasks, "2024 finished", 20)
        for place, task in enumerate(done):
            plan = self.reporting.plans[task.code]
            plan.pace, plan.finish = 1.0, date(2024, 3 + place % 3, 20)
            plan.closing = ("claim", "claim", "verify", "send_back", "claim")[place] if place < 5 else "close"  # noqa: PLR2004

    def _ladder(self, tasks: list[Task]) -> None:
        """Missing reports climb the ladder; each of these stops at another step."""
        plans, paper = self.reporting.plans, self.supervising
        waiting, signed, refused, ordered, urged, silent, answered = self.pick(tasks, "2024 ladder", 7)
        for task, period in (
            (waiting, "2024-05"), (signed, "2024-02"), (refused, "2024-03"), (ordered, "2024-03"),
            (urged, "2024-04"), (silent, "2024-05"), (answered, "2024-05"),
        ):  # fmt: skip
            plans[task.code].scripts[period] = "missing"
        for task in (silent, waiting):
            plans[task.code].scripts["2024-06"] = "waits"
        paper.wakes |= {waiting.code: 0, signed.code: 4, refused.code: 0, ordered.code: 3, urged.code: 2}
        paper.wakes |= {silent.code: 0, answered.code: 3}
        paper.unsigned |= {waiting.code, silent.code}
        paper.declined.add(refused.code)
        paper.rejected.add(ordered.code)
        paper.unjudged.add(answered.code)

    def _exceptions(self, tasks: list[Task]) -> None:
        """Extensions, parking, transfers, and an order that the office proposes itself."""
        stage, units = self.stage, self.stage.cast.units
        asked, granted, denied, parked, resumed = self.pick(tasks, "2024 dates", 5)
        stage.at(date(2024, 6, 20), 10, self.ask, asked, date(2025, 3, 31))
        stage.at(date(2024, 5, 9), 10, self.ask, granted, date(2025, 2, 28))
        stage.at(date(2024, 5, 20), 10, self.ask, denied, date(2025, 12, 31))
        self.requesting.fates |= {asked.code: WAIT, denied.code: DENY}
        self.requesting.fixed[granted.code] = date(2025, 1, 31)
        stage.at(date(2024, 2, 26), 16, self.park, parked, date(2024, 9, 30))
        stage.at(date(2024, 2, 19), 16, self.park, resumed, date(2024, 3, 15))
        stage.at(date(2024, 3, 18), 9, self.resume, resumed)
        for place, code in enumerate(("deputy-agri", "deputy-safety", "deputy-social", "mayor")):
            theirs = [t for t in stage.tasks.values() if t.leader_post_id == stage.cast.posts[code].id]
            (late,) = self.pick([t for t in theirs if t.document_code == "001"], f"2024 {code}", 1)
            stage.at(date(2024, 6, 21 + place), 11, self.ask, late, date(2026, 6, 30))
            self.requesting.fates[late.code] = (WAIT, WAIT, LIE, RETURN)[place]
        moved, transferred, returned = (stage.tasks[code] for code in NEW_OWNERS)
        for task, day, hour in ((moved, 24, 10), (transferred, 27, 16), (returned, 26, 10)):
            to, note = NEW_OWNERS[task.code]
            stage.at(date(2024, 6, day), hour, assigning.transfer, stage, task, units[to], note)
        stage.at(date(2024, 6, 27), 10, self.refuse, returned)
        self.supervising.wakes[moved.code] = 0
        ordered, named = self.pick(tasks, "2024 orders", 2)
        stage.at(date(2024, 6, 24), 15, self.order, ordered, 3, "behind")
        stage.at(date(2024, 5, 13), 15, self.order, named, 4, "behind")
        self.supervising.wakes |= {ordered.code: 0, named.code: 4}

    def _ends(self) -> None:
        """Work that ends without being done: cancelled, merged, handed to another body; directly, or on request."""
        stage, matters, tasks = self.stage, self.matters, self.stage.tasks
        dropped, unwanted, joined, joins, merged, keeper, elsewhere = ENDED
        note = "原经营地块已列入改造范围，街区不再保留。"
        stage.at(date(2024, 4, 22), 10, matters.cancel, tasks[dropped], note)
        asks, note = self.requesting.ask, "企业已书面放弃挂牌计划，申请终止。"
        stage.at(date(2024, 5, 15), 10, asks, tasks[unwanted], "ask_cancellation", note)
        note = "与电子商务示范县建设内容重复，合并推进。"
        stage.at(date(2024, 4, 16), 10, matters.merge, tasks[joined], joins, note)
        note = "两家企业与同一所高校签约，合并为一项推进。"
        stage.at(date(2024, 5, 22), 10, self.ask_merging, tasks[merged], keeper, note)
        note = "图斑整改涉及执法立案，按职责移送，办理结果另行反馈。"
        body = "县自然资源综合行政执法队"
        stage.at(date(2024, 6, 5), 10, matters.hand_off, tasks[elsewhere], body, note)

    def _asked(self) -> None:
        """What the office wants to know, and what supporting units say unasked."""
        stage, matters, tasks = self.stage, self.matters, self.stage.tasks
        silent = [t for t in tasks.values() if t.document_code == "001" and t.method is Method.YES]
        asked = self.pick(silent, "2024 asked", 42)
        stage.at(date(2024, 5, 20), 10, matters.demand, asked[2:], date(2024, 5, 31))
        stage.at(date(2024, 6, 26), 10, matters.demand, asked[:2], date(2024, 7, 5))
        note = "进入汛期和高温季节，安全生产按月报送。"
        stage.at(date(2024, 5, 6), 10, matters.change_rhythm, tasks[OFTENER], Rhythm.MONTHLY.value, note)
        home, road = SPOKEN
        words = "附属配套道路尚未立项，请民政局先行办理用地手续。"
        stage.at(date(2024, 4, 11), 15, matters.speak, tasks[home], "housing", Verdict.ADD, words)
        stage.at(date(2024, 5, 14), 15, matters.speak, tasks[road], "transport", Verdict.AGREE, "")

    def _scripts(self, tasks: list[Task], period: str, **parts: int) -> None:
        """Give so many reports of a period each part; who has one keeps it."""
        plans = self.reporting.plans
        for script, n in parts.items():
            free = [t for t in tasks if period not in plans[t.code].scripts and t.code not in self._taken]
            for task in self.stage.chance("script", period, script).sample(free, n):
                plans[task.code].scripts[period] = script

    # single moves

    def ask(self, task: Task, day: date) -> bool:
        """The head asks for a later date."""
        if task.state is not TaskState.UNDERWAY:
            return False
        note = self.stage.chance("extension", task.code).choice(words.EXTENSIONS)
        return self.requesting.ask(task, "ask_extension", note, new_due_on=day.isoformat())

    def ask_merging(self, task: Task, into: str, note: str) -> None:
        """The head asks that another task carry it on."""
        self.requesting.ask(task, "ask_merging", note, into=into)

    def park(self, task: Task, until: date) -> None:
        """The leader lets it wait."""
        if task.state is TaskState.UNDERWAY:
            note = "等待上级专项规划批复，期间不计时。"
            self.stage.do(task, "park", self.stage.leader(task), note, until=until.isoformat())

    def resume(self, task: Task) -> None:
        """The office takes it up again."""
        if task.state is TaskState.PARKED:
            self.stage.do(task, "resume", self.stage.officer("resume", task.id), "批复已下达，恢复办理。")

    def refuse(self, task: Task) -> None:
        """A unit does not want what was transferred to it."""
        if task.state is TaskState.ASSIGNED:
            self.stage.do(task, "refuse", self.stage.cast.head(task.lead_unit), words.REFUSALS[0])

    def order(self, task: Task, step: int, reason: str) -> None:
        """The office proposes a step itself."""
        if task.state is TaskState.UNDERWAY:
            demand = "请说明落后原因，拿出追赶措施，并在限期内见到实效。"
            officer = self.stage.officer("order", task.id)
            note = "连续两期落后于序时进度"
            self.stage.try_to(task, "escalate", officer, note, step=str(step), demand=demand, reason=reason)
            self.stage.notice()
