"""What a new edition says of an old measure: pairs by their words, compared by their figures. Pure.

Digits are left out of the words, so that a sentence whose figure alone was changed is still the same
sentence. Pairs are made best first; each side is used once.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

PLACE_BONUS = 0.08  # for standing under the same heading
ENOUGH = 0.55  # likeness from which two statements are the same one
COMMON = 60  # statements that share a pair of signs; a pair that more share says nothing
_DIGITS = re.compile(r"[0-9.%]+")
_NOISE = re.compile(r"[\s　，。；、：,.;:（）()“”\"《》]+")

Figure = tuple[str, str, str]


@dataclass(frozen=True)
class Statement:
    """One side's statement: its words, the heading over it, figures (value, upper value, unit) and deadline."""

    key: int
    words: str
    heading: str
    figures: frozenset[Figure]
    deadline: date | None = None
    #: The words are the document's own; otherwise they only name the matter, and prove no change.
    verbatim: bool = True


@dataclass(frozen=True)
class Pair:
    """An old and a new statement about the same thing, and whether they differ."""

    old: int
    new: int
    changed: bool


def pair_up(old: Sequence[Statement], new: Sequence[Statement]) -> list[Pair]:
    """Which new statement continues which old one."""
    before, after = {one.key: one for one in old}, {one.key: one for one in new}
    pairs = _verbatim(old, new)
    taken, used = {pair.old for pair in pairs}, {pair.new for pair in pairs}
    left = [one for one in old if one.key not in taken], [one for one in new if one.key not in used]
    for score, a, b in sorted(_scores(*left), key=lambda row: (-row[0], row[1], row[2])):
        if a in taken or b in used or score < ENOUGH:
            continue
        taken.add(a)
        used.add(b)
        pairs.append(Pair(a, b, changed=_differ(before[a], after[b])))
    return pairs


def _verbatim(old: Sequence[Statement], new: Sequence[Statement]) -> list[Pair]:
    """Statements that stand word for word in both, figures included, in their order."""
    waiting: dict[str, list[Statement]] = defaultdict(list)
    for one in old:
        waiting[_plain(one.words)].append(one)
    found = [(held.pop(0), one) for one in new if (held := waiting[_plain(one.words)])]
    return [Pair(a.key, b.key, changed=_differ(a, b)) for a, b in found]


def _differ(old: Statement, new: Statement) -> bool:
    moved = old.deadline is not None and new.deadline is not None and old.deadline != new.deadline
    reworded = old.verbatim and new.verbatim and _plain(old.words) != _plain(new.words)
    return old.figures != new.figures or moved or reworded


def _scores(old: Sequence[Statement], new: Sequence[Statement]) -> Iterable[tuple[float, int, int]]:
    grams = {one.key: _grams(one.words) for one in new}
    holders: dict[str, list[int]] = defaultdict(list)
    for key, found in grams.items():
        for gram in found:
            holders[gram].append(key)
    places = {one.key: one.heading for one in new}
    for one in old:
        mine = _grams(one.words)
        shared: Counter[int] = Counter()
        rare = [gram for gram in mine if len(holders.get(gram, ())) <= COMMON] or list(mine)
        for gram in rare:
            shared.update(holders.get(gram, ()))
        for key, _ in shared.most_common(12):
            bonus = PLACE_BONUS if one.heading and one.heading == places[key] else 0.0
            yield _dice(mine, grams[key]) + bonus, one.key, key


def _plain(words: str) -> str:
    """The words without blanks, marks and the width of letters."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", words))


def _grams(words: str) -> frozenset[str]:
    plain = _DIGITS.sub("", _plain(words))
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1)) or frozenset([plain])


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b))


def figures_of(targets: Iterable[Mapping[str, str]]) -> frozenset[Figure]:
    """Figures of a draft as they are compared: what is measured may be worded otherwise."""
    return frozenset((one.get("value", ""), one.get("value_high", ""), one.get("unit", "")) for one in targets)
