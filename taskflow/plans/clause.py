"""The clause that a measure or a task comes from: its words in the document's text, with some text around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from taskflow import db
from taskflow.plans.models import DocumentText, Measure, Project
from taskflow.tasks.models import Task

_BLANK = re.compile(r"\n\s*\n")
ROOM = 160  # characters shown before and behind


@dataclass(frozen=True)
class Clause:
    """The words, what stands around them, and the file they come from."""

    before: str
    words: str
    behind: str
    line: int
    name: str
    sha256: str


def of(source: Measure | Project) -> Clause | None:
    """The clause of a measure or a project row; None when the document's text is not kept. One query."""
    kept = db.session.get(DocumentText, source.document_id)
    if kept is None:
        return None
    start, end = _span(kept.text, source)
    if start == end:
        return None
    before, words, behind = _around(kept.text, start, end, ROOM)
    return Clause(
        _BLANK.sub("\n", before).lstrip("\n"),
        words,
        _BLANK.sub("\n", behind).rstrip("\n"),
        source.line,
        kept.name,
        kept.sha256,
    )


def of_task(task: Task) -> Clause | None:
    """The clause of a task."""
    source = task.measure or task.project
    return of(source) if source is not None else None


def _span(text: str, source: Measure | Project) -> tuple[int, int]:
    """From where to where: as it was read, or else the whole line."""
    if source.char_start is not None and source.char_end is not None:
        return source.char_start, source.char_end
    lines = text.split("\n")
    if not 0 < source.line <= len(lines):
        return 0, 0
    start = sum(len(line) + 1 for line in lines[: source.line - 1])
    return start, start + len(lines[source.line - 1])


def _around(text: str, start: int, end: int, room: int) -> tuple[str, str, str]:
    """A stretch with some of the text before and behind it, cut at the ends of lines where one is near."""
    left, right = max(0, start - room), min(len(text), end + room)
    before, behind = text[left:start], text[end:right]
    if left and "\n" in before:
        before = before[before.index("\n") + 1 :]
    if right < len(text) and "\n" in behind:
        behind = behind[: behind.rindex("\n")]
    return before, text[start:end], behind
