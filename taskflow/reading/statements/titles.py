"""A short title for a commitment, and what sort of commitment it is."""

from __future__ import annotations

import re

from taskflow.reading.statements import clauses, verbs
from taskflow.reading.statements.figures import targets

LONGEST = 40
FEWEST = 4  # letters that name a thing
_LEADING = re.compile(
    r"^(?:会议(?:原则)?(?:要求|强调|决定|明确|议定|指出)|其中|同时|此外|另外|并且|并|一是|二是|三是|四是|五是|六是|到?(?:20\d\d年(?!度)底?|今年|年内|全年)前?)[，：]?"
)
#: Announces a list of aims: 建议今年的主要预期目标是：
_AIMS = re.compile(r"^[^，。；：]{2,40}(?:目标|指标|任务)(?:是|为)：(?=.)")
_NOTE = re.compile(r"（[^（）]*(?:负责|牵头|责任单位|联系人|电话|邮箱)[^（）]*）")
_IN_BRACKETS = re.compile(r"（[^（）]*）")
INSTITUTIONAL = re.compile(
    r"(?:制定|制订|建立|健全|完善|出台|编制|修订|推行|实行|构建|落实|形成|深化|创新|探索|规范|印发|推进)[^，。；]{0,24}?(?:制度|机制|办法|方案|规划|条例|标准|意见|清单|体制|体系|改革|细则|规则|政策|模式|责任制|长制)"
)
PROJECT = re.compile(
    r"(?:建设|新建|改建|扩建|改造|续建|启动|开工|建成|完成|实施|打造|创建|争创|举办|编撰|编制|申报|投产|投用|推进|规划|谋划|支持|加快|引进)[^，。；]{0,40}?"
    r"(?:工程|项目|中心|基地|园区?|学校|小学|中学|初中|高中|幼儿园|医院|分院|道路|公路|大桥|大街|路|街|线|站|厂|馆|院|所|平台|管网|水库|电站|公园|广场|小区|体系建设|生产线|示范县|示范区|节|大会|赛)"
)


def title_of(told: str) -> str:
    """The clause without what leads to it, at most 40 letters: from the first part that does or counts something."""
    whole = told.strip("，。；、！ ")
    text = _NOTE.sub("", _LEADING.sub("", whole)) or whole
    text = "，".join(_AIMS.sub("", part) for part in text.split("，"))
    parts = [part for part in text.split("，") if part] or [text]
    core = next((place for place, part in enumerate(parts) if _does(part)), 0)
    kept = parts[core]
    for part in parts[core + 1 :]:
        if len(kept) + len(part) + 1 > LONGEST:
            break
        kept += "，" + part
    agreed = parts[0].startswith("同意")
    if core and clauses.is_short(kept) and (agreed or not clauses.leads(parts[0] + "，")):
        return under(parts[0], kept)
    return kept if len(kept) <= LONGEST else kept[: LONGEST - 1] + "…"


def under(thing: str, told: str) -> str:
    """A title of few words with the thing that they are about: 新建青峰水库：2027年开工."""
    words, about = told.strip("，。；、！ "), _IN_BRACKETS.sub("", thing)
    fits = FEWEST <= len(about) <= LONGEST - len(words) - 1
    return words if thing in words or "：" in words or not fits else f"{about}：{words}"


def _does(part: str) -> bool:
    return bool(targets(part) or (verbs.ACTION.match(part) and not verbs.MANNER.match(part)))


def kind_of(told: str, *, has_targets: bool) -> str:
    """quantified, institutional, project or continuing."""
    if has_targets:
        return "quantified"
    if INSTITUTIONAL.search(told):
        return "institutional"
    return "project" if PROJECT.search(told) else "continuing"
