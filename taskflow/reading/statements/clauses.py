"""Sentences of a paragraph, and the separate commitments inside a sentence.

A commitment is a clause with its own verb and object. What only says how (以…为…) belongs to the clause after
it, what only says to what end (不断提升…) to the clause before it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from taskflow.reading.statements import verbs
from taskflow.reading.statements.figures import targets
from taskflow.reading.statements.responsible import NOTE

OPENERS, CLOSERS = "“《（【〔‘", "”》）】〕’"
SENTENCE_ENDS = "。！？"
#: Numbers the parts of a sentence: （1）…；（2）….
NUMBER = re.compile(r"（(?:[一二三四五六七八九十]{1,2}|\d{1,2})）|[①-⑳]")
#: A clause that says more about the subject of the one before: …增长12%，达到92亿元.
GOES_ON = re.compile(
    r"^(?:(?:年均|分别|累计|平均|合计|占|达到?|同比|其中|增幅|增速|总量|人均)(?=[^，]{0,12}\d)"
    r"|(?:增长|下降|提高|提升|降低|力争|争取|确保|力争达到|力争突破|冲刺)\d"
    r"|每(?:年|半年|季度|月)(?:不少于|不低于|至少)?(?:\d+|[一二两三])(?!\d|月|日)"
    r"|到20\d\d年(?:达到|突破|超过|实现)\d)"
)

#: The same thing at another time: 2027年突破200亿元、｜规划期末达到250亿元.
SAME_THING = re.compile(
    r"^(?:其中|到|至|力争|争取|确保)*(?:20\d\d年[底末]?|规划期末|“十.五”末|[上下]半年|年[底末]|全年|[一二三四]季度末?|\d{1,2}月(?:[底末]|\d{1,2}日)前?)"
    r"(?:力争|争取|确保|再|累计)*(?:达到?|突破|超过|提高[到至]|提升[到至]|增加到|扩大到|增至|降[到至]|压减到|不低于|不少于|控制在|稳定在|保持在|完成)\d"
)

#: A clause that opens with a day of its own has a deadline of its own: 6月底前签约，9月份开工.
OWN_DAY = re.compile(
    r"^(?:20\d\d年[底末](?=前)|(?:20\d\d年|今年|年内)?(?:年[底末](?=前)|\d{1,2}月|第?[一二三四]季度|[上下]半年|(?:国庆|元旦|春节|中秋|端午|入冬|“[五十七八]一”|主?汛期)节?(?:到来)?(?=前|期间)))"
    r"(?:\d{1,2}[日号]|份|[底末初]|[上中下]旬|期间)?前?"
)
OWN_YEAR = re.compile(r"20\d\d年年?[底末]?前?")
#: Says of the thing before when it will be done: 新建厂房4座，11月底前建成投用。
JUST_DONE = re.compile(
    r"(?:20\d\d年|今年|年内)?(?:\d{1,2}月|第?[一二三四]季度|[上下]半年)?[\d日号份年底末初上中下旬前]*"
    r"(?:(?:全部|全面)[^，。；、\d]{2,8}|(?:全部|全面|正式|基本)?(?:建成|完成|完工|竣工|投产|投用|投运|投入(?:业务|正式|商业)?|使用|运行|运营|交付|通车|启用|达产|并网|发电|落成|开放|验收)+)[。；，]?"
)
#: Or comes again by itself: 每季度末向督查室报送进展; 每年不少于2次 says more about the clause before.
OWN_RHYTHM = re.compile(
    r"(?:每(?:年|半年|个?季度|个?月|两个?月)|双月)[初末底]?(?!不少于|不低于|至少|(?:\d+|[一二两三])(?!月|日|\d)|[\d月日号底末前]+[，。；])[^，。；]{4}"
)
#: A part of a list that has a time and a figure of its own: 6月底前投产5个、年底前再投产4个.
OWN_PART = re.compile(
    r"(?:其中|到|至|再)?(?:20\d\d年|今年|年[内底]|规划期末|“十.五”末|\d{1,2}月|[一二三四]季度|[上下]半年)[^、，。；]*\d"
)
#: A part of a list that is a time and nothing else: 3月、9月各开展1次.
ONLY_TIME = re.compile(r"[\d一二三四五年月日号季度初上中下旬底末前内半每按逐和至到份期今明全“”]+[，。；、]?")
#: Ends in a time, so that what is to be done by then stands behind the next: 各乡镇于7月5日前、12月5日前报送.
TIME_LAST = re.compile(r"\d(?:[月日号]|月[底末初]|月[上中下]旬)前?、$")

BY_RHYTHM = re.compile("按[年季月]")
LOOK = 200  # letters at the end of a part, in which a time is looked for
SHORT = 5  # letters that hardly say what is done to what
REST = 1  # letters that say what is done, behind its time
#: Says in its midst by when: 各单位要在3月底前制定清单.
MIDWAY = re.compile(r".{3,}(?:\d月|[一二三四]季度|半年|[底末内前])前?[^，。；、\d]{2}|.{2,}[底末内前]、$")

#: Only says when: 力争到2025年末，
WHEN_ALONE = re.compile(
    r"(?P<time>(?:力争|争取|确保|实现)?(?:到|至|截至)?“?(?:20\d\d年|十[一二三四五六]五|规划期|今后|未来|今年|年内|全年|其中|同时|此外|另外|为此))[^，。；\d]{0,10}，?$"
)
#: How long something takes that is then said: 用两年时间完成全部整治.
TAKES = re.compile(r"^(?:再)?用[一二两三四五\d]+年(?:左右)?(?:的?时间)?(?=[^，。；])")
#: What the next clause is about, however much of it there is: 对具备条件的9宗土地，｜督促企业5月底前开工.
WITH_REGARD = re.compile(r"对[^，。；\d]*的\d+[^，。；\d]{1,10}，")
#: To whom or what it applies: 整改不力的，｜由督查室挂牌督办.
APPLIES = re.compile(r"[^，。；]{3,}(?<!目)的，$")
HOPES = re.compile(r"^(?:力争|争取|确保|实现|其中)+(?:到|至|截至)?")
#: Words of manner that say what is done when one of the others follows: 对路面进行改造, 与高校开展合作.
MAY_ACT = re.compile("[对为把将在与]|(?:加强|深化)与|坚持|用好|(?:充分)?发挥|突出|紧盯|抢抓")
DONE_TO = re.compile(
    "购买|投保|配备|安装|发放|办理|减免|接种|配发|购置|进行|给予|提供|开展|合作|作用|纳入|打造|建|作为|转化|列入"
)


#: A day, and how often the work comes again.
Time = tuple[dt.date | None, str | None]


@dataclass(frozen=True)
class Piece:
    """A part of a paragraph's clean text: text[start:end]."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The part itself."""
        return text[self.start : self.end]


TimeOf = Callable[[Piece], Time | None]


def split(text: str, start: int, end: int, marks: str) -> Iterator[Piece]:
    """The parts between marks that stand outside quotation marks and brackets; the mark goes with the part before."""
    depth, begun = 0, start
    for place in range(start, end):
        letter = text[place]
        if letter in OPENERS:
            depth += 1
        elif letter in CLOSERS:
            depth = max(0, depth - 1)
        elif letter in marks and (
            not depth or (letter in SENTENCE_ENDS and depth == 1 and not _closes(text, place, end))
        ):
            yield Piece(begun, place + 1)
            begun, depth = place + 1, 0
    if begun < end:
        yield Piece(begun, end)


def _closes(text: str, place: int, end: int) -> bool:
    """Whether an open quotation or bracket is closed soon after a sentence's end inside it."""
    return any(letter in CLOSERS for letter in text[place + 1 : min(end, place + 40)])


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Piece]:
    """The sentences of a paragraph; a note that names units, standing before one, is a piece of its own."""
    found: list[Piece] = []
    for piece in split(text, start, len(text) if end is None else end, SENTENCE_ENDS):
        begun = piece.start
        while note := NOTE.match(text, begun, piece.end):
            found.append(Piece(begun, note.end()))
            begun = note.end()
        found.append(Piece(begun, piece.end))
    return [piece for piece in found if piece.of(text).strip("”’）。")]


def commitments(text: str, sentence: Piece, time_of: TimeOf) -> list[Piece]:
    """The clauses of a sentence that can each be checked by themselves; `time_of`: the deadline in a part, if any."""
    found: list[Piece] = []
    for numbered in split(text, sentence.start, sentence.end, "；"):
        mark = NUMBER.match(text, numbered.start, numbered.end)
        part = Piece(mark.end(), numbered.end) if mark else numbered
        parts = [one for clause in split(text, part.start, part.end, "，") for one in _dated(text, clause, time_of)]
        found += _grouped(text, parts, time_of)
    return found


def _dated(text: str, clause: Piece, time_of: TimeOf) -> list[Piece]:
    """The parts of a list when each has a time of its own, and says what is done by then."""
    begins = [clause.start]
    for one in list(split(text, clause.start, clause.end, "、"))[1:]:
        before = _end_of(Piece(begins[-1], one.start))
        shared = TIME_LAST.search(before.of(text)) and OWN_DAY.match(one.of(text))
        alone = shared or ONLY_TIME.fullmatch(before.of(text)) or ONLY_TIME.fullmatch(one.of(text))
        counted = OWN_PART.match(text, one.start, one.end) and re.search(r"\d", before.of(text))
        time = time_of(one)
        if not alone and (counted or (time and _differ(time_of(before), time))):
            begins.append(one.start)
    return [Piece(start, end) for start, end in pairwise([*begins, clause.end])]


def _end_of(piece: Piece) -> Piece:
    """As much of a part as says when it is due, from its end; what goes on and on costs no more than its length."""
    return Piece(max(piece.start, piece.end - LOOK), piece.end)


def _differ(one: Time | None, other: Time | None) -> bool:
    return bool(one and other and one != other)


def _grouped(text: str, parts: list[Piece], time_of: TimeOf) -> list[Piece]:
    groups: list[Piece] = []
    has_core, before = False, None
    for part in parts:
        told, time = part.of(text), time_of(part)
        core = acts(told) or own_time(told) or _says_by_when(told, time)
        result = verbs.RESULT.match(told) and not (time or targets(told))
        of_them = told.startswith("其中") and time and time != before  # 改造64个，其中6月底完成14个
        goes_on = GOES_ON.match(told) and not ((of_them or _differ(time, before)) and targets(told))
        says_more = goes_on or (has_core and (result or (not before and JUST_DONE.fullmatch(told))))
        another = has_core and (_differ(time, before) or (own_time(told) and not says_more))
        begins = (core and not says_more) or another or (has_core and leads(told))
        if groups and not (has_core and begins):
            groups[-1] = Piece(groups[-1].start, part.end)
            before = time_of(_end_of(groups[-1])) if time else before
            has_core = has_core or core or acts(OWN_DAY.sub("", told, count=1))
        else:
            groups.append(part)
            before = time
            has_core = bool(core or another or acts(OWN_DAY.sub("", told, count=1)))
    if len(groups) > 1 and not has_core:  # what was to lead the next clause had none
        last = groups.pop()
        groups[-1] = Piece(groups[-1].start, last.end)
    return groups


def _says_by_when(told: str, time: Time | None) -> bool:
    """Whether a clause has a time and something besides, though no verb that is known: 年底前与水厂联网运行."""
    if time is None or ONLY_TIME.fullmatch(told) or (leads(told) and not BY_RHYTHM.match(told)):
        return False
    day = OWN_DAY.match(told)
    return bool(time[1] or MIDWAY.match(told) or (day and len(told.rstrip("，。；、")) > day.end() + REST))


def own_time(told: str) -> bool:
    """Whether a clause opens with a time of its own and does something else by then."""
    told = told.removeprefix("其中")
    if OWN_DAY.match(told):
        return acts(told)
    if OWN_RHYTHM.match(told):
        return True
    year = OWN_YEAR.match(told)
    rest = told[year.end() :] if year else ""
    return bool(verbs.ACTION.match(rest)) and not GOES_ON.match(rest)


def is_short(told: str, *, counted: bool = False) -> bool:
    """Whether a clause says little besides its time, or how much: 2027年开工, 力争年内核准, 年底前累计完成26公里."""
    bare = OWN_YEAR.sub("", HOPES.sub("", told).rstrip("，。；、"), count=1)
    return len(OWN_DAY.sub("", bare, count=1)) <= (2 * SHORT if counted else SHORT)


def _dated_act(told: str) -> bool:
    """Whether a clause says what is done by a day, however short: 确保2026年四季度开工."""
    bare = HOPES.sub("", told).rstrip("，。；、")
    day = OWN_DAY.match(bare)
    return bool(day and len(bare) > day.end() + 1)


def acts(told: str) -> bool:
    """Whether a clause says what is done, or how much."""
    if leads(told):
        return False
    return bool(verbs.does(told) or targets(told) or verbs.LATE.search(told))


def leads(told: str) -> bool:
    """Whether a clause only says how, when or with regard to what."""
    told = TAKES.sub("", told)
    alone = WHEN_ALONE.match(told)
    if alone and not verbs.ACTION.match(told[alone.end("time") :]):
        return not _dated_act(told)
    if WITH_REGARD.fullmatch(told):
        return True
    if targets(told):
        return False
    if APPLIES.fullmatch(told):
        return True
    if not verbs.MANNER.match(told):
        return False
    done = verbs.DONE.match(told) or verbs.LATE.search(told[2:]) or DONE_TO.search(told)
    return not (MAY_ACT.match(told) and done)
