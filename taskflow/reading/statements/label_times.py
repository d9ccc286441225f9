"""The times of a label, which may name parts of the task: 完成时限：水库加固2026年4月底前，其余2026年12月底前."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from taskflow.reading.statements import when

_LABEL = re.compile(r"(?:完成(?:时限|时间)|时限要求|时间节点|(?:办理|整改)?时限)[^：。；]{0,6}：(?P<told>[^。；）]*)")
_REST = re.compile(r"(?:其余|其他|其它|剩余)")
_NO_THING = re.compile(r"^(?:于|在|到|至|力争|争取|确保|截至)+")


@dataclass(frozen=True)
class Part:
    """A time, and the things that it is about; without things it is about all that is left."""

    things: tuple[str, ...]
    due: when.Due

    def about(self, text: str) -> bool:
        """Whether a text speaks of one of the things: half of its pairs of letters stand there too (危桥改造, 改造危桥6座)."""
        return any(_shared(thing, text) for thing in self.things)


def _shared(thing: str, text: str) -> bool:
    pairs = ["".join(pair) for pair in pairwise(thing)]
    return bool(pairs) and 2 * sum(pair in text for pair in pairs) >= len(pairs)


def dues(note: str, texts: list[str], frame: when.Frame) -> list[when.Due | None]:
    """For each of the texts that a note is about, the deadline that the note gives it; None: none."""
    whole = when.printed(note, frame)
    parts = _parts(note, frame)
    named = [_last(part.due for part in parts if part.about(text)) for text in texts]
    if not any(named):
        return [whole] * len(texts)
    rest = _last(part.due for part in parts if not part.things)
    return [due or rest for due in named]


def _last(found: Iterable[when.Due]) -> when.Due | None:
    """What holds several of the parts is done when the last of them is."""
    return max(found, key=lambda due: due.date or dt.date.min, default=None)


def _parts(note: str, frame: when.Frame) -> list[Part]:
    """The times of a label that are set apart by commas, each with the words before it."""
    label = _LABEL.search(note)
    found = []
    for told in label["told"].split("，") if label else ():
        due = when.printed(told, frame)
        if due and due.phrase:
            words = _NO_THING.sub("", told[: told.find(due.phrase)])
            things = () if _REST.match(words) else tuple(thing for thing in re.split("[、和及与]", words) if thing)
            found.append(Part(things, due))
    return found
