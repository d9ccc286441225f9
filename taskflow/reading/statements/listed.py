"""Figures of things that are listed: one for each of them (甲、乙均新增2户), or each its own (甲、乙分别增长6%、8%)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from taskflow.reading.statements.counted import Figure, ahead
from taskflow.reading.statements.subjects import JOINT, subject

# fmt: off
#: Behind a list: each of its things is promised as much. 甲、乙、丙均新增2户, 甲和乙年均增长5%.
EACH = re.compile(r"(?:年均|年|全部|预计|力争|同比|总量)?(?:分别|(?<!年)均|各|都|同步)(?P<verb>[^，。；、\d]{0,10})$")
AVERAGE = re.compile(r"(?:年均|(?=占比|的?[削消]减|的?比例|排放|达标率))(?P<verb>[^，。；、\d]{0,4})$")
#: Between two figures of a row: 增长6%以上、8%.
NEXT_OF_ROW = re.compile(r"(?:以上|左右|以内)?[、和与]")
#: Two sorts of people in one word: 城乡居民收入, 城镇、农村居民收入.
TOWN_AND_COUNTRY = re.compile(r"(?:城乡|城[镇市](?:居民)?[、和与]农村)(?=居民|低保|特困|养老)")
# fmt: on


def for_each(sentence: str, figure: Figure) -> list[Figure]:
    """The figure once for each thing that it is promised for: 甲、乙、丙均新增2户."""
    start = max(sentence.rfind(mark, 0, figure.start) for mark in "，。；：")
    before = ahead(sentence, figure.start)[-(figure.start - start - 1) :] if figure.start > start + 1 else ""
    listed, verb = _listed(before)
    counted = re.search(r"\d", re.sub(r"“[^”]*”|^到?20\d\d年[底末]?前?", "", listed))
    things = _things(listed)
    if len(things) < 2 or counted or _listed_after(sentence, figure):  # noqa: PLR2004  # one thing alone is no list
        return [figure]
    return [replace(figure, indicator=subject(thing + verb)) for thing in things]


def respectively(sentence: str, found: list[Figure]) -> list[Figure]:
    """Where things and their figures are listed apart, each figure is about its own thing: 甲、乙分别增长6%、8%."""
    told = list(found)
    for place, figure in enumerate(found):
        start = max(sentence.rfind(mark, 0, figure.start) for mark in "，。；：")
        listed, said, verb = ahead(sentence, figure.start)[-(figure.start - start - 1) :].rpartition("分别")
        if not said or re.search(r"\d", listed + verb) or start + 1 == figure.start:
            continue
        things = _things(listed)
        row = found[place : place + len(things)]
        if len(row) == len(things) > 1 and all(
            NEXT_OF_ROW.fullmatch(sentence, one.end, other.start) for one, other in pairwise(row)
        ):
            about = [subject(thing + verb) for thing in things]
            told[place : place + len(row)] = [
                replace(one, indicator=name) for one, name in zip(row, about, strict=True)
            ]
    return told


def _things(listed: str) -> list[str]:
    """The things of a list; what 城乡 stands for are two."""
    if both := TOWN_AND_COUNTRY.search(listed):
        whole = listed[both.end() :]
        return ["城镇" + whole, "农村" + whole]
    return [thing for thing in re.split(JOINT, listed) if len(thing) > 1]


def _listed(before: str) -> tuple[str, str]:
    """The list that a number's words say it holds for each thing of, and what is said of each; empty: there is none.

    The joint of the list is found first and what ends it behind that, so that long words cost no more than their length.
    """
    joint = re.search(JOINT, before)
    if joint and (tail := EACH.search(before, joint.end())):
        return before[_behind("（）", before, joint.start()) : tail.start()], tail["verb"]
    place = before.rfind("、") if "、" in before else before.find("和")
    if place >= 0 and (tail := AVERAGE.search(before, place + 1)):
        return before[_behind("（）、", before, place) : tail.start()], tail["verb"]
    return "", ""


def _behind(marks: str, before: str, place: int) -> int:
    """Where the words begin that lead to a place without one of these marks."""
    return max(before.rfind(mark, 0, place) for mark in marks) + 1


def _listed_after(sentence: str, figure: Figure) -> bool:
    """Whether other numbers follow that belong to the other things: 分别达到7亿元和3.7亿元."""
    return bool(
        re.match(r"(?:以上|左右|以内)?[、和与]\s*(?:\d|[一二三四五六七八九十两]+(?:个|家|%))", sentence[figure.end :])
    )
