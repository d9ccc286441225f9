"""Which way a figure is better (方向), and whether reports of it add up (累计) or tell a state (时点).

Plans print most figures bare (建成8座, 失业率4.5%), so that the sign says little. Tables of words with the reason of
each; the first rule that fits decides. Where no rule fits, a figure of a plan is a floor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HIGHER, LOWER, EXACT, RANGE = "higher", "lower", "exact", "range"

#: The sign says it itself.
BY_SIGN = {"≥": HIGHER, ">": HIGHER, "≤": LOWER, "<": LOWER, "range": RANGE}

#: How something is made less; behind “to” stands what is left of it, before a number how much it is made less by.
_LESS = "(?:下降|降低|减少|压减|压降|压缩|缩减|缩短|削减|精简|减排|下调|节约|核减)"
#: What is wanted the less the better.
_BAD = (
    "失业率|死亡率|死亡人数|伤亡人数|病死率|发病率|患病率|感染率|近视率|事故(?:起数|数量?|总量)?|火灾(?:起数)?|发案(?:率|数)|案件(?:数|量)"
    "|(?:能|物|水|电|煤)耗(?:强度|总量)?|能源消耗(?:总量|强度)?|用水(?:总?量)|耗水量?|消费强度|碳排放(?:总?量|强度)?|二氧化碳排放(?:总?量|强度)?|排放(?:总?量|强度|浓度)?"
    "|(?:PM2\\.5|PM10|细颗粒物|臭氧|二氧化硫|污染物)(?:年均|平均)?(?:浓度|值)?|浓度|(?:重|严重)?污染(?:天气|天数|天)+(?:数|比例)?|劣[ⅤV五]类(?:水体|断面)?(?:比例)?"
    "|返贫(?:人口|户|率)?|贫困发生率|辍学(?:率|人数)|失学(?:率|人数)|流失率|(?:上访|信访)(?:率|人次|量|总量|问题|数|数量)?|投诉(?:率|量|件数)"
    "|不良(?:贷款)?率|负债率|债务率|杠杆率|赤字率|(?:漏损|损耗|漏失|线损|产销差|空置|闲置|差错|超标|逾期|积压|撂荒|退件|返工|违规|复发)率"
    "|(?:办理|办结|审批|办事|等候|等待|响应|通行|出警|到达)(?:时限|时间|时长|环节|材料)|(?:物流|用能|融资|运行|生产|交易)?成本|(?:物流|行政)?费用(?:占比)?|三公[”]?经费"
    "|(?:收入|城乡|男女|性别|生师|师生)比|涨幅|消费价格(?:指数)?|合流管网占比|大班额(?:比例)?|化肥(?:农药)?(?:施用|使用)量|农药(?:施用|使用)量"
)
#: What is wanted the more the better, though it names something bad: how much of it was dealt with.
_DEALT_WITH = "(?:整改|处置|处理|化解|治理|办结|办理|达标|利用|回收|合格|满意|覆盖|监测|侦破|破案|救治|收集|消除|清理|清零|淘汰|改造|完成|防控|整治|保障|脱硫|去除)(?:完成)?(?:率|比例|量|数)$"


@dataclass(frozen=True)
class Rule:
    """A row of a table: `words` fit the end of what stands before the number, or the indicator's end."""

    says: str
    words: str
    because: str


# fmt: off
DIRECTIONS: tuple[Rule, ...] = (
    Rule(LOWER,  r"(?:位次|排名|名次|排位)[^，。；]{0,8}$",                                      "a place in a ranking: the first is the best"),
    Rule(LOWER,  rf"{_LESS}[^，。；\d]{{0,6}}[到至为]$",                                         "made less down to what is printed"),
    Rule(LOWER,  r"(?:控制|限制|压|严控)[^，。；\d]{0,4}[在到至]$",                               "kept within what is printed"),
    Rule(HIGHER, rf"{_LESS}[^，。；\d]{{0,6}}$",                                                "how much it is made less by: a floor"),
    Rule(HIGHER, rf"{_LESS}(?:比例|幅度|率|量|值)$",                                             "how much it is made less by: a floor"),
    Rule(HIGHER, rf"(?:{_DEALT_WITH})",                                                        "how much was dealt with of what is bad"),
    Rule(EXACT,  r"(?:奖励|补助|补贴|收费|缴费|资助|保障|发放|执行)(?:金额|标准)(?:为|是|按)?$",  "a rate is paid as it is printed"),
    Rule(EXACT,  r"(?:恰好|正好|统一为|一律为|固定为|等额)$",                                    "neither more nor less"),
    Rule(LOWER,  rf"(?:{_BAD})(?:[^，。；\d]{{0,4}}[在到至为])?$",                               "the less of it the better"),
    Rule(HIGHER, r"(?:达到?|提高|提升|增[长加]|扩大|上升|不[低少]于|至少|突破|覆盖|新增|完成|每[年月季][^，。；]{0,6}|率)[^，。；\d]{0,6}$", "what is to be reached"),
)
#: Promises that compare without a number, by their own words.
RELATIVES: tuple[Rule, ...] = (
    Rule(LOWER,  r"位次|排名|名次|前移",                                       "a place in a ranking: the first is the best"),
    Rule(LOWER,  r"下降|减少|消除|清零|零(?:发生|事故|增长|上访)|杜绝",          "the less of it the better"),
)
CUMULATIVES: tuple[Rule, ...] = (
    Rule("",     r"每[年月季周个户村镇乡人][^，。；]*$|年均[^，。；]*$",                          "each time anew: no sum over the years"),
    Rule("",     r"(?:达到?|保持|稳定|维持|控制|总数|总量|保有|存量|以上水平|提高|提升|增[长加]|扩大)[^，。；\d]{0,8}$|[到至]$", "where it stands"),
    Rule("",     r"(?:率|覆盖|占比|比重|比例|指数|浓度|位次|人均|平均)[^，。；\d]{0,4}$",          "a share or a mean: it does not add up"),
    Rule("sum",  r"(?:新增|净增|新建|新培育|新引进|累计|完成|建设|建成|改造|培育|引进|创建|打造|举办|开展|培训|造林|绿化|治理|修复|投放|招聘|招录|转移|签约|开工|种植|整治|维修|铺设|栽植|安装|组织|建)[^，。；\d]*$", "each piece that is done is one more"),
)
# fmt: on
#: Units in which pieces, lengths and areas are done one after the other; in others (%, 位, 年, 元) nothing adds up so.
ADDS_UP = re.compile(
    r"^[百千万亿]{0,2}(?:个|家|户|座|所|处|条|项|人次|人|名|件|台|辆|套|间|场次|场|次|对|村|栋|幢|株|棵|盏|口|眼|站|公里|千米|km|米|亩|公顷|平方公里|平方米|套次)$"
)
#: A year, or a name with a number in it, is met or missed, not surpassed.
NAMES = re.compile(r"^(?:届|号)$")
YEARS = range(1900, 2200)
#: A rank.
RANK = re.compile(r"^(?:位|名次|位次)$")


def direction(comparator: str, indicator: str, unit: str, before: str = "", value: object = None, raw: str = "") -> str:
    """Which way a figure is better; `before`: the words before the number, `raw`: the words of a relative target."""
    if comparator == "relative":
        return _first(RELATIVES, indicator, raw) or HIGHER
    if said := BY_SIGN.get(comparator):
        return said
    if RANK.match(unit):
        return LOWER
    if NAMES.match(unit) or (unit == "年" and isinstance(value, (int, float)) and value in YEARS):
        return EXACT
    if value is not None and str(value) in ("0", "0.0"):
        return LOWER  # none of it, so no more than none
    return _first(DIRECTIONS, before, indicator) or HIGHER


def cumulative(direction: str, indicator: str, unit: str, before: str = "") -> bool:
    """Whether what reports tell of each period adds up to the figure."""
    if direction not in (HIGHER, RANGE) or not ADDS_UP.match(unit):
        return False
    return _first(CUMULATIVES, before, indicator) == "sum"


def _first(rules: tuple[Rule, ...], *texts: str) -> str:
    """What the first rule says that fits one of the texts; the rules come first, the texts second."""
    return next((rule.says for rule in rules if any(text and re.search(rule.words, text) for text in texts)), "")
