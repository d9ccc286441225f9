"""Who answers, where the text says so: the notes in brackets that name lead and supporting units.

The forms are those in use (shared tables B): 责任单位：甲、乙 · 牵头单位：甲 · 甲牵头，乙、丙配合 · 甲、乙负责，列第一位者为牵头部门，
下同 · 甲、乙按职责分工负责 · 6月底完成，牵头考核单位：甲、乙 · 甲、乙牵头，各有关部门分工负责.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

#: What stands in a bracket, brackets in it closed; what is left open is no note, and costs no second look.
_INSIDE = r"(?:[^（）〔〕［］\[\]]|（[^（）]*）|〔[^（）〔〕]*〕)"
_SAYS_WHO = r"(?:负责|牵头|责任单位|责任部门|责任[股科处]室|责任主体|配合单位|协办单位|主办单位|承办单位|配合部门)"
DUTY_SAID = re.compile("负责|牵头|责任|配合|协办|主办|承办")
#: How the name of a unit ends.
UNIT_ENDING = r"(?:局|股|委|办|厅|处|科|部|院|室|集团|公司|中心|街道|海关|分局|支队|大队|管委会|政府|联社|联合会|总工会|银行|协会|委员会|办公室|专班|学校|医院|供销社|机关|[商残妇文侨]联|科协|[乡镇])"
#: A bracket that says who is responsible, or holds nothing but names of units.
NOTE = re.compile(
    rf"[（〔［\[]((?={_INSIDE}*?(?:{_SAYS_WHO}|（牵头）)){_INSIDE}*+"
    rf"|[\u4e00-\u9fff]{{1,20}}?{UNIT_ENDING}(?:[、，][\u4e00-\u9fff]{{1,20}}?{UNIT_ENDING})*)[）〕］\]]"
)
#: A sentence of its own, or the end of one, that says the same without a bracket: 由县林业局牵头，县财政局配合。
SAID = re.compile(
    rf"(?:(?<=[。；，])|^)(?:(?:该|此|本|这)项(?:工作|任务)|(?:以上|上述)(?:工作|任务|事项))?(?:由)?([\u4e00-\u9fff]{{2,20}}?{UNIT_ENDING}(?:[、和][\u4e00-\u9fff、和]{{2,60}}?)?"
    rf"(?:牵头(?:负责|抓总|组织)?|负责|督办|按职责分工负责|为(?:责任|牵头)单位)"
    r"(?:，[^。；，]{2,80}?(?:配合|协助|协同|参与|抓好|具体)(?:落实|推进|实施|做好)?){0,2}(?:，列[^。；，]*)?"
    r"(?:，[^。；，]{0,16}(?:前|底|末|\d月|月份)(?:全面|全部)?(?:完成|见效|落实)|，(?:长期坚持|持续推进|常态化推进|长期推进))?)(?:[。；]|$)"
)
#: Who does it, in the midst of a sentence: 由县消防大队组建40人的队伍; 县投促中心负责，于6月10日前报送清单.
DOER = re.compile(
    rf"由([县市区州省镇乡][\u4e00-\u9fff]{{1,16}}?{UNIT_ENDING})"
    rf"(?=会同|牵头|组[建织]|通报|修[改订]|[制拟]定|起草|编制|印发|报送|汇总|提出|实施|开展|落实|督促|审核|统一|具体|负责(?!解释)|商|根据|按照|结合|作为(?:项目|实施|责任)?(?:业主|主体))"
)
#: Who does all of a sentence: 县发改局牵头，每年编制方案，…，县财政局配合。 县财政局负责建立专账，….
LEADS = re.compile(
    rf"^由?([县市区州省镇乡][\u4e00-\u9fff、]{{1,60}}?{UNIT_ENDING})(?:牵头|负责(?![人任制]|解释))(?!单位|部门)"
)
#: Who is told to do what the sentence says: 县财政局要安排资金, 县督查室每月通报, 责成县水利局立即整改.
TOLD = re.compile(
    rf"^(?:由|请|责成|要求)?([县市区州省镇乡][\u4e00-\u9fff、]{{1,60}}?{UNIT_ENDING})(?<!城乡)"
    r"(?=要(?!求)|应(?!急|用|届)|必?须|每(?:年|半年|个?季度|个?月|[周两])|按[月季年周]|于[本下\d]|立即|尽快|抓紧|会同|按照|根据|结合|做好|统筹|安排|组织(?!部)|督促|跟踪|选派|抽调|指导|协调|(?<=[局室司团会队办])(?:20\d\d年|年[底内]|\d{1,2}月))"
)
HELPS = re.compile(r"[，；]([\u4e00-\u9fff、]{2,80})(?:配合|协助|协同|参与)(?=[，。；])")
#: A label in front of a list, and what its units are.
LABEL = re.compile(
    r"(?P<lead>牵头(?:考核|责任|落实)?(?:单位|部门|[股科处]室)|牵头(?=：)|主办单位|责任主体)"
    r"|(?P<support>(?:配合|协办|协同|参与|参加|支持|承办)(?:(?:责任)?(?:单位|部门|[股科处]室)|(?=：)))|(?P<both>责任(?:单位|部门|[股科处]室))"
)
#: A line or a sentence of labels, without brackets: 牵头单位：县审批局；配合单位：县财政局；完成时限：6月底前。
LABELLED = re.compile(
    r"(?:(?:以上|上述)(?:各项)?(?:任务|指标|工作|事项)的?)?(?:(?:牵头|责任|主办|承办|配合|协办|协同|参与|支持|督办|督导|落实)(?:考核|责任|落实)?(?:单位|部门|[股科处]室|主体)|(?:牵头|责任|包联|分管|包抓|联系)(?:县|市)?(?:领导|人)"
    r"|完成(?:时限|时间)|时限要求|时间节点|(?:办理|整改)?时限)[^：。；]{0,6}："
)
#: Another label behind a list of units: 责任单位：县财政局 责任人：… 整改时限：….
OTHERWISE = re.compile(
    r"(?:(?:责任|联系|经办|负责)人|[\u4e00-\u9fff]{2}领导|(?:联系)?电话|(?:[整完办][\u4e00-\u9fff])?(?:时限|时间))[：:]"
)
#: One of a list that leads: 甲、乙（牵头）、丙.
MARKED = re.compile(r"([^、，；：（）]+)（牵头(?:单位|部门)?）")
PEOPLE = re.compile(r"(?:牵头|责任|包联|分管|包抓|联系)(?:县|市)?(?:领导|人)[^：]{0,6}：")
FIRST_LEADS = re.compile(
    r"(?:列|排)(?:在)?(?:第一位?|首位)[^，。；]{0,8}?(?:为|即为?|系)?(?:主要)?牵头|第一(?:位|个)(?:者|的)?(?:单位|部门)?为(?:主要)?牵头"
)
#: Bodies that are no unit.
GROUP = re.compile(
    r"^(?:各|[县市区](?:直(?!机关)|内各)|沿海各|沿线|沿河|沿江|属地|有关|相关|全县|全市|全省|其他|其它)|^(?:街道|镇街|街镇|园区)$|各单位|有关部门|相关部门|等部门$|^(?:乡镇|市县)|成员单位$|企业$|所在(?:乡镇|镇|街道)|各(?:街道|乡镇|县|片区)"
)
#: What a unit is to do, before or behind its name; inside it belongs to the name (县委督查督办中心, 县政协办).
_DUTY = r"(?:按(?:各自)?职责(?=$|负责|配合|协助|参与)|(?:按照?|依据|根据)?(?:各自)?(?:职责|责任)?分工(?:负责)?|共同负责|分别(?:负责)?|具体负责|(?:具体|协同|配合)(?:实施|推进|落实)|(?:按职责)?抓好落实|为(?:责任|牵头)单位|负责|督办|牵头|配合|协助|协同|参与|(?<!政)协办|承办|落实$)+"
DUTY = re.compile(rf"^{_DUTY}|{_DUTY}$")
SPLIT = re.compile(
    r"[、，,；;/]|\s|及(?=[省市县区各]|有关|相关|所在|沿线)|和(?=[省市县区各]|[\u4e00-\u9fff]{2,4}(?:镇|乡|街道)(?:$|配合))"
)
LONGEST = 24  # letters of a unit's name


@dataclass
class Named:
    """The units of one note; `lead` may be empty, as in 按职责分工负责."""

    lead: list[str] = field(default_factory=list)
    supporting: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lead or self.supporting or self.groups)

    def plain(self) -> dict[str, Any]:
        """The `units` of a measure as plan-json prints them."""
        return {
            "lead": list(self.lead),
            "supporting": list(self.supporting),
            "named": bool(self.lead or self.supporting),
        }


@dataclass
class Notes:
    """Reads notes in the order of the document: a rule stated once (下同) holds from there on."""

    first_leads: bool = False

    def read(self, note: str) -> Named:
        """The units that a note names."""
        if FIRST_LEADS.search(note):
            self.first_leads = True
        found = Named()
        for part in re.split(r"[；;]", note):
            self._part(part, found)
        return found

    def _part(self, part: str, found: Named) -> None:
        if PEOPLE.match(part):
            label = LABEL.search(part)  # 责任领导：周敏 牵头单位：县文旅局
            if label is None:
                return
            part = part[label.start() :]
        labels = list(LABEL.finditer(part))
        if labels and any(part[label.end() : label.end() + 1] in ("：", ":") for label in labels):
            self._labelled(part, labels, found)
        elif MARKED.search(part):
            _sort(names("、".join(MARKED.findall(part))), found.lead, found.groups)
            _sort(names(MARKED.sub("", part)), found.supporting, found.groups)
        elif "牵头" in part and not FIRST_LEADS.search(part):
            lead, _, rest = part.partition("牵头")
            _sort(names(lead), found.lead, found.groups)
            _sort(names(rest), found.supporting, found.groups)
        else:
            self._listed(part, found)

    def _labelled(self, part: str, labels: list[re.Match[str]], found: Named) -> None:
        for place, label in enumerate(labels):
            until = labels[place + 1].start() if place + 1 < len(labels) else len(part)
            told = OTHERWISE.split(part[label.end() : until], maxsplit=1)[0].lstrip("：:")
            listed = names(told)
            if label["both"] and "牵头" in told:
                self._part(told, found)
            elif label["lead"]:
                _sort(listed, found.lead, found.groups)
            elif label["support"]:
                _sort(listed, found.supporting, found.groups)
            else:
                self._first(listed, found)

    def _listed(self, part: str, found: Named) -> None:
        if re.search(r"(?:配合|协助|协同|参与)$", part) and "负责" not in part:
            _sort(names(part), found.supporting, found.groups)
            return
        head, _, tail = part.partition("负责")
        shared = re.search(r"分工|共同|分别", head)
        listed = names(re.sub(r"，列.*$", "", head))
        _sort(names(tail), found.supporting, found.groups)
        if shared:
            _sort(listed, found.supporting, found.groups)
        else:
            self._first(listed, found)

    def _first(self, listed: list[str], found: Named) -> None:
        """A list without a word about who leads: the first, if it stands alone or the document says so, and no other does."""
        units: list[str] = []
        _sort(listed, units, found.groups)
        if units and not found.lead and (self.first_leads or len(units) == 1):
            found.lead.append(units.pop(0))
        found.supporting += units


def names(listed: str) -> list[str]:
    """The names of a list, as printed."""
    found = []
    for name in SPLIT.split(re.sub(r"（[^）]*）", "", listed)):
        bare = DUTY.sub("", name).strip("。：: ")
        bare = re.sub(r"(?<=.{3})等$", "", bare)
        if 1 < len(bare) <= LONGEST and not re.search(
            r"\d|完成|下同|列第一|列首位|前取得|长期坚持|(?:持续|长期|常态化)推进", bare
        ):
            found.append(bare)
    return found


def _sort(listed: list[str], units: list[str], groups: list[str]) -> None:
    for name in listed:
        (groups if GROUP.search(name) else units).append(name)


def doers(sentence: str, clause: str = "") -> Named:
    """Those who do what a clause says: whom it names itself, or with whom its sentence opens, and those who help."""
    found, doer = Named(), DOER.search(clause or sentence)
    own = not sentence.startswith(clause) and (TOLD.match(clause) or LEADS.match(clause))
    if leads := own or LEADS.match(sentence) or TOLD.match(sentence):
        _sort(names(leads[1]), found.lead, found.groups)
        if leads.re is TOLD and len(found.lead) > 1:  # nothing says who of them leads
            found.lead, found.supporting = [], found.lead
        for helps in HELPS.finditer(clause if own else sentence) if found.lead else ():
            _sort(names(helps[1]), found.supporting, found.groups)
    return Named([doer[1]]) if doer and doer[1] not in found.lead else found


def _stands_apart(note: re.Match[str]) -> bool:
    """Whether a bracket stands behind what is said; in mid-sentence names only explain: 卫生院（社区卫生服务中心）与机构签约."""
    if DUTY_SAID.search(note[1]):
        return True
    text = note.string
    return text[note.start() - 1 : note.start()] in {*"。；！", ""} or text[note.end() : note.end() + 1] in {
        *"。；",
        "",
    }


def notes(text: str) -> list[re.Match[str]]:
    """The notes of a paragraph in order, in brackets and as sentences."""
    found = [*(note for note in NOTE.finditer(text) if _stands_apart(note)), *SAID.finditer(text)]
    return sorted(found, key=lambda note: note.start())
