"""How long things may take: from a rule's name and a record to a moment, and why that moment.

The numbers are data (loaded from `seed/county.toml`, table `limits`): an offset in working days, days or hours, and
the fact it is counted from. The facts are the functions of `BASES`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from taskflow import clock, db
from taskflow.reports import periods
from taskflow.rules import book, ladder
from taskflow.tasks.models import Node
from taskflow.workdays import Calendar, Days, Hours, Months, WorkDays

ENTERED = "entered"
Length = WorkDays | Days | Hours | Months


@dataclass(frozen=True)
class Due:
    """A moment, the day of the rule that gave it, and how it came about."""

    at: datetime
    because: str
    rule_version: str
    ordinal: int = 0


def _day(value: date | datetime | None) -> date | None:
    return clock.local(value).date() if isinstance(value, datetime) else value


_NODES: Any = Node.__table__.c
_AHEAD = (
    select(_NODES.finish_on, _NODES.name)
    .where(_NODES.task_id == bindparam("of"), _NODES.done_on.is_(None), _NODES.finish_on >= bindparam("day"))
    .order_by(_NODES.finish_on, _NODES.place)
    .limit(1)
)


def _next_node(task: Any, at: datetime) -> tuple[date | None, str]:
    """The first node that is neither done nor already found late; read anew, reports change nodes too."""
    today = clock.local(at).date()
    from_day = today if at < clock.end_of(today) else today + timedelta(days=1)
    found = db.session.execute(_AHEAD, {"of": task.id, "day": from_day}).first()
    return (found.finish_on, f"节点“{found.name}”") if found else (None, "")


def _next_report(task: Any, _at: datetime) -> tuple[date | None, str]:
    """The day on which the next report is asked for."""
    period = periods.upcoming(task, book.of(task.region_code))
    return (period.opens_on, f"{period.name} 期进度报送") if period else (None, "")


def _answer_by(paper: Any, _at: datetime) -> tuple[date | None, str]:
    """The day until which a step waits for its answer; the top step leads no further."""
    above = ladder.step(paper.region_code, clock.today(), paper.step + 1)
    return (paper.answer_by if above else None, "答复时限")


def _handing_in(report: Any, at: datetime) -> tuple[date | None, str]:
    """When a report must be in: its day; after the office returned it, the end of the time to redo it if later.

    When that is over too, the limit of the returned report has expired already.
    """
    if report.submitted_at is None:
        return report.due_on, "报送截止"
    rules, returned = book.of(report.region_code), clock.local(report.returned_at).date()
    length = offset(rules.numbers("limits", returned)["report_redo"])
    again = returned if isinstance(length, Hours) else shifted(rules.calendar, returned, length)
    last = max(report.due_on or again, again)
    return (last if last >= clock.local(at).date() else None), "重报期限"


def _field(name: str, label: str) -> Callable[[Any, datetime], tuple[date | None, str]]:
    return lambda record, _at: (_day(getattr(record, name)), label)


#: What a limit can be counted from: name in the data → (day, its name for people).
BASES: dict[str, Callable[[Any, datetime], tuple[date | None, str]]] = {
    ENTERED: lambda _record, at: (_day(at), "进入本环节"),
    "assigned_at": _field("assigned_at", "交办"),
    "due_on": _field("due_on", "完成时限"),
    "handing_in": _handing_in,
    "parked_until": _field("parked_until", "挂账期限"),
    "answer_by": _answer_by,
    "if_unsigned": lambda record, _at: (None if record.signer_post_id else _day(record.proposed_at), "提出"),
    "if_signed": lambda record, _at: (_day(record.proposed_at) if record.signer_post_id else None, "报请签发"),
    "next_node": _next_node,
    "next_report": _next_report,
}


def offset(spec: dict[str, Any]) -> Length:
    """The length of a limit, in its own type."""
    if "workdays" in spec:
        return WorkDays(spec["workdays"])
    if "months" in spec:
        return Months(spec["months"])
    return Hours(spec["hours"]) if "hours" in spec else Days(spec.get("days", 0))


def base_of(rule: str, region_code: str, day: date) -> str:
    """The name of the fact that a limit is counted from."""
    return str(book.of(region_code).numbers("limits", day)[rule]["from"])


def due(rule: str, record: Any, at: datetime, by: date | None = None) -> Due | None:
    """When a limit of a record runs out; None: it does not apply (no date, or a reminder already past).

    `by`: the day whose numbers hold, if not the day of `at`.
    """
    rules = book.of(record.region_code)
    since, numbers = rules.in_force("limits", by or clock.local(at).date())
    spec = chosen(numbers[rule], record)
    base, label = BASES[spec["from"]](record, at)
    if base is None:
        return None
    length = offset(spec)
    if isinstance(length, Hours):
        moment = at + timedelta(hours=length.n)
        return Due(moment, f"{label}后 {length}", since.isoformat())
    end = shifted(rules.calendar, base, length)
    moment = clock.at(end, spec["hour"]) if "hour" in spec else clock.end_of(end)
    if spec.get("lapses") and moment < at:
        return None
    return Due(moment, explain(rules.calendar, base, end, length, label), since.isoformat())


def lapsed(rule: str, record: Any, at: datetime) -> bool:
    """Whether a reminder has become pointless: the day that it warns of is over (after an outage)."""
    spec = book.of(record.region_code).numbers("limits", clock.local(at).date())[rule]
    if not spec.get("lapses"):
        return False
    base, _ = BASES[spec["from"]](record, at)
    return base is not None and at > clock.end_of(base)


def chosen(spec: dict[str, Any], record: Any) -> dict[str, Any]:
    """The limit that holds for this record: some name a column (`by`) and have a length for each of its values."""
    if "by" not in spec:
        return spec
    value = getattr(record, spec["by"])
    return {**spec, **spec["each"].get(str(getattr(value, "value", value)), spec["each"]["other"])}


def shifted(calendar: Calendar, base: date, length: WorkDays | Days | Months) -> date:
    """A day moved by a length; a month later is the same day, or the month's last (“一个月内”)."""
    if isinstance(length, WorkDays):
        return calendar.add(base, length.n)
    if isinstance(length, Months):
        year, month = divmod(base.year * 12 + base.month - 1 + length.n, 12)
        return date(year, month + 1, min(base.day, monthrange(year, month + 1)[1]))
    return base + timedelta(days=length.n)


def explain(calendar: Calendar, base: date, end: date, length: WorkDays | Days | Months, label: str) -> str:
    """“到期日 ← 起算日 往前/往后 n 个工作日 ← 跳过 …”, for the page that answers “why this date?”."""
    if length.n == 0:
        return f"{end} ← {label} {base}"
    way = "前" if length.n < 0 else "后"
    told = f"{end} ← {label} {base} {way} {length}"
    return f"{told} ← {calendar.because(base, end)}" if isinstance(length, WorkDays) else told
