"""The conditions of the ladder and of requests."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from taskflow import clock, db
from taskflow.ledger.models import LedgerEntry
from taskflow.notices.models import Notice
from taskflow.requests.models import RequestKind
from taskflow.rules import ladder
from taskflow.tasks.models import TaskState
from taskflow.workflows import escalation_effects as effects
from taskflow.workflows.engine.table import Moment, otherwise
from taskflow.workflows.guards import LONGEST_PLAN

DATED = (RequestKind.EXTENSION, RequestKind.PARKING)


@otherwise(
    "该任务已有同级或更高层级的督办件未办结，同一事项不重复督办。",
    met_by=("from the beginning", "escalation.clear", "escalation.withdraw"),
)
def not_escalated_yet(m: Moment) -> bool:
    """《政府督查工作条例》: the same matter is not supervised twice at once; a lower paper does not stop a higher one."""
    _, number = ladder.chosen(str(m.args.get("step") or "9"))
    return not effects.open_paper(m.task.id, at_least=number)


@otherwise("请选择督办层级。", "step")
def names_step(m: Moment) -> bool:
    """The step stands on a ladder in force."""
    name, number = ladder.chosen(str(m.args.get("step", "")))
    return ladder.step(m.record.region_code, clock.today(), number, name) is not None


@otherwise("请写出答复内容（至少 5 个字）。", "answer")
def says_answer(m: Moment) -> bool:
    """An order is answered in words."""
    return len(str(m.args.get("answer", "")).strip()) >= 5  # noqa: PLR2004


@otherwise("请写明督办要求。", "demand")
def says_demand(m: Moment) -> bool:
    """An order says what is wanted."""
    return len(str(m.args.get("demand", "")).strip()) >= 2  # noqa: PLR2004


@otherwise("此层级须由领导签发，系统不自动发出。", met_by=("from the beginning",))
def needs_no_signature(m: Moment) -> bool:
    """The program proposes; a named person decides."""
    return m.record.signer_post_id is None


@otherwise("此层级须由签发领导本人签发。", met_by=("from the beginning",))
def needs_signature(m: Moment) -> bool:
    """A step that nobody signs goes out by itself."""
    return m.record.signer_post_id is not None


@otherwise("任务挂账期间时钟停走。", met_by=("from the beginning", "task.resume"))
def clock_runs(m: Moment) -> bool:
    """While a task is parked nothing of it becomes late; its timers look again twice a day."""
    return bool(getattr(m.task, "state", None) != TaskState.PARKED)


@otherwise("已是最高层级。", met_by=("from the beginning",))
def step_above(m: Moment) -> bool:
    """There is a next step."""
    return ladder.step(m.record.region_code, clock.today(), m.record.step + 1, m.record.ladder) is not None


@otherwise("上一层级的通知还没有送到任何人，暂不升级；岗位无人任职的，请告知系统管理员。", met_by=("another person",))
def was_delivered(m: Moment) -> bool:
    """No step without a delivered message: if nobody held the post, the step waits and the office sees why."""
    issued = select(LedgerEntry.id).where(
        LedgerEntry.subject_kind == "escalation",
        LedgerEntry.subject_id == m.record.id,
        LedgerEntry.verb.in_(("issue", "serve")),
    )
    return db.exists(select(Notice.id).where(Notice.entry_id.in_(issued)))


@otherwise("请填写另定的日期：晚于今天；不另定就留空。", "granted_on")
def fixes_a_day(m: Moment) -> bool:
    """The leader may fix another day than the one asked for; without one the day asked for holds."""
    text = str(m.args.get("granted_on") or "").strip()
    if not text:
        return True
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    longest = clock.today() + timedelta(days=366 * LONGEST_PLAN)
    return m.record.kind in DATED and clock.today() < day <= longest
