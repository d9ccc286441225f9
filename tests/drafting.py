"""Files taken in for tests: invented plans as `plan read --json` prints them, and drafts where a move needs them."""

from __future__ import annotations

import hashlib
from itertools import count
from typing import Any

from sqlalchemy import select

from taskflow import db
from taskflow.drafts.models import Difference, Draft, DraftState, Intake
from taskflow.drafts.write import intake as taking_in
from taskflow.org.models import Person, Unit

REGION = "141122"
_numbers = count(1)

#: One paragraph of three sentences: the whole, its first two, its second, its third.
WHOLE = "做强青石片区产业，新建标准厂房3万平方米，引进企业12家，年底前全部投产。"
CUTS = {"keeper": (0, 37), "first": (0, 28), "inner": (21, 28), "follower": (28, 37)}


def officer() -> Person:
    """The one who takes files in."""
    return db.session.scalars(select(Person).where(Person.login == "officer-1")).one()


def measure(key: int, text: str, start: int, line: int = 1, **more: Any) -> dict[str, Any]:
    """A measure as the reader gives it."""
    given = {
        "id": key,
        "line": line,
        "char_start": start,
        "char_end": start + len(text),
        "path": ["一、产业", "（一）工业"],
        "text": text,
        "title": text[:20],
        "kind": "quantified",
        "targets": [
            {"indicator": "企业", "comparator": "≥", "value": 12, "value_high": None, "unit": "家", "raw": "12家"}
        ],
        "deadline": {"phrase": "2024年底前", "date": "2024-12-31", "basis": "printed"},
        "recurrence": None,
        "units": {"lead": ["工信局"], "supporting": ["农业农村局"], "named": True},
        "suggested": [{"unit": "工信局", "score": 0.9}],
        "aspirational": False,
        "duplicate_of": None,
        "confidence": 0.8,
        "why": ["figure"],
    }
    return given | more


def plan(measures: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A whole object of the reader."""
    document = {
        "title": "青石县2024年工作要点", "number": "青政发〔2024〕1号", "issuer": "青石县人民政府",
        "issued_on": "2024-01-10", "kind": "report", "region": "青石县", "period": [None, None], "reporting_year": 2024,
    }  # fmt: skip
    outline = [
        {"id": "o1", "parent": None, "level": "chapter", "number": "一", "title": "产业", "line": 1, "char_start": 0}
    ]
    empty: dict[str, Any] = {"projects": [], "indicators": [], "conflicts": [], "skipped": [], "warnings": []}
    return {"document": document, "outline": outline, "measures": measures, **empty, **more}


def take_in(text: str, read: dict[str, Any], name: str = "要点.txt") -> Intake:
    """A file taken in."""
    sha256 = hashlib.sha256(f"{next(_numbers)}{text}".encode()).hexdigest()
    return taking_in.store(REGION, name=name, kind="txt", sha256=sha256, text=text, plan=read, by=officer())


def draft(**fields: Any) -> Draft:
    """A draft among neighbours: one that holds it whole, one inside it, one behind it."""
    found = dict(zip(CUTS, _among_neighbours(), strict=True))["first"]
    for name, value in fields.items():
        setattr(found, name, value)
    db.session.flush()
    return found


def _among_neighbours() -> list[Draft]:
    rows = [measure(key, WHOLE[start:end], start) for key, (start, end) in enumerate(CUTS.values(), start=1)]
    made = take_in(WHOLE, plan(rows))
    found = db.rows(select(Draft).where(Draft.intake_id == made.id))
    return [next(one for one in found if (one.char_start, one.char_end) == span) for span in CUTS.values()]


def neighbour(of: Draft, name: str) -> Draft:
    """One of the neighbours by its name in CUTS; any of them after the cuts have changed."""
    mine = db.rows(select(Draft).where(Draft.intake_id == of.intake_id).order_by(Draft.id))
    return next((one for one in mine if (one.char_start, one.char_end) == CUTS[name]), mine[0])


def other_of(of: Draft) -> str:
    """What a move with another draft takes: the one that came out of it again, or the one behind."""
    out = select(Draft.id).where(Draft.merged_into_id == of.id, Draft.state == DraftState.OPEN)
    return str(db.session.scalar(out) or neighbour(of, "follower").id)


def unit(code: str) -> Unit:
    """A unit by its code."""
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


#: For each thing that a guard of the drafting table asks for: record → an answer that it takes.
VALID_ARGS = {
    "title": lambda record: record.title,
    "kind": lambda record: record.kind.value,
    "recurrence": lambda _: "",
    "basis": lambda _: "",
    "targets": lambda record: record.targets,
    "deadline": lambda _: "2024-11-30",
    "lead": lambda _: str(unit("agri").id),
    "supporting": lambda _: [str(unit("industry").id)],
    "cut": lambda _: "9",
    "other": other_of,
    "difference": lambda _: "new",
    "old": lambda _: "",
    "keeper": lambda record: str(neighbour(record, "keeper").id),
}

#: Moves of drafts that stand against a measure of an older edition.
OF_EDITIONS = {"adopt": Difference.CHANGED, "unmatch": Difference.CHANGED, "keep": Difference.SAME}


def ready_for(verb: str, old_measure: Any) -> Draft:
    """A draft from which a move can be made that the usual one cannot make."""
    if verb in OF_EDITIONS:
        return draft(difference=OF_EDITIONS[verb], old_measure=old_measure())
    return draft()


def bring_about(record: Draft, verb: str, do: Any) -> None:
    """What a move needs of the neighbours, by real moves."""
    if verb == "give_back":
        inner, follower = neighbour(record, "inner"), neighbour(record, "follower")
        do(inner, "join", keeper=str(record.id))
        do(record, "merge", other=str(follower.id))
        do(inner, "part")
        do(follower, "part")
