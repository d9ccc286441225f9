"""The conditions of the tables: the sentence a person is shown, the fields it asks for, the moves that meet it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from taskflow import clock, db
from taskflow.escalations.models import LIVE, Escalation
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Unit
from taskflow.reports.models import NOT_IN, Evidence, Report
from taskflow.reports.periods import source_rules
from taskflow.requests.models import ANSWERED, Request, RequestKind
from taskflow.rules import book
from taskflow.tasks.models import (
    ENDED,
    ClosingGrade,
    Method,
    Node,
    Occurrence,
    OccurrenceState,
    Rhythm,
    RoleKind,
    Task,
    TaskRole,
)
from taskflow.workflows.engine.table import Guard, Moment, otherwise
from taskflow.workflows.parties import LEADER
from taskflow.workflows.role_effects import named

ID_LENGTH = 9  # digits of an id; more would not fit the database's integers
LONGEST_PLAN = 15  # years: a date further away is a slip of the pen
LONGEST_WAIT = timedelta(days=366)  # for a report that the office asks for
MOST_NODES = 60


def _date(m: Moment, name: str) -> date | None:
    try:
        return date.fromisoformat(str(m.args.get(name, "")))
    except ValueError:
        return None


def _text(m: Moment, name: str) -> str:
    return str(m.args.get(name) or "").strip()


def _unit(m: Moment, name: str) -> Unit | None:
    """The unit of this region that an argument names by its id."""
    text = _text(m, name)
    unit = db.session.get(Unit, int(text)) if text.isdecimal() and len(text) <= ID_LENGTH else None
    return unit if unit is not None and unit.region_code == m.record.region_code else None


@otherwise("请写明理由。", "note")
def gives_reason(m: Moment) -> bool:
    """A reason stands in the ledger with the move."""
    return bool(m.note)


@otherwise("请先上传佐证材料。", met_by=("report.draft",))
def has_evidence(m: Moment) -> bool:
    """结果导向: a completion needs something that proves it."""
    return db.exists(select(Evidence.id).where(Evidence.task_id == m.task.id))


@otherwise(
    "完成率达到 100%（或已报完成）后才能申请办结，请先填报进度：到期的报告，或点“主动报送”。", met_by=("report.accept",)
)
def is_complete(m: Moment) -> bool:
    """The accepted progress says that it is done; work that comes again is, when its last day has come."""
    if m.record.method is Method.OCCURRENCES and clock.today() >= m.record.due_on:
        return True
    return bool(m.record.percent == 100)  # noqa: PLR2004


@otherwise("请先确认：所有节点都已填报完成日期。", met_by=("report.accept",))
def nodes_are_done(m: Moment) -> bool:
    """A task closes only with every node done."""
    left = select(func.count()).where(Node.task_id == m.record.id, Node.done_on.is_(None))
    return db.session.scalar(left) == 0


@otherwise(
    "还有期次没有完成，请先报送该期完成情况。", met_by=("from the beginning", "report.accept", "occurrence.waive")
)
def turns_are_over(m: Moment) -> bool:
    """Work that comes again is done when no turn of it is open."""
    return not db.exists(
        select(Occurrence.id).where(Occurrence.task_id == m.record.id, Occurrence.state == OccurrenceState.OPEN)
    )


@otherwise(
    "还有督办件没有答复解除，请先答复。", met_by=("from the beginning", "escalation.clear", "escalation.withdraw")
)
def no_open_escalation(m: Moment) -> bool:
    """A matter under 督办 is not closed over its head."""
    return not db.exists(select(Escalation.id).where(Escalation.task_id == m.task.id, Escalation.state.in_(LIVE)))


@otherwise("请选择要改派的单位，且不能是现在的牵头单位。", "unit")
def names_unit(m: Moment) -> bool:
    """The new lead unit exists in this region, has a leader in charge, and is another one."""
    unit = _unit(m, "unit")
    return unit is not None and unit.id != m.record.unit_id


@otherwise("请填写挂账到期日：今天之后、任务时限之前的日期。", "until")
def gives_until(m: Moment) -> bool:
    """Parking is dated."""
    until = _date(m, "until")
    return until is not None and clock.today() < until <= m.record.due_on


@otherwise("请填写新的完成时限：晚于现在的时限，且不超过十五年。", "new_due_on")
def gives_new_date(m: Moment) -> bool:
    """An extension asks for a later day."""
    day = _date(m, "new_due_on")
    return day is not None and m.record.due_on < day and day.year - clock.today().year <= LONGEST_PLAN


@otherwise("完成时限已过，不能挂账；请先申请延期。", met_by=("from the beginning", "task.ask_extension"))
def not_overdue(m: Moment) -> bool:
    """What is overdue stays overdue: parking would only hide it."""
    return bool(clock.today() < m.record.due_on)


@otherwise("还有一份报告没有报完，请先完成或放弃它。", met_by=("from the beginning", "report.agree", "report.discard"))
def no_report_open(m: Moment) -> bool:
    """One report at a time: nobody is asked twice for the same thing (减负)."""
    return not db.exists(select(Report.id).where(Report.task_id == m.record.id, Report.state.in_(NOT_IN)))


@otherwise("请填写报送截止日：今天起一年以内。", "report_by")
def gives_report_day(m: Moment) -> bool:
    """The office says by when it wants to know."""
    day = _date(m, "report_by")
    return day is not None and clock.today() <= day <= clock.today() + LONGEST_WAIT


@otherwise("请选择报送频次，且与现在不同。", "rhythm")
def gives_rhythm(m: Moment) -> bool:
    """Another rhythm than the one that holds."""
    text = _text(m, "rhythm")
    return text in {one.value for one in Rhythm} and text != m.record.rhythm


def no_request_open(kind: RequestKind) -> Guard:
    """One request of a kind at a time."""

    @otherwise(
        f"已有一份{kind.label}申请在等候批复。",
        met_by=("from the beginning", "request.grant", "request.deny", "request.withdraw"),
    )
    def none_open(m: Moment) -> bool:
        waiting = Request.state.not_in(ANSWERED)
        return not db.exists(select(Request.id).where(Request.task_id == m.record.id, Request.kind == kind, waiting))

    none_open.__name__ = f"no_request_open_{kind.value}"
    return none_open  # type: ignore[no-any-return]


@otherwise("请填写并入哪项任务的编号：本县另一项未办结的任务。", "into")
def names_task(m: Moment) -> bool:
    """Another task of this region that is still followed up carries this one on."""
    code = _text(m, "into")
    other = db.session.scalars(select(Task).where(Task.region_code == m.record.region_code, Task.code == code)).first()
    return other is not None and other.id != m.record.id and other.state not in ENDED


@otherwise("请写明移交给哪个单位或渠道。", "body")
def names_body(m: Moment) -> bool:
    """The body that follows it up from here, in words: it may stand outside the county."""
    return 2 <= len(_text(m, "body")) <= 60  # noqa: PLR2004


@otherwise("请评定办结等次：优秀、良好、合格或不合格。", "closing_grade")
def gives_closing_grade(m: Moment) -> bool:
    """Closing is graded where the source asks for it (13710)."""
    text = _text(m, "closing_grade")
    if not text:
        return not is_graded(m.record)
    return text in {grade.value for grade in ClosingGrade}


def is_graded(task: Task) -> bool:
    """Whether a task's closing is graded, by its kind of source."""
    return bool(source_rules(task.source.kind.value, book.of(task.region_code))["graded"])


@otherwise("请写明责任人姓名和职务（2 到 60 个字）。", "person")
def names_person(m: Moment) -> bool:
    """Who does the work, as the unit names them."""
    return 2 <= len(_text(m, "person")) <= 60  # noqa: PLR2004


@otherwise("请选择责任分工。", "role")
def names_role(m: Moment) -> bool:
    """A role that the office gives and takes."""
    return _text(m, "role") in {one.value for one in GIVEN_ROLES}


#: A second leader (党政同责) and whoever else answers; the lead unit changes by 改派 and 移交 only.
GIVEN_ROLES = (
    RoleKind.SUPPORTING, RoleKind.COORDINATOR, RoleKind.SUPERVISOR, RoleKind.LEADER, RoleKind.PAIRED,
)  # fmt: skip
UNITS_ONLY = (RoleKind.SUPPORTING, RoleKind.COORDINATOR, RoleKind.SUPERVISOR)
MOST_LEADERS = 2


@otherwise("请选择单位或县领导：配合、协调、监督是牵头以外的单位；牵头领导最多两位，第一位不能取消。", "role_who")
def names_role_who(m: Moment) -> bool:
    """Somebody of this region who may have that role: whoever coordinates or supervises is not the lead."""
    role, who = _text(m, "role"), named(_text(m, "role_who"), m.record.region_code)
    if who is None:
        return False
    if role in UNITS_ONLY:
        return isinstance(who, Unit) and who.id != m.record.lead_unit_id
    if role != RoleKind.LEADER:
        return not isinstance(who, Unit) or who.id != m.record.lead_unit_id
    if isinstance(who, Unit) or who.role not in LEADER.roles or who.id == m.record.leader_post_id:
        return False
    leaders = select(TaskRole.post_id).where(
        TaskRole.task_id == m.record.id, TaskRole.role == RoleKind.LEADER, TaskRole.until.is_(None)
    )
    held = set(db.rows(leaders))
    return who.id in held or len(held) < MOST_LEADERS


@otherwise("倒排工期已经审定，请用“申请调整节点”。", met_by=("from the beginning",))
def plan_is_open(m: Moment) -> bool:
    """Until the office agrees to the plan the unit arranges it freely."""
    return m.record.plan_agreed_on is None


@otherwise("倒排工期还没有审定，可直接编排节点。", met_by=("task.agree_plan",))
def plan_is_agreed(m: Moment) -> bool:
    """Afterwards a change is asked for; old and new are kept."""
    return m.record.plan_agreed_on is not None


@otherwise("请填写节点：每个有名称（40 字以内）和起止日期，起不晚于止，都在任务起止日期之内，最多 60 个。", "nodes")
def gives_nodes(m: Moment) -> bool:
    """Steps with names and days that lie within the task; what is done keeps its place in the record."""
    rows = m.args.get("nodes")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_NODES:
        return False
    return all(_is_node(m, row) for row in rows) and _keeps_what_is_done(m, rows)


def _is_node(m: Moment, row: Any) -> bool:
    try:
        start, finish = date.fromisoformat(row["start_on"]), date.fromisoformat(row["finish_on"])
        named = 1 <= len(str(row["name"]).strip()) <= 40  # noqa: PLR2004
    except (ValueError, KeyError, TypeError):
        return False
    return named and m.record.start_on <= start <= finish <= m.record.due_on


def _keeps_what_is_done(m: Moment, rows: list[dict[str, str]]) -> bool:
    ours = {node.id: node for node in m.record.nodes}
    named = [str(row.get("id") or "") for row in rows if row.get("id")]
    if any(not key.isdecimal() or int(key) not in ours for key in named) or len(set(named)) != len(named):
        return False
    return all(node.done_on is None or str(key) in named for key, node in ours.items())


def not_who(verb: str) -> Guard:
    """Nobody judges their own work: not the person who made `verb` last on this record."""

    @otherwise(f"{_DONE_BY[verb]}的人不能办理这一步，请换一位同事。", met_by=("another person",))
    def not_the_same_person(m: Moment) -> bool:
        return m.actor is None or _last_by(m, verb) != m.actor.id

    not_the_same_person.__name__ = f"not_who_{verb}"
    return not_the_same_person  # type: ignore[no-any-return]


_DONE_BY = {"verify": "核验", "draft": "填报", "assess": "初评", "propose": "提出", "answer": "答复"}


def _last_by(m: Moment, verb: str) -> int | None:
    made = select(LedgerEntry.actor_id).where(
        LedgerEntry.subject_kind == _kind(m.record), LedgerEntry.subject_id == m.record.id, LedgerEntry.verb == verb
    )
    return db.session.scalar(made.order_by(LedgerEntry.version.desc()).limit(1))


def _kind(record: Any) -> str:
    return str(record.__tablename__)
