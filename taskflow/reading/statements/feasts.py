"""The days of feasts and terms that plans count back from: fixed ones, 清明 by rule, the lunar ones as a dated table."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

#: Month and day; a month beyond December lies in the next year.
FIXED = {
    "秋季": (9, 1),  # 秋季开学, 秋季学期
    "国庆": (10, 1),
    "十一": (10, 1),
    "五一": (5, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "元旦": (13, 1),
}
#: Days by the lunar calendar (GB/T 33661-2017 fixes how it is computed): “2026”, “春节” → “02-17”.
_ROWS = csv.DictReader((Path(__file__).parent / "feasts.csv").read_text(encoding="utf-8").splitlines())
LUNAR = {int(row["year"]): row for row in _ROWS}
_OTHER_NAMES = {"农历": "春节", "元宵": "春节"}
FULL_MOON = 14  # days from 春节 to 元宵
_CENTURY = 2000
_DECEMBER = 12


def eve(name: str, year: int) -> dt.date | None:
    """The last day before a feast of that year, by which what is due “before” it is done; None where no day is known."""
    feast = _day(name[:2], year)
    return feast - dt.timedelta(days=1) if feast else None


def _day(name: str, year: int) -> dt.date | None:
    if name in FIXED:
        month, day = FIXED[name]
        return dt.date(year + (month > _DECEMBER), (month - 1) % _DECEMBER + 1, day)
    if name == "清明":
        return dt.date(year, 4, _qingming(year))
    told = LUNAR.get(year, {}).get(_OTHER_NAMES.get(name, name))
    if told is None:
        return None
    return dt.date.fromisoformat(f"{year}-{told}") + dt.timedelta(days=FULL_MOON * (name == "元宵"))


def _qingming(year: int) -> int:
    """The day of April on which 清明 falls in this century: the rule of thumb of the solar terms."""
    short = year - _CENTURY
    return int(short * 0.2422 + 4.81) - short // 4
