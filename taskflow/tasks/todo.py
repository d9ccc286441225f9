"""What of a task waits for the viewer beside the task itself: reports, answers, requests, papers of the ladder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for

from taskflow.escalations.models import Escalation
from taskflow.reports.models import Report, ReportOrigin, ReportState
from taskflow.requests.models import Request
from taskflow.support.models import Answer, AnswerState
from taskflow.tasks.waits import BY_STATE

Link = tuple[str, str]  # its address, and what there is to do
WORDS = {
    ReportState.DUE: "填报",
    ReportState.RETURNED: "修改重报",
    ReportState.DRAFTED: "审签",
    ReportState.SUBMITTED: "审核",
}


def of(
    reports: Iterable[tuple[Report, bool]],
    answers: Iterable[Answer],
    requests: Iterable[Request],
    papers: Iterable[Escalation],
) -> list[Link]:
    """The buttons for what waits: all that is given waits for the viewer, of the reports those that are marked."""
    return [
        *(report_link(one) for one, waits in reports if waits),
        *(_answer(one) for one in answers),
        *((f"#request-{one.id}", _what(one, kind=one.kind.label)) for one in requests),
        *((url_for("board.escalation", escalation_id=one.id), _what(one, name=one.name)) for one in papers),
    ]


def report_link(one: Report) -> Link:
    """To the form of a report that is to be written, to the page of one that is to be judged."""
    word = f"{WORDS[one.state]} {one.called}" + ("进度" if one.origin is ReportOrigin.RHYTHM else "")
    if one.state in (ReportState.DUE, ReportState.RETURNED):
        return url_for("moves.ask", kind="report", record_id=one.id, verb="draft"), word
    return url_for("reports.show", report_id=one.id), word


def _answer(one: Answer) -> Link:
    word = "补答" if one.state is AnswerState.SILENT else "答复"
    about = f"（{one.period} 期）" if one.period else ""
    return url_for("moves.ask", kind="answer", record_id=one.id, verb="say"), f"{word}配合事项{about}"


def _what(record: Any, **names: str) -> str:
    return BY_STATE[record.__tablename__, record.state.value].what.format(**names)
