"""The conditions of reports, of turns of recurring work, of supporting units' answers and of reviews."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from taskflow import clock, db
from taskflow.reports import figures
from taskflow.reports.models import Evidence, ReportOrigin
from taskflow.reviews.models import Grade
from taskflow.support.models import Verdict
from taskflow.tasks.models import Method, Node
from taskflow.workflows.engine.table import Moment, otherwise

FULL = 100
WORDS = 5  # characters that say something


def _text(m: Moment, name: str) -> str:
    return str(m.args.get(name) or "").strip()


@otherwise("请填写本期进展（至少 5 个字）。", "progress")
def says_progress(m: Moment) -> bool:
    """A report says what was done."""
    return len(_text(m, "progress")) >= WORDS


@otherwise("完成率请填 0 到 100 的整数。", "percent")
def says_percent(m: Moment) -> bool:
    """A report says how far it is; where figures are told, the percentage may follow from them."""
    method, text = m.task.method, _text(m, "percent")
    if method in (Method.YES, Method.OCCURRENCES):
        return True
    if not text:
        return method is Method.FIGURES and figures.reckoned(_figures(m)) is not None
    return len(text) <= 3 and text.isascii() and text.isdigit() and int(text) <= FULL  # noqa: PLR2004


def _figures(m: Moment) -> list[figures.Figure]:
    return figures.standing(m.record, m.args.get("figures") or {})


def claims_done(m: Moment) -> bool:
    """Whether a report says that the work (or this turn of it) is done."""
    if m.task.method in (Method.YES, Method.OCCURRENCES):
        return _text(m, "fulfilled") == "yes"
    text = _text(m, "percent")
    return text == str(FULL) or (not text and figures.reckoned(_figures(m)) == FULL)


@otherwise("请选择本项工作（本期）是否已完成。", "fulfilled")
def says_fulfilled(m: Moment) -> bool:
    """Work without a percentage is done or not."""
    return m.task.method not in (Method.YES, Method.OCCURRENCES) or _text(m, "fulfilled") in ("yes", "no")


@otherwise("报告已完成需要佐证材料，且每项目标值都要填写完成数。", "figures")
def full_needs_proof(m: Moment) -> bool:
    """拿数据说话: nothing is done without evidence and a figure for every target."""
    if not claims_done(m):
        return True
    told = all(one.told or one.before is not None for one in _figures(m))
    brought = bool(m.args.get("evidence"))
    return told and (brought or db.exists(select(Evidence.id).where(Evidence.task_id == m.task.id)))


@otherwise(
    "完成数还没有达到目标值。确实已经完成的，请写明未达目标值的原因（至少 5 个字），审核时会先看到。", "shortfall"
)
def short_needs_reason(m: Moment) -> bool:
    """100 % with a figure below its target is said openly, or not at all."""
    return not claims_done(m) or not figures.short(_figures(m)) or len(_text(m, "shortfall")) >= WORDS


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


@otherwise("定期报送和督查室要求的报告不能放弃，请按时填报。", met_by=("task.report",))
def is_own_initiative(m: Moment) -> bool:
    """Only a report that nobody asked for may be given up."""
    return m.record.origin is ReportOrigin.OWN


@otherwise("请选择意见：同意、补充或异议。", "verdict")
def gives_verdict(m: Moment) -> bool:
    """One of three words."""
    return _text(m, "verdict") in {one.value for one in Verdict}


@otherwise("补充或异议请写明内容。", "note")
def says_what_to_add(m: Moment) -> bool:
    """Agreeing needs no more words; adding and objecting do."""
    return _text(m, "verdict") == Verdict.AGREE.value or bool(m.note)


@otherwise("请选择等次：优秀、良好、合格或不合格。", "grade")
def gives_grade(m: Moment) -> bool:
    """A quarter gets one of four grades."""
    return m.args.get("grade") in {grade.value for grade in Grade}
