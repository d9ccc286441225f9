"""Times in a text: found in any of the forms in use, with first and last day."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from taskflow.reading.statements.time_forms import DECEMBER, FORMS, NOWHEN, TO, Span, Years, day, month

#: Days of Excel: the number that stands for 1899-12-30, and the numbers that can be meant as a day of our time.
EXCEL_ZERO, EXCEL_DAYS = dt.date(1899, 12, 30), range(36526, 73051)


@dataclass(frozen=True)
class Mention:
    """A time in a text. `first` and `last` are None where the words give no day (汛期前)."""

    start: int
    end: int
    first: dt.date | None
    last: dt.date | None
    #: Says that it is a bound (底, 末, 内, 前), not just a time.
    bound: bool


def plain(text: str) -> str:
    """The same text, sign for sign, with half-width digits and stops."""
    return "".join(_plain(sign) for sign in text)


def _plain(sign: str) -> str:
    if sign < "\u3000":
        return sign
    found = unicodedata.normalize("NFKC", sign)
    return found if len(found) == 1 else sign


#: Where a time can begin: the rest of a text is passed over quickly.
_MAY_BEGIN = re.compile(
    '[0-9“"一二三四五六七八九十今本这当明来次翌后去上下第全年未用规任国前元春农清植端中重麦冬主汛供采入封秋开两半迎台雨防夏高暑寒旺伏休Qq]'
)
FAR = 4  # letters between a year and a time that does not belong to it
_BOUND = re.compile(r"\s*(?:之前|以前|前|止|为止|之内|以内)")
_SENTENCE = re.compile("[。；;\n]")
_CLAUSE = re.compile("[，,]")
_ENDS_BOUND = re.compile("[底末内]$")


def mentions(
    text: str,
    year: int | None = None,
    period_to: dt.date | None = None,
    *,
    named: int | None = None,
    today: dt.date | None = None,
) -> list[Mention]:
    """Every time in a text, in order; two joined by a dash are one with both ends.

    `year` is the document's own, `named` the one that the words before named, `today` its date.
    """
    shown, years = plain(text), Years(year, period_to, named, today)
    found: list[Mention] = []
    for one in _scan(shown, years):
        before = found[-1] if found else None
        if before and before.last and re.fullmatch(TO, shown[before.end : one.start]):
            found[-1] = Mention(before.start, one.end, before.first, one.last, one.bound)
        else:
            found.append(one)
    return found


def _scan(shown: str, years: Years) -> Iterator[Mention]:
    place = ended = 0
    while begin := _MAY_BEGIN.search(shown, place):
        if _SENTENCE.search(shown, place, begin.start()):
            years.now = years.reporting
        elif years.behind and _CLAUSE.search(shown, place, begin.start()):
            years.now = years.reporting  # 2025年已销号11件，剩余6件10月底前清零
        elif years.behind and begin.start() - ended > FAR:
            years.now = years.reporting  # 2024年度续建地块的机井6月5日前完成
        place = begin.start()
        for form in FORMS:
            if found := form.pattern.match(shown, place):
                first, last = form.means(found, years)
                after = _BOUND.match(shown, found.end())
                bound = form.bound or bool(after) or bool(_ENDS_BOUND.search(found.group()))
                place = ended = after.end() if after else found.end()
                yield Mention(begin.start(), place, first, last, bound)
                break
        else:
            place += 1


_BARE = re.compile(
    r"(?:(?P<year>20\d\d)(?:年?(?P<m>0[1-9]|1[0-2]))?|(?P<month>\d{1,2})[./](?P<day>\d{1,2}))(?:\.0)?前?"
)


def bare(cell: str, year: int | None) -> Span | None:
    """A cell that holds nothing but digits: a year, a month, a day of the year, Excel's number of a day."""
    if re.fullmatch(r"\d{5}(?:\.\d+)?", cell) and int(cell[:5]) in EXCEL_DAYS:
        return (EXCEL_ZERO + dt.timedelta(days=int(cell[:5])),) * 2
    found = _BARE.fullmatch(cell)
    if not found:
        return None
    if found["month"]:
        return day(year, int(found["month"]), int(found["day"])) if int(found["month"]) else NOWHEN
    if found["m"]:
        return month(int(found["year"]), int(found["m"]))
    return month(int(found["year"]), 1, to=DECEMBER)
