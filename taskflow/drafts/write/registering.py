"""A file becomes a document: its number, its chapters, its text; and where in it a draft stands."""

from __future__ import annotations

from sqlalchemy import select

from taskflow import db
from taskflow.drafts.models import Draft, Intake
from taskflow.org.models import Region
from taskflow.plans.models import Chapter, DocumentText, PlanDocument

DIGITS = 3  # of a document's code


def document_of(intake: Intake) -> PlanDocument:
    """The document of a file, registered with its chapters and its text when it is first needed.

    The caller holds the file's lock; the region's row orders the numbers of different files.
    """
    if intake.document is None:
        db.session.execute(select(Region.code).where(Region.code == intake.region_code).with_for_update(key_share=True))
        intake.document = PlanDocument(
            region_code=intake.region_code,
            code=_next_code(intake.region_code),
            title=intake.title.strip(),
            number=intake.number,
            issuer=intake.issuer,
            issued_on=intake.issued_on,
            kind=intake.document_kind,
            period_from=intake.period_from,
            period_to=intake.end,
            reporting_year=intake.reporting_year,
            note=f"由“{intake.name}”导入"[:200],
            chapters=_chapters(intake),
        )
        db.session.flush()
        text = {"name": intake.name, "sha256": intake.sha256, "text": intake.text}
        db.session.add(DocumentText(document_id=intake.document.id, **text))
    return intake.document


def _next_code(region_code: str) -> str:
    codes = db.rows(select(PlanDocument.code).where(PlanDocument.region_code == region_code))
    taken = [int(code) for code in codes if code.isdecimal()]
    return f"{max(taken, default=-1) + 1:0{DIGITS}}"


def _chapters(intake: Intake) -> list[Chapter]:
    """The chapters of the outline; what stands before the first of them, or in a file without any, has its own."""
    read = [node for node in intake.outline if node.get("level") == "chapter"]
    found = [
        Chapter(number=str(node.get("number") or "")[:10], title=str(node.get("title") or "")[:80], line=node["line"])
        for node in read
    ]
    if not found or found[0].line > 1:
        found.insert(0, Chapter(number="", title="全文" if not found else "开头", line=1))
    return found


def chapter_of(document: PlanDocument, line: int) -> Chapter:
    """The chapter in which a line stands."""
    chapters = document.chapters
    return next((chapter for chapter in reversed(chapters) if chapter.line <= line), chapters[0])


def code_of(document: PlanDocument, draft: Draft) -> str:
    """The code of what a draft becomes: document, line, and its own number in the file."""
    return f"{document.code}-{draft.line:04}-{draft.place:02}"
