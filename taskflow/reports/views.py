"""Reports: the page that writes one, the page that reads one, and the download of what proves it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, send_file, url_for

from taskflow import clock, errors
from taskflow.moves.pages import AFTER, PAGES, MovePage
from taskflow.org.may import visible_tasks
from taskflow.reports import evidence, figures, forms, queries
from taskflow.reports.models import NOT_IN, Report, ReportOrigin, ReportState
from taskflow.rules import progress
from taskflow.web.viewer import data_folder, viewer
from taskflow.workflows.engine.perform import offers
from taskflow.workflows.reporting import OPEN, REPORTING

reports = Blueprint("reports", __name__)

UNKNOWN = "没有这条记录，或者您无权查看。"


def _visible() -> Any:
    return visible_tasks(viewer().posts, viewer().region.code)


@reports.get("/reports/<int:report_id>")
def show(report_id: int) -> str:
    """One report: what it says, what proves it, what may be done with it, what happened."""
    report = queries.visible_report(report_id, _visible())
    if report is None:
        raise errors.NotFound(UNKNOWN)
    units = [post.unit_id for post in viewer().posts]
    told = figures.standing(report, report.figures or {})
    return render_template(
        "reports/show.html",
        report=report,
        said=report.drafted_at is not None,
        scheduled=_scheduled(report),
        figures=told,
        short=figures.short(told),
        differs=None not in (report.percent, report.reckoned) and report.percent != report.reckoned,
        nodes=queries.nodes_named(report),
        files=queries.files_of(report),
        late=report.state in NOT_IN and report.due_on is not None and report.due_on < clock.today(),
        moves=[one for one in offers(REPORTING, report, viewer().person) if one.open or one.move.verb != "discard"],
        judges=report.state in (ReportState.DRAFTED, ReportState.SUBMITTED),
        lines=queries.history("report", report.id),
        following=queries.next_due(units) if viewer().may("write_reports") else None,
    )


def _scheduled(report: Report) -> int:
    return progress.scheduled_on(report.task, min(clock.today(), report.period_end))


@reports.get("/evidence/<int:evidence_id>")
def download(evidence_id: int) -> Response:
    """A file that proves something, exactly as it was handed in; never shown inside the application."""
    found = queries.visible_evidence(evidence_id, _visible())
    if found is None:
        raise errors.NotFound(UNKNOWN)
    path = evidence.path_of(found.sha256, data_folder())
    if not evidence.is_whole(path, found.sha256):
        raise errors.Unavailable(f"“{found.name}”在存储中缺失或已损坏，请联系系统管理员从备份恢复。")
    answer = send_file(path, mimetype=evidence.content_type(found.name), as_attachment=True, download_name=found.name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _writing(report: Report, typed: forms.Typed) -> dict[str, Any]:
    """What the page that writes a report shows beside its form."""
    last = queries.last_accepted(report)
    form = forms.report_form(report, typed)
    told = forms.standing_as_typed(report, form)
    return {
        "form": form,
        "last": last,
        "told": {one.target.id: one for one in told},
        "reckoned": figures.reckoned(told),
        "short": figures.short(told),
        "own": report.origin is ReportOrigin.OWN,
        "scheduled": _scheduled(report),
        "earlier": queries.earlier(report),
        "kept": forms.kept_files(report, typed),
        "files": queries.files_of_task(report.task_id),
        "types": evidence.TYPES,
        "accept": ",".join(f".{kind}" for kind in evidence.KINDS),
        "most": evidence.LIMIT,
        "closed": report.state not in OPEN,
    }


def _answering(paper: Any, typed: forms.Typed) -> dict[str, Any]:
    """What the page that answers a paper of the ladder shows beside its form."""
    form = forms.AnswerForm(formdata=None, answer=paper.answer)
    if typed:
        form.process(typed)
    return {
        "form": form,
        "kept": forms.kept_files(paper, typed),
        "files": queries.files_of_task(paper.task_id),
        "types": evidence.TYPES,
        "accept": ",".join(f".{kind}" for kind in evidence.KINDS),
        "most": evidence.LIMIT,
    }


def _own_report(task: Any) -> str:
    """The form of the report that a unit has just opened of its own accord."""
    report = queries.newest_own(task.id)
    if report is None or report.state not in OPEN:
        return url_for("tasks.detail", task_id=task.id)
    return url_for("moves.ask", kind="report", record_id=report.id, verb="draft")


AFTER["task", "report"] = _own_report
PAGES["report", "draft"] = MovePage("reports/write.html", _writing, forms.read_report)
PAGES["escalation", "answer"] = MovePage("reports/answer.html", _answering, forms.read_answer)
