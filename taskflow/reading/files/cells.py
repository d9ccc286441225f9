"""What a cell of a workbook says: numbers, dates and shares as text, by the format that the cell wears."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

#: Formats that a workbook may use without saying what they are; 27 to 58 as in a Chinese Excel.
BUILT_IN = (
    {9: "0%", 10: "0.00%", 15: "d-m-y", 16: "d-m", 17: "m-y", 22: "y-m-d h:m", 30: "m-d-y"}
    | dict.fromkeys((14, 31), "y-m-d")
    | dict.fromkeys((27, 36, 50, 52, 57), "y-m")
    | dict.fromkeys((28, 29, 51, 53, 54, 58), "m-d")
    | dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:m")
)
_SPOKEN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE
)  # of a format: what is printed as it is
LAST_DAY = 2_958_465  # 9999-12-31
LEAP = 60  # Excel believes in 1900-02-29
EPOCH, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
DIGITS = 15  # what Excel keeps
LARGEST = 10**DIGITS


def shown(raw: str, form: str, *, since_1904: bool = False) -> str:
    """A number as text: a date where the format is one (2025-03-01), a share with its %, else the plain number.

    The whole value is shown, not what a narrow format rounds it to.
    """
    number = _number(raw)
    if number is None:
        return raw
    parts = _parts(form)
    if "%" in parts:
        return f"{_plain(number * 100)}%"
    if number < 1 and not since_1904:
        parts = parts - {"y", "d"} if parts & {"h", "s"} else frozenset()  # before the first day there is only a time
    if parts and 0 <= number <= LAST_DAY:
        return _moment(number, parts, since_1904=since_1904)
    return _plain(number)


@lru_cache(maxsize=256)
def _parts(form: str) -> frozenset[str]:
    """What a format makes of a number: “%”, or the parts of a date and time; nothing when it stays a number.

    “[” is among them when hours are counted beyond a day.
    """
    signs = _SPOKEN.sub("", form.partition(";")[0]).lower()
    if "%" in signs:
        return frozenset("%")
    return frozenset() if "general" in signs else frozenset("ymdhs[") & frozenset(signs)


def _number(raw: str) -> Decimal | None:
    try:
        number = Decimal(format(float(raw), f".{DIGITS}g"))
    except (ValueError, InvalidOperation):
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal) -> str:
    text = format(number, "f" if abs(number) < LARGEST else "")
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


def _moment(number: Decimal, parts: frozenset[str], *, since_1904: bool) -> str:
    day, minutes = divmod(round(number * 24 * 60), 24 * 60)
    hours = minutes // 60 + (day * 24 if "[" in parts else 0)
    clock = f"{hours:02}:{minutes % 60:02}"
    if parts & {"h", "s"} and not parts & {"y", "d"}:
        return clock
    form = "-".join(sign for sign in "ymd" if sign in parts) if "y" in parts else "y-m-d"
    text = _day(day, form, since_1904=since_1904)
    return f"{text} {clock}" if "h" in parts and minutes else text


def _day(number: int, form: str, *, since_1904: bool) -> str:
    """A day as text; only the year, or year and month, where no more is printed."""
    begin = EPOCH_1904 if since_1904 else EPOCH
    early = 0 < number < LEAP and not since_1904
    try:
        day = begin + timedelta(number + early)
    except OverflowError:
        return str(number)
    return day.isoformat()[: {"y": 4, "y-m": 7}.get(form, 10)]
