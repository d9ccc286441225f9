"""Figures of a sentence that are targets (目标值): what is promised, how it is compared, how much, in what unit.

The sentence is known to speak of the future. A number is no target where it describes (capacity, investment,
stock), names (dates, codes, slogans) or says where one starts from; each refusal has a name for `why`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from taskflow.reading import measure_words as words
from taskflow.reading.numerals import ARABIC, CHINESE, FRACTION, number

Number = int | float

_UNIT = "|".join(re.escape(unit) for unit in words.UNITS)
_TAIL = r"(?:及|（含）)?以上|以内|以下|之内|左右|上下|之间"
_PER = r"/(?:日|天|年|小时|亩|平方米|立方米|万人|人|公里|次|度|吨)"
#: A number with what stands around it.
FIGURE = re.compile(
    rf"(?P<fraction>{FRACTION})|"
    rf"(?P<low>{ARABIC}|{CHINESE}|半)(?P<low_unit>%|万|亿|个百分点)?"
    rf"(?:(?:-|—|~|至|到)(?P<high>{ARABIC}|{CHINESE}))?"
    rf"(?P<odd>多|余)?(?P<size>(?!千[伏瓦米克卡])[百千万亿]{{1,2}})?(?P<odd2>多|余)?(?P<unit>(?:{_UNIT})(?:{_PER})?)?"
    rf"(?P<tail>{_TAIL})?"
)
RANK = re.compile(
    rf"(?P<front>前)(?P<place>{ARABIC}|{CHINESE})(?P<word>位|名|强)?|第(?P<nth>[一二三]|\d{{1,2}})(?P<word2>位|名)?"
)
RANKED = re.compile(
    r"(?:全省|全市|全国|全区|省内|市内|国内|位居|位列|居|排名|位次|第一方阵|名列|吕梁|晋中|进入|进位|争|保持)[^，。；]{0,6}$"
)

# fmt: off
#: What stands directly before the number, and how the figure is compared.
BEFORE: tuple[tuple[str, str], ...] = (
    ("≤", r"(?:控制在|不超过|不高于|不大于|低于|降到|降至|压减到|压缩到|压缩至|缩短到|缩短至)(?:全县|全市)?$"),
    ("≥", r"(?:不低于|不少于|不小于|至少|突破|最少|保底|超额完成)$"),
    (">", r"(?:超过|超出|超|大于|高于|多于|优于|>)$"),
    ("<", r"(?:小于|少于|<)$"),
    ("≥", r"[≥⩾]$"),
    ("≤", r"[≤⩽]$"),
    ("≈", r"(?:约|大约|近|接近)$"),
)
TAILS = {"以上": "≥", "以内": "≤", "以下": "≤", "之内": "≤", "左右": "≈", "上下": "≈"}

#: Why a number is no target: the name of the rule, what stands before it, what behind it; both must fit.
NO_TARGET: tuple[tuple[str, str, str], ...] = (
    ("ordinal",    r"第$",                                                              r""),
    ("base",       r"(?:由|从|自)(?:[^，。；]{0,12})$",                                  r"[^，。；]{0,10}(?:到|至|增加|提高|提升|扩大|增长|降|下降|压)"),
    ("base",       r"(?:比|较)(?:上年|去年|20\d\d年)?[^，。；]{0,8}$",                     r"的?(?:基础|水平)"),
    ("code",       r"(?:国道|省道|县道|乡道|高速|编号|型号|[A-Z])$",                       r""),
    ("phone",      r"",                                                                 r"^(?:热线|电话|举报|平台|市民|政务服务便民)"),
    ("pattern",    r"",                                                                 r"^(?:一[^一]|体系|体化|站式|盘棋|条龙|把手|揽子|卡通|件事|码通|网通|张网|张图|张清单|次办|窗)"),
    ("pattern",    r"“[^”]*$",                                                          r""),
    ("pattern",    r"《[^》]*$",                                                         r""),
    ("pattern",    r"[+×xX:/]$",                                                        r""),
    ("pattern",    r"",                                                                 r"^[+×xX]"),
    ("size",       r"",                                                                 r"^(?:级|型|岁|以下的?(?:儿童|婴幼儿)|周岁)"),
    ("stock",      r"(?:全县|全市|全省|全区|全州|现有|已有|共有|原有|拥有|辖区|所辖|剩余|其余|以下|以上|这|上述|前述|辖)的?$", r""),
    ("stock",      r"(?:惠及|涉及|覆盖|服务|带动|辐射|受益)(?:群众|人口|农户)?(?:近|约|超过)?$",       r"(?:村|乡|镇|县|人|户|行政村|群众|人口)?"),
    ("capacity",   r"(?:年产|日产|年处理|日处理|年加工|年屠宰|年出栏|产能|产能规模|装机|装机容量|装机规模|库容|占地|占地面积|建筑面积|总建筑面积|总面积|规划面积|(?<!年均)全长|总长度?|(?<![增生成])长|宽|(?<![加纵])深|直径|口径|容量|电压|压力|净增变电容量|处理能力|生产能力|供水能力|接待能力|设计规模)(?:达到?|约|为|共)?$", r""),
    ("duration",   r"(?:未来|今后|过去|近|连续|为期|持续|每隔|提前|再|工作)$",                        r""),
)
#: Money is a target where a result is measured in it, not where it is spent or given.
MONEY_SUBJECT = re.compile(
    r"(?:生产总值|GDP|总产值|产值|收入|增加值|总额|销售额?|营业|交易额|零售额|消费|税收|利税|利润|营收|贷款|存款|融资|余额|"
    r"进出口|出口|外资|引资|到位(?:资金)?|资金到位|固定资产投资|累计完成|投资完成|完成投资|投资额?(?:达到|突破|增长)|薪|工资|产业规模|产业链|"
    r"人均|集体经济|节约|减税|降费|经济总量|规模)[^，。；]{0,10}$"
)
MONEY_NOUN = re.compile(r"生产总值|产值|收入|增加值|总额|销售|税收|利税|贷款|外资|固定资产投资")
#: A figure that says more about the subject of the clause before.
GOES_ON = re.compile(r"(?:[，、和]|^)(?:分别)?(?:达到|达|突破|超过|完成|累计完成)?(?:[\d.]+[万亿]?元(?:以上)?[和、与])?$")
SPENT = re.compile(r"(?:总投资|计划投资|概算投资|估算投资|投资|投入|筹资|耗资|出资|补贴|补助|奖励|奖补|给予|拨付|安排|争取)(?:资金)?(?:约|近|达|超过|不少于)?$")
PROMISED_SIZE = re.compile(r"(?:新增|增加|达到|达|完成|实现|建成|突破|新建|改造|净增|提高到|提升到|扩大到|减少|削减|下降|降低|保持|稳定|控制在|不低于|不少于|突破|力争|铺设|增长|发放|供应|产量|面积)[^，。；、]{0,14}$")
DESCRIBES = re.compile(r"^(?:级)?的?[^，。；、\d]{1,24}?(?:项目|生产线|基地|园区?|工程|机组|焦炉|锅炉|电站|装置|热电|厂|车间|站|焦化|技改|库)(?:[，。；、等（建投开扩]|$)")
MAKES = re.compile(r"(?:新建|建设|建成|打造|创建|引进|培育|举办|召开|规划建设|新增|改造|组建|设立|至少|每年|每月|每季度|每[^，。；]{0,12}|有|落地|建|办好)(?:[^，。；、]{0,4})$")
DURATION_AIM = re.compile(r"(?:控制在|压缩|缩短|达到|不超过|优良天数|时限|降至|降到|以内|通行|形成)[^，。；]{0,8}$")
SHARED = re.compile(r"(?P<list>[^，。；：（）]*?[、和与及][^，。；：]*?)(?:年均|年|全部|预计|力争|同比|总量)?(?P<word>分别|均|各|都|同步)(?P<verb>[^，。；、\d]{0,10})$")
AVERAGE = re.compile(r"(?P<list>[^，。；：（）、]*和[^，。；：]*?)年均(?P<verb>[^，。；、\d]{0,4})$")
# fmt: on


@dataclass(frozen=True)
class Figure:
    """A number of a sentence: `start` and `end` are its places there; `refused` is the rule that made it no target."""

    start: int
    end: int
    comparator: str
    value: Number | None
    value_high: Number | None
    unit: str
    indicator: str = ""
    refused: str = ""

    def plain(self, raw: str) -> dict[str, Any]:
        """As plan-json prints it."""
        return {
            "indicator": self.indicator,
            "comparator": self.comparator,
            "value": self.value,
            "value_high": self.value_high,
            "unit": self.unit,
            "raw": raw,
        }


def targets(sentence: str) -> list[Figure]:
    """The targets of a sentence of clean text, in order; one figure for several things comes once for each."""
    found: list[Figure] = []
    for figure in figures(sentence):
        if not figure.refused:
            found += _for_each(sentence, figure)
    return found


def figures(sentence: str) -> Iterator[Figure]:
    """Every number of a sentence that has a unit, targets and others."""
    taken = 0
    for match in RANK.finditer(sentence):
        if figure := _rank(sentence, match):
            yield figure
    for match in FIGURE.finditer(sentence):
        if match.start() >= taken and (figure := _figure(sentence, match)):
            taken = match.end()
            yield replace(figure, refused=_refusal(sentence, match, figure))


def _rank(sentence: str, match: re.Match[str]) -> Figure | None:
    before = sentence[: match.start()]
    if not RANKED.search(before) or _quoted(before):
        return None
    if match["front"]:
        value = number(match["place"])
        if value is None or match["word"] is None:
            return None
        return Figure(match.start(), match.end(), "≤", value, None, "位", _subject(before))
    if sentence[match.end() : match.end() + 1] not in {*"，。；、的！”", ""}:
        return None
    return Figure(match.start(), match.end(), "=", number(match["nth"]), None, "位", _subject(before))


def _figure(sentence: str, match: re.Match[str]) -> Figure | None:
    if match["fraction"]:
        value: Number | None = number(match["fraction"])
        return Figure(
            match.start(), match.end(), _compared(sentence, match), value, None, "", _indicator(sentence, match)
        )
    low, size, unit = match["low"], match["size"] or "", match["unit"] or ""
    if match["low_unit"] in ("%", "个百分点") and not match["high"]:
        unit = match["low_unit"]
    elif match["low_unit"] in ("万", "亿"):
        size = size or match["low_unit"]
    if not unit and not size:
        return None
    value = number(low)
    if value is None or (not low[0].isdigit() and not _counts(sentence, match, low, unit)):
        return None
    high = number(match["high"]) if match["high"] else None
    if high is not None and (isinstance(value, str) or high <= value):
        return None
    comparator = "range" if high is not None else _compared(sentence, match)
    end = match.end("unit") if match["unit"] else match.end()
    return Figure(
        match.start(), max(end, match.end()), comparator, value, high, size + unit, _indicator(sentence, match)
    )


def _counts(sentence: str, match: re.Match[str], low: str, unit: str) -> bool:
    """Whether a Chinese numeral counts something, rather than being part of a word."""
    before = sentence[: match.start()]
    if low == "半":
        return unit == "小时"
    if (
        unit not in words.CLASSIFIERS
        or set(low) <= set("百千")
        or sentence[match.end("unit") :].startswith(("一", "二", "两", "三"))
    ):
        return False
    if low == "一":
        happens = unit in ("次", "场") and re.search(r"(?:每|至少|召开|举办|开展)[^，。；]*$", before)
        return unit in words.ONE_OF and bool(happens or MAKES.search(before))
    return True


def _compared(sentence: str, match: re.Match[str]) -> str:
    tail = (match["tail"] or "").replace("及", "").replace("（含）", "") if not match["fraction"] else ""
    if not tail:
        after = sentence[match.end() :]
        tail = next((word for word in TAILS if after.startswith(word)), "")
    before = sentence[: match.start()]
    if tail in TAILS:
        return TAILS[tail]
    found = next((sign for sign, pattern in BEFORE if re.search(pattern, before)), None)
    return found or ("≥" if not match["fraction"] and (match["odd"] or match["odd2"]) else "=")


def _quoted(before: str) -> bool:
    """Whether quotation marks are open at the end of a text."""
    return before.count("“") > before.count("”") or before.count("《") > before.count("》")


def _refusal(sentence: str, match: re.Match[str], figure: Figure) -> str:
    before, after = sentence[: match.start()], sentence[match.end() :]
    unit = match["unit"] or match["low_unit"] or ""
    if _quoted(before):
        return "name"
    behind = sentence[match.end("low") if not match["fraction"] else match.end() :]
    for name, ahead, follows in NO_TARGET:
        text = behind if name in ("pattern", "phone", "base") else after
        if re.search(ahead, before) and re.search(follows, text):
            return name
    if unit in words.NEVER and not (unit == "年" and re.search(r"年限[^，。；]{0,6}$", before)):
        return "" if unit == "岁" and "寿命" in before else "name"
    for rule in (_as_money, _as_size, _as_time, _as_label):
        if name := rule(unit, before, after):
            return name
    return ""


def _as_money(unit: str, before: str, after: str) -> str:
    if not unit.startswith(words.MONEY.split()[0]) and not unit.endswith("元"):
        return ""
    if after.startswith(("的", "项目", "企业")) or (
        SPENT.search(before) and not re.search(r"(?:完成|固定资产)投资[^，。；]{0,2}$", before)
    ):
        return "investment"
    since = before[max(before.rfind(mark) for mark in "。；") + 1 :]
    told = MONEY_SUBJECT.search(before) or (GOES_ON.search(since) and MONEY_NOUN.search(since))
    return "" if told else "investment"


def _as_size(unit: str, before: str, after: str) -> str:
    base = unit.split("/")[0]
    if base not in words.SPECIFYING:
        return ""
    if DESCRIBES.match(after) or not PROMISED_SIZE.search(before):
        return "capacity"
    return ""


def _as_time(unit: str, before: str, _after: str) -> str:
    return "duration" if unit in words.DURATIONS and not DURATION_AIM.search(before) else ""


def _as_label(unit: str, _before: str, after: str) -> str:
    """三个方面 counts nothing that could be checked."""
    if unit not in ("个", "项", "条", "类", "种"):
        return ""
    noun = re.match(r"[^，。；、：（\d]*", after)
    head = noun[0] if noun else ""
    return (
        "label"
        if any(head == word or (head.endswith(word) and len(head) <= len(word) + 4) for word in words.LABELS)
        else ""
    )


def _for_each(sentence: str, figure: Figure) -> list[Figure]:
    """The figure once for each thing that it is promised for: 甲、乙、丙均新增2户."""
    start = max(sentence.rfind(mark, 0, figure.start) for mark in "，。；：")
    before = sentence[start + 1 : figure.start]
    found = SHARED.search(before) or AVERAGE.search(before)
    if not found or re.search(r"\d", found["list"]) or _listed_after(sentence, figure):
        return [figure]
    things = [thing for thing in re.split(r"[、和与及]", found["list"]) if len(thing) > 1]
    if len(things) < 2:  # noqa: PLR2004  # one thing alone is no list
        return [figure]
    return [replace(figure, indicator=_short(thing + found["verb"])) for thing in things]


def _listed_after(sentence: str, figure: Figure) -> bool:
    """Whether other numbers follow that belong to the other things: 分别达到7亿元和3.7亿元."""
    return bool(
        re.match(r"(?:以上|左右|以内)?[、和与]\s*(?:\d|[一二三四五六七八九十两]+(?:个|家|%))", sentence[figure.end :])
    )


# --- what the figure is about ---------------------------------------------------------------------

_EDGE = re.compile(r"[，。；：！？（）]|(?<=\d)、")
_DROP = re.compile(
    r"^(?:力争|争取|努力|确保|使|让|全年|年内|今年|到20\d\d年底?|到“十[一二三四五]五”末|每年|其中|全县|全市|全省|我县|我市|要|并|将|和|、|全面|实现|完成|保持)+"
)
_ENDS = re.compile(
    r"(?:力争|争取|不低于|不少于|不超过|控制在|稳定在|保持在|突破|超过|达到|达|完成|实现|为|到|至|约|近|至少|以|的|均|各|分别|在|共|总数|总量|由|从|>|≥|≤|<)+$"
)
#: Another figure of the same clause.
_FORMER = re.compile(rf"\d[\d.]*(?:{_UNIT})?[^，。；、\d]{{0,12}}[、和与]")
MOST = 20  # letters of an indicator's phrase


def _short(phrase: str) -> str:
    return phrase.strip("、“”（）")[-MOST:]


def _subject(before: str) -> str:
    """The phrase that a figure at the end of `before` says something about."""
    start = max((match.end() for match in _EDGE.finditer(before)), default=0)
    former = max((match.end() for match in _FORMER.finditer(before, start)), default=start)
    phrase = before[former:] or before[start:]
    return _short(_ENDS.sub("", _DROP.sub("", phrase)))


def _indicator(sentence: str, match: re.Match[str]) -> str:
    subject = _subject(sentence[: match.start()])
    noun = re.match(r"(?:的|以上的?)?([^，。；、：（）\d和以左]{2,14})", sentence[match.end() :])
    if noun and len(subject) <= 4:  # noqa: PLR2004  # letters: a verb alone says too little
        return _short(subject + noun[1])
    return subject or _short(noun[1] if noun else sentence[: match.start()][-6:])
