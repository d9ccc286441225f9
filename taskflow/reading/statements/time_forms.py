"""The forms in which plans print times (2022年底, 6月中旬, 第二季度, 国庆前, 规划期末, 2017.6), and what each means.

A form is a pattern and what it means. Years that are not printed come from the caller: the reporting year and
the end of the plan's period.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass

from taskflow.reading.statements import feasts
from taskflow.reading.statements.numerals import whole

DECEMBER = 12
#: 十四五 ended in 2025; each plan is five years long.
FOURTEENTH = 2025
CENTURY = 2000


@dataclass
class Years:
    """What a time without a year refers to: the reporting year, or the year just named (2024年9月…，12月…)."""

    reporting: int | None
    period_to: dt.date | None
    named: int | None = None
    #: The day on which the document was signed or its meeting held: 本月底, 下周五.
    today: dt.date | None = None

    def __post_init__(self) -> None:
        self.now = self.named or self.reporting

    @property
    def behind(self) -> bool:
        """Whether a year before the reporting year was named last."""
        return bool(self.now and self.reporting and self.now < self.reporting)

    @property
    def plan_end(self) -> dt.date | None:
        """The last day of the plan's period, or of the reporting year."""
        return self.period_to or (dt.date(self.now, DECEMBER, 31) if self.now else None)


Span = tuple[dt.date | None, dt.date | None]
NOWHEN: Span = (None, None)


def number(text: str) -> int:
    """“12”, “十二”, “二十五”, “二〇二五” as a number; the forms below let nothing else through."""
    found = whole(text.strip())
    if found is None:
        raise ValueError(text)
    return found


# What the parts of a time look like

_YEAR = r"(?:(?<![\d.])(?:19|20)\d\d|二[〇○零][〇○零一二三四五六七八九]{2}|(?<![\d.])[1-4]\d(?=年(?:底|末|1?\d月)))"
_WORD = r"(?:今年|本年|当年|明年|来年|次年|翌年|(?<![产用运成工营])后年|去年|上年)"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
TO = r"\s*(?:[-—–−~～]+|至|到)\s*"
_SHIFT = {"明年": 1, "来年": 1, "次年": 1, "翌年": 1, "后年": 2, "去年": -1, "上年": -1}
_AFTER_THAT = ("次年", "翌年", "当年")  # counted from the year just named
_OF = rf"(?:(?P<year>{_YEAR})\s*年度?\s*|(?P<word>{_WORD})度?\s*)?"
_PART = r"(?P<part>底|末|初|上旬|中旬|下旬)?"
_QUARTER = r"[一二三四1-4]"
_AFTER = r"(?=$|[\s,，、;；。.)）(（]|[前底末止起至到开启完竣]|之前|以前|[-—–~～])"
_SEASONS = (
    "春节|农历年|元宵节?|清明节?|植树节|端午节?|中秋节?|重阳节?|主?汛期?|(?:供暖|采暖|供热)[季期]?|入冬|封冻|上冻|(?:秋季|春季)?开学|两会"
    "|(?:春|秋)季学期(?:结束|期?末)|[春夏秋冬麦][耕播收种]|迎峰度[夏冬]|台风季|雨季|防汛期?|春耕|春灌|夏灌|秋灌|秋播|三夏|三秋|高考|春运|暑[期假]|寒假|旅游旺季|旺季|(?:伏季)?休渔期"
)


def month(year: int | None, month: int, part: str | None = None, *, to: int | None = None) -> Span:
    """A month or a run of them, or the part of one that is named."""
    if year is None:
        return NOWHEN
    last = to or month
    until = {"初": 10, "上旬": 10, "中旬": 20}.get(part or "", monthrange(year, last)[1])
    since = {"中旬": 11, "下旬": 21}.get(part or "", 1)
    return dt.date(year, month, since), dt.date(year if last >= month else year + 1, last, until)


def day(year: int | None, month: int, day: int) -> Span:
    """One day, or none when the calendar has no such day."""
    if year is None or month > DECEMBER or not 1 <= day <= monthrange(year, month)[1]:
        return NOWHEN
    return (dt.date(year, month, day),) * 2


def _year(found: re.Match[str], years: Years) -> int | None:
    """The year that a match is about; later times in the same text follow it."""
    given = found.groupdict()
    if given.get("year"):
        year = number(given["year"])
        years.now = year if year >= CENTURY - 100 else CENTURY + year
    elif word := given.get("word"):
        said = years.now if word in _AFTER_THAT else years.reporting
        years.now = said + _SHIFT.get(word, 0) if said else None
    return years.now


def _of_day(found: re.Match[str], years: Years) -> Span:
    return day(_year(found, years), number(found["m"]), number(found["d"]))


def _of_month(found: re.Match[str], years: Years) -> Span:
    return month(_year(found, years), number(found["m"]), found.groupdict().get("part"))


def _of_months(found: re.Match[str], years: Years) -> Span:
    return month(_year(found, years), number(found["m"]), found["part"], to=number(found["to"]))


def _of_quarter(found: re.Match[str], years: Years) -> Span:
    last = number(found["q"]) * 3
    first = number(found["since"]) * 3 if found["since"] else last
    return month(_year(found, years), first - 2, to=last)


def _of_first_quarters(found: re.Match[str], years: Years) -> Span:
    return month(_year(found, years), 1, to=number(found["q"]) * 3)


def _of_half(found: re.Match[str], years: Years) -> Span:
    return month(_year(found, years), 1, to=6) if found["half"] == "上" else month(_year(found, years), 7, to=12)


def _of_year(found: re.Match[str], years: Years) -> Span:
    """A whole year, or what its part says (年中, 年初)."""
    year, part = _year(found, years), found.groupdict().get("part") or ""
    return month(year, 1, to={"中": 6, "初": 1}.get(part[-1:], DECEMBER))


def _of_years(found: re.Match[str], years: Years) -> Span:
    first = dt.date(number(found["first"]), 1, 1)
    return first, _of_year(found, years)[1]


def _of_feast(found: re.Match[str], years: Years) -> Span:
    """The day before a feast; seasons (汛期, 麦播) have none."""
    year = _year(found, years)
    last = feasts.eve(found["feast"], year) if year else None
    return last, last


def _of_term(found: re.Match[str], years: Years) -> Span:
    """The first day of the autumn term, on which a school is to be in use."""
    return day(_year(found, years), 9, 1)


def _of_golden_week(found: re.Match[str], years: Years) -> Span:
    """The seven days of the national day."""
    return day(_year(found, years), 10, 7)


def _of_season(found: re.Match[str], years: Years) -> Span:
    """No day, but the year of what follows."""
    _year(found, years)
    return NOWHEN


def _near_month(found: re.Match[str], years: Years) -> Span:
    """This month or the next, counted from the day of the document, or the part or the day of it that is named."""
    if years.today is None:
        return NOWHEN
    first = years.today.replace(day=1)
    if found["near"].startswith("下"):
        first = (first + dt.timedelta(days=31)).replace(day=1)
    if found.groupdict().get("d"):
        return day(first.year, first.month, number(found["d"]))
    return month(first.year, first.month, found["part"])


_WEEKDAYS = "一二三四五六日"


def _near_week(found: re.Match[str], years: Years) -> Span:
    """This week or the next, to its last working day, or the day of it that is named."""
    if years.today is None:
        return NOWHEN
    monday = years.today - dt.timedelta(days=years.today.weekday() - 7 * found["near"].startswith("下"))
    last = monday + dt.timedelta(days=_WEEKDAYS.index((found["d"] or "五").replace("天", "日")))
    return (last if found["d"] else monday), last


def _of_all_years(found: re.Match[str], years: Years) -> Span:
    """The end of a plan of so many years: 三年累计新建45处."""
    if years.period_to is None or years.reporting is None:
        return NOWHEN
    length = years.period_to.year - years.reporting + 1
    return (None, years.period_to) if length > 1 and length == number(found["n"] or str(length)) else NOWHEN


def _of_plan(found: re.Match[str], years: Years) -> Span:
    """The end of the plan's period: the document's own, or that of the plan named."""
    named = found.groupdict().get("plan")
    if not named:
        return None, years.plan_end
    year = FOURTEENTH + 5 * (number(named) - 4)
    ours = years.period_to is not None and years.period_to.year == year
    return dt.date(year - 4, 1, 1), years.period_to if ours else dt.date(year, DECEMBER, 31)


def _of_length(found: re.Match[str], years: Years) -> Span:
    """So many years from the reporting year on; a plan's five years end with it, its first three begin with it."""
    length = number(found["n"])
    if found.groupdict().get("first"):
        return (None, dt.date(years.period_to.year - 5 + length, DECEMBER, 31)) if years.period_to else NOWHEN
    if years.period_to and (years.now is None or years.now < years.period_to.year < years.now + length):
        return None, years.period_to
    return (None, dt.date(years.now + length - 1, DECEMBER, 31)) if years.now else NOWHEN


def _of_next_year(_found: re.Match[str], years: Years) -> Span:
    return (None, dt.date(years.reporting + 1, DECEMBER, 31)) if years.reporting else NOWHEN


def _of_nothing(_found: re.Match[str], _years: Years) -> Span:
    return NOWHEN


@dataclass(frozen=True)
class Form:
    """One way in which a time is printed."""

    pattern: re.Pattern[str]
    means: Callable[[re.Match[str], Years], Span]
    bound: bool = False


def _form(pattern: str, means: Callable[[re.Match[str], Years], Span], *, bound: bool = False) -> Form:
    return Form(re.compile(pattern), means, bound)


#: In this order at every place of a text: the first that fits is meant.
FORMS = (
    _form(rf"(?P<year>{_YEAR})(?P<sep>[./-])(?P<m>{_MONTH})(?P=sep)(?P<d>{_DAY})(?!\d)", _of_day),
    _form(r"(?<!\d)(?P<year>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)", _of_day),
    _form(rf"{_OF}(?P<m>{_MONTH})\s*月{TO}(?={_MONTH}\s*月\s*{_DAY}\s*[日号])", _of_month),
    _form(rf"{_OF}(?P<m>{_MONTH})\s*月?{TO}(?P<to>{_MONTH})\s*月份?{_PART}", _of_months),
    _form(rf"{_OF}(?P<m>{_MONTH})\s*月\s*(?P<d>{_DAY})\s*[日号]", _of_day),
    _form(rf"(?P<year>{_YEAR})\s*年\s*(?P<m>{_MONTH})\s*月\s*(?P<d>{_DAY})(?![\d个家项])", _of_day),
    _form(rf"{_OF}秋季学期(?!(?:开学|开始)?(?:之|以)?前)", _of_term),
    _form(rf"(?P<year>{_YEAR})[./](?P<m>{_MONTH})(?![\d%]){_AFTER}", _of_month),
    _form(rf"(?P<year>{_YEAR})-(?P<m>1[0-2]|0[1-9]|[1-9])(?![\d%]){_AFTER}", _of_month),
    _form(
        rf"{_OF}(?:(?<![第每个\d.])|(?<=\d个)(?={_MONTH}月[底末初前份上中下]))(?P<m>{_MONTH})\s*月份?{_PART}(?!\d*[个大])",
        _of_month,
    ),
    _form(rf"{_OF}(?:第?(?P<since>{_QUARTER})(?:季度)?(?:{TO}|、))?第?(?P<q>{_QUARTER})季度[末底]?", _of_quarter),
    _form(rf"{_OF}前(?P<q>[二三23])个?季度", _of_first_quarters),
    _form(rf"{_OF}(?P<since>)[Qq](?P<q>[1-4])", _of_quarter),
    _form(rf"(?P<near>本|下个?|这个)月\s*(?P<d>{_DAY})[日号]", _near_month, bound=True),
    _form(
        r"(?P<near>本|下个?|这个)月份?(?P<part>底|末|初|上旬|中旬|下旬)?(?=[内前，之以完])?内?", _near_month, bound=True
    ),
    _form(
        rf"(?P<near>[本下这])周(?P<d>[{_WEEKDAYS}天])?[末内底]?(?=前|之前|以前|，|完|(?<=[末内底]))",
        _near_week,
        bound=True,
    ),
    _form(rf"{_OF}(?P<half>[上下])半年", _of_half),
    _form(
        rf"{_OF}[“\"]?(?P<feast>秋季开学|秋季学期(?:开学|开始)?|国庆|十一|五一|七一|八一|元旦|{_SEASONS})[”\"]?(?:节|劳动节|假期|小长假)?(?:到来|来临)?(?:之|以)?前后?",
        _of_feast,
        bound=True,
    ),
    _form(rf"(?P<year>{_YEAR})年(?:今冬明春|[春夏秋冬]季(?!学期|开学))", _of_season, bound=True),
    _form(rf"(?P<first>{_YEAR})\s*年?{TO}(?P<year>{_YEAR})\s*年?(?P<part>年?[底末])?(?![\d.])", _of_years),
    _form(rf"(?P<year>{_YEAR})\s*年度?\s*(?P<part>年?[底末终中初]|以?内)?", _of_year),
    _form(rf"(?P<word>{_WORD})度?(?P<part>年?[底末终中初]|以?内)?", _of_year),
    _form(rf"{_OF}国庆(?:节|长假)?期间", _of_golden_week, bound=True),
    _form(
        rf"{_OF}(?:(?:春节|元旦|五一|端午|中秋|暑[期假]|寒假)(?:节|假期)?期间|(?:伏季)?休渔期[间内])",
        _of_season,
        bound=True,
    ),
    _form(
        r"(?<![近去前后第十二\d])(?P<n>[三五])年(?:累计|合?共(?!同)|总共|(?=分别|开展|新[建增]|改[建造]|完成|建[成设]|培[育训]|引进|投[放入]|盘活|实施|打造|淘汰|安排|下降|增长|提高))"
        r"|规划期内?累计",
        _of_all_years,
    ),
    _form(r"[“\"]?十(?P<plan>[三四五六])五[”\"]?(?:规划)?(?:时期|期间|期?[末内])", _of_plan),
    _form(r"规划(?:期|目标)?[末内]期?|规划期间|(?:本届)?(?:政府)?任期[内末]|规划(?:到)?期[末满]", _of_plan, bound=True),
    _form(r"(?P<n>[一二两三四五六七八九十]|(?<!\d)\d)年(?:之|以)?内", _of_length, bound=True),
    _form(r"今明两年", _of_next_year),
    _form(r"(?:未来|今后|用)(?P<n>[一二两三四五六七八九十]|\d)(?:年|个年头)(?:左右)?(?:的?时间)?", _of_length),
    _form(r"(?P<first>前)(?P<n>[一二两三四]|[1-4])年(?!级)", _of_length),
    _form(r"(?:\d+|[一二三四五六七八九十半]+)个?(?:工作日|日|天|周|星期|月|年)(?:之|以)?内", _of_nothing, bound=True),
    _form(r"(?<![少青老成往多历近些几两])(?P<part>年[底末终内中]|全年|年度内)", _of_year),
)
