"""Pages of moves that need more than a few fields: what they show, and how what was typed is read.

A module that owns such a page adds a line to PAGES; every other move uses the plain form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from taskflow.moves.asks import CONFIRM, asked


@dataclass(frozen=True)
class MovePage:
    """A move's own page."""

    template: str
    #: (record, typed) → what the template needs beyond record, move, typed, refusal, said
    context: Callable[[Any, MultiDict[str, str]], dict[str, Any]]
    #: (record, typed, files) → the command's arguments; raises errors.BadInput. What must survive a refusal
    #: without being typed (files already kept) it writes into `typed`.
    read: Callable[[Any, MultiDict[str, str], MultiDict[str, FileStorage]], dict[str, Any]]


#: (flow, verb) → its page.
PAGES: dict[tuple[str, str], MovePage] = {}


#: (flow, verb) → where a person is led afterwards: to what the move has just opened.
AFTER: dict[tuple[str, str], Callable[[Any], str]] = {}


def needs_form(kind: str, move: Any) -> bool:
    """Whether a move asks for more than a click."""
    key = (kind, move.verb)
    return key in PAGES or key in CONFIRM or bool(asked(kind, move.verb, move.asks))
