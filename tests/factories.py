"""One valid default per record, and the real moves that bring it where a test needs it.

Nothing here writes a state: `do` makes one move, `walk` the shortest run of moves to a state.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select, update

from taskflow import clock, db
from taskflow.escalations.models import Escalation
from taskflow.ledger.models import LedgerEntry
from taskflow.notices.models import Notice
from taskflow.org.models import Holding, Person, Post, Unit
from taskflow.plans.models import Basis, Chapter, Comparator, Measure, MeasureKind, PlanDocument, Project, Target
from taskflow.reports.models import Report
from taskflow.requests.models import Request
from taskflow.reviews.models import Review
from taskflow.sources.models import Source, SourceKind
from taskflow.support.models import Answer
from taskflow.tasks.models import Method, Node, Occurrence, RoleKind, Task, TaskRole, TaskState
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.models import Timer, TimerState
from taskflow.workflows.engine.perform import Command, begin, perform, unmet
from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Moment, Move
from tests import drafting

REGION = "141122"
FAR = 1000  # moves
_numbers = count(1)


def fresh(prefix: str = "test") -> str:
    """A command id that nobody used."""
    return f"{prefix}:{next(_numbers)}"


# Records


def unit(code: str = "industry") -> Unit:
    """A unit of the small county."""
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


def person(code: str) -> Person:
    """The person named after a post."""
    return db.session.scalars(select(Person).where(Person.login == code)).one()


def post(code: str) -> Post:
    """A post by its code."""
    return db.session.scalars(select(Post).where(Post.code == code)).unique().one()


def document(code: str = "003", **values: Any) -> PlanDocument:
    """A document, made once per code."""
    found = db.session.scalar(select(PlanDocument).where(PlanDocument.code == code))
    if found is None:
        given = {"title": f"文件 {code}", "kind": "report", "reporting_year": 2024} | values
        found = _kept(PlanDocument(region_code=REGION, code=code, **given))
        _kept(Chapter(document_id=found.id, number="一", title="第一部分", line=1))
    return found


def measure(lead: str = "industry", *, targets: int = 1, **values: Any) -> Measure:
    """A quantified measure of the yearly report, with one target."""
    source = document(values.pop("document", "003"))
    chapter = db.session.scalars(select(Chapter).where(Chapter.document_id == source.id)).first()
    number, body = next(_numbers), unit(lead)
    given = {
        "code": f"003-{number:04}",
        "line": number,
        "title": f"新增规上企业 {number} 户",
        "kind": MeasureKind.QUANTIFIED,
        "deadline": date(2024, 12, 31),
        "basis": Basis.PRINTED,
        "lead_unit_id": body.id,
        "leader_post_id": body.leader_post_id,
    } | values
    made = Measure(document_id=source.id, chapter_id=chapter.id, **given)  # type: ignore[union-attr]
    made.targets = [
        Target(
            place=place, indicator="规上企业", comparator=Comparator.AT_LEAST, value="8", unit="户", direction="higher"
        )
        for place in range(1, targets + 1)
    ]
    return _kept(made)


def project(lead: str = "industry", **values: Any) -> Project:
    """A row of a project box."""
    source = document("001", kind="plan")
    chapter = db.session.scalars(select(Chapter).where(Chapter.document_id == source.id)).first()
    number = next(_numbers)
    given = {"box": "4-1", "box_title": "项目", "place": number, "seq": number, "name": f"项目 {number}"} | values
    made = Project(document_id=source.id, chapter_id=chapter.id, line=number, lead_unit_id=unit(lead).id, **given)  # type: ignore[union-attr]
    return _kept(made)


def task(lead: str = "industry", *, nodes: int = 2, **values: Any) -> Task:
    """A task at its start: from 2024-01-02 to 2024-12-31, reporting monthly, with some nodes."""
    body = unit(lead)
    source = values.pop("measure", None) or measure(lead)
    origin = Source(region_code=REGION, kind=SourceKind.MEASURE, measure_id=source.id, document_id=source.document_id)
    given = {
        "code": f"T-{next(_numbers):04}",
        "title": source.title,
        "kind": source.kind,
        "source": origin,
        "method": Method.FIGURES if source.targets else Method.PERCENT,
        "document_code": "003",
        "lead_unit_id": body.id,
        "leader_post_id": body.leader_post_id,
        "start_on": date(2024, 1, 2),
        "due_on": date(2024, 12, 31),
        "due_basis": "printed",
    } | values
    made = Task(region_code=REGION, baseline_due_on=given["due_on"], **given)
    begun = begin(FLOWS["task"], made, fresh("begin"), None, {"due_on": made.due_on.isoformat()})
    for role, who in (
        (RoleKind.LEAD, {"unit_id": begun.lead_unit_id}),
        (RoleKind.LEADER, {"post_id": begun.leader_post_id}),
    ):
        db.session.add(TaskRole(task_id=begun.id, role=role, since=clock.today(), **who))
    for place in range(1, nodes + 1):
        finish = date(2024, 12 * place // nodes, 28)
        db.session.add(
            Node(
                task_id=begun.id,
                place=place,
                name=f"节点{place}",
                start_on=date(2024, 1, 2),
                finish_on=finish,
                baseline_finish_on=finish,
            )
        )
    db.session.flush()
    return begun


def report(of: Task | None = None) -> Report:
    """The report that a task under way is asked for next."""
    asked = walk(of or task(), TaskState.UNDERWAY)
    do(asked, "ask_report")
    return newest_report(asked)


def own_report(of: Task | None = None) -> Report:
    """A report that the unit writes because it has something to say."""
    told = walk(of or task(), TaskState.UNDERWAY)
    do(told, "report")
    return db.rows(select(Report).where(Report.task_id == told.id).order_by(Report.id))[-1]


def escalation(of: Task | None = None, step: int = 1) -> Escalation:
    """A step of the ladder that the office proposes against a task under way."""
    pursued = walk(of or task(), TaskState.UNDERWAY)
    do(pursued, "escalate", step=str(step))
    return newest_escalation(pursued)


def newest_escalation(of: Task) -> Escalation:
    """The escalation of a task that was proposed last."""
    return db.rows(select(Escalation).where(Escalation.task_id == of.id).order_by(Escalation.id))[-1]


def support(of: Task, *codes: str) -> None:
    """Units that support a task from its first day on."""
    for code in codes:
        db.session.add(TaskRole(task_id=of.id, role=RoleKind.SUPPORTING, unit_id=unit(code).id, since=clock.today()))
    db.session.flush()
    db.session.expire(of, ["supporting", "roles"])


def request(of: Task | None = None, verb: str = "ask_extension", **args: Any) -> Request:
    """What the lead unit of a task under way asks for."""
    asking = walk(of or task(), TaskState.UNDERWAY)
    do(asking, verb, **args)
    return db.rows(select(Request).where(Request.task_id == asking.id).order_by(Request.id))[-1]


def occurrence(**values: Any) -> Occurrence:
    """A turn of work that comes again."""
    recurring = task(
        measure=measure(targets=0, recurrence="monthly"), method=Method.OCCURRENCES, rhythm="monthly", **values
    )
    do(walk(recurring, TaskState.UNDERWAY), "ask_report")
    return db.rows(select(Occurrence).where(Occurrence.task_id == recurring.id).order_by(Occurrence.id))[-1]


def answer() -> Answer:
    """What a supporting unit is asked when a task that comes from a leader's note is assigned."""
    note = Source(region_code=REGION, kind=SourceKind.INSTRUCTION, origin="县长", words="请抓紧办理")
    supported = task(source=note, method=Method.PERCENT)
    support(supported, "agri")
    walk(supported, TaskState.ASSIGNED)
    return db.rows(select(Answer).where(Answer.task_id == supported.id))[-1]


def review(lead: str = "industry", **values: Any) -> Review:
    """A unit's first quarter of 2024, open for its own judgement."""
    body = unit(lead)
    given = {"quarter": "2024-Q1", "quarter_end": date(2024, 3, 31), "due_on": date(2024, 4, 16)} | values
    made = Review(region_code=REGION, unit_id=body.id, leader_post_id=body.leader_post_id, **given)
    return begin(FLOWS["review"], made, fresh("begin"), None, {"quarter": given["quarter"]})


#: Every record with a flow, at its start.
STARTS: dict[str, Callable[[], Any]] = {"task": task, "report": report, "review": review, "escalation": escalation,
                                          "request": request, "occurrence": occurrence, "answer": answer,
                                          "draft": drafting.draft}  # fmt: skip


def start_for(flow: Flow, move: Move) -> Any:
    """A record at its start from which a move can be made."""
    if flow.name == "escalation" and move.verb in ("issue", "decline", "urge_sign"):
        return escalation(step=4)
    if (flow.name, move.verb) == ("task", "speak"):
        supported = task()
        support(supported, "agri")
        return supported
    if (flow.name, move.verb) == ("report", "discard"):
        return own_report()
    return drafting.ready_for(move.verb, measure) if flow.name == "draft" else STARTS[flow.name]()


def _kept(record: Any) -> Any:
    db.session.add(record)
    db.session.flush()
    return record


# What is read back


def entries(record: Any) -> list[LedgerEntry]:
    """The ledger entries of a record, in order."""
    mine = select(LedgerEntry).where(
        LedgerEntry.subject_kind == record.__tablename__, LedgerEntry.subject_id == record.id
    )
    return list(db.rows(mine.order_by(LedgerEntry.seq)))


def all_entries() -> list[LedgerEntry]:
    """Every ledger entry, chain by chain."""
    return list(db.rows(select(LedgerEntry).order_by(LedgerEntry.chain, LedgerEntry.seq)))


def newest_report(of: Task) -> Report:
    """The report of a task that was asked for last."""
    return db.rows(select(Report).where(Report.task_id == of.id).order_by(Report.period_end))[-1]


def armed(record: Any) -> dict[str, Timer]:
    """The armed timers of a record, by rule."""
    mine = select(Timer).where(
        Timer.subject_kind == record.__tablename__, Timer.subject_id == record.id, Timer.state == TimerState.ARMED
    )
    found = db.session.scalars(mine.execution_options(populate_existing=True)).all()
    return {timer.rule: timer for timer in found}


def told(entry: LedgerEntry) -> set[str]:
    """The logins of those who are owed a message about an entry."""
    owed = select(Person.login).join(Notice, Notice.person_id == Person.id).where(Notice.entry_id == entry.id)
    return set(db.rows(owed))


def vacate(code: str) -> None:
    """Nobody holds this post any more."""
    db.session.execute(update(Holding).where(Holding.post_id == post(code).id).values(until=date(2023, 12, 31)))


# Moves


def flow_of(record: Any) -> Flow:
    """The table that a record follows."""
    return FLOWS[record.__tablename__]


def do(
    record: Any,
    verb: str,
    by: Person | str | None = None,
    *,
    id: str | None = None,  # noqa: A002  # as the command calls it
    seen: int | None = None,
    note: str | None = None,
    **args: Any,
) -> Any:
    """One move, by the first person who may (or by the post named), with valid input for what is missing."""
    flow = flow_of(record)
    move = flow.move(verb, record.state)
    wanted = valid_args(record, move) | args
    reason = wanted.pop("note", "")
    note = reason if note is None else note
    if isinstance(by, str):
        by = person(by)
    elif by is None and move.by is not CLOCK:
        by = hand(record, move, note, wanted)
    return perform(flow, record, Command(id or fresh(), verb, by, seen, note, wanted))


def hand(record: Any, move: Move, note: str, args: dict[str, Any]) -> Person:
    """Somebody who may make the move now; who may not is told why by the caller's `perform`."""
    held = sorted({holding.person_id for holding in move.by.people(record)})
    if not held:
        raise LookupError(f"nobody is {move.by} for {record!r}")
    people = [db.session.get_one(Person, person_id) for person_id in held]
    fit = (who for who in people if not unmet(move, Moment(record, who, clock.now(), note, dict(args))))
    return next(fit, people[0])


def _other_unit(record: Any) -> str:
    return str(unit("agri" if record.unit_id != unit("agri").id else "tianning").id)


def _figures(record: Any) -> dict[str, str]:
    return {str(target.id): "8" for target in record.task.measure.targets} if record.task.measure_id else {}


def _other_task(record: Any) -> str:
    return str(task(record.lead_unit.code).code)


def _nodes(record: Any) -> list[dict[str, str]]:
    kept = [
        {
            "id": str(node.id),
            "name": node.name,
            "start_on": node.start_on.isoformat(),
            "finish_on": node.finish_on.isoformat(),
        }
        for node in record.nodes
    ]
    return [*kept, {"name": "自查", "start_on": record.start_on.isoformat(), "finish_on": record.due_on.isoformat()}]


#: For each thing that a guard asks for: record → an answer that it takes.
VALID_ARGS: dict[str, Callable[[Any], Any]] = {
    "note": lambda _: "按会议议定的意见办理",
    "unit": _other_unit,
    "until": lambda _: date.fromordinal(clock.today().toordinal() + 30).isoformat(),
    "new_due_on": lambda record: date(record.due_on.year + 1, 3, 29).isoformat(),
    "progress": lambda _: "完成前期手续，主体施工过半",
    "percent": lambda _: "40",
    "figures": _figures,
    "nodes_done": lambda _: {},
    "answer": lambda _: "已召开专题会议，补报进度并加派人手",
    "step": lambda _: "1",
    "demand": lambda _: "请三个工作日内书面说明",
    "grade": lambda _: "good",
    "granted_on": lambda _: "",
    "report_by": lambda _: date.fromordinal(clock.today().toordinal() + 3).isoformat(),
    "rhythm": lambda record: "weekly" if record.rhythm != "weekly" else "quarterly",
    "into": _other_task,
    "body": lambda _: "市生态环境局",
    "person": lambda _: "王某，规划股股长",
    "role": lambda _: "coordinator",
    "role_who": lambda record: f"unit:{_other_unit(record)}",
    "closing_grade": lambda _: "good",
    "verdict": lambda _: "agree",
    "nodes": _nodes,
    "fulfilled": lambda _: "no",
    "shortfall": lambda _: "",
} | drafting.VALID_ARGS


def valid_args(record: Any, move: Move) -> dict[str, Any]:
    """An answer to everything that a move asks for."""
    return {name: VALID_ARGS[name](record) for name in move.asks}


def proof(name: str = "合同.pdf") -> dict[str, Any]:
    """A file as the door hands it to the engine."""
    return {"sha256": f"{next(_numbers):064x}", "name": name, "size": 1024}


# Walking


def walk(record: Any, to: Any) -> Any:
    """Bring a record to a state by the shortest run of real moves, made by the right people.

    What a move needs of other records (a report that says 100 %, an escalation answered) is made true as well.
    """
    flow = flow_of(record)
    for _ in range(2 * len(flow.states)):
        if record.state == to:
            return record
        for move in sorted(flow.leaving(record.state), key=lambda move: _steps(flow, move.target, to)):
            if move.target is not STAY and _steps(flow, move.target, to) < FAR and walkable(record, move):
                do(record, move.verb)
                break
        else:
            break
    raise LookupError(f"{flow.name}: no way from {record.state} to {to}")


def walk_by_people(record: Any) -> Any:
    """Bring a record to the nearest end by moves of people alone."""
    flow = flow_of(record)
    ends = set(flow.ends)
    for _ in range(2 * len(flow.states)):
        if record.state in ends:
            return record
        ways = [
            (min(_steps(flow, move.target, end) for end in ends), place, move)
            for place, move in enumerate(flow.leaving(record.state))
            if move.by is not CLOCK and move.target is not STAY and not move.reopens
        ]
        for _, _, move in sorted(ways, key=lambda way: way[:2]):
            if walkable(record, move):
                do(record, move.verb)
                break
        else:
            break
    raise LookupError(f"{flow.name}: people cannot bring {record.state} to an end")


def _steps(flow: Flow, start: Any, to: Any) -> int:
    """How many moves from one state to another, at least."""
    if start is STAY:
        return FAR
    seen, frontier, steps = {start}, {start}, 0
    while frontier:
        if to in frontier:
            return steps
        frontier = {m.target for s in frontier for m in flow.leaving(s) if m.target is not STAY} - seen
        seen |= frontier
        steps += 1
    return FAR


def walkable(record: Any, move: Move) -> bool:
    """Whether somebody could make a move now, after what it needs of other records has been brought about."""
    if move.verb == "claim":
        finish(record)
    if move.by is not CLOCK and not move.by.people(record):
        return False
    args = valid_args(record, move)
    note = args.pop("note", "")
    who = None if move.by is CLOCK else hand(record, move, note, args)
    return not unmet(move, Moment(record, who, clock.now(), note, args))


def finish(of: Task) -> None:
    """Whatever a task needs before its completion can be claimed."""
    for paper in db.rows(select(Escalation).where(Escalation.task_id == of.id)):
        if paper.state not in flow_of(paper).ends:
            walk(paper, "cleared")
    if of.percent != 100:
        done = {str(node.id): of.start_on.isoformat() for node in db.rows(select(Node).where(Node.task_id == of.id))}
        say(report(of), percent="100", evidence=[proof()], nodes_done=done)


def say(on: Report, **args: Any) -> Report:
    """A report from due to accepted, with these words and figures."""
    do(on, "draft", **args)
    do(on, "agree")
    return do(on, "accept")
