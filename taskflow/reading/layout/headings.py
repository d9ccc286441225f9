"""Headings: what number and level they have, what they say about the text below, and their outline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from taskflow.reading.layout.letters import doubled
from taskflow.reading.layout.lines import Paragraph
from taskflow.reading.statements.clauses import acts, own_time
from taskflow.reading.statements.figures import targets
from taskflow.reading.statements.numerals import whole
from taskflow.reading.statements.responsible import LABELLED, NOTE


class Mode(StrEnum):
    """What the text under a heading is about; a reason of `skipped` where it is no promise."""

    FUTURE = "future"
    PAST = "past"
    DESCRIPTION = "description"
    VISION = "vision"
    EXPLANATION = "explanation"
    PROPOSAL = "proposal"
    FURNITURE = "boilerplate"


# fmt: off
#: Words of a heading and what they announce; the first line that fits counts.
ANNOUNCED: tuple[tuple[Mode | None, str], ...] = (
    (None,             r"纲要$|规划》|^关于|的通知$|的报告$"),
    (Mode.FURNITURE,   r"^(?:相关阅读|相关链接|相关新闻|延伸阅读|上一篇|下一篇|附件下载|扫一扫|分享到|网站地图|友情链接)"),
    (Mode.EXPLANATION, r"名词解释|名词注释|注释|名词说明"),
    (Mode.PROPOSAL,    r"(?:代表|委员).*(?:之声|声音|热议|建言|心声|寄语|反响)|两会声音|专家点评"),
    (Mode.VISION,      r"远景|(?:2035|二[〇○零]三五)年|本世纪中叶"),
    (Mode.PAST,        r"回顾|成就|总结评估|发展评估|实施评估|过去的?(?:[一二三四五]年|一届)|[一五]年来|工作总结|完成情况|进展情况|^“十[二三]五”|^“十[二三]五”.*不足"),
    (Mode.FUTURE,      r"目标|工作(?:安排|部署|打算|重点|任务|措施|建议|总体)|重点(?:任务|工作)|主要任务|今后|未来|下一步|下一阶段"),
    (Mode.DESCRIPTION, r"指导思想|基本原则|遵循|形势|环境(?:研判|分析)|机遇|挑战|总体(?:要求|思路)|^(?:发展|现实|工作)?基础$|基本情况|现状$|概况|背景|^(?!补|加快|破解|解决|整治|化解|治理|攻克|防范|推动|着力)[^，]*(?:不足|短板|问题)$|重要意义|编制(?:依据|说明)"),
)
#: How headings are numbered: kind, rank (lower stands higher), the number and what follows.
NUMBERED: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("chapter", 1, re.compile(r"^第([一二三四五六七八九十百]+|\d+)[篇编部]分?(?=[^，。]*$|\S)")),
    ("chapter", 2, re.compile(r"^第([一二三四五六七八九十百]+|\d+)章")),
    ("section", 3, re.compile(r"^第([一二三四五六七八九十百]+|\d+)节")),
    ("chapter", 2, re.compile(r"^【([^】]{2,8})】")),
    ("section", 4, re.compile(r"^([一二三四五六七八九十]+)、")),
    ("subhead", 5, re.compile(r"^（([一二三四五六七八九十]+|\d+)）")),
    ("subhead", 6, re.compile(r"^(\d{1,2})[.．、](?:(?![\d%])|(?=\d{1,2}月))")),
    ("subhead", 6, re.compile(r"^([①-⑩])")),
    ("subhead", 7, re.compile(r"^([•●■□◆▪·]|——)")),
)
# fmt: on
CHAPTER, SECTION, SUBHEAD, ITEM, RUN_IN = 2, 4, 5, 6, 7
#: One sentence and who answers for it is a task, however short: 1.完善招商机制。（责任单位：县投促局）
ASSIGNED = re.compile(rf"^[^。]+。?{NOTE.pattern}[。；]?$")
ENDS_IN_NOTE = re.compile(rf"(?<=.){NOTE.pattern}[。；]?$")
LONGEST = 46  # letters of a heading that has a number
LONGEST_RUN_IN = 26
#: A sentence that opens a paragraph and is no heading of it.
NO_RUN_IN = re.compile(
    r"\d|年来，|^(?:会议|过去|“十.五”|各位|现在|让我们|同志们|我们|为此|一是|首先|同时|其中|此外|要|到|年)"
)
#: How much of what the item names: 全员劳动生产率：2025年为…，2030年达到…; 适老化改造：1000户.
SAYS_HOW_MUCH = re.compile(r"到?20\d\d年|\d")
BOX = re.compile(r"^专栏(\d+(?:[-—.]\d+)?|[一二三四五六七八九十]+)?[：:]?(.*)$")
FURNITURE = re.compile(
    r"^(?:时间|来源|作者|阅读|浏览|评论|点击|字号|发布|责任编辑|责编|制图|内容摘要|资料来源|联系电话|打印|索引号|主题词|主办单位|承办单位|备案号|版权所有|当前位置|您的位置|分享到|网站标识码|技术支持)[：:]?"
    r"|^\d+$|^图\d+|^（此件"
)


@dataclass(frozen=True)
class Heading:
    """A heading: `rank` orders levels (1 highest); `body` is where the paragraph's own text begins, if it has any."""

    kind: str
    rank: int
    number: str
    title: str
    line: int
    start: int
    mode: Mode | None = None
    body: int = 0
    note: str = ""
    #: Who answers for everything below it, as printed: （一）发展特色产业（责任单位：县农业农村局）
    assigned: str = ""


def announced(title: str) -> Mode | None:
    """What a heading's words say about the text below it."""
    return next((mode for mode, words in ANNOUNCED if re.search(words, title)), None)


#: A paragraph that leads to the goals or the work below it.
LEADS_TO_GOALS = re.compile(
    r"(?:目标|任务|工作|重点|指标|要求)(?:是|为|如下|包括|有)?：$"
    r"|^[^。]*(?:今后|未来)五年[^。]*是[^。]*(?:抓手|路径|战略定位)[^。]*。$"
)


def recognise(paragraph: Paragraph) -> Heading | None:
    """The heading that a paragraph is, or begins with; None: it is text throughout."""
    text = paragraph.text
    if (noted := ENDS_IN_NOTE.search(text)) and not _is_task(text, item_number(text)):
        head = recognise(replace(paragraph, clean=paragraph.clean.cut(0, noted.start())))
        if head is None or head.body:
            return head
        return replace(head, assigned="；".join(filter(None, (head.assigned, noted[1]))))
    for kind, rank, pattern in NUMBERED:
        if match := pattern.match(text):
            return None if _is_task(text, match.end()) else _numbered(paragraph, kind, rank, match)
    if _is_task(text, 0) or LABELLED.match(text) or NOTE.fullmatch(text):
        return None
    if paragraph.headline and not FURNITURE.match(text):
        title = doubled(text)
        note = "doubled" if title != text else ""
        return Heading("section", 0, "", title, paragraph.line, paragraph.clean.origin[0], announced(title), 0, note)
    return _run_in(paragraph, 0)


def _numbered(paragraph: Paragraph, kind: str, rank: int, match: re.Match[str]) -> Heading | None:
    text, at = paragraph.text, match.end()
    stop = re.search(r"[。：；]", text[at:])
    end = at + stop.start() if stop else len(text)
    if (end - at > LONGEST and not text.startswith("【")) or end == at:
        return None  # a numbered paragraph without a heading of its own
    body = end + 1 if stop and end + 1 < len(text) else 0
    title = text[at:end]
    if text.startswith("【") and (targets(title) or len(title) > LONGEST_RUN_IN):
        title, body = match.group(1), at  # 【今年目标】 and the text goes on
    elif (
        (stop and stop.group() == "：" and rank >= ITEM and SAYS_HOW_MUCH.match(text, end + 1))
        or (stop and ITEM > rank > SECTION and targets(title))
        or (rank >= ITEM and not _heads_an_item(title, closed=bool(stop), body=body, bullet=rank == RUN_IN))
    ):
        return None
    start = paragraph.clean.origin[0]
    kind = "runin" if rank == RUN_IN and body else kind
    return Heading(kind, rank, match.group(1), title, paragraph.line, start, announced(title), body)


def _heads_an_item(title: str, *, closed: bool, body: int, bullet: bool) -> bool:
    """Whether what follows “1.” is a heading, and not a promise that is merely numbered."""
    if not closed and bullet:
        return True
    if targets(title) or own_time(title):
        return False
    if closed and not body:
        return bullet and len(title) <= LONGEST_RUN_IN
    return len(title) <= LONGEST_RUN_IN or not closed


def _is_task(text: str, start: int) -> bool:
    """Whether a short paragraph says what is to be done, and who answers for it, and nothing else."""
    return bool(ASSIGNED.search(text)) and acts(text[start:])


def opens_a_part(text: str) -> bool:
    """Whether a paragraph is a heading so high that a box or a table above it has ended."""
    return any(rank < SUBHEAD and pattern.match(text) for _, rank, pattern in NUMBERED)


def item_number(text: str) -> int:
    """How many letters of a paragraph are its number (1. （一） ①)."""
    return next((match.end() for _, _, pattern in NUMBERED if (match := pattern.match(text))), 0)


def _run_in(paragraph: Paragraph, at: int) -> Heading | None:
    """The short sentence that opens a paragraph and names what it is about."""
    text = paragraph.text[at:]
    end = text.find("。")
    if not 0 < end <= LONGEST_RUN_IN or end + 1 >= len(text) or NO_RUN_IN.search(text[:end]) or targets(text[:end]):
        return None
    return Heading("runin", RUN_IN, "", text[:end], paragraph.line, paragraph.clean.origin[at], None, at + end + 1)


@dataclass
class Outline:
    """The open headings at a place of the document, and the list of all that were met."""

    #: Ranks of headings without a number, once the document is known.
    has_chapters: bool = False
    newspaper: bool = False
    default: Mode = Mode.FUTURE
    open: list[Heading] = field(default_factory=list)
    met: list[tuple[Heading, int | None]] = field(default_factory=list)

    @property
    def mode(self) -> Mode:
        """What the text at this place is about."""
        return next((head.mode for head in reversed(self.open) if head.mode), self.default)

    @property
    def assigned(self) -> str:
        """Who answers for the text at this place, where a heading says so."""
        return next((head.assigned for head in reversed(self.open) if head.assigned), "")

    @property
    def path(self) -> list[str]:
        """The titles from the chapter down."""
        return [head.title for head in self.open]

    def enter(self, head: Heading) -> None:
        """Go on under a heading."""
        head = self._placed(head)
        while self.open and self.open[-1].rank >= head.rank:
            self.open.pop()
        parent = next((place for place in reversed(range(len(self.met))) if self.met[place][0] in self.open[-1:]), None)
        self.met.append((head, parent))
        self.open.append(head)

    def leave(self, many: int) -> None:
        """Go back from headings that were entered for a row alone; the outline does not list them."""
        del self.open[-many:]
        del self.met[-many:]

    def turn(self, paragraph: Paragraph) -> None:
        """Go on with goals, where a sentence (… 的预期目标是：) and not a heading leads to them."""
        if self.mode is Mode.DESCRIPTION:
            start = paragraph.clean.origin[0]
            self.enter(
                Heading(
                    "runin", RUN_IN - 1, "", paragraph.text.rstrip("：。")[-40:], paragraph.line, start, Mode.FUTURE
                )
            )

    def _placed(self, head: Heading) -> Heading:
        """Give a heading without a number its rank: one that turns the page stands high, others low.

        In a newspaper's columns headlines may stand over the wrong text, so there they turn nothing.
        """
        if self.newspaper and not head.number and head.mode is not Mode.PROPOSAL:
            head = replace(head, mode=None)
        if head.rank:
            return head
        turns = head.mode is not None and head.mode is not self.mode
        return replace(head, rank=(2 if self.has_chapters else 1) if turns else RUN_IN - 1)


def gaps(heads: Iterable[Heading]) -> Iterator[tuple[Heading, str]]:
    """Chapters whose number is missing: the headline without one that stands in the gap, or the one behind it."""
    last, unnumbered = 0, None
    for head in heads:
        if head.rank != CHAPTER:
            continue
        number = whole(head.number)
        if number is None:
            unnumbered = head
            continue
        if number > last + 1 and last:
            yield unnumbered or head, f"number {last + 1} missing" + ("" if unnumbered else " before this one")
        last, unnumbered = number, None
