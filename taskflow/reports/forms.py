"""What is typed to report and to answer: the fields, how they are read, and what is wrong beside each.

The rules are the conditions of the move (`workflows/guards.py`); a form only reads, names the field that a
condition speaks of, and judges what no condition can know (a file, a day that is no day).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import current_app
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, DateField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

from taskflow import clock, errors
from taskflow.plans.models import Target
from taskflow.reports import evidence, queries
from taskflow.reports.figures import Figure, standing
from taskflow.reports.models import Report
from taskflow.tasks.models import Node
from taskflow.web.viewer import data_folder, viewer
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.table import Moment

Files = MultiDict[str, FileStorage]
Typed = MultiDict[str, str]

LONG, LONGEST = 2000, 4000  # characters
KEPT_FOR = 24 * 3600  # seconds that an uploaded file waits for its form to be accepted
FIGURE = Regexp(re.compile(r"-?\d{1,12}(\.\d{1,6})?\Z", re.ASCII), message="完成数请只填数字，例如 8 或 1.5。")


def number(text: str | None) -> str:
    """A number as people type it (“４０”, “40%”, “1,200 ”) in plain figures."""
    return unicodedata.normalize("NFKC", text or "").replace(",", "").strip().removesuffix("%").strip()


def at_most(length: int, label: str) -> Length:
    """The sentence for a text that is too long."""
    return Length(max=length, message=f"“{label}”最多 {length} 字，请精简。")


class PlainForm(FlaskForm):
    """A form of the one door; the whole application's token (CSRFProtect) guards it."""

    class Meta:
        csrf = False

    def __init__(self, formdata: Typed | None = None, **values: Any) -> None:
        super().__init__(formdata=formdata, **values)  # type: ignore[no-untyped-call]  # Flask-WTF has no types

    def said(self) -> dict[str, str]:
        """The first sentence of each field that is wrong."""
        self.validate()
        return {field.name: str(field.errors[0]) for field in self if field.errors}


class ReportForm(PlainForm):
    """One field for each thing that a report says; figures and nodes are added for the task at hand."""

    progress = TextAreaField("本期进展", [at_most(LONGEST, "本期进展")])
    percent = StringField("累计完成率", filters=[number])
    fulfilled = StringField("是否已完成")
    shortfall = TextAreaField("未达目标值的原因", [at_most(LONG, "未达目标值的原因")])
    problems = TextAreaField("存在问题", [at_most(LONG, "存在问题")])
    next_steps = TextAreaField("下一步措施", [at_most(LONG, "下一步措施")])

    figures: Sequence[tuple[Any, Figure]] = ()
    nodes: Sequence[tuple[Any, Any, Node]] = ()


def report_form(report: Report, typed: Typed) -> ReportForm:
    """The form of one report: what was typed, else what it says already, else what the last one said."""
    told, nodes = standing(report, report.figures or {}), queries.open_nodes(report)
    last = queries.last_accepted(report)
    form = _with_fields([one.target for one in told], nodes)(formdata=None)
    form.figures = [(form[f"figure-{one.target.id}"], one) for one in told]
    form.nodes = [(form[f"node-{node.id}"], form[f"node-{node.id}-day"], node) for node in nodes]
    if typed:
        form.process(typed)
    else:
        _fill(form, report, last)
    return form


def standing_as_typed(report: Report, form: ReportForm) -> list[Figure]:
    """Every target with what earlier reports gave and what stands in the form now."""
    return standing(report, {str(one.target.id): field.data for field, one in form.figures if field.data})


def _with_fields(targets: Sequence[Target], nodes: Sequence[Node]) -> type[ReportForm]:
    """The form with a field for each figure and node of the task at hand."""
    fields: dict[str, Any] = {}
    for target in targets:
        checks = [Optional(), FIGURE]
        fields[f"figure-{target.id}"] = StringField(str(target), filters=[number], validators=checks)
    for node in nodes:
        fields[f"node-{node.id}"] = BooleanField(node.name)
        fields[f"node-{node.id}-day"] = DateField(f"“{node.name}”完成日期")
    return type("ReportForm", (ReportForm,), fields)


def _fill(form: ReportForm, report: Report, last: Report | None) -> None:
    """What stands in the form before anybody types: the report's own words, or those of the last one."""
    written = report.drafted_at is not None
    own = report if written else last
    form.progress.data = own.progress if own else ""
    form.next_steps.data = own.next_steps if own else ""
    form.problems.data = own.problems if own else ""
    percent = own.percent if own else None
    form.percent.data = str(report.task.percent if percent is None else percent)
    if not written and any(one.wanted for _, one in form.figures):
        form.percent.data = ""  # it follows from the figures, unless somebody claims another one
    form.fulfilled.data = "yes" if written and report.fulfilled else "no"
    form.shortfall.data = report.shortfall
    done = report.nodes_done if written else {}
    for field, one in form.figures:  # a sum begins anew in each period; a state goes on until it is told anew
        again = last.figures.get(str(one.target.id), "") if last and not one.target.cumulative else ""
        field.data = report.figures.get(str(one.target.id), "") if written else again
    for tick, day, node in form.nodes:
        told = done.get(str(node.id))
        tick.data, day.data = bool(told), date.fromisoformat(told) if told else clock.today()


def read_report(report: Report, typed: Typed, files: Files) -> dict[str, Any]:
    """The arguments of `draft`; all that is wrong at once, each sentence beside its field.

    Raises errors.BadInput, errors.Unavailable (disk full); files already kept stay named in `typed`.
    """
    form = report_form(report, typed)
    wrong = form.said()
    _judge_days(form, wrong)
    done = {str(node.id): day.data.isoformat() for tick, day, node in form.nodes if tick.data and day.data}
    args = {
        "progress": form.progress.data or "",
        "percent": form.percent.data or "",
        "fulfilled": form.fulfilled.data or "",
        "shortfall": form.shortfall.data or "",
        "problems": form.problems.data or "",
        "next_steps": form.next_steps.data or "",
        "figures": {str(one.target.id): field.data for field, one in form.figures if field.data},
        "nodes_done": done,
        "evidence": take_files(report, typed, files, wrong),
    }
    for name, sentence in judge(report, "draft", args).items():
        wrong.setdefault(name, sentence)
    if "nodes_done" in wrong:
        wrong |= _each_node(report, done, wrong.pop("nodes_done"))
    if wrong:
        raise errors.BadInput(_as_on_the_page(form, wrong))
    return args


def _as_on_the_page(form: ReportForm, wrong: dict[str, str]) -> dict[str, str]:
    """The sentences in the order of their fields."""
    figures = [field.name for field, _ in form.figures]
    days = [day.name for _, day, _ in form.nodes]
    fixed = ["progress", "percent", "fulfilled", *figures, "figures", "shortfall", *days, "nodes_done"]
    order = [*fixed, "problems", "next_steps"]
    return {name: wrong[name] for name in [*order, "evidence"] if name in wrong}


def _judge_days(form: ReportForm, wrong: dict[str, str]) -> None:
    """A node that is ticked needs a day that is a day; one that is not ticked says nothing."""
    for tick, day, _ in form.nodes:
        wrong.pop(day.name, None)
        if tick.data and not day.data:
            wrong[day.name] = "请填写有效的完成日期。"


def judge(record: Any, verb: str, args: dict[str, Any]) -> dict[str, str]:
    """The sentences of the move's own conditions on what was typed, by the field they speak of."""
    move = next(move for move in FLOWS[record.__tablename__].moves if move.verb == verb)
    moment = Moment(record, viewer().person, clock.now(), args=args)
    failing = [guard for guard in move.when if guard.asks and guard.asks[0] in args and not guard(moment)]
    return {guard.asks[0]: guard.sentence for guard in reversed(failing)}


def _each_node(report: Report, given: dict[str, str], sentence: str) -> dict[str, str]:
    """The same sentence beside the nodes that it is about."""
    return {
        f"node-{key}-day": sentence for key, day in given.items() if judge(report, "draft", {"nodes_done": {key: day}})
    } or {"nodes_done": sentence}


class AnswerForm(PlainForm):
    """The answer to a paper of the ladder."""

    answer = TextAreaField("答复内容", [at_most(LONGEST, "答复内容")])


def read_answer(paper: Any, typed: Typed, files: Files) -> dict[str, Any]:
    """The arguments of `answer`; errors as `read_report`."""
    form = AnswerForm(formdata=typed)
    wrong = form.said()
    args = {"answer": form.answer.data or "", "evidence": take_files(paper, typed, files, wrong)}
    for name, sentence in judge(paper, "answer", args).items():
        wrong.setdefault(name, sentence)
    if wrong:
        raise errors.BadInput(wrong)
    return args


# Files


def take_files(record: Any, typed: Typed, files: Files, wrong: dict[str, str]) -> list[dict[str, Any]]:
    """Keep what was uploaded now, beside what an earlier try uploaded; sentences go into `wrong`.

    The list is sealed into `typed["kept"]`, so that a refusal for another reason loses no file and nobody
    can claim a file by its digest.
    """
    found = {file["sha256"]: file for file in kept_files(record, typed)}
    told: list[str] = []
    try:
        for upload in files.getlist("evidence"):
            if upload.filename:
                _take(upload, found, told)
    finally:
        typed["kept"] = _sealer().dumps({"of": _owner(record), "files": list(found.values())})
        typed.poplist("drop")
    if told:
        wrong["evidence"] = "".join(told)
    return list(found.values())


def _take(upload: FileStorage, found: dict[str, dict[str, Any]], told: list[str]) -> None:
    try:
        file = evidence.store(upload.stream, upload.filename or "", data_folder())
    except errors.Unavailable:
        raise
    except errors.Refusal as refusal:
        told += refusal.reasons
    else:
        found[file["sha256"]] = file


def kept_files(record: Any, typed: Typed) -> list[dict[str, Any]]:
    """The files of an earlier try of this person at this record, but for those they dropped."""
    try:
        kept = _sealer().loads(typed.get("kept", ""), max_age=KEPT_FOR)
    except BadData:
        return []
    dropped = set(typed.getlist("drop"))
    mine = kept["of"] == _owner(record)
    return [file for file in kept["files"] if mine and file["sha256"] not in dropped]


def _owner(record: Any) -> list[Any]:
    return [record.__tablename__, record.id, viewer().person.id]


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="kept-files")
