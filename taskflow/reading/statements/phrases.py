"""Deadlines as plans phrase them: which day is meant, whether it is a start, whether it comes again, or none at all."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from taskflow.reading.statements.times import Mention, bare, mentions, plain


@dataclass(frozen=True)
class Deadline:
    """What a phrase says about time.

    `basis` is “printed” (also when the words give no day that can be computed: 汛期前), “recurring” or “none”
    (持续推进, a start, nothing). `begins` is the first day where the phrase gives one.
    """

    date: dt.date | None
    basis: str
    start: bool = False
    recurrence: str | None = None
    begins: dt.date | None = None
    #: False: the words say nothing that is known here, and a person should look.
    understood: bool = True


#: How often something comes again, in the words that are in use; weekly work is reported monthly.
RECURRENCES = (
    (re.compile("双月|每(?:两|2)个?月|隔月"), "bimonthly"),
    (re.compile("(?:每|逐|按)季度?|每个季度|季季|^季度?$|一季度?一"), "quarterly"),
    (re.compile("(?:每|逐|按)个?月|月月|每[周旬日天]|每个星期|^月$|一月一"), "monthly"),
    (re.compile("每个?年|逐年|年年|按年度?|^年$|一年一"), "annual"),
)
#: Comes again, but in a step for which there is no word.
_OTHER_STEP = re.compile("每半年|每(?:[二两三四五]|[2-5])年")
#: Deliberately without an end.
ENDLESS = re.compile(
    "持续|长期|常态化?|按(?:工程|项目|时序|计划|序时)?进度|按(?:照)?(?:时序|计划|要求|规定|节点|部署)|全程|经常性?|日常|滚动|"
    "不间断|贯穿|始终|根据(?:实际|进度|需要|上级)|视(?:情况|进度)|适时|按需|动态"
)
#: Soon, but no day.
_SOON = re.compile("尽快|立即|立行立改|即知即改|即时|马上|近期|限期")
_NOTHING = re.compile(r"[-—–/\\无空*…\s]*|不限|暂无|待定")
_START = re.compile("启动|开始|开工|动工|起(?!草|步区|点|降)|(?<!印发)(?<!组织)(?<!出台)(?<!颁布)实施$|以来")
_FROM = re.compile("[自从]$")
_END_WORDS = re.compile("完成|竣工|完工|建成|结束|投产|投用|交付|验收|办结|销号|达产|通车")
_CLAUSE = re.compile("[，,；;。、\n]")


def deadline(phrase: str, year: int | None = None, period_to: dt.date | None = None) -> Deadline:
    """What the phrase means in a document of that reporting year and period.

    A month alone is its last day, a year alone its 31 December; of several times the latest one that is no start.
    """
    text = plain(phrase).strip()
    if _NOTHING.fullmatch(text):
        return Deadline(None, "none")
    if found := bare(text, year):
        return Deadline(found[1], "printed", begins=found[0], understood=found[1] is not None)
    times = mentions(text, year, period_to)
    ends = [one for one in times if not _is_start(one, text)]
    begins = next((one.first for one in times if one.first), None)
    last = max((one.last for one in ends if one.last), default=None)
    again = recurrence(text)
    if again or _OTHER_STEP.search(text):
        return Deadline(last, "recurring", recurrence=again, begins=begins)
    if ends:
        return Deadline(last, "printed", begins=begins)
    if times:
        return Deadline(None, "none", start=True, begins=begins)
    return _without_time(text)


def _without_time(text: str) -> Deadline:
    if ENDLESS.search(text):
        return Deadline(None, "none")
    if _SOON.search(text):
        return Deadline(None, "printed")
    return Deadline(None, "none", understood=False)


def recurrence(text: str) -> str | None:
    """How often the text asks for it again: annual, quarterly, bimonthly or monthly."""
    return next((word for pattern, word in RECURRENCES if pattern.search(text)), None)


def _is_start(one: Mention, text: str) -> bool:
    """Whether a time is when something begins: “2022年启动”, “自2023年起”, but not “6月底前开工”, which is a limit."""
    if one.bound:
        return False
    if _FROM.search(text[: one.start]):
        return True
    clause = _CLAUSE.split(text[one.end :], maxsplit=1)[0]
    begun, ended = _START.search(clause), _END_WORDS.search(clause)
    return begun is not None and (ended is None or begun.start() < ended.start())
