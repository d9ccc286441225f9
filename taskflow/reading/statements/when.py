"""When a commitment is due: the time that its clause prints, that it inherits, or that has to be assumed."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from taskflow.reading.statements.phrases import deadline, recurrence
from taskflow.reading.statements.times import Mention, mentions

#: Inside a name a time is part of the name; behind it, it is a plan's or a programme's.
_NAMED = re.compile(r"[“《（][^“”《》（）]*$")
#: … but one in brackets behind a project is its own: 信息平台二期项目（2026—2028年）.
_OF_A_PROJECT = re.compile(r"(?:项目|工程)（$")
_CLOSED = re.compile(r"[”》]")
_OF_A_NAME = re.compile(
    r"^(?:[”》]|[^，。；“《制编出启开实推完组举引]{0,6}(?:行动(?:计划|方案)?|规划(?!期)|纲要|方案|计划(?!完成|投资|实施|安排|新|建|改|引|培|于|在)|改革|会议|大会|版|国标|标准(?!化)|工作(?![站室坊])|秋季|春季|以来)|拟[^，。；]{1,10}的)"
)
#: What others set, and is only referred to; its time is theirs: 按照国家2030年前碳达峰部署.
_REFERRED = re.compile(r"(?:按照?|根据|对标|落实)[^，。；]{0,40}(?:部署|目标|规定|要求)(?=，|$)")
#: A time that is no bound counts where it leads the clause: 2024年完成…, 力争全年….
_AT = re.compile(r"(?:^|[，；。：（]|到|至|在|于|力争|争取|确保|计划|预计|从|自|其中)“?$")
#: Or where it says when something will be so: 县医院2028年建成三级医院, but not 2008年建成的小区.
_DONE_IN = re.compile(
    r"^(?:就?要|将)?(?:全面|全部|正式|基本|整体|主体|年)?(?:建成|完成|投产|投用|投运|竣工|完工|通车|启用|达到|实现|开工|交付|建设|组织|开展|施行|印发|突破|超过|形成|建立|消除|动态清零|清零|力争|安排|新增|新建|改造|投入|培训|发放|引进|培育|创成|提高|提升|下降|增长|增加|扩大|获批|入选|覆盖|全覆盖)(?![^，。；、]{0,16}的)"
)
_SAYS_HOW_MUCH = re.compile(r"[^，。；、]*\d")
#: The year of the goals themselves: 我县今年发展的主要预期目标是…
_OF_GOALS = re.compile(r"^[^，。；]{0,16}目标(?:是|为|如下)?：|^作为")
#: Says nothing in a plan of several years.
_OF_ONE_YEAR = re.compile(r"全年|年内|今年|本年|当年|年底前?|年末")
#: How long something takes, not when it ends.
_LENGTH = re.compile(r"工作日|小时|分钟|天|周|星期|[\d一二三两半]个?月")
#: The years of the plan itself: 通过五年接续奋斗.
_EFFORT = re.compile(r"(?:通过|经过|力争用|再用)(?:三|五)年(?=[^，。；]{0,6}(?:奋斗|努力|时间|攻坚))")
_BARE_YEAR = re.compile(r"(?:20\d\d|今|本|当|全)年度?|[一二三四五六七八九十]+月")
_LEADS = re.compile(r"(?:力争到|争取到|至|到|在|于|自|从)$")
#: Ends without an end: said about the work as a whole.
_ENDLESS = re.compile(r"(?:并|要)?(?:持续推进|长期坚持|常态化推进|持续用力|久久为功|长期推进)[。；，]?$")
_EVERY = re.compile(
    r"(?:(?<!每[人户名亩生头])|(?<=每[人户名])(?!每年[^，。；]{0,10}元)(?=每年))"
    r"(?:每年|逐年|每半年|每个?季度?|每个?月|每学年|双月|每两个?月|按[年季月]|逐[季月]|每周|每日)"
    r"|一月一|一季度?一|一年一(?=调度|通报|考核|观摩|评)"
    r"|(?<![\d一二三四五六七八九十两半个上下当本全今去每按逐])(?:[月季年]|季度)(?=调度|通报|例会|考核|督查|点评|观摩|会商|研判)"
)
_NAMES_A_YEAR = re.compile(r"20\d\d|规划|“十|年[内末]")
#: Rhythms that need another word, or have none.
_OTHERWISE = {"每学年": "annual", "每半年": None}


#: A year that times without one refer to later: 2026年三季度完成主体工程，年内通过验收.
_YEAR_NAMED = re.compile(
    r"(?P<anew>；)|(?P<till>[到至]?)(?:(?P<year>20\d\d)年(?!版|以来|项目|计划)|(?P<word>今年|明年))"
)
NEAR = 40  # letters in which quotation marks that open before a year are looked for
_NO_YEAR_NAMED = re.compile(r"(?:[比较与以自从据按照]|谋划|储备|申报|《[^》]*|“[^”]*)$")


FIVE_YEARS = 4  # from the first year of a five-year plan to its last


@dataclass(frozen=True)
class Frame:
    """The time that a document covers: its reporting year, and the first and last day of its period."""

    year: int | None
    begins: dt.date | None
    ends: dt.date | None
    #: The year that the words before named, so that 年底 means its end in a plan of several years.
    named: int | None = None
    #: The day of the document, from which 本月底 counts.
    issued: dt.date | None = None

    @property
    def several(self) -> bool:
        """Whether the document covers several years."""
        return bool(self.begins and self.ends and self.ends.year > self.begins.year)

    @property
    def long(self) -> bool:
        """Whether it covers so many that 年底 without a year says nothing; in a three-year plan it is the first."""
        return bool(self.begins and self.ends and self.ends.year - self.begins.year >= FIVE_YEARS)

    def naming(self, year: int) -> Frame:
        """The frame of words behind those that name a year, where it is one to come."""
        inside = self.begins and self.ends and self.begins.year <= year <= self.ends.year + 1
        return replace(self, named=year) if inside else self

    @property
    def end(self) -> dt.date | None:
        """The day that is assumed where nothing is printed."""
        return self.ends or (dt.date(self.year, 12, 31) if self.year else None)


class Years:
    """Which year the words of a sentence have named last, at any place of it.

    In a document about one year, 到2030年… tells of a goal far off and not of the year of what follows, and a
    semicolon begins anew.
    """

    def __init__(self, frame: Frame, text: str, start: int, end: int) -> None:
        self.places, self.frames = [start], [frame]
        for match in _YEAR_NAMED.finditer(text, start, end):
            if _NO_YEAR_NAMED.search(text[max(start, match.start() - NEAR) : match.start()]):
                continue
            if match["anew"]:
                named = None if frame.several else frame
            elif match["word"] == "今年" or (match["till"] and not frame.several):
                named = frame
            else:
                named = frame.naming(int(match["year"] or 0) or (frame.year or 0) + 1)
                named = None if named is frame else named
            if named:
                self._add(match.end(), named)

    def _add(self, place: int, frame: Frame) -> None:
        self.places.append(place)
        self.frames.append(frame)

    def at(self, place: int) -> Frame:
        """The frame of a clause that begins here."""
        return self.frames[max(bisect_right(self.places, place) - 1, 0)]


@dataclass(frozen=True)
class Due:
    """A deadline as plan-json prints it, and how often the work comes again."""

    phrase: str | None
    date: dt.date | None
    basis: str
    recurrence: str | None = None

    def plain(self) -> dict[str, Any]:
        """The `deadline` of a measure."""
        return {"phrase": self.phrase, "date": self.date.isoformat() if self.date else None, "basis": self.basis}


@lru_cache(maxsize=1024)  # a clause is asked about alone, beside the one before it, and as a measure
def printed(text: str, frame: Frame) -> Due | None:
    """The deadline that a clause prints; None when it prints none."""
    every = _EVERY.search(text)
    told = _REFERRED.sub(lambda referred: "　" * len(referred.group()), text)
    every_time = mentions(told, frame.year, frame.ends, named=frame.named, today=frame.issued)
    found = [one for one in every_time if _counts(one, text, frame)]
    again = recurrence(every.group()) or _OTHERWISE.get(every.group(), "") if every else ""
    if every and again != "":
        ends = [
            _last_time(one, text, frame) if again == "annual" else one.last
            for one in found
            if one.last and not text.startswith("起", one.end)
        ]
        last = max(ends, default=frame.end)
        return Due(every.group(), last, "recurring", again)
    if not found:
        if frame.ends and (effort := _EFFORT.search(text)):
            return Due(effort.group(), frame.ends, "printed")
        return Due(None, None, "none") if _ENDLESS.search(text) else None
    one = _meant(found, text)
    start = one.start - len(lead.group()) if (lead := _LEADS.search(text[: one.start])) else one.start
    phrase = text[start : one.end]
    meant = deadline(text[start : one.end + 8], frame.year, frame.ends)
    if meant.start and not re.match(r"[^，。；]{0,4}(?:开工|开建|动工)", text[one.end :]):
        return Due(phrase, None, "printed")
    return Due(phrase, one.last, "printed")


#: Directly before a time that only says more about the thing that is done: 5月底前完成下半年项目申报.
_OF_THE_THING = re.compile(r"(?:完成|做好|落实|谋划|编制|申报|储备|开展)$")


def _meant(found: list[Mention], text: str) -> Mention:
    """The last of several times, but not one of the thing itself, nor a year that leads to a day in it (今年要…，6月底前…)."""
    left = [one for one in found if not _OF_THE_THING.search(_ahead(text, one.start))] or found
    year = left[0].last.year if left[0].last and _whole_year(left[0]) else None
    days = [one for one in left[1:] if one.first and one.first.year == year and not _whole_year(one)]
    if days and "，" in text[left[0].end : days[-1].start]:
        left = days
    return max(left, key=lambda mention: (mention.last or dt.date.min, -mention.start))


def _whole_year(one: Mention) -> bool:
    return bool(one.first and one.last and (one.first.month, one.first.day, one.last.month) == (1, 1, 12))


def _last_time(one: Mention, text: str, frame: Frame) -> dt.date:
    """A day of every year of a plan (每年11月底前) comes for the last time in its last year."""
    day = one.last or dt.date.max
    if not (frame.several and frame.ends) or _NAMES_A_YEAR.search(text[one.start : one.end]):
        return day
    return dt.date(frame.ends.year, day.month, min(day.day, monthrange(frame.ends.year, day.month)[1]))


def time_of(text: str, frame: Frame) -> tuple[dt.date | None, str | None] | None:
    """The day or the rhythm that a clause prints, to be compared with another's."""
    due = printed(text, frame)
    return (due.date, due.recurrence) if due and due.basis in ("printed", "recurring") else None


LOOK = 120  # letters before and behind a time in which the rules look


def _ahead(text: str, place: int) -> str:
    return text[:place] if place <= LOOK else "…" + text[place - LOOK : place]


def _counts(one: Mention, text: str, frame: Frame) -> bool:
    """Whether a time is a deadline: not a name, not past, not beyond the period."""
    before, told, after = _ahead(text, one.start), text[one.start : one.end], text[one.end : one.end + LOOK]
    named = _NAMED.search(before) and not told.startswith("“")
    of_a_name = _CLOSED.match(after) if one.bound else _OF_A_NAME.match(after)
    if _OF_A_PROJECT.search(before) and after.startswith(("）", "，")):
        named = None
    if named or of_a_name or re.search(r"(?:(?<!占)比|较|与|以|近|过去)$", before):
        return False
    if one.last is None:
        return one.bound and not _LENGTH.search(told)
    bare = bool(_BARE_YEAR.fullmatch(told)) and not one.bound
    led = (
        (told == "全年" and _SAYS_HOW_MUCH.match(after))
        or _AT.search(before)
        or _OF_GOALS.match(after)
        or _DONE_IN.match(after)
    )
    vague = (frame.long and not frame.named and _OF_ONE_YEAR.fullmatch(told)) or (bare and not led)
    return not vague and _inside(one.last, frame)


def _inside(day: dt.date, frame: Frame) -> bool:
    if frame.begins and day < frame.begins:
        return False
    return not (frame.ends and day > frame.ends.replace(year=frame.ends.year + 4))


def leads(text: str, due: Due) -> bool:
    """Whether a clause opens with its time, which then holds for what follows: 到2027年，…; 县医院三季度开工 speaks of one thing."""
    return text.find(due.phrase or "") <= len("力争")


def stands_apart(text: str, due: Due) -> bool:
    """Whether the time that leads a clause is set apart, and so holds for the sentences behind it too: 2027年底前，…"""
    return text[text.find(due.phrase or "") + len(due.phrase or "") :].startswith(("，", "：", "”，"))


def inherited(due: Due) -> Due:
    """What a clause behind one with a printed time takes over from it."""
    return Due(due.phrase, due.date, "inherited")


def assumed(frame: Frame) -> Due:
    """Nothing printed: the end of the plan's period or of the reporting year."""
    return Due(None, frame.end, "assumed" if frame.end else "none")
