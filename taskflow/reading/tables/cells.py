"""What stands in one cell: units with their parts, leaders, names with blanks inside, figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HAN = r"\u3400-\u9fff\u3007"
_STOPS = r"、，,；;/\n|"
_SPLIT = re.compile(rf"[{_STOPS}]+")
_NOTE = re.compile(r"[(（]([^()（）]*)[)）]")
#: “牵头单位：”, “责任单位:” inside a cell.
_LABEL = re.compile(
    r"(牵头(?:责任|考核)?(?:单位|部门)?|主办单位|主责单位|责任(?:单位|部门)?|配合(?:单位|部门)?|协办单位|参与单位)\s*[:：]"
)
_LEADS = re.compile("牵头|主办|主责")
_HELPS = re.compile("配合|(?<!政)协办|协助|参与")
_TAIL = re.compile(
    r"(?:牵头|主办|负责|配合|(?<!政)协办|按职责分工|分工)+(?:负责|配合|落实)?$|等(?:有关|相关)?(?:单位|部门)?$"
)
#: Bodies that are no unit of their own: they cannot be told to do anything by name.
GROUP = re.compile(
    r"^(?:全县|县直)?(?:各|有关|相关|其他|所有|全体)|^(?:县直|市直|区直|各级)?(?:有关|相关|各)?(?:部门|单位|乡镇)$|各(?:乡|镇|县|区|街道|部门|单位|成员)"
)
_NAME_WITH_BLANKS = re.compile(rf"^[{_HAN}](?: ?[{_HAN}]){{1,3}}$")
_NUMBER = re.compile(r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?|[-+]?\d+(?:\.\d+)?")


@dataclass
class Units:
    """The units of a task as its cells name them."""

    lead: list[str] = field(default_factory=list)
    supporting: list[str] = field(default_factory=list)

    def add(self, name: str, *, leads: bool) -> None:
        """One more, once."""
        name = _TAIL.sub("", name).strip()
        if name and name not in self.lead and name not in self.supporting:
            (self.lead if leads else self.supporting).append(name)

    def merge(self, other: Units) -> None:
        """Those of another cell too."""
        for name in other.lead:
            self.add(name, leads=True)
        for name in other.supporting:
            self.add(name, leads=False)


def squeeze(text: str) -> str:
    """Letter-spaced words without their blanks: “牵 头 单 位”, “张　三”."""
    text = text.replace("\u3000", " ").replace("\xa0", " ").strip()
    parts = text.split(" ")
    if len(parts) > 1 and all(len(part) <= 1 for part in parts):
        return "".join(parts)
    return text


def units(cell: str, *, leads: bool, first_leads: bool = False) -> Units:
    """The units in a cell of the column 牵头单位 (`leads`) or 配合单位; labels and “牵头”, “配合” in it say more.

    `first_leads`: the table says that the first one leads (列第一位者为牵头单位).
    """
    found = Units()
    pieces = _labelled(cell) or [("", cell)]
    led = any(_LEADS.search(label) for label, _ in pieces)
    for label, text in pieces:
        role = _role(label, led=led, otherwise=leads)
        found.merge(_listed(text, leads=role))
    if first_leads and len(found.lead) > 1:
        found.lead, found.supporting = found.lead[:1], found.lead[1:] + found.supporting
    return found


def _labelled(cell: str) -> list[tuple[str, str]]:
    """The parts of a cell such as “牵头单位:…⏎责任单位:…”, each with its label."""
    marks = list(_LABEL.finditer(cell))
    ends = [*(mark.start() for mark in marks[1:]), len(cell)]
    return [(mark[1], cell[mark.end() : end]) for mark, end in zip(marks, ends, strict=False)]


def _role(label: str, *, led: bool, otherwise: bool) -> bool:
    """Whether units under a label lead: 责任单位 does where nothing else is said to lead."""
    if _LEADS.search(label):
        return True
    if _HELPS.search(label):
        return False
    return otherwise if not label else not led


def _listed(text: str, *, leads: bool) -> Units:
    """Units one after another; “甲牵头，乙、丙配合”, “甲（牵头）、乙”."""
    found = Units()
    clauses = [clause for clause in re.split(r"[，,；;\n]", text) if clause.strip()]
    said = any(_LEADS.search(clause) for clause in clauses)
    for clause in clauses:
        names = [name for part in _SPLIT.split(clause) for name in _apart(part)]
        ends_lead = bool(re.search("(?:牵头|主办)(?:负责)?$", clause.strip()))
        helps = bool(re.search("(?:配合|(?<!政)协办|协助)$", clause.strip()))
        for name in names:
            note = " ".join(_NOTE.findall(name))
            alone = bool(_LEADS.search(note))
            role = alone or ends_lead or (leads and not helps and not said and not _HELPS.search(note))
            found.add(_NOTE.sub("", name), leads=role)
    return found


def _apart(part: str) -> list[str]:
    """Units parted by blanks alone; a name that is only letter-spaced stays one."""
    part = squeeze(part.strip())
    return [name for name in re.split(r"\s+", part) if name]


def people(cell: str) -> list[str]:
    """The names in a cell; blanks inside a name are padding (张　三), and a telephone number is none."""
    found = []
    cell = re.sub(r"[(（]?[\d\-—－]{7,}[)）]?", " ", cell)
    for line in re.split(r"[、，,；;/\n]+", cell.replace("\u3000", " ")):
        text = re.sub(r"\s+", " ", line).strip()
        found += _names(text) if text else []
    return list(dict.fromkeys(found))


def _names(text: str) -> list[str]:
    """One name, or several that only blanks keep apart (张 三 李小四)."""
    if _NAME_WITH_BLANKS.fullmatch(text) and len(text.replace(" ", "")) <= 3:  # noqa: PLR2004  # letters of a name
        return [text.replace(" ", "")]
    names, waiting = [], ""
    for part in text.split(" "):
        if waiting:
            names.append(waiting + part if len(part) == 1 else waiting)
            names += [part] if len(part) > 1 else []
            waiting = ""
        elif len(part) == 1:
            waiting = part
        else:
            names.append(part)
    return names + ([waiting] if waiting else [])


def figure(cell: str) -> float | None:
    """The number in a cell (“6.77亿元” is 6.77, “80%” is 80); None when there is none."""
    found = _NUMBER.search(cell)
    return float(found.group().replace(",", "")) if found else None
