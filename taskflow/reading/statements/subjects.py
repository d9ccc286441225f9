"""What a figure is about (指标): the words before it, and behind it where a verb alone stands before."""

from __future__ import annotations

import re

from taskflow.reading.statements import measure_words as words
from taskflow.reading.statements import verbs
from taskflow.reading.statements.responsible import UNIT_ENDING

MOST = 24  # letters of an indicator's phrase
LONGEST_VERB = 4  # letters: 新建、改扩建
#: Says nothing without the figure before: 总产值26亿元，增长9.2%.
CHANGES = frozenset("增长 同比增长 年均增长 下降 提高 增加 减少 增速 增幅 年均".split())
_UNIT = "|".join(re.escape(unit) for unit in words.UNITS)
#: Where a phrase begins; a short word in brackets is part of it: 执业（助理）医师数.
_EDGE = re.compile(
    r"(?<=[\u4e00-\u9fff])（[^（）\d，。；：、]{1,6}）(?=[\u4e00-\u9fff]|$)|(?P<edge>[，。；：！？（）]|(?<=[\d%])、)"
)
#: Joins two things of a list; in 普及率, 参与率, 和谐 it joins nothing.
JOINT = r"(?:、|和(?![谐美平睦])|(?<!参)与|(?<!普)及)"
#: Another figure of the same clause.
_FORMER = re.compile(rf"\d[\d.]*(?:{_UNIT})?(?:以上|左右|以内)?[^，。；、\d]{{0,14}}?{JOINT}")
_TIME = r"(?:到|至)?(?:20\d\d[—-]20\d\d年|20\d\d年度?(?:年?底|末|前)*|“?十[一二三四五六]五”?(?:时期|期间|末|内)|规划期[内末间]+|全年|年[内底末]前?|(?:主?汛期|[春秋]季开学|春节|国庆节?|中秋节?|元旦|“[五十]一”)(?:来临|到来)?前|[上下]半年|\d{1,2}月(?:\d{1,2}[日号]|[底末初]|[上中下]旬)?[前起]?|今年|每个?(?:年|半年|季度|月|周)|近期|远期|年均(?=森林)|5年)"
#: Who is to do it by when, in front of what is done: 县水务局要在5月1日前完成…
_WHO_WHEN = re.compile(rf"^由?[^，。；]{{1,20}}?{UNIT_ENDING}(?:(?:要|应|须|负责|牵头)[在于]?|[在于]){_TIME}(?=.)")
_DROP = re.compile(
    rf"^(?:[在于]?{_TIME}|力争|争取|努力|确保|使|让|其中|其余|其(?!他)|另外|此外|同时|首批|全县|全市|全省|全区|我[省市县]|将|要(?!求)|分别|并|和|、|以及|实现|完成|逐步|达到|基本(?=完成|实现|建成|消除|达到))+"
)
#: Says more about the thing before: 实现扭亏、压减5%.
_CHANGED = re.compile("达到|突破|超过|压减|下降|降低|减少|提高|提升|增[长加]")
#: Where one starts from, behind the thing: 床位占比由2025年的58%提高
_FROM = re.compile(
    r"(?:由|从)[^，。；]{0,12}\d[^，。；]*?(?:提[高升]|增[加长]|扩大|降低?|下降|压减|缩减|减少|精简|整合|归并)?$"
)
_ENDS = re.compile(
    rf"(?:{_TIME}|(?:力争|争取|稳居|位居|居|进入|跻身|保持|位列)?(?:全省|全市|全国|全区)(?:的?位次)?(?:逐年)?$|力争|争取|(?:始终)?不?得?[高低大小多少优]于|不超过|严控|控制在|稳定在|(?:始终|稳定)?保持在?|维持在|完工|竣工|进入|跻身|突破|超过|达到|达|完成|实现|原则上|至少|能够|共计|累计|做到|为|到|至|约|近|以|的|于|须|均|各|分别|每[人户亩]|在|共|总数|由|从|[>≥≤<])+$"
)
_MAKING = re.compile(
    rf"(?:{'|'.join(sorted((verb for verb in verbs.ACTIONS if len(verb) > 1), key=len, reverse=True))}|认定|共设|建)$"
)
#: Says where, so that what is counted stands behind the number: 老城区12条背街小巷.
_WHERE = re.compile(r"(?:城区|县城|[县市镇乡村]|街道|辖区|境内|沿线)$")
#: No noun: 新增企业2家实现突破, 文化活动2场并….
_GOES_ON = re.compile(
    rf"{verbs.ACTION.pattern}|[^，。；]*\d|年[底末内]|今年|须|并|且|和|与|及|用于|以|全部|均|都|已|其中|正|到|为|在|由"
)
#: Names some of what is counted: 打造甲、乙等五个示范区.
_NAMED = re.compile(r"、[^、]*$|等$")
_NOUN = re.compile(r"(?:及以上|以上|左右|以内)?的?(?!大关)((?:“[^”]*”|[^，。；、：（“”]){2,18})")

#: Another number in what is counted: 3个逾期项目剩余的｜712套住房.
_FIGURE_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff])\d.*$")
#: Where another figure's words begin behind a figure.
_NEXT = re.compile(r"(?:和|与|以及|及)(?=[^，。；]{0,14}\d)")


def subject(before: str) -> str:
    """The phrase that a figure at the end of `before` says something about."""
    start = max((match.end() for match in _EDGE.finditer(before) if match["edge"]), default=0)
    former = max((match.end() for match in _FORMER.finditer(before, start)), default=start)
    phrase = _WHO_WHEN.sub("", before[former:])
    done, _, last = phrase.rpartition("、")
    does = verbs.ACTION.match(last) if len(done) > LONGEST_VERB and verbs.ACTION.match(done) else None
    if does and (len(last) > does.end() + 2 or (does[0] == last and not _CHANGED.fullmatch(last))):
        phrase = last  # 实施甲项目、完成5万亩乙任务
    return trimmed(_ENDS.sub("", _FROM.sub("", _ENDS.sub("", _DROP.sub("", phrase)))))


def indicator(before: str, after: str, *, counts: bool = False) -> str:
    """What a figure between the two texts is about; where only a verb stands before it, what it makes is added.

    `counts`: its unit counts things one by one, so that a noun right behind it is what is counted.
    """
    found, noun = subject(before), _noun(after)
    if not noun:
        return found
    alone = not found or len(found) <= 2 or _MAKING.search(found) or _WHERE.search(found)  # noqa: PLR2004  # letters
    if not alone and _NAMED.search(found):
        does = verbs.ACTION.match(found)
        return trimmed((does[0] if does else "") + noun)
    goes_on = counts and not _GOES_ON.match(noun)
    return trimmed(found + noun) if alone or goes_on else found


def _noun(after: str) -> str:
    """What stands right behind a figure, as far as the next one; empty: nothing that could be counted."""
    match = _NOUN.match(_NEXT.split(after, maxsplit=1)[0])
    if not match:
        return ""
    whole = _FIGURE_BEHIND.sub("", match[1])
    noun = whole if whole == match[1] else _ENDS.sub("", whole)
    return "" if len(noun) < 2 or _CHANGED.fullmatch(noun) else noun  # noqa: PLR2004  # letters


def trimmed(phrase: str) -> str:
    """The end of a phrase, without marks that have lost their partner."""
    phrase = phrase.strip("、，的")
    for opening, closing in ("“”", "（）", "《》"):
        if phrase.count(opening) != phrase.count(closing):
            phrase = phrase.replace(opening, "").replace(closing, "")
    if len(phrase) <= MOST:
        return phrase if len(phrase) > 1 else ""
    parts = phrase.split("、")
    while len(parts) > 1 and len("、".join(parts)) > MOST:
        parts.pop(0)
    return "、".join(parts)[-MOST:]
