"""What is typed to enter a source by hand: five fields, and what some kinds of source ask for beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from taskflow import clock, db
from taskflow.org import vocabulary
from taskflow.org.models import Unit
from taskflow.reports.forms import PlainForm
from taskflow.sources.models import SourceKind
from taskflow.tasks.entering import BY_HAND, Entry
from taskflow.tasks.models import Method

METHODS = {Method.YES: "完成或没有完成（附佐证）", Method.PERCENT: "完成率"}


class Choice(SelectField):
    """A list; a value that does not stand in it is not chosen."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  # as WTForms calls it
        """Say it in the words of the field."""
        if self.data and self.data not in {choice[0] for choice in self.iter_choices()}:
            raise ValidationError(f"请选择{self.label.text}。")


class SourceForm(PlainForm):
    """The page of 手工立项."""

    kind = Choice("来源", [InputRequired("请选择来源。")])
    title = StringField("事项", [InputRequired("请填写事项。"), Length(min=4, max=120, message="事项写 4 到 120 字。")])
    lead = Choice("牵头单位", [InputRequired("请选择牵头单位。")], coerce=str)
    due_on = DateField("完成时限", [Optional()])
    words = TextAreaField("原文或事由", [Length(max=4000, message="原文最多 4000 字。")])
    origin = StringField("来自", [Length(max=60, message="最多 60 字。")])
    number = StringField("编号", [Length(max=40, message="最多 40 字。")])
    issued_on = DateField("日期", [Optional()])
    approver = StringField("批准督办的领导", [Length(max=60, message="最多 60 字。")])
    reply_on = DateField("答复期限", [Optional()])
    supporting = SelectMultipleField("配合单位", coerce=str)
    coordinator = Choice("协调单位", coerce=str)
    method = Choice("怎样算完成")
    unclassified = BooleanField("本事项不涉密", [InputRequired("涉密事项不得录入；请确认本事项不涉密。")])
    reason = StringField("仍要另立一项的理由", [Length(max=200, message="最多 200 字。")])


def source_form(units: list[Unit], typed: MultiDict[str, str] | None = None) -> SourceForm:
    """The form with the county's units to choose from, and what was typed."""
    form = SourceForm(formdata=None)
    form.kind.choices = [("", "请选择"), *((kind.value, kind.label) for kind in BY_HAND)]
    named = [(str(unit.id), unit.name) for unit in units]
    form.lead.choices = [("", "请选择"), *((str(unit.id), unit.name) for unit in units if unit.leader_post_id)]
    form.coordinator.choices = [("", "不指定"), *named]
    form.supporting.choices = named
    form.method.choices = [(method.value, word) for method, word in METHODS.items()]
    form.method.data, form.coordinator.data = Method.YES.value, ""
    if typed is not None:
        form.process(typed)
        form.method.data = form.method.data or Method.YES.value
        form.coordinator.data = form.coordinator.data or ""
    for field in (form.issued_on, form.due_on, form.reply_on):
        for error in list(field.process_errors):
            field.process_errors = ["请填写有效的日期。"] if error else []
    return form


def entry_of(form: SourceForm, units: list[Unit], files: list[dict[str, Any]]) -> Entry:
    """What the form says; call it when the form is valid."""
    by_id = {str(unit.id): unit for unit in units}
    return Entry(
        kind=SourceKind(form.kind.data),
        title=_line(form.title.data),
        lead=by_id[form.lead.data],
        words=(form.words.data or "").strip(),
        origin=_line(form.origin.data),
        number=_line(form.number.data),
        issued_on=form.issued_on.data,
        approver=_line(form.approver.data),
        due_on=form.due_on.data,
        reply_on=form.reply_on.data,
        supporting=[by_id[key] for key in form.supporting.data or []],
        coordinator=by_id.get(form.coordinator.data or ""),
        method=Method(form.method.data),
        reason=_line(form.reason.data),
        files=files,
    )


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def read_text(form: SourceForm, region_code: str) -> list[str]:
    """Fill empty fields from the pasted words; what was filled, by label."""
    from taskflow.reading.passage import passage  # noqa: PLC0415  # its patterns take as long as a web framework
    from taskflow.reading.statements.when import Frame  # noqa: PLC0415

    words = (form.words.data or "").strip()
    if not words:
        return []
    today = clock.today()
    told = passage(
        words,
        Frame(today.year, date(today.year, 1, 1), date(today.year, 12, 31), issued=today),
        vocabulary.of(region_code),
        [],
    )
    filled = []
    if not form.title.data and told["title"]:
        form.title.data = told["title"]
        filled.append(form.title.label.text)
    due = told["deadline"]
    if not form.due_on.data and due["date"] and due["basis"] == "printed":
        form.due_on.data = date.fromisoformat(due["date"])
        filled.append(form.due_on.label.text)
    if not form.lead.data and (unit := _unit(told, region_code)):
        form.lead.data = str(unit.id)
        filled.append(form.lead.label.text)
    return filled


def _unit(told: dict[str, Any], region_code: str) -> Unit | None:
    """The unit that the words name, else the one whose duties fit best."""
    known = {name: unit for unit, others in vocabulary.called(region_code) for name in (unit.name, unit.short, *others)}
    names = [*told["units"]["lead"], *(one["unit"] for one in told["suggested"])]
    found = next((known[name] for name in names if name in known), None)
    return found if found is not None and found.leader_post_id else None


def units_of(region_code: str) -> list[Unit]:
    """The units of a region in their order."""
    return list(db.rows(select(Unit).where(Unit.region_code == region_code).order_by(Unit.place, Unit.id)))
