"""What a document says of itself: title, number, issuer, date, kind, place, the years it is about."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from taskflow.reading.layout.headings import FURNITURE, Mode, announced
from taskflow.reading.layout.letters import doubled
from taskflow.reading.layout.lines import Paragraph
from taskflow.reading.statements.numerals import whole

LONGEST_LINE = 60  # letters of a line that names a plan; longer ones speak of it
HEAD = 40  # paragraphs in which a document says what it is
TITLE = re.compile(
    r"[^。；]{0,50}?(?:规划和\d{4}年远景目标纲要|规划纲要|发展规划|专项规划|规划|政府工作报告|工作要点|行动计划|行动方案|实施方案|工作方案|工作计划|任务分解(?:方案|表)?|重点任务清单|会议纪要)"
)
#: A paper that is called after its kind only: 关于优化营商环境的实施意见.
PAPER = re.compile(
    r"^[^。；《]{0,24}关于[^。；《》]{4,60}的?(?:实施意见|若干意见|意见|若干措施|通知|决定)$|^在[^。；]{4,40}会议?上的(?:报告|讲话)$"
)
#: A plan that says in its first sentence what it is.
SAYS_TITLE = re.compile(r"^(.{4,40}?(?:规划和\d{4}年远景目标纲要|规划纲要|规划|计划))，(?:根据|依据|是根据)")
#: A notice whose only matter is another document: 关于印发《…三年行动方案（2026—2028年）》的通知.
ISSUES = re.compile(r"印发《([^《》]{4,60})》的通知$")
#: Behind a title: its years, and that this is a part of it.
SUFFIX = re.compile(r"(?:（[^（）]{1,20}）)+$")
NUMBER = re.compile(r"^（?([\u4e00-\u9fff]{0,10}〔((?:19|20)\d\d)〕\d+号)(?:$|[，）])")
DAY = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")
#: How minutes begin: 2026年4月8日下午，县政府召开….
HELD = re.compile(rf"{DAY.pattern}[^。]{{0,60}}召开")
CHINESE_DAY = re.compile(
    r"(二[〇○零][〇○零一二三四五六七八九]{2})年([一二三四五六七八九十]+)月([一二三四五六七八九十]+)日"
)
ISSUER = re.compile(
    r"^[\u4e00-\u9fff]{2,20}?(?:人民政府(?:办公[厅室])?|委员会(?:办公[厅室])?|人民代表大会|(?<=[省市县区州旗盟].)[\u4e00-\u9fff]{0,12}[厅局委办])$"
)
REPORTS_FOR = re.compile(r"我(?:受.{0,10}委托，?)?代表([\u4e00-\u9fff]{0,14}?)(?:第[一二三四五六七八九十]+届)?人民政府")
_PLACE = r"([\u4e00-\u9fff]{2,7}?(?:省|自治区|市|自治州|州|盟|县|区|旗))"
#: Where a document names its place: at the head of issuer and title, at its congress, in a newspaper's headline.
PLACES = (
    re.compile(rf"^{_PLACE}(?=人民政府|人民代表大会|国民|“十|政府|委员会)"),
    re.compile(rf"(?:^|在|—){_PLACE}(?=第[一二三四五六七八九十]+届(?:人民|政协))"),
    re.compile(rf"^—*{_PLACE}(?=[^，。]{{0,8}}(?:解码|解读|报告))"),
    re.compile(rf"^{_PLACE}(?=[^，。]{{0,20}}(?:规划|纲要|报告|计划|方案|要点)$)"),
)
#: A town's own congress or government: its document calls 全县 what is the county's.
OF_A_TOWN = re.compile(
    r"[镇乡]第[一二三四五六七八九十]+届人民代表大会|^(?!.*[各乡]镇)[\u4e00-\u9fff]{2,7}[镇乡]人民政府(?:[镇乡]长|$)"
    r"|^在?(?!.*各)[\u4e00-\u9fff]{2,7}街道(?:办事处|党工委|20\d\d年)",
    re.MULTILINE,
)
NO_PLACE = re.compile(r"^(?:各|全|我|本|该|贯彻|落实|省|市)|[的在和对了年月日]")
PLAN = re.compile(r"“?十([一二三四五六七八])五”?|第十([一二三四五六七八])个五年")
YEAR_SPAN = re.compile(r"(20\d\d)\s*[-—~至]\s*(20\d\d)年?")
HEAD_YEAR = re.compile(r"((?:19|20)\d\d)年")
FIRST_PLAN = 1953  # the first five-year plan began


@dataclass(frozen=True)
class About:
    """A document's own data; None where it does not say."""

    title: str | None
    number: str | None
    issuer: str | None
    issued_on: dt.date | None
    kind: str
    region: str | None
    period: tuple[dt.date, dt.date] | None
    reporting_year: int | None
    plan_number: int | None = None
    #: The level of government whose document it is: town, county, prefecture or province.
    level: str = "county"
    #: The day of the meeting that minutes are about.
    held_on: dt.date | None = None

    def plain(self) -> dict[str, Any]:
        """The `document` of plan-json."""
        period = [day.isoformat() for day in self.period] if self.period else [None, None]
        return {
            "title": self.title,
            "number": self.number,
            "issuer": self.issuer,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "kind": self.kind,
            "region": self.region,
            "period": period,
            "reporting_year": self.reporting_year,
        }


def about(paragraphs: Sequence[Paragraph]) -> About:
    """What the first paragraphs and the headings say."""
    head = [doubled(paragraph.text) for paragraph in paragraphs[:HEAD]]
    title = _title(head, paragraphs)
    told = "\n".join([title or "", *head])
    kind = _kind(title, told)
    plan = _plan_number(title, head, kind)
    span = _span(title or "", head)
    issued, issuer = _issued(head) or _signed(paragraphs), _issuer(head)
    year = _reporting_year(paragraphs, told) if kind == "report" else None
    if kind != "report" and not (plan or span):
        year = _own_year(title, head) or (issued.year if issued else None)
    region = _region([issuer or "", title or "", *head])
    return About(
        title=title,
        number=next((match[1] for text in head[:8] if (match := NUMBER.match(text))), None),
        issuer=issuer,
        issued_on=issued,
        kind=kind,
        region=region,
        period=_period(plan, year, span),
        reporting_year=year or (issued.year if issued and kind == "report" else None),
        plan_number=plan or (_plan_at(year) if year else None),
        level=_level(region or issuer or "", told),
        held_on=next((day for text in head if HELD.match(text) and (day := _day(text))), None),
    )


def _own_year(title: str | None, head: list[str]) -> int | None:
    """The year of a yearly plan, of minutes, of a notice: in its title, its number or its first date."""
    if title and (named := HEAD_YEAR.search(title)):
        return int(named[1])
    numbered = next((match for text in head[:8] if (match := NUMBER.match(text))), None)
    dated = next((match for text in head[:12] if (match := DAY.search(text))), None)
    if numbered:
        return int(numbered[2])
    return int(dated[1]) if dated else None


def _level(place: str, told: str) -> str:
    if OF_A_TOWN.search(told):
        return "town"
    speaks = REPORTS_FOR.search(told)
    place = place or (speaks[1] if speaks else "")
    if place.endswith(("省", "自治区")) or place.startswith("省"):
        return "province"
    return "prefecture" if place.endswith(("市", "州", "盟")) else "county"


def _title(head: list[str], paragraphs: Sequence[Paragraph]) -> str | None:
    """The first headline that is a document's title; it may be broken over lines."""
    for place, text in enumerate(head[:30]):
        if said := SAYS_TITLE.match(text):
            return said[1]
        if not paragraphs[place].headline or len(text) < 4 or _is_path(text) or signs(text):  # noqa: PLR2004  # letters
            continue
        if found := _joined_title(head, place, paragraphs):
            return found
        follows = head[place + 1] if place + 1 < len(head) else ""
        if place < 4 and follows.startswith("——"):  # noqa: PLR2004  # a newspaper's headline and its second line
            return text
    return None


def _joined_title(head: list[str], place: int, paragraphs: Sequence[Paragraph]) -> str | None:
    joined = head[place]
    if issued := ISSUES.search(joined):
        return SUFFIX.sub("", issued[1])
    for more in range(1, 4):
        joined = SUFFIX.sub("", joined)
        match = max(TITLE.finditer(joined), key=lambda one: one.end(), default=None)
        if match and match.end() >= len(joined) - 8 and not joined.startswith(("第", "（")):
            start = joined.find("印发") + 2 if "印发" in joined else 0
            return joined[start : match.end()].strip("《》—-的") or None
        if PAPER.match(joined):
            return joined
        if place + more >= len(head) or not paragraphs[place + more].headline or _is_path(head[place + more]):
            return None
        joined += head[place + more]
    return None


def signs(text: str) -> bool:
    """Whether a line says who issued the document, when, or under what number."""
    return bool(ISSUER.match(text) or NUMBER.match(text) or DAY.fullmatch(text) or CHINESE_DAY.fullmatch(text))


def _is_path(text: str) -> bool:
    """Whether a line of a web page says where one is: 当前位置：首页>政务公开>政府工作报告."""
    return ">" in text or bool(FURNITURE.match(text))


def _kind(title: str | None, told: str) -> str:
    if title and re.search(r"报告", title):
        return "report"
    if title and re.search(r"规划|纲要|计划|方案|要点|意见|措施|任务", title):
        return "plan"
    if title and "纪要" in title:
        return "other"
    if re.search(r"报告摘登|政府工作报告|各位代表|20\d\d年(?:政府)?工作(?:回顾|安排|总结|打算|重点)", told):
        return "report"
    return "plan" if PLAN.search(told) else "other"


def _plan_number(title: str | None, head: list[str], kind: str) -> int | None:
    yearly = title is not None and HEAD_YEAR.search(title) is not None and not YEAR_SPAN.search(title)
    lines = [text for text in head if len(text) < LONGEST_LINE] if kind == "plan" and not yearly else []
    for text in [title or "", *lines]:
        if match := PLAN.search(text):
            return 10 + whole(match[1] or match[2])  # type: ignore[operator]  # the pattern gives a numeral
    return None


def _plan_at(year: int) -> int:
    return (year - FIRST_PLAN - 3) // 5 + 1 if year >= 1958 else 1  # noqa: PLR2004  # 1963–65 lay between two plans


def _span(title: str, head: list[str]) -> re.Match[str] | None:
    """The years of a plan: in its title, or in brackets behind it, which may stand on a line of their own."""
    behind = re.search(re.escape(title) + r"[》”]?（(.{8,14}?)）", "".join(head)) if title else None
    return YEAR_SPAN.search(title) or (YEAR_SPAN.search(behind[1]) if behind else None)


def _period(plan: int | None, year: int | None, span: re.Match[str] | None) -> tuple[dt.date, dt.date] | None:
    if span:
        return dt.date(int(span[1]), 1, 1), dt.date(int(span[2]), 12, 31)
    if plan:
        first = 2021 + 5 * (plan - 14)  # the fourteenth began in 2021
        return dt.date(first, 1, 1), dt.date(first + 4, 12, 31)
    return (dt.date(year, 1, 1), dt.date(year, 12, 31)) if year else None


def _reporting_year(paragraphs: Sequence[Paragraph], told: str) -> int | None:
    """The year of a report: the latest that its headings name, or the year of its session."""
    headed = Counter(
        int(year)
        for paragraph in paragraphs
        if paragraph.headline and announced(paragraph.text) is not Mode.VISION
        for year in HEAD_YEAR.findall(paragraph.text)
    )
    future = [year for year in headed if year < 2035]  # noqa: PLR2004  # the vision's year
    if future:
        return max(future)
    if match := DAY.search(told):
        return int(match[1])
    named = Counter(int(year) for year in HEAD_YEAR.findall("\n".join(one.text for one in paragraphs)))
    return max((year for year, times in named.items() if times > 1 and year < 2035), default=None)  # noqa: PLR2004


def _issued(head: list[str]) -> dt.date | None:
    lines = (text for text in head[:25] if len(text) < LONGEST_LINE)  # a date line, not running text
    return next((day for text in lines if (day := _day(text))), None)


def _day(text: str) -> dt.date | None:
    """The first day that a line names, in either kind of numerals."""
    match = DAY.search(text) or CHINESE_DAY.search(text)
    if match is None:
        return None
    try:
        return dt.date(*(whole(part) or 0 for part in match.groups()))
    except ValueError:
        return None


def _signed(paragraphs: Sequence[Paragraph]) -> dt.date | None:
    """The last line that is a day and nothing else: below a notice stand who signs it, and when."""
    days = (one.text for one in reversed(paragraphs) if DAY.fullmatch(one.text) or CHINESE_DAY.fullmatch(one.text))
    return next((day for text in days if (day := _day(text))), None)


def _issuer(head: list[str]) -> str | None:
    for text in head[:25]:
        if ISSUER.match(text) and len(text) > 3:  # noqa: PLR2004  # letters
            return text
    if match := REPORTS_FOR.search("\n".join(head)):
        return f"{match[1]}人民政府" if len(match[1]) > 1 else None
    return None


def _region(texts: list[str]) -> str | None:
    for pattern in PLACES:
        for text in texts[:HEAD]:
            match = pattern.search(text)
            if match and not NO_PLACE.search(match[1]):
                return match[1]
    return None
