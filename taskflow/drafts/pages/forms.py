"""What is typed on the workbench: the fields of a draft, of a document, of an act on many."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from taskflow import errors
from taskflow.drafts.models import Draft, Intake
from taskflow.drafts.write.intake import DOCUMENT_KINDS
from taskflow.web.fields import YEARS

CELLS = ("indicator", "comparator", "value", "value_high", "unit", "raw")
#: Which way a figure is better and how it is reported; empty where nobody chose.
CHOICES = ("direction", "cumulative")
ABOUT_TIME = ("deadline", "basis", "phrase", "endless")
MUST = {"title": "请填写文件标题。"}
Form = MultiDict[str, str]


def fields_of(draft: Draft) -> dict[str, Any]:
    """The fields of a draft as the form shows them."""
    return {
        "title": draft.title,
        "kind": draft.kind.value,
        "targets": [_row(target) for target in draft.targets or []],
        "deadline": draft.deadline.isoformat() if draft.deadline else "",
        "basis": draft.basis.value if draft.basis else "",
        "phrase": draft.phrase,
        "endless": "1" if draft.endless else "",
        "recurrence": draft.recurrence.value if draft.recurrence else "",
        "lead": str(draft.lead_unit_id or ""),
        "supporting": [str(key) for key in draft.supporting or []],
    }


def _row(target: Mapping[str, str]) -> dict[str, str]:
    told = {name: str(target.get(name) or "") for name in (*CELLS, *CHOICES)}
    return {**told, "printed": str(target.get("printed", "1"))}


def typed_fields(form: Form) -> dict[str, Any]:
    """The fields as typed; empty rows of figures are left out."""
    columns = [form.getlist(f"target-{name}") for name in CELLS]
    rows = [dict(zip(CELLS, (cell.strip() for cell in row), strict=True)) for row in zip(*columns, strict=False)]
    chosen = {name: form.getlist(f"target-{name}") for name in CHOICES}
    assumed = form.getlist("target-assumed")
    for place, row in enumerate(rows):
        row |= {name: values[place] if place < len(values) else "" for name, values in chosen.items()}
        row["printed"] = "" if str(place) in assumed else "1"
    plain = {name: form.get(name, "").strip() for name in (*ABOUT_TIME, "title", "kind", "recurrence", "lead")}
    full = [row for row in rows if row["indicator"] or row["value"]]
    return {**plain, "targets": full, "supporting": chosen_units(form)}


def chosen_units(form: Form) -> list[str]:
    """The supporting units that were chosen, each once; the empty choice is none."""
    return list(dict.fromkeys(key for key in form.getlist("supporting") if key))


def changed(form: Form) -> dict[str, Any]:
    """Only what the person changed: what others changed meanwhile stays theirs."""
    if "title" not in form:
        return {}
    typed = typed_fields(form)
    try:
        was = json.loads(form.get("was", "{}"))
    except (ValueError, RecursionError):  # not what the page sent
        was = {}
    if not isinstance(was, dict):
        was = {}
    found = {name: value for name, value in typed.items() if was.get(name) != value}
    if found.keys() & set(ABOUT_TIME):
        found |= {name: typed[name] for name in ABOUT_TIME}
        if typed["deadline"] != was.get("deadline") and typed["basis"] == was.get("basis"):
            found.pop("basis")  # it said how the former date was known
    return found


def ids(values: list[str]) -> dict[int, int]:
    """What was ticked: draft → the version that the page showed (“17:1”)."""
    pairs = [value.split(":") for value in values]
    if not all(len(pair) == 2 and all(part.isdecimal() and len(part) < 10 for part in pair) for pair in pairs):  # noqa: PLR2004
        raise errors.Refusal("表单不完整，请刷新页面后重试。")
    return {int(key): int(seen) for key, seen in pairs}


def describe(intake: Intake, form: Form) -> list[str]:
    """Take what was typed about the document; the names of the fields that changed. Raises errors.BadInput."""
    wrong: dict[str, str] = {}
    texts = {name: form.get(name, "").strip() for name in ("title", "number", "issuer")}
    given: dict[str, Any] = {**texts, "document_kind": form.get("document_kind", "")}
    for name, longest in (("title", 120), ("number", 40), ("issuer", 60)):
        if len(given[name]) > longest:
            wrong[name] = f"不超过 {longest} 字。"
    wrong |= {name: sentence for name, sentence in MUST.items() if not given[name]}
    if given["document_kind"] not in DOCUMENT_KINDS:
        wrong["document_kind"] = "请选择文件类别。"
    for name in ("issued_on", "period_from", "period_to"):
        given[name] = _day(form.get(name, ""), name, wrong)
    given["reporting_year"] = _year(form.get("reporting_year", "").strip(), wrong)
    if given["period_from"] and given["period_to"] and given["period_from"] > given["period_to"]:
        wrong["period_to"] = "期末不能早于期初。"
    if wrong:
        raise errors.BadInput(wrong)
    told = [name for name, value in given.items() if getattr(intake, name) != value]
    for name in told:
        setattr(intake, name, given[name])
    return told


def _day(text: str, name: str, wrong: dict[str, str]) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = None
        wrong[name] = "请填写日期，如 2024-12-31。"
    if day and day.year not in YEARS:
        wrong[name] = "请核对年份。"
    return day


def _year(text: str, wrong: dict[str, str]) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and int(text) in YEARS):  # noqa: PLR2004
        wrong["reporting_year"] = "请填写四位年份，如 2024。"
        return None
    return int(text)
