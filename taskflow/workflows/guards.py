"""The conditions of the tables, each with the sentence a person is shown and the fields it asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from taskflow import clock, db
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.ledger.models import LedgerEntry
from taskflow.notices.models import Notice
from taskflow.org.models import Unit
from taskflow.reports.models import Evidence
from taskflow.reviews.models import Grade
from taskflow.rules import ladder
from taskflow.tasks.models import Extension, Node, TaskState
from taskflow.workflows.engine.table import Guard, Moment, otherwise

ID_LENGTH = 9  # digits of an id; more would not fit the database's integers
LONGEST_PLAN = 15  # years: a date further away is a slip of the pen


def _date(m: Moment, name: str) -> date | None:
    try:
        return date.fromisoformat(str(m.args.get(name, "")))
    except ValueError:
        return None


@otherwise("请写明理由。", "note")
def gives_reason(m: Moment) -> bool:
    """A reason stands in the ledger with the move."""
    return bool(m.note)


@otherwise("请先上传佐证材料。")
def has_evidence(m: Moment) -> bool:
    """结果导向: a completion needs something that proves it."""
    return db.exists(select(Evidence.id).where(Evidence.task_id == m.task.id))


@otherwise("完成率达到 100% 后才能申请办结，请先在进度报告中填报。")
def is_complete(m: Moment) -> bool:
    """The accepted progress says 100 %."""
    return bool(m.record.percent == 100)  # noqa: PLR2004


@otherwise("还有督办件没有答复解除，请先答复。")
def no_open_escalation(m: Moment) -> bool:
    """A matter under 督办 is not closed over its head."""
    return not db.exists(_open_escalations(m))


@otherwise("该任务已有未办结的督办件，同一事项不重复督办。")
def not_escalated_yet(m: Moment) -> bool:
    """《政府督查工作条例》: the same matter is not supervised twice at the same time."""
    return not db.exists(_open_escalations(m))


def _open_escalations(m: Moment) -> Any:
    live = (EscalationState.PROPOSED, EscalationState.ISSUED, EscalationState.ANSWERED)
    return select(Escalation.id).where(Escalation.task_id == m.task.id, Escalation.state.in_(live))


@otherwise("请选择要改派的单位，且不能是现在的牵头单位。", "unit")
def names_unit(m: Moment) -> bool:
    """The new lead unit exists in this region and is another one."""
    text = str(m.args.get("unit", ""))
    unit = db.session.get(Unit, int(text)) if text.isdecimal() and len(text) <= ID_LENGTH else None
    return unit is not None and unit.region_code == m.record.region_code and unit.id != m.record.unit_id


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


@otherwise("已有一份延期申请在等候批复。")
def no_extension_open(m: Moment) -> bool:
    """One request at a time."""
    return not db.exists(_open_extensions(m))


@otherwise("没有待批复的延期申请。")
def extension_open(m: Moment) -> bool:
    """There is a request to answer."""
    return db.exists(_open_extensions(m))


def _open_extensions(m: Moment) -> Any:
    return select(Extension.id).where(Extension.task_id == m.record.id, Extension.granted.is_(None))


@otherwise("请填写本期进展（至少 5 个字）。", "progress")
def says_progress(m: Moment) -> bool:
    """A report says what was done."""
    return len(str(m.args.get("progress", "")).strip()) >= 5  # noqa: PLR2004


@otherwise("完成率请填 0 到 100 的整数。", "percent")
def says_percent(m: Moment) -> bool:
    """A report says how far it is."""
    text = str(m.args.get("percent", "")).strip()
    return len(text) <= 3 and text.isascii() and text.isdigit() and int(text) <= 100  # noqa: PLR2004


@otherwise("填报 100% 需要佐证材料，且每项目标值都要填写完成数。", "figures")
def full_needs_proof(m: Moment) -> bool:
    """拿数据说话: no 100 % without evidence and a figure for every target."""
    if str(m.args.get("percent", "")).strip() != "100":
        return True
    measure = m.task.measure
    figures = m.args.get("figures") or {}
    told = all(str(figures.get(str(target.id), "")).strip() for target in (measure.targets if measure else []))
    brought = bool(m.args.get("evidence"))
    return told and (brought or db.exists(select(Evidence.id).where(Evidence.task_id == m.task.id)))


@otherwise("节点完成日期应在任务开始之后、今天或以前。", "nodes_done")
def node_days_are_past(m: Moment) -> bool:
    """No back-dating before the start, nothing done in the future, and only this task's nodes."""
    given = m.args.get("nodes_done") or {}
    ours = set(db.rows(select(Node.id).where(Node.task_id == m.task.id))) if given else set()
    for key, text in given.items():
        try:
            day = date.fromisoformat(str(text))
        except ValueError:
            return False
        if not str(key).isdecimal() or int(key) not in ours or not m.task.start_on <= day <= clock.today():
            return False
    return True


@otherwise("请写出答复内容（至少 5 个字）。", "answer")
def says_answer(m: Moment) -> bool:
    """An order is answered in words."""
    return len(str(m.args.get("answer", "")).strip()) >= 5  # noqa: PLR2004


@otherwise("请选择督办层级。", "step")
def names_step(m: Moment) -> bool:
    """The step stands on the ladder in force."""
    text = str(m.args.get("step", ""))
    if not text.isdecimal() or len(text) > ID_LENGTH:
        return False
    return ladder.step(m.record.region_code, clock.today(), int(text)) is not None


@otherwise("请写明督办要求。", "demand")
def says_demand(m: Moment) -> bool:
    """An order says what is wanted."""
    return len(str(m.args.get("demand", "")).strip()) >= 2  # noqa: PLR2004


@otherwise("请选择等次：优秀、良好、合格或不合格。", "grade")
def gives_grade(m: Moment) -> bool:
    """A quarter gets one of four grades."""
    return m.args.get("grade") in {grade.value for grade in Grade}


@otherwise("此层级须由领导签发，系统不自动发出。")
def needs_no_signature(m: Moment) -> bool:
    """The program proposes; a named person decides."""
    return m.record.signer_post_id is None


@otherwise("此层级须由签发领导本人签发。")
def needs_signature(m: Moment) -> bool:
    """A step that nobody signs goes out by itself."""
    return m.record.signer_post_id is not None


@otherwise("任务挂账期间时钟停走。")
def clock_runs(m: Moment) -> bool:
    """While a task is parked nothing of it becomes late; its timers look again twice a day."""
    return bool(m.task.state != TaskState.PARKED)


@otherwise("已是最高层级。")
def step_above(m: Moment) -> bool:
    """There is a next step."""
    return ladder.step(m.record.region_code, clock.today(), m.record.step + 1) is not None


@otherwise("上一层级的通知还没有送到任何人，暂不升级；岗位无人任职的，请告知系统管理员。")
def was_delivered(m: Moment) -> bool:
    """No step without a delivered message: if nobody held the post, the step waits and the office sees why."""
    issued = select(LedgerEntry.id).where(
        LedgerEntry.subject_kind == "escalation",
        LedgerEntry.subject_id == m.record.id,
        LedgerEntry.verb.in_(("issue", "serve")),
    )
    return db.exists(select(Notice.id).where(Notice.entry_id.in_(issued)))


def not_who(verb: str) -> Guard:
    """Nobody judges their own work: not the person who made `verb` last on this record."""

    @otherwise(f"{_DONE_BY[verb]}的人不能办理这一步，请换一位同事。")
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


@otherwise("请先确认：所有节点都已填报完成日期。")
def nodes_are_done(m: Moment) -> bool:
    """A task closes only with every node done."""
    left = select(func.count()).where(Node.task_id == m.record.id, Node.done_on.is_(None))
    return db.session.scalar(left) == 0
