"""Working days of a county's calendar: add, subtract, count, explain. Pure.

Rule: 《全国年节及纪念日放假办法》 with the State Council's yearly notice, which also makes some weekend days
working days (调休). A year without a notice is *provisional*: weekends only, and said so wherever it counts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class WorkDays:
    """A number of working days; never mixes with `Days` or `Hours`."""

    n: int

    def __str__(self) -> str:
        return f"{abs(self.n)} 个工作日"


@dataclass(frozen=True)
class Days:
    """A number of calendar days."""

    n: int

    def __str__(self) -> str:
        return f"{abs(self.n)} 天"


@dataclass(frozen=True)
class Months:
    """A number of calendar months: to the same day of a later month, or its last day."""

    n: int

    def __str__(self) -> str:
        return f"{abs(self.n)} 个月"


@dataclass(frozen=True)
class Hours:
    """A number of hours."""

    n: int

    def __str__(self) -> str:
        return f"{abs(self.n)} 小时"


class Calendar:
    """The working days between two years, with O(1) `count` and O(log n) `add` on a sorted list.

    exceptions: day → works that day. official: the years that have the State Council's notice.
    names: day → the holiday's name, for explanations.
    """

    def __init__(
        self,
        exceptions: Mapping[date, bool],
        official: frozenset[int],
        names: Mapping[date, str] | None = None,
        first: int = 2016,
        last: int = 2040,
    ) -> None:
        self.official = official
        self.names = names or {}
        self._days: list[date] = []
        day, end = date(first, 1, 1), date(last, 12, 31)
        while day <= end:
            if exceptions.get(day, day.weekday() < 5):  # noqa: PLR2004  # Saturday is 5
                self._days.append(day)
            day += timedelta(days=1)

    def works(self, day: date) -> bool:
        """Whether people work on this day."""
        found = bisect_left(self._days, day)
        return found < len(self._days) and self._days[found] == day

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it when n is negative; n = 0 gives `day`)."""
        if n == 0:
            return day
        start = bisect_right(self._days, day) if n > 0 else bisect_left(self._days, day)
        place = start + n - 1 if n > 0 else start + n
        if not 0 <= place < len(self._days):
            raise ValueError(f"{day} ± {n} 个工作日超出日历范围")
        return self._days[place]

    def sub(self, day: date, n: int) -> date:
        """The n-th working day before `day`."""
        return self.add(day, -n)

    def count(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.count(end, start)
        return bisect_right(self._days, end) - bisect_right(self._days, start)

    def roll(self, day: date) -> date:
        """The day itself when people work on it, else the next working day (顺延)."""
        return day if self.works(day) else self.add(day, 1)

    def provisional(self, *days: date) -> list[int]:
        """The years among these days, and between them, that have no notice yet."""
        if not days:
            return []
        return [y for y in range(min(days).year, max(days).year + 1) if y not in self.official]

    def because(self, start: date, end: date) -> str:
        """What lies between two days, in words: holidays skipped, weekends worked, years without notice."""
        low, high = min(start, end), max(start, end)
        skipped: list[str] = []
        day = low
        while day <= high:
            name = self.names.get(day)
            if name:
                told = f"{name}（{'调休上班' if self.works(day) else '放假'}）"
                if told not in skipped:
                    skipped.append(told)
            day += timedelta(days=1)
        parts = ["跳过周末" + ("、" + "、".join(skipped) if skipped else "")]
        years = self.provisional(low, high)
        if years:
            parts.append("、".join(map(str, years)) + " 年放假安排未公布，暂定")
        else:
            parts.append("、".join(map(str, range(low.year, high.year + 1))) + " 年放假通知")
        return " ← ".join(parts)
