"""Why a number of a promise is no target (目标值): it describes, names, or says where one starts from.

A table of rules and four questions about money, size, time and lists; each refusal is the name of its rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from taskflow.reading.statements import measure_words as words
from taskflow.reading.statements import verbs
from taskflow.reading.statements.numerals import number

# fmt: off
#: Why a number is no target: the name of the rule, what stands before it, what behind it; both must fit.
NO_TARGET: tuple[tuple[str, str, str], ...] = (
    ("base",       r"在[^，。；]*$",                                                     r"^[^，。；]{0,14}的?基础上"),
    ("base",       r"",                                                                  r"^[^，。；、\d]{0,4}→"),
    ("present",    r"已有[^，。；的]{0,12}$",                                               r""),
    ("stock",      r"台账内的?$",                                                        r""),
    ("stock",      r"(?:^|[，。；])对$",                                                  r"^[^，。；、\d]{2,10}(?:区|带)实行"),
    ("stock",      r"(?:^|[，。；])对?尚?未[^，。；]{0,8}的$",                             r""),
    ("explained",  r"涉及$",                                               r"^(?:乡镇|行政村|镇|村|社区)"),
    ("present",    r"(?<!不)(?:仅|虽|只)(?:有|为|占|剩)?$",                               r""),
    ("present",    r"(?<!项)目前[^，。；\d]{2,10}(?:[\d.]+[^，。；、\d]{1,6}、[^，。；\d]{2,8})?$",         r""),
    ("past",       r"(?:去|上)年[^，。；]{0,24}占(?:比)?$",                             r""),
    ("present",    r"占有[^，。；]{1,6}的$",                                             r""),
    ("stock",      r"(?:^|[，。；])对(?:剩余|余下|其余)的?$",                              r""),
    ("stock",      r"(?:^|[，。；])对[^，。；]*\d[^，。；、\d]*、$",                        r"^[^，。；、\d]{2,10}(?:每|定期|逐|开展|进行|实行)"),
    ("stock",      r"(?:^|[，。；：])$",                                                 r"^[^，。；、\d]{2,16}(?:率|比例)[^，。；\d]{0,6}\d"),
    ("stock",      r"承担的$",                                                           r"^整改任务"),
    ("label",      r"现(?:对|就|将)[^。；]*$",                                            r""),
    ("threshold",  r"(?:种植|养殖|经营|流转)$",                                            r"^的"),
    ("explained",  r"可(?:拉动|带动)[^，。；]{0,16}$",                                     r""),
    ("base",       r"",                                                                  r"^[家个][^，。；\d]{2,10}(?:整合|压减|重组|合并|精简|归并)[为到至]\d"),
    ("present",    r"尚有(?:20\d\d|[^，。；\d]){0,22}$",                                    r""),
    ("capacity",   r"投资[^，。；]*元、建筑面积$",                                              r""),
    ("explained",  r"涉及\d+个(?:乡镇|镇)、?$",                                             r""),
    ("past",       r"已(?:争取|到位|落实|投入)[^，。；]{0,8}$",                                r""),
    ("stock",      r"现有[^，。；]*\d[^，。；]*[、和][^，。；\d]{0,8}$",                             r""),
    ("explained",  r"(?:全长|境内)$",                                                       r""),
    ("past",       r"已(?:达到?|为|有|降至)$",                                             r""),
    ("present",    r"登记在册[^，。；]{0,14}$",                                             r""),
    ("present",    r"(?:^|[，。；])$",                                                    r"^[^，。；\d]{2,16}(?:数量不减|不减少|保持全覆盖)"),
    ("size",       r"设置?床位$",                                                         r"^\d*张(?!以上)"),
    ("capacity",   r"设计[^，。；、\d]{1,8}$",                               r""),
    ("name",       r"落实[^，。；]{0,14}$",                                                r"^(?:措施|政策)"),
    ("except",     r"除[^，。；]{0,12}$",                                                r"^外"),
    ("past",       r"（(?:20\d\d|去|上)年[底末]?(?:为|是)$",                              r""),
    ("rate",       r"标准的$",                                                           r""),
    ("size",       r"(?:^|[，。；：]|项目|[园期区厂])[用占]地(?:面积)?$",                     r""),
    ("size",       r"建成区(?:面积)?$",                                                  r""),
    ("ordinal",    r"最后$",                                                             r""),
    ("present",    r"已[^，。；\d]{0,2}(?:集聚|聚集|拥有|入驻|建有)[^，。；\d]{0,12}$",      r""),
    ("effect",     r"可达$",                                                             r""),
    ("threshold",  r"(?:^|[，。；])对[^，。；\d]{0,16}$",                                 r"^的"),
    ("capacity",   r"（[^（）]*(?:床位|客房)$",                                           r""),
    ("capacity",   r"(?:规划|设计|核定|编制)(?:总)?床位$",                                   r""),
    ("label",      r"(?:^|[，。；])$",                                                    r"^民生实事(?:进展|清单)"),
    ("ordinal",    r"第$",                                                              r""),
    ("base",       r"(?:由|从|自(?!来水|主|动|然|治|贸))(?:[^，。；]{0,12})$",                                  r"[^，。；]{0,10}(?:到|至|增加|提高|提升|扩大|增长|降|下降|压|整合|重组|合并|精简|缩|调整)"),
    ("base",       r"(?:低于|高于|比|较)(?:全国|全省|全市|全区)$",                             r"^的?(?:平均)?(?:水平)?"),
    ("other",      r"(?:国家|全国|中央|省里|全省|市里)[^，。；\d]{0,8}(?:目标|定的|要求)(?:是|为)?$|[省市]定$", r""),
    ("code",       r"(?:国道|省道|县道|乡道|高速|编号|型号|[A-Z])$",                       r""),
    ("pattern",    r"",                                                                 r"^(?:一[^一]|体系|体化|站式|盘棋|条龙|把手|揽子|卡通|件事|码通|网通|张网|张图|次办(?!理)|窗)"),
    ("pattern",    r"分$",                                                              r"^(?:类|批|步|期|档)"),
    ("pattern",    r"[一二三四五六七八九十两]?$",                                            r"^(?:[项条](?:规定|制度|补贴|权利|职责|纪律|清单|硬措施|准则|禁令|红线|底线|改革举措)|人制|次(?:全会|中全会|党代会|代表大会|全国)|[类]、|米(?:处|外|范围))"),
    ("ordinal",    r"届(?:人大|政协|人民代表大会|委员会)?(?:常委会)?第?$",                        r""),
    ("stock",      r"(?:列入|纳入)(?:监测的|国家|省|市)[^，。；]{0,4}$",                              r""),
    ("past",       r"(?:贡献|占据|完成|实现|取得|建成|产出)了[^，。；]*$",                           r""),
    ("rate",       r"(?:补贴|贴息|补助)(?:比例)?$",                                        r""),
    ("past",       r"过的$",                                                              r""),
    ("ordinal",    r"[一二三]类、$",                                                      r""),
    ("each",       r"每$",                                                               r""),
    ("threshold",  r"",                                                                  r"^(?:以上|以下)?规模(?!以上)的?(?!达)"),
    ("permitted",  r"",                                                                  r"^(?:以上)?(?:方可|才能|的方|即可)"),
    ("permitted",  r"可(?:以|按照?|按不)[^，。；]*$",                                         r""),
    ("means",      r"(?:(?<![合全化源发再效活])利用(?!外资|率|量)|依托|借助|抓住|借鉴)[^，。；提建增改打]{0,30}$",                          r""),
    ("stock",      r"(?:全县|全市)\d+个[^，。；]{0,16}[、和]$",                                  r""),
    ("stock",      r"(?:全县|全市|全省|全区|全州|全镇|全乡|现有|已有|共有|原有|辖区|所辖|上述|前述|县里|市里|辖|(?:^|[，。；])(?:以上|以下|这))的?$", r"^(?![^，。；、\d]{1,12}(?:整治|改造|治理|修复|整改)(?:[，。；]|$))"),
    ("capacity",   r"年(?:产|加工|处理|屠宰|出栏)[^，。；\d]{1,6}$",                       r"^的"),
    ("capacity",   r"[：。]年(?:产|加工|处理|屠宰)[^，。；\d达到超]{1,6}$",                 r""),
    ("explained",  r"(?:^|[，。；、]|届时)可(?:年|解决|惠及|服务|满足|容纳|覆盖|保护)[^，。；]*$",               r""),
    ("capacity",   r"可(?:容纳|停泊|停放|提供床位)[^，。；\d]{0,6}$",                        r""),
    ("capacity",   r"(?:年产|日产|年处理|日处理|年加工|年屠宰|日处理规模|处理规模|产能|产能规模|装机|装机容量|装机规模|库容|占地(?:面积)?|规划用地(?:面积)?|(?<=[，；])(?:用地|面积|用地面积)|(?:^|(?<=[：。，])|(?<=[楼院馆厂校心区]))建筑面积|总建筑面积|总面积|规划面积|(?<![增生成河])长|(?<![拓加])宽|(?<![加纵])深|直径|口径|容量|电压|压力|净增变电容量|处理能力|生产能力|供水能力|接待能力|供餐能力|客房|设计规模|设计日?供水规模|日供水规模)(?:达到?|约|为|共|合计)?$", r""),
    ("stock",      r"(?:省里|市里|上级|国家|中央|省政府|市政府)[^，。；]{0,4}(?:下达|安排|分解|交办|考核我[县市区])[^，。；]{0,3}$", r""),
    ("base",       r"(?:(?<![较比由与于])(?:去年|上年)|已(?:承接|建成|建|签约|认定|销号|整改|完成|办结|交付))[^，。；提高增下降减压至到]{0,8}的?$",                     r""),
    ("stock",      r"(?:反馈|发现|交办|市级下达|省级下达|查出|提出的|确定的|明确的|部署的)的?$",              r""),
    ("stock",      r"(?:^|[，。；])对[^，。；]{0,30}$",                                     r"^[^，。；\d]{2,14}(?:落实|逐[户一个栋人])"),
    ("stock",      r"(?:^|[，。；])在$",                                                  r"^[^，。；\d]{1,8}(?:均|各|分别|都)"),
    ("partners",   r"(?:^|[，。；])支持[^，。；]{2,20}与$",                                  r""),
    ("stock",      r"(?:提出|确定|明确|部署)的\d+[个项][^，。；、\d]{1,6}、$",                   r""),
    ("parts",      r"(?:分解(?:落实|为|成|到)|细化[为成])[^，。；]*$",                             r""),
    ("label",      r"以下$",                                                             r"^民生实事"),
    ("threshold",  r"",                                                                  r"^[^，。；、\d元]{2,10}的，"),
    ("threshold",  r"(?:年限|房龄|年龄|工龄|超过|低于|高于|达到|不足)$",                       r"^的(?!比例|目标|要求)"),
    ("stock",      r"的(?:共?有|还有|仍有)$",                                              r""),
    ("stock",      r"现有(?:20\d\d|[^，。；\d]){0,30}$",                                r"^(?!.{0,8}(?:增加|提高|降|压减|扩大))"),
    ("present",    r"仍[占为在有][^，。；\d]{0,6}$",                                         r""),
    ("stock",      r"(?:^|[，。；])对$",                                                  r"^[^，。；、\d]{2,16}每(?:季度|月|年|半年)"),
    ("capacity",   r"(?:存栏|年出栏)(?:达到?|约)?$",                                       r"^的?[^，。；、\d]{0,10}(?:项目|牧场|养殖|猪场|基地|小区|规模|产业园|园区)"),
    ("effect",     r"(?:达产|投产|投用|投运|竣工|建成)后[^。；]*$",                             r""),
    ("capacity",   r"",                                                                 r"^级"),
    ("means",      r"(?:对标|对照)[^，。；]{0,32}$",                                        r""),
    ("duration",   r"(?:未来|今后|过去|近|连续|为期|持续|每隔|提前|再|工作)$",                        r""),
)
#: Money is a target where a result is measured in it, not where it is spent or given.
MONEY_SUBJECT = re.compile(
    r"(?:生产总值|GDP|总产值|产值|收入|增加值|总额|销售额?|营业|交易额|零售额|消费|税收|利税|利润|营收|贷款|存款|融资|余额|"
    r"进出口|出口|外资|引资|到位(?:资金)?|资金到位|固定资产投资|累计完成|投资完成|完成投资|投资额?(?:达到|突破|增长)|薪|工资|产业规模|产业链|"
    r"成交|合同额|增收|额(?:达到|突破|超过|完成|力争|不低于)?$|限额|人均|集体经济|总量|标准[^，。；]{0,8}提高|(?:工业|年度|民间)投资(?:20\d\d年)?(?:完成|达到|突破)?|节约|减税|降费|经济总量|规模)[^，。；]{0,10}$"
)
MONEY_NOUN = re.compile(r"(?:工业|民间|年度工业)投资|生产总值|经济总量|产业规模|产业链|支配|工资|薪|产值|收入|花费|消费|增加值|总额|销售|税收|利税|贷款|外资|固定资产投资|成交|进出口")
#: … or where it is to arrive by a day: 首期1.5亿元9月底前到位.
PAID = re.compile(r"[^，。；]{0,14}(?:到位|偿付|清偿)")
#: A figure that says more about the subject of the clause before.
GOES_ON = re.compile(r"(?:[，、和]|^)(?:到?20\d\d年[底末]?|全年|规划期末|到?“十.五”末|年[底末]|[上下]半年|\d{1,2}月底?|分别|力争|争取|确保)*(?:达到|达|突破|超过|完成|累计完成)?(?:[\d.]+[万亿]?元(?:以上)?[和、与])?$")
SPENT = re.compile(r"(?:总投资|计划投资|概算投资|估算投资|投资|投入|筹资|耗资|出资|补贴|补助|奖励|奖补|给予|拨付|安排|争取)(?:资金)?(?:约|近|达|超过|不少于)?$")
#: What all of it takes, and where that comes from: 估算总投资6.35亿元，其中发行专项债券1.8亿元.
NEEDED = re.compile(r"(?:总投资|共需|所需)[^。；]*[元，][^。；]*其中[^。；]*$")
#: … but it is promised where it is to be spent or won.
RAISED = re.compile(
    r"(?:化债|债务(?:压减|化解|下降))$|(?:标准|津贴|补贴)[^，。；]*(?:不低于|提高到)(?:每人|每月|每年|每户)*$|统筹[^，。；]*(?:资金|财力|债券)$|引入社会资本$|(?:盘活|清偿|清收|追缴|追回)[^，。；]{0,10}$|(?:每年|累计|期间|规划期内)[^，。；]*(?:安排|投入|列支)[^，。；]*(?:不低于|不少于)$|(?:完成|固定资产)[^，。；]*投资[^，。；]*$|年度计划投资$|(?:争取|协调)[^，。；]*(?:资金|债券?|国债|贷款|预算内投资)(?:不少于|不低于|达到|突破)?$|化解[^，。；]{0,8}债务$|兑现[^，。；]{0,10}资金$"
)
PROMISED_SIZE = re.compile(r"(?:更换|安装|配备|购置|治理|生产|储备|出栏|收购|加工|新开工|竣工|完工|交付|征收|总产|拆除|整治|清淤|新增|增加|达到|达|完成|实现|建成|突破|新建|改造|净增|利用|压[减采]|回收|提高[到至]|提升[到至]|扩大[到至]|减少|削减|下降|降低|保持|稳定|控制在|不低于|不少于|突破|力争|铺设|筹集|筹建|分配|配建|释放|形成|增长|发放|供应|产量|减排量|面积|长度|能力|规模|配售)[^，。；]{0,14}$")
#: A capacity that is itself promised: 新增装机, 形成能力, 能力达到.
BECOMES = re.compile(r"新增[^，。；]{0,20}、库容$|(?:扩容至|扩建至|增至|新增|净增|增加|形成|达到|(?<=[力模积量])达|实现|改造|释放|提升|提高)[^，。；、]{0,14}$")
DESCRIBES = re.compile(r"^(?:级)?的?[^，。；、\d]{1,24}?(?:项目|生产线|基地|园区?|工程|机组|焦炉|锅炉|电站|装置|热电|厂|车间|站|焦化|技改|库)(?:[，。；、等（建投开扩并完启竣落改超升提搬\d]|$)")
#: All of it, or the first of it, is handed over: 剩余328套三季度全部交付.
TAKEN_UP = re.compile(r"[^，。；]{0,12}(?:全部)?(?:交付|销号|清零|投用)")
LABEL = re.compile(rf"(?:以上|大)?[^，。；、：（\d等的]{{0,4}}?(?:{'|'.join(words.LABELS)})(?!{words.NO_LABEL})")
#: A list that a count may only sum up (甲、乙、丙三个), and verbs that make as many as are counted.
LISTED = re.compile(r"(?:^|[，；。：])(?P<list>[^，。；：（等\d]*?[、和][^，。；：（等\d]{2,})$")
MAKERS = re.compile(r"打造|建|创|设立|成立|开展|推出|引进|新增|完成|实施|形成|争取|培育|制定|打通")
DURATION_AIM = re.compile(r"圈$|(?:压至|压到|压减|控制在|不少于|不低于|压缩|缩短|达到|不超过|优良天数|时限|降至|降到|以内|通行|形成|提前量[^，。；]{0,4})[^，。；]{0,8}$")
TIME_AHEAD = re.compile(r"^(?:20\d\d年)?[\d年月日底末前上中下旬半一二三四季度内]+")
LOWERED = re.compile(r"(?:控制|降|压|减|缩|低|保持|稳定)[^，。；]{0,4}$")
#: What is promised to be done within hours or days.
SERVED = re.compile(r"[^，。；]{0,8}(?:修复|整改|恢复|处置|抢通|到达|通达|上高速|到县城|补齐|还清|落实|销号|整治|办结|答复|回音|回复|反馈|办理|响应|到场|到达|送达)")
#: What each of several is to have counts, however vague its name: 每村至少培育1个特色产业.
EACH_HAS = re.compile(
    r"每个?[\u4e00-\u9fff]{1,6}(?:至少|都要?|要)?(?:培育|发展|打造|建成|建设|新建|确定|落实|建立|配备|组建)$"
)
# fmt: on
#: Rules that look at what stands behind the bare number, its unit included.
BEHIND_NUMBER = frozenset({"pattern", "phone", "base", "size"})
_RULES = tuple((name, re.compile(ahead), re.compile(follows)) for name, ahead, follows in NO_TARGET)
#: Where a unit that mostly names does count.
NEVER_BUT = {
    "番": r"翻$",
    "级": r"应用水平[^，。；]{0,12}达到$",
    "日": r"(?:(?<!日)至|在|到|内|企业开办|办理)$",
    "年": r"年限(?:[^。；\d]|[\d.]+年){0,20}$",
    "岁": r"寿命[^，。；]{0,6}$",
    "届": r"举办$",
    "期": r"(?:培训|研修|讲座|课程|简报|班)班?”?(?:不少于|至少)?$",
    "分": r"(?:得分|评分|满意度|权重|分值)[^，。；]{0,6}$",
}


@dataclass(frozen=True)
class Place:
    """A number with what stands around it in its sentence."""

    before: str
    low: str
    unit: str
    tail: str
    #: Behind the whole expression, and behind the bare number.
    after: str
    behind: str


def quoted(before: str) -> bool:
    """Whether quotation marks are open at the end of a text."""
    return before.count("“") > before.count("”") or before.count("《") > before.count("》")


def refusal(place: Place) -> str:
    """The name of the rule that makes a number no target; empty: it is one."""
    if quoted(place.before):
        return "name"
    for name, ahead, follows in _RULES:
        text = place.behind if name in BEHIND_NUMBER else place.after
        if follows.search(text) and ahead.search(place.before):
            if name == "capacity" and BECOMES.search(place.before):
                continue
            if name == "stock" and place.unit in words.SHARES.split():
                continue
            return name
    return next((name for rule in (_as_name, _as_money, _as_size, _as_time, _as_label) if (name := rule(place))), "")


def _as_name(place: Place) -> str:
    if place.unit == "年" and re.match(r"(?:19|20)\d\d$", place.low):
        return "name"
    if place.tail in ("内", "以内") and SERVED.match(place.after):
        return ""
    if place.unit in words.NEVER and not re.search(NEVER_BUT.get(place.unit, "(?!)"), place.before):
        return "name"
    if place.unit in ("卷", "版", "册") and re.fullmatch(r"(?:19|20)\d\d", place.low):
        return "name"
    if (
        place.tail in ("以上", "以下")
        and place.unit not in words.SHARES.split()
        and (
            (re.match(r"[^，。；、]", place.after) and re.search(r"(?:^|[，；。])$", place.before))
            or re.match(r"的?自然村|[^，。；、\d]{1,10}(?:办法|政策|补贴)", place.after)
            or (place.tail == "以下" and re.match(r"[^，。；、]", place.after) and not LOWERED.search(place.before))
        )
    ):
        return "threshold"
    return ""


def _as_money(place: Place) -> str:
    if not place.unit.endswith("元"):
        return ""
    before = place.before
    if place.tail in ("以上", "以下") and re.match(r"的|[^，。；、\d]{1,6}(?:\d|企业)", place.after):
        return "threshold"
    if place.after.startswith(("的", "项目", "企业")):
        told = re.match(r"(?:的[^，。；、\d]{2,12}|项目|企业)\d", place.after)
        grown = re.search(r"(?:产值|收入)(?:达到?|超)?$", before) and not told
        return "" if grown else "investment"
    if NEEDED.search(before) or (SPENT.search(before) and not RAISED.search(before)):
        return "investment"
    if RAISED.search(before) or PAID.match(place.after):
        return ""
    since = before[max(before.rfind(mark) for mark in "。；") + 1 :]
    told = MONEY_SUBJECT.search(before) or (GOES_ON.search(since) and MONEY_NOUN.search(since))
    return "" if told else "investment"


def _as_size(place: Place) -> str:
    base = place.unit.split("/")[0]
    if base in words.LENGTHS | words.AREAS | words.SPECIFYING and place.before.count("（") > place.before.count("）"):
        return "capacity"  # （全长76公里） says how large the thing is
    if base in words.LENGTHS and re.search(r"投资[^，。；]*元的[^，。；]*$", place.before):
        return "capacity"
    if base in words.AREAS and re.match(r"[^，。；、\d]{2,12}(?:基础设施|片区)", place.after):
        return "capacity"
    if base not in words.SPECIFYING or TAKEN_UP.match(place.after):
        return ""
    if DESCRIBES.match(place.after):
        return "capacity"
    part = TIME_AHEAD.sub("", re.split(r"[，。；]", place.before)[-1])
    acts = base in words.MADE_SIZES and verbs.ACTION.match(part)
    given = base == "套" and re.search(r"安装|配备|购置|更换|投放", part)
    promised = PROMISED_SIZE.search(place.before) or "其中" in place.before[-30:] or acts or given
    return "" if promised else "capacity"


def _as_time(place: Place) -> str:
    if place.unit not in words.DURATIONS or DURATION_AIM.search(place.before):
        return ""
    return "" if place.tail in ("内", "以内") and SERVED.match(place.after) else "duration"


def _as_label(place: Place) -> str:
    """三个方面 counts nothing that could be checked; 甲、乙、丙三个 counts what was just listed."""
    if place.unit not in ("个", "项", "条", "类", "种") or EACH_HAS.search(place.before):
        return ""
    if LABEL.match(place.after):
        return "label"
    listed = LISTED.search(place.before)
    if not listed or MAKERS.search(listed["list"]):
        return ""
    return "label" if len(re.split("[、和]", listed["list"])) == number(place.low) else ""
