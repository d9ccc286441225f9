"""Figures of a sentence that are targets (目标值): what is promised, how it is compared, how much, in what unit.

The sentence is known to speak of the future. A number is no target where it describes (capacity, investment,
stock), names (dates, codes, slogans) or says where one starts from; `no_targets.py` says why not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from taskflow.reading.statements import measure_words as words
from taskflow.reading.statements.counted import LOOK, Figure, Number, ahead
from taskflow.reading.statements.listed import for_each, respectively
from taskflow.reading.statements.no_targets import Place, quoted, refusal
from taskflow.reading.statements.numerals import ARABIC, CHINESE, FRACTION, number
from taskflow.reading.statements.subjects import CHANGES, indicator, subject, trimmed

_UNIT = "|".join(re.escape(unit) for unit in words.UNITS)
_TAIL = r"(?:及|（含）)?以上|以内|(?<=[钟时天日月])内(?!部)|以下|之内|左右|上下|之间"
_PER = r"/(?:平方米|立方米|处理站|万人|小时|公里|[日天年亩人次度吨升]|[百千万]人)"
#: A unit that no table knows, between 万 or 亿 and the end of what is counted: 1亿棒左右.
_ANY = rf"(?<=\d[万亿])[\u4e00-\u9fff](?={_TAIL}|[，。；、]|$)"
#: A number with what stands around it.
FIGURE = re.compile(
    rf"(?P<fraction>{FRACTION})|"
    rf"(?P<low>{ARABIC}|{CHINESE}|半)(?P<low_unit>%|万|亿|个百分点)?"
    rf"(?:(?:-|—|~|至|到)(?P<high>{ARABIC}|{CHINESE}))?"
    rf"(?P<odd>多|余)?(?P<size>(?!千[伏瓦米克卡])[百千万亿]{{1,2}})?(?P<odd2>多|余)?(?P<unit>(?:{_UNIT})(?:{_PER})?(?:（[只间人次户套]）)?|{_ANY})?"
    rf"(?P<tail>{_TAIL})?"
)
RANK = re.compile(
    rf"(?P<front>前)(?P<place>{ARABIC}|{CHINESE})(?P<word>位|名|强)?|第(?P<nth>[一二三]|\d{{1,2}})(?P<word2>位|名)?"
)
RANKED = re.compile(
    r"(?:全省|全市|全国|全区|省内|市内|国内|位居|位列|居|排名|位次|第一方阵|名列|进入|进位|争|保持|稳守|稳居|守住)[^，。；]{0,6}$"
)

# fmt: off
#: What stands directly before the number, and how the figure is compared.
BEFORE: tuple[tuple[str, str], ...] = (
    ("≤", r"(?:控制在|不得?超过|不得?高于|不大于|(?<!不)(?<!不得)低于|降到|降至|压减到|压缩到|压缩至|缩短到|缩短至)(?:全县|全市|上年的)?$"),
    ("≥", r"(?:不得?低于|不得?少于|不少于|不小于|突破|最少|保底|超额完成|守住|守牢)$|守[住牢][^，。；]{1,8}$|不[低少小]于[^，。；]{1,10}的$|至少[^，。；]{0,8}$"),
    (">", r"(?:超过|超出|超|大于|高于|多于|优于|>)$"),
    ("<", r"(?:小于|少于|<)$"),
    ("≥", r"[≥⩾]$"),
    ("≤", r"[≤⩽]$"),
    ("≈", r"(?:约|大约|近|接近)$"),
)
TAILS = {"以上": "≥", "以内": "≤", "内": "≤", "以下": "≤", "之内": "≤", "左右": "≈", "上下": "≈"}

MAKES = re.compile(r"(?:创排|新建|建设|建成|打造|创建|引进|培育|举办|召开|规划建设|新增|改造|组建|设立|至少|每年|每月|每季度|每[^，。；]{0,12}|有|组织|报告|落地|建|办好|掌握|提升|增加|配备|开展|进行)(?:[^，。；、]{0,4}|[^，。；、\d]{2,14}和)$")
MADE = re.compile(r"(?:新建|建设|建成|打造|创建|引进|培育|新增|改造|组建|设立|开设|落地)(?:[^，。；]{2,40}、)?[^，。；、]{2,16}$")
#: Shares and multiples in words: 六成, 四成五, 翻一番, 过半, 千亿元.
IN_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:占比?|完成[^，。；\d]{0,8}的|比例|比重|达到?|超过?|压缩|提高|提升|下降|降低|减少|增长|增加|不低于|不少于|至|到|以上|的占)[^，。；\d]{0,2}?(?P<n>[一二两三四五六七八九])成(?P<half>半|[一二三四五六七八九])?(?=以上|左右|[，。；、]|$)"), "成"),
    (re.compile(r"翻(?P<n>[一两二三1-4])番"), "番"),
    (re.compile(r"(?:增加|增长|提高|扩大)(?P<n>[一两二三])倍"), "倍"),
    (re.compile(r"(?P<n>半)个工作日"), "个工作日"),
    (re.compile(r"(?:不低于|不少于|超过|达到|占|超|下降|减少|压减|完成整治|完成[^，。；]{0,8}的)(?P<n>一半)"), ""),
    (re.compile(r"(?:扭亏|占比|比例|比重|完成率)(?P<n>过半)"), ""),
    (re.compile(r"(?:突破|冲刺|达到|迈上|跨越|超)(?P<n>[百千])亿元(?!(?:的[^，。；、\d]{2,12}|企业|项目|级)\d)"), "亿元"),
)
WORDS = {"一半": 0.5, "过半": 0.5, "百": 100, "千": 1000}
#: One to so many: 1.9:1.
RATIO = re.compile(r"(?P<one>\d+(?:\.\d+)?)[:∶]1(?!\d)(?P<tail>以内|以下|以上|左右)?")
# fmt: on


@lru_cache(maxsize=1024)  # a clause is asked about when it is told apart, named, and made a measure
def targets(sentence: str) -> tuple[Figure, ...]:
    """The targets of a sentence of clean text, in order; one figure for several things comes once for each."""
    found: list[Figure] = []
    for figure in figures(sentence):
        if not figure.refused:
            found += for_each(sentence, figure)
    return tuple(respectively(sentence, found))


def figures(sentence: str) -> Iterator[Figure]:
    """Every number of a sentence that has a unit or is a rank, in order, targets and others."""
    former = ""
    found = [*_ranks(sentence), *_ratios(sentence), *_in_words(sentence), *_numbers(sentence)]
    for figure in sorted(found, key=lambda one: one.start):
        told = figure
        if former and (figure.indicator in CHANGES or not figure.indicator):
            told = replace(figure, indicator=trimmed(former + figure.indicator))
        elif figure.indicator and not (figure.refused and _names_no_thing(figure)):
            former = figure.indicator
        yield told


def _names_no_thing(figure: Figure) -> bool:
    return figure.refused in ("name", "ordinal") or bool(re.search(r"\d", figure.indicator))


def _ranks(sentence: str) -> Iterator[Figure]:
    for match in RANK.finditer(sentence):
        if figure := _rank(sentence, match):
            yield figure


def _ratios(sentence: str) -> Iterator[Figure]:
    for match in RATIO.finditer(sentence):
        before = ahead(sentence, match.start())
        if re.search(r"比(?:由[\d.]+[:∶]1)?[^，。；\d]{0,8}(?<![由从])$", before):
            sign = TAILS.get(match["tail"] or "", "=")
            yield Figure(match.start(), match.end(), sign, number(match["one"]), None, "", subject(before))


def _in_words(sentence: str) -> Iterator[Figure]:
    for pattern, unit in IN_WORDS:
        for match in pattern.finditer(sentence):
            told = match["n"]
            value: Number | None = WORDS.get(told) or number(told)
            half = match.groupdict().get("half")
            if half and value is not None:
                value += 0.5 if half == "半" else (number(half) or 0) / 10
            before = ahead(sentence, match.start("n"))
            tail = next((word for word in TAILS if sentence.startswith(word, match.end())), "")
            sign = TAILS.get(tail) or _sign(before)
            yield Figure(match.start("n"), match.end(), sign, value, None, unit, subject(before))


def _numbers(sentence: str) -> Iterator[Figure]:
    taken = 0
    for match in FIGURE.finditer(sentence):
        if match.start() >= taken and (figure := _figure(sentence, match)):
            taken = match.end()
            yield replace(figure, refused=refusal(_place(sentence, match)))


def _about(sentence: str, match: re.Match[str]) -> str:
    counts = match["unit"] in words.CLASSIFIERS
    return indicator(ahead(sentence, match.start()), sentence[match.end() : match.end() + LOOK], counts=counts)


def _place(sentence: str, match: re.Match[str]) -> Place:
    return Place(
        before=ahead(sentence, match.start()),
        low=match["low"] or "",
        unit=match["unit"] or match["low_unit"] or "",
        tail=match["tail"] or "",
        after=sentence[match.end() : match.end() + LOOK],
        behind=sentence[match.end("low") if match["low"] else match.end() :][:LOOK],
    )


def _rank(sentence: str, match: re.Match[str]) -> Figure | None:
    before = ahead(sentence, match.start())
    if not RANKED.search(before) or quoted(before) or re.search(r"(?:去年|上年)[^，。；]{0,8}$", before):
        return None
    if match["front"]:
        value = number(match["place"])
        named = match["word"] or sentence[match.end() : match.end() + 1] in {*"，。；", ""}
        if value is None or not named:
            return None
        return Figure(match.start(), match.end(), "≤", value, None, "位", subject(before))
    if sentence[match.end() : match.end() + 1] not in {*"，。；、的！”", ""}:
        return None
    return Figure(match.start(), match.end(), "=", number(match["nth"]), None, "位", subject(before))


def _figure(sentence: str, match: re.Match[str]) -> Figure | None:
    if match["fraction"]:
        return _share(sentence, match)
    low, size, unit = match["low"], match["size"] or "", match["unit"] or ""
    if match["low_unit"] in ("%", "个百分点") and not match["high"]:
        unit = match["low_unit"]
    elif match["low_unit"] in ("万", "亿"):
        size = size or match["low_unit"]
    bare = (match["high"] and match["tail"] == "之间") or _is_pure(ahead(sentence, match.start()), match["tail"])
    if not (unit or size or bare) or not (low[0].isdigit() or _counts(sentence, match, low, unit)):
        return None
    if re.fullmatch(r"[一二两三四五六七八九]{2}", low):  # 一两家, 三四个
        value, high = number(low[0]), number(low[1])
    else:
        value, high = number(low), number(match["high"]) if match["high"] else None
    if value is None or (high is not None and high <= value):
        return None
    comparator = "range" if high is not None else _compared(sentence, match)
    return Figure(match.start(), match.end(), comparator, value, high, size + unit, _about(sentence, match))


def _share(sentence: str, match: re.Match[str]) -> Figure:
    """三分之一 is 0.3333 without a unit, 百分之九十 is 90%."""
    percent = match["fraction"].startswith("百分之")
    value = number(match["fraction"].removeprefix("百分之"))
    sign = _compared(sentence, match)
    return Figure(match.start(), match.end(), sign, value, None, "%" if percent else "", _about(sentence, match))


def _sign(before: str) -> str:
    """What stands before a number and compares it."""
    return next((sign for sign, pattern in BEFORE if re.search(pattern, before)), "=")


def _is_pure(before: str, tail: str | None) -> bool:
    """Whether a number needs no unit: an index, a ratio that is bounded."""
    bounded = tail and re.search(r"比(?:值|例)?[^，。；\d]{0,6}$", before)
    index = r"(?:指数|系数|之比|比值|死亡率)(?:[^，。；\d]{0,6}|[^，。；]{0,12}，[^，。；]{0,10}(?:降|提高|控制在|稳定在)[到至]?)$"
    return bool(re.search(index, before) or bounded)


def _counts(sentence: str, match: re.Match[str], low: str, unit: str) -> bool:
    """Whether a Chinese numeral counts something, rather than being part of a word."""
    before = ahead(sentence, match.start())
    if low == "半":
        return unit in ("小时", "日", "天")
    if unit == "轮" and not re.search(r"(?:每|不少于|开展|组织|进行)[^，。；]*$", before):
        return False  # 二轮承包
    if unit and re.match("部分|轮[延承]包", sentence[match.start("unit") :]):
        return False
    if (
        unit not in words.CLASSIFIERS
        or set(low) <= set("百千零")
        or sentence[match.end("unit") :].startswith(("一", "二", "两", "三"))
    ):
        return False
    if low == "一":
        happens = unit in ("次", "遍", "场", "轮", "趟", "期") and re.search(
            r"(?:每|双月|至少|不少于|召开|举办|开展|轮训|普查|排查|检查|安排|盘点|组织|通报)[^，。；]*$", before
        )
        behind = sentence[match.end("unit") :]
        placed_after = behind[:1] in {*"，。；、", ""} and MADE.search(before)  # 新建学校一所
        each = re.search(r"每[^，。；]*组建$", before)
        sized = unit == "支" and (behind[:1].isdigit() or each)  # 组建一支30人的队伍, but not 打造一支高素质队伍
        return bool(sized or placed_after or (unit in words.ONE_OF and (happens or MAKES.search(before))))
    return True


def _compared(sentence: str, match: re.Match[str]) -> str:
    tail = (match["tail"] or "").replace("及", "").replace("（含）", "") if not match["fraction"] else ""
    if not tail:
        after = sentence[match.end() :]
        tail = next((word for word in TAILS if word != "内" and after.startswith(word)), "")
    if tail in TAILS:
        return TAILS[tail]
    found = _sign(ahead(sentence, match.start()))
    return found if found != "=" else ("≥" if not match["fraction"] and (match["odd"] or match["odd2"]) else "=")
