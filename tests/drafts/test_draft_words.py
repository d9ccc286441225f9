"""Every short name that the reader gives for what it took or left has a Chinese word on the workbench."""

import re
from functools import cache

import pytest

from taskflow.drafts import words
from taskflow.reading.tables.planned import plan
from tests.reading import grids, yardstick
from tests.reading.test_table_reading import read

pytestmark = pytest.mark.once


@cache
def plans():
    """What the reader says of every invented document and table."""
    documents = sorted((yardstick.HERE / "plans_invented").iterdir())
    return [yardstick.read(path.stem)[0] for path in documents] + [plan(read(one)) for one in grids.LAYOUTS.values()]


def test_every_reason_why_a_passage_was_left_out_is_told_in_chinese():
    names = {one["reason"] for plan in plans() for one in plan["skipped"]}
    assert len(names) > 8
    assert names <= words.REASONS.keys()


def test_every_rule_that_made_a_measure_is_told_in_chinese():
    names = {name for plan in plans() for one in plan["measures"] for name in one["why"]}
    assert len(names) > 12
    assert [name for name in names if re.search("[a-z]", words.rules([name]))] == []


def test_a_row_of_a_table_is_told_by_its_place():
    assert words.rules(["table:督查台账", "row:12", "code:T0041"]) == "读自督查台账、第 12 行、编号 T0041"


def test_the_rules_of_drafts_that_the_reader_does_not_make_are_told_in_chinese():
    assert [name for name in ("box", "indicator", "by_hand") if name not in words.RULES] == []
