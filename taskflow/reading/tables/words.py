"""The words over columns, as data: what each of them means, and which layouts are made of which columns.

Another header word is another word in `header_words.csv`; nothing else changes.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

_ROWS = list(csv.DictReader((Path(__file__).parent / "header_words.csv").read_text(encoding="utf-8").splitlines()))
#: What a column can mean, and how people are told.
FIELDS = {row["field"]: row["label"] for row in _ROWS}
#: Header, without blanks and line breaks → field.
WORDS = {word: row["field"] for row in _ROWS for word in row["words"].split()}

#: Words inside a longer header, tried in this order after the whole words; each with its field.
PARTS = (
    ("percent", "完成率 完成比例 百分比"),
    ("done_on", "实际完成 实际竣工 销号时间 办结时间"),
    ("supporting", "配合 协办 协助 参与单位"),
    ("leader", "领导"),
    ("phone", "电话 手机 联系方式"),
    ("person", "责任人 负责人 联系人 经办人 承办人 填报人"),
    ("lead", "牵头单位 责任单位 主责 牵头部门 责任部门 承办单位 主办单位 责任主体 考核单位 责任方"),
    ("start", "启动时间 开工 开始时间 起始"),
    ("due", "时限 截止 完成时间 竣工 完工 期限 计划完成 完成日期"),
    ("investment_year", "年度投资 计划投资 年投资"),
    ("investment_total", "总投资 投资额 投资规模"),
    ("measures", "措施 下一步"),
    ("problem", "问题 困难"),
    ("progress", "进展 进度 落实情况 完成情况 推进情况"),
    ("node", "节点"),
    ("goal", "目标 标准"),
    ("source", "来源 依据"),
    ("code", "编号 编码 代码"),
    ("score", "分值 得分"),
    ("category", "类别 分类"),
    ("content", "内容 举措"),
    ("title", "任务 事项 项目 工作"),
    ("note", "备注 说明"),
)

WHOLE, PART = 1.0, 0.6
#: At most this many letters: longer cells are text, not headers.
LONGEST = 22

_BRACKET = re.compile(r"[(（][^()（）]*[)）]")
_YEAR = re.compile(r"(?:19|20)\d\d年|[yY]{4}年")
_PERIOD = re.compile(
    r"(?:(?:19|20)\d\d年)?(?:第?[一二三四1-4]季度|[1-9]月|1[0-2]月|[一二三四五六七八九十]{1,2}月|[上下]半年)(?:目标|计划|任务)?"
)


@dataclass(frozen=True)
class Meaning:
    """What a header was taken for, how surely (0 to 1), and why."""

    field: str
    confidence: float
    why: str


UNKNOWN = Meaning("ignore", 0.0, "没有认出这个表头")


def header(text: str) -> str:
    """A header without blanks and line breaks, brackets half-width."""
    return re.sub(r"\s+", "", text).replace("（", "(").replace("）", ")").replace("：", "").replace(":", "").strip("*★")


def meaning(text: str) -> Meaning:
    """What a header means by its words."""
    word = header(text)
    if not word or len(word) > LONGEST:
        return UNKNOWN
    if _PERIOD.fullmatch(word):
        return Meaning("period", WHOLE, "表头是一段时间")
    bare = _BRACKET.sub("", word)
    return _whole(word, bare) or _part(bare) or UNKNOWN


def _whole(word: str, bare: str) -> Meaning | None:
    """The header as it stands, without its bracket, without its year (2024年计划投资)."""
    for tried in (word, bare, _YEAR.sub("年", bare), _YEAR.sub("", bare)):
        if field := WORDS.get(tried):
            return Meaning(field, WHOLE, f"表头“{tried}”在词表中")
    return None


def _part(bare: str) -> Meaning | None:
    for field, parts in PARTS:
        for part in parts.split():
            if part in bare:
                return Meaning(field, PART, f"表头里有“{part}”")
    return None


#: Layout → the fields that it has (one of each group; “!”: not that one); the first that fits.
# fmt: off
LAYOUTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("倒排工期表",     ("node", "due", "start|done_on|percent|progress")),
    ("问题台账",       ("problem", "!title", "measures|goal", "lead|person")),
    ("重点项目月报",   ("investment_total", "investment_year", "progress", "problem|person|phone")),
    ("项目清单",       ("investment_total", "title|content")),
    ("督办事项主表",   ("code", "source", "due", "lead", "progress")),
    ("督查台账",       ("title", "content|goal", "start", "due", "lead")),
    ("考评指标",       ("score", "title|content|goal")),
    ("任务分解表",     ("title|content", "lead|person|leader", "due|goal|period|supporting")),
)
# fmt: on
OTHER = "其他"


def layout(fields: set[str]) -> str:
    """The layout that has these columns."""
    return next((name for name, needed in LAYOUTS if all(_has(fields, group) for group in needed)), OTHER)


def _has(fields: set[str], group: str) -> bool:
    return group[1:] not in fields if group.startswith("!") else bool(fields & set(group.split("|")))
