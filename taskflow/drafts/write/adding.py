"""Take words of the text as a draft by hand: a passage that the reader left out, or one that it took for a heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from taskflow import clock, db, errors
from taskflow.drafts.models import Difference, Draft, DraftState, Intake
from taskflow.drafts.write.intake import measure
from taskflow.drafts.write.units import of_region
from taskflow.org import vocabulary
from taskflow.org.models import Person
from taskflow.workflows.drafting import DRAFTING
from taskflow.workflows.engine.perform import begin

LONGEST = 2000  # characters of one passage


def add(intake: Intake, start: int, end: int, by: Person) -> Draft:
    """Begin a draft with the words between two places of the text. The caller commits.

    Raises errors.Refusal when there are no words, too many, or when a draft has some of them already.
    """
    db.lock(Intake, intake.id)
    start, end = _trimmed(intake.text, start, end)
    if over := _over(intake.id, start, end):
        raise errors.Refusal(
            f"这段文字已在第 {over.place} 条草案（{over.state.label}）里，请打开那一条修改、拆分或恢复。"
        )
    place = intake.next_place
    path = headings(intake.outline, start)
    told = _read(intake, start, end, path)
    line = intake.text.count("\n", 0, start) + 1
    made = measure(
        intake, {**told, "char_start": start, "char_end": end, "line": line}, place, of_region(intake.region_code)
    )
    made.changed_at, made.changed_by_id = clock.now(), by.id
    made.difference = Difference.NEW if intake.edition_of_id else None
    facts = {"place": place, "line": line, "title": made.title}
    return begin(DRAFTING, made, f"add:draft:{intake.id}:{start}:{end}", by, facts)  # type: ignore[no-any-return]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    if not 0 <= start < end <= len(text):
        raise errors.Refusal("请先在原文中选中要列为草案的文字。")
    words = text[start:end].strip()
    if not words:
        raise errors.Refusal("选中的地方没有文字，请重新选择。")
    if len(words) > LONGEST:
        raise errors.Refusal(f"一条草案最多 {LONGEST} 字，请分几段选择。")
    start = text.index(words, start)
    return start, start + len(words)


def _over(intake_id: int, start: int, end: int) -> Draft | None:
    """A draft that has some of these words."""
    same = select(Draft).where(
        Draft.intake_id == intake_id,
        Draft.is_project.is_(False),
        Draft.state != DraftState.MERGED,
        Draft.char_start < end,
        Draft.char_end > start,
    )
    found: Draft | None = db.session.scalars(same.order_by(Draft.char_start).limit(1)).one_or_none()
    return found


def headings(outline: Sequence[Mapping[str, Any]], place: int) -> list[str]:
    """The titles above a place, from the chapter down."""
    by_id = {node.get("id"): node for node in outline}
    above = [node for node in outline if int(node.get("char_start") or 0) <= place and node.get("level") != "box"]
    found: list[str] = []
    node = max(above, key=lambda one: int(one.get("char_start") or 0), default=None)
    while node is not None:
        found.insert(0, str(node.get("title") or ""))
        node = by_id.get(node.get("parent"))
    return found


def _read(intake: Intake, start: int, end: int, path: list[str]) -> dict[str, Any]:
    """The words as the reader understands them."""
    from taskflow.reading.passage import passage  # noqa: PLC0415  # its patterns take as long as a web framework
    from taskflow.reading.statements.when import Frame  # noqa: PLC0415

    year = intake.reporting_year or (intake.period_from.year if intake.period_from else None)
    period = Frame(year, intake.period_from, intake.period_to)
    return passage(intake.text[start:end], period, vocabulary.of(intake.region_code), path)


def left_out(intake: Intake) -> list[dict[str, Any]]:
    """The passages that the reader left out and nobody has taken as a draft; one query."""
    taken = set(db.rows(select(Draft.char_start).where(Draft.intake_id == intake.id, Draft.is_project.is_(False))))
    text = intake.text
    return [one for one in intake.skipped if _first_word(text, one) not in taken]


def _first_word(text: str, one: Mapping[str, Any]) -> int:
    start, end = int(one["char_start"]), int(one["char_end"])
    return start + len(text[start:end]) - len(text[start:end].lstrip())
