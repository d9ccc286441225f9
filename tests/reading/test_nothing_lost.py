"""Every word of a document is somewhere in what the reader says: promised, left out with a reason, or a heading."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskflow.reading.reader import read_text
from taskflow.reading.statements.clauses import NUMBER
from tests.reading import yardstick

pytestmark = pytest.mark.once

FEW = 8  # letters that may be left of a line: a number, a mark, the blanks between cells
ITS_TABLE = range(-20, 12)  # lines around an indicator that are its table's: the title, the header, other cells


def uncovered(plan, text):
    """(line, letters) of what no part of the answer speaks of."""
    covered = bytearray(len(text))
    for one in plan["measures"] + plan["skipped"]:
        covered[one["char_start"] : one["char_end"]] = b"\1" * (one["char_end"] - one["char_start"])
    for one in plan["projects"]:
        cover(covered, text, one["char_start"], one["name"])
    for one in plan["outline"]:
        cover(covered, text, one["char_start"], one["title"])
    for residue in re.finditer(r"\[bookmark:[^\]]*\]", text):
        covered[residue.start() : residue.end()] = b"\1" * len(residue.group())
    tables = {one["line"] + near for one in plan["indicators"] for near in ITS_TABLE}
    place = 0
    for number, line in enumerate(text.split("\n"), start=1):
        rest = "".join(letter for at, letter in enumerate(line) if not covered[place + at] and not letter.isspace())
        rest = NUMBER.sub("", rest)  # of the parts of a sentence: a measure begins behind it
        if len(rest) > FEW and number not in tables:
            yield number, rest
        place += len(line) + 1


def cover(covered, text, start, title):
    """A title, which may be broken over lines, with its number before and its mark behind."""
    wanted, met, at = len("".join(title.split())) + FEW, 0, start
    while at < len(text) and met < wanted:
        covered[at] = 1
        met += not text[at].isspace()
        at += 1


@pytest.mark.parametrize("name", yardstick.names())
def test_no_word_of_a_document_is_lost(name):
    assert list(uncovered(*yardstick.read(name))) == []


def test_the_test_sees_what_is_lost():
    plan, text = yardstick.read("report_town")
    plan = {**plan, "measures": plan["measures"][1:]}
    assert len(list(uncovered(plan, text))) == 1


WORDS = (
    "新建学校2所 引进企业12家 2026年底前 6月底前 每季度 其中 到2030年达到85% 经济总量突破200亿元 推进产业升级 确保 "
    "（责任单位：县工信局） （县教育局牵头，县财政局配合） 牵头单位：县住建局 完成时限：9月底 五年来 去年 已建成 "
    "会议听取了汇报 一、 （一） 1. —— 专栏1 序号 第三章 。 。 ， ； ： 、 \n \n \n\t \t （ ） “ ” 《 》 12 3% 全县 "
    "〔2026〕4号 力争 负责 的通知 目标： 各位代表： 2035年 高于全省 十件 两成以上 三分之一 国家"
)


@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=30).map("".join))
def test_no_text_stops_the_reader_and_no_word_of_it_is_lost(text):
    plan = read_text(text)
    for one in plan["measures"]:
        assert text[one["char_start"] : one["char_end"]] == one["text"]
        assert one["title"] or not one["text"].strip("，。；、：（）“”《》\n\t")
    spans = sorted((one["char_start"], one["char_end"]) for one in plan["measures"])
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert list(uncovered(plan, text)) == []
