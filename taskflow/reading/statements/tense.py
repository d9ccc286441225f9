"""What a sentence is: a promise, or a reason why it is none (past, another government's, a vision, a slogan …)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from taskflow.reading.layout.headings import Mode
from taskflow.reading.statements import verbs

# fmt: off
#: Behind a year that is over: what is still to be done (上年结转的项目).
_LEFT_OVER = r"度?(?:结转|遗留|剩余|续建|未完成)"
#: Openings of a paragraph that speak of the past; the year is checked apart.
PAST_OPENING = re.compile(rf"^(?:[一二三四五]年来|过去[的]?[一二三四五]年|过去一年|一年来|近年来|去年(?!{_LEFT_OVER})|上年(?!{_LEFT_OVER})|去冬今春|截至目前|截止目前|目前|至今|回顾|回首|回望|会议期间|会上)")
#: What was, and behind it what must be: 今年是攻坚之年，｜要….
TURNS = re.compile(
    r"(?:今年|20\d\d年)[^，。；]{0,20}(?<!目标)是[^，。；]{0,30}，(?=要|必须|确保|力争)"
    r"|[^。；]{2,70}?是[^，。；]{0,30}(?:关键|基础|重点|前提|保障)，(?=今年|年内|要|必须|确保|力争|我们)"
)
#: … or what will be by when: 去年已完成投资3200万元，｜4月底前全面开街.
WAS_SO = re.compile(r"(?:去年|上年|前期|目前|截至|现已|尚有)|已(?!.{0,12}的)")
#: Who answers for it, said before by when: …尚有11处，由县应急局牵头，县住建局配合，｜3月20日前整改到位.
ANSWERING = re.compile(r"[^，。；]{2,40}(?:牵头|负责)，(?:[^，。；]{2,60}(?:配合|协助|协同|参与)，)?$")
TURNS_TO = re.compile(r"，(?=(?:今年|年内|力争|确保|年底前?|到?(?P<year>20\d\d)年|\d{1,2}月(?:底|末|\d*日?)?前|[上下]半年|[一二三四]季度))")
#: Under a heading about what will be done, a sentence behind such an opening speaks of this year again.
AGAIN_NOW = re.compile(r"每年|每季度|每月|按月|按季|^(?:今年|新的一年|下一步|20\d\d年，)|要(?!素|点|件|求|闻|道)|力争|确保|必须")
YEAR = re.compile(rf"^(?:[^，。；：]{{2,24}}：)?(?:截至|截止到?|到|在)?(20\d\d)年(?!度|{_LEFT_OVER})(?:以来|末|底|上半年|下半年|\d+月)?")
SINCE = re.compile(r"“?十[一二三四五六]五”?以来，")
FORMER_PLAN = re.compile(r"^“?十([一二三四五六])五”?(?:时期|期间|以来|规划|末|收官)")
#: Words that say that something has happened.
PAST = re.compile(
    r"荣获|获评|获批(?!准)|获得.{0,8}(?:称号|表彰|批示|肯定)|入选|入围|被(?:评为|授予|列为|确定为|列入|认定|命名|纳入)|受到.{0,8}(?:表扬|肯定|表彰)"
    r"|成功(?:创建|举办|申报|承办|入选|获|通过|争取|签约|引进)|圆满|顺利(?:完成|通过|完工|竣工|实施|启动)|胜利(?:完成|召开|收官)"
    r"|超额完成|累计(?:投入|发放|争取|办理|带动|拨付|取消)|再创(?:新高|佳绩)|奠定了"
    r"|已(?:建成|完成|全部|经|有|达|成为|实现|成|累计|投|开|形成|通过|落)|[^解除罢][了](?=[，。；])|取得了|实现零(?:感染|的突破)|“零”的突破"
)
#: These are promised too; where headings tell nothing they count as past.
MAYBE_PAST = re.compile(
    r"全部(?:完工|竣工|脱贫|退出|摘帽|清零|开工|建成|完成)(?=[，。；、])|投入(?:使用|运营|运行)|累计(?:完成|培训|建设|新增|减)|首次"
    r"|同比(?:增长|增加|下降|提高|减少)|(?:比|较)(?:20\d\d年|上年|去年|同期)[^，。；]{0,10}(?:增|提高|下降|减|压|精简|上升)"
)
#: In a newspaper, where headings tell nothing, these too.
PAST_IN_PRINT = re.compile(r"取得.{0,6}(?:成效|进展|成果|成绩|突破)[，。；]|落地开工|建成投产|建成使用|开工建设，|选派|召开，|开启.{0,6}新(?:时代|生活)|再添|备受|肩负|表决|选举|审议通过|实现就近就业|全部顺利")
FUTURE = re.compile(r"，20\d\d年(?:提高|降|扩大|增加)[到至]|力争|争取|年内|今年(?!以来)|将|计划|要|拟|预期|确保|到20\d\d年|到“十|“十.五”末|规划期|加快|启动|推进|打造|实施|努力|继续|进一步|持续|未来|今后|明年|下一步|着力")
STRONG_FUTURE = re.compile(r"到20\d\d年|“十.五”末|今后|未来|规划期|力争|年内|接续奋斗|预期|年均增长")

VISION = re.compile(r"2035年|二[〇○零]三五|本世纪中叶|远景目标|2050年|再奋斗十五年")
IN_TITLES = re.compile(r"《[^《》]*》")
#: A time before the vision's.
TO_COME = re.compile(r"到20[12]\d年|到203[0-4]年|到“十")
PROPOSAL = re.compile(r"我(?:建议|带来的提案|深知|的提案|认为)|(?:代表|委员)们?提出的|留待(?:论证|研究)|建议(?:政府|县委|有关部门)|提案的重点")
#: Somebody speaks who is not the government.
VOICE = re.compile(
    r"(?:代表|委员)(?:们)?(?:热议|说|表示|坦言|则|认为|建议[：“])|[他她]们?(?:还)?(?:提出|建议|说|算了)|[（(]?本报记者|记者从"
)
#: Minutes of a meeting: what it heard and thinks, until it decides.
HEARD = re.compile(r"^(?:会议(?:听取|传达|指出|认为|通报|还?审议|学习)|[^，。；每按]{2,14}(?:汇报|通报)，|20\d\d年\d+月\d+日[^。]{0,50}召开[^。]{0,30}(?:常务|专题|办公|党组|常委)会)")
#: What it heard may hold what is to be done by a day.
TO_BE_DONE = re.compile(r"(?:\d日|月底|月末|年底|季度末)前|到20\d\d年|每(?:个?月|季度|两月)|按[月季]")
DECIDED = re.compile(r"^(?:会议(?:原则)?(?:议定|决定|明确|要求|强调|同意|研究(?:认为|决定|同意)?)|会议.{0,6}：)")
BOILERPLATE = re.compile(
    r"^(?:(?:各位(?:代表|委员|领导)|同志们)(?!，[^。]*(?:今年|年底|\d))|现在，?我代表|谢谢|请予审议|以上报告|让我们|我们要更加紧密|主任、各位|大会主席团|附[：件]|出席：|列席：|名词解释：|[（(]?此件|[（(]?掌声|特此|抄送|印发(?=$|给)|注：[^。]*指)"
    r"|请予审议|负责解释|提出意见|现(?:将[^。；]{2,80})?印发给你们|请认真贯彻"
    r"|(?:^|，)(?:特|现|兹)?(?:制定|制订|编制|提出|出台)(?:了)?(?:本|(?:以下|如下)[^，。；：]{0,4})(?:行动|工作|实施|专项|分工|具体)*(?:方案|意见|办法|规划|纲要|计划|细则|措施|规定|预案|清单|要点|目标)[。：]?$"
    r"|^(?:本(?:通知|方案|意见|办法|规划|计划|细则|措施|规定|预案)|以上(?:规定|措施|政策))自[^，。；]{2,20}起(?:施行|实施|执行|生效)"
)
SLOGAN = re.compile(
    r"高举.{0,12}旗帜|以习近平.{0,30}(?:为指导|为遵循|铸魂)|全面贯彻(?:党的|落实党|习近平)|深入(?:学习)?贯彻(?:落实)?(?:党的|习近平)|奋力谱写|奋力书写|新篇章|不忘初心|牢记使命|汇聚.{0,6}力量|一往无前|伟大复兴|殷殷嘱托"
    r"|“两个确立”|“两个维护”|“四个意识”|热切期盼|重要讲话|团结在以|让我们|永葆|赶考|答卷"
)
DESCRIPTION = re.compile(
    r"^(?:(?:各位代表|同志们)，)?(?:今年|20\d\d年|“?十.五”?(?:时期|期间)?|今后五年|未来五年|当前|当今)[^，。]{0,12}，?(?:是|将是|处于|面临)"
    r"|(?:总体要求|总的要求|指导思想|总体思路|工作思路|基本思路|工作总基调|总的指导思想|原则)是[：，]|^指导思想|机遇大于挑战|面临.{0,10}(?:机遇|挑战|问题|形势)|(?:仍然?|还)存在(?![^，。；]{0,14}的)|存在.{0,8}(?:问题|短板|不足)(?!的)|不容忽视|任务(?:依然)?(?:艰巨|繁重)"
    r"|是[^，。]{0,30}(?:关键|基础|保障|根本|要求|举措|使命|重点|前提|必然|标志|体现|作用|地位)[。，]|^上述目标|综合考虑(?![^。]*\d[^年\d])|综合判断|纵观|当今世界|正处于|具有.{0,14}(?:优势|意义|条件|潜力)|主要(?:表现|包括|明确)|^图|资料来源|如图|(?:工作|任务|方面)[：:]$|做好今年(?:的)?工作|实现(?:上述|今年|全年)(?:的)?(?:各项)?目标"
)
#: Governments above a document's own, by its level: as who acts, and as the whole that is spoken of.
ABOVE = {
    "province":   ("国家|中央|国务院", "全国"),
    "prefecture": ("国家|中央|国务院|省委|省政府|省里", "全国|全省"),
    "county":     ("国家|中央|国务院|省委|省政府|省里|市委|市政府|市里", "全国|全省|全市"),
    "town":       ("国家|中央|国务院|省委|省政府|省里|市委|市政府|市里|县委|县政府|县里|区委|区政府|区里|[县区](?!域|位)[^，。；]{1,5}局", "全国|全省|全市|全县|全区"),
}
_SETTERS = {"province": "国家|中央", "prefecture": "国家|中央|省", "county": "国家|中央|省|市", "town": "国家|中央|省|市|县|区(?!域|位)"}
_DOES = "将|计划|提出|明确|决定|定的|出台|规划(?:了|建设)|达到|完成|印发|在我"
OTHER = {level: re.compile(rf"^(?:{who}|{whole})[^，。]{{0,14}}(?:{_DOES})") for level, (who, whole) in ABOVE.items()}
#: In a clause: what another government is to reach, or has set: 全省达到96%, 市分解我县粮食总产2.55亿斤.
_CITED = r"^(?:(?:按照?|根据|从)[^，。；]{2,20}，)?(?:国家[^，。；\d]{2,30}，)?"
_SET = {
    level: rf"{_CITED}(?:{who})(?:、[省市县])?(?:委|政府|级|里)?(?:(?<=[委府级里])[^，。；]{{0,6}})?(?:统一)?(?:要求|提出|明确|下达|分解|分配|确定|核定|考核)[^。；]*\d"
    for level, who in _SETTERS.items()
}
_WHEN = r"^(?:[^，。；]{2,16}，)?(?:到?20\d\d年[底末]?前?|今年|同期|“十.五”(?:期间|时期|末))*"
_NO_GOAL = r"(?!域|覆盖|性|面|流程|链|产业|部|体|前|排名|平均|先进|第|首|唯一|最|统一|重点)"
_THEIR = r"(?:20\d\d年|今年|“十.五”(?:期间|时期|末))?[^，。；\d]{2,24}\d"
#: Leads to what they have set: 市第六次党代会明确，
_SAY = {
    level: rf"^(?:{who})(?:委|政府|级|里)?(?:[^，。；]{{0,14}}(?:会议|党代会|全会|两会|纲要|规划|报告))?(?:提出|明确|要求|指出|强调|决定)，$"
    for level, who in _SETTERS.items()
}
OTHER_GOALS = {
    level: re.compile(rf"{_SET[level]}|{_SAY[level]}|{_WHEN}(?:{whole}){_NO_GOAL}{_THEIR}")
    for level, (_, whole) in ABOVE.items()
}
#: What another government says, and behind it what we do: 省里提出到2027年突破2.5万家，｜我县要….
OURS_BEHIND_OTHERS = {
    level: re.compile(rf"{way.pattern}[^。；]*?，(?=我[镇乡县市区州旗省]|要(?!求)|今年(?!全[市省])|全[镇乡县区]|街道|我们|确保)")
    for level, way in OTHER.items()
}
# fmt: on


#: Says more about the thing before, and not about when: 新校区（2025年已完成投资1150万元）年底前启用.
IN_BRACKETS = re.compile(r"（[^（）]*）")


@dataclass(frozen=True)
class Frame:
    """What is known of the document: its first year, its level of government, whether headings can be trusted."""

    first_year: int | None
    plan_number: int | None
    level: str = "county"
    newspaper: bool = False


def paragraph_is_past(text: str, frame: Frame, *, after_past: bool = False) -> bool:
    """Whether a paragraph as a whole speaks of what has been.

    `after_past`: the one before it under the same headline does. In a newspaper, whose columns cut paragraphs,
    that counts for half a proof.
    """
    first = text.partition("。")[0]
    if (PAST_OPENING.match(text) or earlier(text, frame)) and not turn(first, frame):
        return True
    if not frame.newspaper:
        return False
    told = sum(len(words.findall(text)) for words in (PAST, MAYBE_PAST, PAST_IN_PRINT)) + after_past
    return told > 1 and told >= len(FUTURE.findall(text)) - 1


def promises_again(sentence: str, frame: Frame) -> bool:
    """Whether a sentence in a paragraph that opened with what was says what will be."""
    again = AGAIN_NOW.search(sentence) or _to_come(sentence, frame)
    return bool(again) and not (earlier(sentence, frame) or PAST.search(sentence))


def _to_come(sentence: str, frame: Frame) -> bool:
    """Whether a sentence names a year of the document's period."""
    return frame.first_year is not None and any(
        int(year) >= frame.first_year for year in re.findall(r"20\d\d(?=年)", sentence)
    )


def turn(sentence: str, frame: Frame) -> int:
    """Where a sentence goes over from what was to what is promised; 0: nowhere."""
    if must := TURNS.match(sentence):
        return must.end()
    if BASE_AND_GOAL.match(sentence):
        return 0
    was = 0 if earlier(sentence, frame) else found.end() if (found := WAS_SO.search(sentence)) else len(sentence)
    for way in TURNS_TO.finditer(sentence, was):
        later = way["year"] is None or (frame.first_year is not None and int(way["year"]) >= frame.first_year)
        if later:
            answering = ANSWERING.search(sentence, was, way.end())
            return answering.start() if answering else way.end()
    return 0


def earlier(text: str, frame: Frame) -> bool:
    """Whether a text opens with a year or a plan before the document's own."""
    if SINCE.match(text):
        return True
    if frame.first_year and (year := YEAR.match(text)) and not BASE_AND_GOAL.match(text):
        return int(year[1]) < frame.first_year
    plan = FORMER_PLAN.match(text)
    return bool(plan and frame.plan_number and "一二三四五六".index(plan[1]) + 11 < frame.plan_number)


WAS = re.compile(r"(20\d\d)年(?:[^，。；]{0,24}?(?:为|是|占))?约?(?=[\d.]+(?!月|\d))")
BASE_AND_GOAL = re.compile(
    r"(?:[^，。；：]{2,24}：)?20\d\d年[^，。；]*?[\d.][^，。；]*，(?:力争|争取|确保)?到?20\d\d年[底末]?(?:前|力争)*(?:达|提|降|增|控制|突破|超|升|扩|压|保持|稳定|不[低高少超]|[≥≤＞＜><]|[\d为])"
)


def was(clause: str, frame: Frame) -> re.Match[str] | None:
    """What a clause says of how it was before the document's years: its end is where the number stands."""
    found = WAS.search(clause)
    return found if found and frame.first_year and int(found[1]) < frame.first_year else None


def of_others(clause: str, frame: Frame, *, after_vision: bool) -> str | None:
    """Why a clause is no promise though its sentence holds some: another government's goal, or a vision's."""
    if OTHER_GOALS[frame.level].match(clause):
        return "other_government"
    far = VISION.search(clause) and not TO_COME.search(clause)
    return "vision" if far or (after_vision and not TO_COME.search(clause)) else None


#: Modes whose text is never a promise.
SILENT = (Mode.PAST, Mode.EXPLANATION, Mode.PROPOSAL, Mode.VISION, Mode.FURNITURE)


def reason(sentence: str, mode: Mode, frame: Frame, *, past: bool) -> str | None:
    """Why a sentence is no promise; None: it may hold some. `past`: its paragraph speaks of what has been."""
    plain = IN_BRACKETS.sub("", sentence)
    goals = re.search(r"目标[是为]：.*\d", sentence)
    described = mode is Mode.DESCRIPTION and not (STRONG_FUTURE.search(sentence) and re.search(r"\d", sentence))
    tests: tuple[tuple[str, Any], ...] = (
        ("boilerplate", BOILERPLATE.search(sentence)),
        (mode.value, mode in SILENT),
        ("vision", VISION.search(IN_TITLES.sub("", sentence)) and not (TO_COME.search(sentence) or "纲要" in sentence)),
        ("proposal", PROPOSAL.search(sentence)),
        ("past", past or earlier(sentence, frame) or PAST_OPENING.match(sentence)),
        (
            "past",
            PAST.search(plain)
            and not FUTURE.search(plain)
            and not TO_BE_DONE.search(plain)
            and not verbs.ACTION.match(plain),
        ),
        ("other_government", OTHER[frame.level].match(sentence)),
        ("description", described),
        (
            "description",
            mode is not Mode.DESCRIPTION
            and DESCRIPTION.search(sentence)
            and not (goals or TO_BE_DONE.search(sentence)),
        ),
        ("slogan", mode is not Mode.DESCRIPTION and SLOGAN.search(sentence)),
    )
    return next((name for name, holds in tests if holds), None)
