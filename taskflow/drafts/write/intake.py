"""Take a file in: what was read out of it (the object of `plan read --json`) becomes drafts in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from taskflow import clock, db
from taskflow.drafts.compute.figures import completed
from taskflow.drafts.models import NAME, TITLE, Draft, Intake, Stage
from taskflow.drafts.write import indicators
from taskflow.drafts.write.indicators import number
from taskflow.drafts.write.units import Known, of_region
from taskflow.ledger.admin import record_admin
from taskflow.org import vocabulary
from taskflow.org.models import Person
from taskflow.plans.models import Basis, Comparator, MeasureKind, Recurrence
from taskflow.workflows.drafting import DRAFTING
from taskflow.workflows.engine import batch
from taskflow.workflows.engine.perform import begin_all

DOCUMENT_KINDS = {"plan": "规划", "report": "政府工作报告", "table": "表格", "other": "其他文件"}
BASES = {basis.value: basis for basis in Basis}
COMPARATORS = {sign.value for sign in Comparator}
SUGGESTED = 5  # units that are offered for one draft


def store(  # a file taken in has these parts
    region_code: str, *, name: str, kind: str, sha256: str, text: str, plan: Mapping[str, Any], by: Person
) -> Intake:
    """A file with the drafts read out of it, whether it was a document or a table. The caller commits."""
    intake = Intake(
        region_code=region_code,
        name=name[:200],
        kind=kind[:10],
        sha256=sha256,
        created_at=clock.now(),
        created_by_id=by.id,
    )
    db.session.add(intake)
    fill(intake, text, plan, by)
    return intake


def fill(intake: Intake, text: str, plan: Mapping[str, Any], by: Person | None) -> None:
    """Keep the text and what was read for ever, and begin the drafts."""
    intake.text = text.replace("\0", "\ufffd")  # a sign that no database keeps; the places stay
    for name in ("outline", "skipped", "conflicts", "indicators", "warnings"):
        setattr(intake, name, list(plan.get(name) or []))
    _describe(intake, plan.get("document") or {})
    intake.stage, intake.percent, intake.lease_until, intake.failed = Stage.READ, 100, None, ""
    db.session.flush()
    drafts = _drafts(intake, plan)
    with batch.joining():
        begin_all(
            DRAFTING,
            {f"begin:draft:{intake.id}:{draft.place}": draft for draft in drafts},
            by,
            lambda draft: {"place": draft.place, "line": draft.line, "title": draft.title},
        )
        facts = {"name": intake.name, "sha256": intake.sha256, "drafts": len(drafts), "intake": intake.id}
        record_admin("take_in", by, facts, region_code=intake.region_code, command_id=f"take_in:{intake.id}")


def earlier(region_code: str, sha256: str) -> Intake | None:
    """The file of the same bytes that was taken in before, the newest; one that failed does not count."""
    same = select(Intake).where(
        Intake.region_code == region_code, Intake.sha256 == sha256, Intake.stage != Stage.FAILED
    )
    found: Intake | None = db.session.scalars(same.order_by(Intake.id.desc()).limit(1)).one_or_none()
    return found


def _describe(intake: Intake, said: Mapping[str, Any]) -> None:
    intake.title = str(said.get("title") or Path(intake.name).stem)[:120]
    intake.number = str(said.get("number") or "")[:40]
    intake.issuer = str(said.get("issuer") or "")[:60]
    intake.issued_on = _day(said.get("issued_on"))
    kind = str(said.get("kind") or "other")
    intake.document_kind = kind if kind in DOCUMENT_KINDS else "other"
    period = [*(said.get("period") or []), None, None]
    intake.period_from, intake.period_to = _period(period[0], first=True), _period(period[1], first=False)
    year = said.get("reporting_year")
    intake.reporting_year = int(year) if year else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def _period(value: Any, *, first: bool) -> date | None:
    """An end of a period: a day, or a year that stands for its first or last day."""
    text = str(value or "")
    if len(text) == 4 and text.isdecimal():  # noqa: PLR2004
        return date(int(text), 1, 1) if first else date(int(text), 12, 31)
    return _day(value)


def _drafts(intake: Intake, plan: Mapping[str, Any]) -> list[Draft]:
    known = of_region(intake.region_code)
    read = sorted(plan.get("measures") or [], key=lambda one: (one["char_start"], one["char_end"]))
    made = {str(one["id"]): measure(intake, one, place, known) for place, one in enumerate(read, start=1)}
    for one in read:
        first = made.get(str(one.get("duplicate_of") or ""))
        if first is not None and first is not made[str(one["id"])]:
            made[str(one["id"])].duplicate_of = first
    found = [*made.values(), *_indicators(intake, plan.get("indicators") or [], len(made) + 1, known)]
    rows = [_project(intake, row, place) for place, row in enumerate(plan.get("projects") or [], start=len(found) + 1)]
    return [*found, *rows]


def _indicators(intake: Intake, rows: Sequence[Mapping[str, Any]], place: int, known: Known) -> list[Draft]:
    """Every indicator is promised for the end of the period, and wants a unit like any measure."""
    units = vocabulary.of(intake.region_code) if rows else None
    told = [indicators.as_measure(row, intake.text, intake.end, units) for row in rows if units]
    return [measure(intake, one, at, known) for at, one in enumerate(told, start=place)]


def _blank(intake: Intake, place: int) -> dict[str, Any]:
    return {
        "region_code": intake.region_code,
        "intake_id": intake.id,
        "place": place,
        "changed_at": intake.created_at,
        "changed_by_id": intake.created_by_id,
    }


def measure(intake: Intake, one: Mapping[str, Any], place: int, known: Known) -> Draft:
    """A draft out of a measure as plan-json prints it."""
    due, units = one.get("deadline") or {}, one.get("units") or {}
    lead, supporting = _names(units.get("lead")), _names(units.get("supporting"))
    found = [unit for name in lead if (unit := known.find(name))]
    others = [*found[1:], *(unit for name in supporting if (unit := known.find(name)))]
    day = _day(due.get("date"))
    return Draft(
        **_blank(intake, place),
        line=one["line"],
        char_start=one["char_start"],
        char_end=one["char_end"],
        path=[str(head) for head in one.get("path") or []],
        text=str(one["text"]).replace("\0", "\ufffd"),
        title=str(one.get("title") or "").strip()[:TITLE],
        kind=MeasureKind(one.get("kind") or MeasureKind.INSTITUTIONAL),
        targets=[_target(target) for target in one.get("targets") or []],
        deadline=day,
        basis=BASES.get(due.get("basis", ""), Basis.ASSUMED) if day else None,
        phrase=str(due.get("phrase") or "")[:60],
        recurrence=Recurrence(one["recurrence"]) if one.get("recurrence") else None,
        lead_unit=found[0] if found else None,
        supporting=[unit.id for unit in dict.fromkeys(others) if unit not in found[:1]],
        named=bool(found),
        printed={"lead": lead, "supporting": supporting, "ids": [str(unit.id) for unit in found]},
        suggested=_suggested(one.get("suggested"), known),
        aspirational=bool(one.get("aspirational")),
        confidence=max(0, min(100, round(100 * float(one.get("confidence", 1))))),
        why=[str(rule) for rule in one.get("why") or []],
    )


def _names(given: Any) -> list[str]:
    return [str(name) for name in given or []]


def _target(given: Mapping[str, Any]) -> dict[str, str]:
    sign = str(given.get("comparator") or "=")
    texts = {name: str(given.get(name) or "") for name in ("indicator", "unit", "raw")}
    figures = {name: number(given.get(name)) for name in ("value", "value_high")}
    facts = {name: given[name] for name in ("direction", "printed", "cumulative") if name in given}
    return completed({**texts, **figures, **facts, "comparator": sign if sign in COMPARATORS else "="})


def _suggested(given: Sequence[Mapping[str, Any]] | None, known: Known) -> list[dict[str, Any]]:
    """Suggestions that are units of the county, the best first; the score in percent."""
    best = sorted(given or [], key=lambda one: -float(one.get("score") or 0))
    found = [(known.find(str(one.get("unit") or "")), round(100 * float(one.get("score") or 0))) for one in best]
    rows = [{"unit": unit.short, "unit_id": unit.id, "score": score} for unit, score in found if unit]
    return rows[:SUGGESTED]


def _project(intake: Intake, row: Mapping[str, Any], place: int) -> Draft:
    name = str(row.get("name") or "").strip()
    start = int(row.get("char_start") or 0)
    seq = str(row.get("seq") or "")
    return Draft(
        **_blank(intake, place),
        line=int(row.get("line") or 1),
        char_start=start,
        char_end=start + len(name),
        path=[f"专栏{row.get('box') or ''} {row.get('box_title') or ''}".strip()],
        text=name,
        title=name[:NAME],
        kind=MeasureKind.PROJECT,
        targets=[],
        supporting=[],
        printed={},
        suggested=[],
        why=["box"],
        is_project=True,
        box=str(row.get("box") or "")[:8],
        box_title=str(row.get("box_title") or "")[:60],
        seq=int(seq) if seq.isascii() and seq.isdecimal() else 0,
        mark=str(row.get("mark") or "")[:10],
        category=bool(row.get("category")),
    )
