"""Read one passage that a person points at: they say that it is a promise, so only what it says is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from taskflow.reading.duties import Vocabulary
from taskflow.reading.layout.letters import clean
from taskflow.reading.making import promise
from taskflow.reading.statements import responsible, verbs, when
from taskflow.reading.statements.figures import targets


def passage(text: str, time: when.Frame, units: Vocabulary, path: Sequence[str]) -> dict[str, Any]:
    """A measure of plan-json without its places: figures, deadline and units as the words say them."""
    told = clean(text)
    due = when.printed(told.text, time) or when.assumed(time)
    return {
        "id": "",
        "path": list(path),
        "text": text,
        **promise(told.text, targets(told.text), lambda figure: text[slice(*told.span(figure.start, figure.end))]),
        "deadline": due.plain(),
        "recurrence": due.recurrence,
        "units": responsible.doers(told.text).plain(),
        "suggested": units.suggest(told.text, path[-2:]),
        "aspirational": bool(verbs.HOPEFUL.search(told.text)),
        "duplicate_of": None,
        "confidence": 1.0,
        "why": ["by_hand"],
    }
