"""What documents promise, as plain values: the form in which it leaves the system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from taskflow import db
from taskflow.plans.models import Indicator, Measure, PlanDocument, Project, Target


def measures() -> list[dict[str, Any]]:
    """Every measure in the order of the documents."""
    wanted = select(Measure).options(
        joinedload(Measure.document),
        joinedload(Measure.chapter),
        joinedload(Measure.lead_unit),
        selectinload(Measure.targets),
        selectinload(Measure.supporting),
    )
    return [
        {
            "code": measure.code,
            "document": measure.document.code,
            "line": measure.line,
            "chapter": measure.chapter.title,
            "section": measure.section,
            "heading": measure.heading,
            "title": measure.title,
            "kind": measure.kind.value,
            "targets": [target(one) for one in measure.targets],
            "deadline": {"date": measure.deadline.isoformat(), "basis": measure.basis.value},
            "recurrence": measure.recurrence.value if measure.recurrence else None,
            "lead": measure.lead_unit.name,
            "supporting": [unit.name for unit in measure.supporting],
            "named": measure.named,
        }
        for measure in db.rows(wanted.order_by(Measure.document_id, Measure.code))
    ]


def target(given: Target) -> dict[str, Any]:
    """One figure; `value` is null where the text gives none (relative targets)."""
    told = {
        "indicator": given.indicator,
        "comparator": given.comparator.value,
        "value": number(given.value),
        "unit": given.unit,
        "direction": given.direction.value,
        "printed": given.printed,
        "cumulative": given.cumulative,
    }
    return told | ({"value_high": number(given.value_high)} if given.value_high else {})


def number(text: str) -> int | float | None:
    """A figure as a JSON number: whole ones stay whole."""
    if not text:
        return None
    figure = float(text)
    return int(figure) if figure.is_integer() else figure


def indicators() -> list[dict[str, Any]]:
    """The plan's indicators, every cell as printed."""
    return [
        {
            "group": one.group,
            "seq": one.seq,
            "name": one.name,
            "unit": one.unit,
            "base": one.base,
            "target": one.target,
            "growth": one.growth,
            "nature": one.nature.value,
        }
        for one in db.rows(select(Indicator).join(PlanDocument).order_by(PlanDocument.code, Indicator.seq))
    ]


def projects() -> list[dict[str, Any]]:
    """The rows of the project boxes."""
    return [
        {"box": one.box, "seq": one.seq, "name": one.name}
        for one in db.rows(select(Project).order_by(Project.document_id, Project.id))
    ]


EXPORTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "measures": measures,
    "indicators": indicators,
    "projects": projects,
}
