"""What a figure is about (指标): the words before it, and behind it where a verb alone stands before."""

from __future__ import annotations

import re

from taskflow.reading.statements import measure_words as words
from taskflow.reading.statements import verbs
from taskflow.reading.statements.responsible import UNIT_ENDING

MOST = 24  # letters of an indicator's phrase
#: Says nothing without the figure before: 总产值26亿元，增长9.2%.
CHANGES = frozenset("增长 同比增长 年均增长 下降 提高 增加 减少 增速 增幅 年均 进入".split())
_UNIT = "|".join(re.escape(unit) for unit in words.UNITS)
#: Where a phrase begins; a short word in brackets is part of it: 执业（助理）医师数.
_EDGE = re.compile(r"（[^（）\d，。；：、]{1,4}）(?=[\u4e00-\u9fff])|(?P<edge>[，。；：！？（）]|(?<=[\d%])、)")
#: Another figure of the same clause.
_FORMER = re.compile(rf"\d[\d.]*(?:{_UNIT})?(?:以上|左右|以内)?[^，。；、\d]{{0,14}}[、和与及]")
_TIME = r"(?:到|至)?(?:20\d\d年(?:年?底|末|前)*|“?十[一二三四五六]五”?(?:时期|期间|末|内)|规划期[内末间]+|全年|年[内底末]前?|[上下]半年|\d{1,2}月(?:\d{1,2}[日号]|[底末初]|[上中下]旬)?[前起]?|今年|每个?(?:年|半年|季度|月|周)|近期|远期|年均(?=森林)|5年)"
#: Who is to do it by when, in front of what is done: 县水务局要在5月1日前完成…
_WHO_WHEN = re.compile(rf"^[^，。；]{{1,20}}?{UNIT_ENDING}(?:要|应|须|负责)?[在于]?{_TIME}(?=.)")
_DROP = re.compile(
    rf"^(?:{_TIME}|力争|争取|努力|确保|使|让|其中|其(?!他)|全县|全市|全省|全区|我[省市县]|将|要(?!求)|分别|并|和|、|以及|实现|完成|逐步|达到|基本)+"
)
_ENDS = re.compile(
    rf"(?:{_TIME}|(?:力争|争取|稳居|位居|居|进入|跻身|保持|位列)?(?:全省|全市|全国|全区)(?:的?位次)?(?:逐年)?$|力争|争取|不低于|不少于|不超过|严控|控制在|稳定在|保持在|维持在|突破|超过|达到|达|完成|实现|原则上|至少|能够|共计|累计|为|到|至|约|近|以|的|均|各|分别|每[人户亩]|在|共|总数|由|从|[>≥≤<])+$"
)
_MAKING = re.compile(
    rf"(?:{'|'.join(sorted((verb for verb in verbs.ACTIONS if len(verb) > 1), key=len, reverse=True))}|认定|共设|建)$"
)
#: Says where, so that what is counted stands behind the number: 老城区12条背街小巷.
_WHERE = re.compile(r"(?:城区|县城|[县市镇乡村]|街道|辖区|境内|沿线)$")
#: Names some of what is counted: 打造甲、乙等五个示范区.
_NAMED = re.compile(r"、[^、]*$|等$")
_NOUN = re.compile(r"(?:及以上|以上|左右|以内)?的?((?:“[^”]*”|[^，。；、：（“”]){2,18})")

#: Where another figure's words begin behind a figure.
_NEXT = re.compile(r"(?:和|与|以及|及)(?=[^，。；]{0,14}\d)")


def subject(before: str) -> str:
    """The phrase that a figure at the end of `before` says something about."""
    start = max((match.end() for match in _EDGE.finditer(before) if match["edge"]), default=0)
    former = max((match.end() for match in _FORMER.finditer(before, start)), default=start)
    return trimmed(_ENDS.sub("", _DROP.sub("", _WHO_WHEN.sub("", before[former:]))))


def indicator(before: str, after: str) -> str:
    """What a figure between the two texts is about; where only a verb stands before it, what it makes is added."""
    found = subject(before)
    noun = _NOUN.match(_NEXT.split(after, maxsplit=1)[0])
    if noun and _NAMED.search(found):
        does = verbs.ACTION.match(found)
        return trimmed((does[0] if does else "") + noun[1])
    alone = not found or len(found) <= 2 or _MAKING.search(found) or _WHERE.search(found)  # noqa: PLR2004  # letters
    if noun and alone:
        return trimmed(found + noun[1])
    return found


def trimmed(phrase: str) -> str:
    """The end of a phrase, without marks that have lost their partner."""
    phrase = phrase.strip("、，的")
    for opening, closing in ("“”", "（）", "《》"):
        if phrase.count(opening) != phrase.count(closing):
            phrase = phrase.replace(opening, "").replace(closing, "")
    if len(phrase) <= MOST:
        return phrase
    parts = phrase.split("、")
    while len(parts) > 1 and len("、".join(parts)) > MOST:
        parts.pop(0)
    return "、".join(parts)[-MOST:]
