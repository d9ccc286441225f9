"""What rows and drafts made by hand say for themselves; for the reader's own words see reading/test_yardsticks.py."""

import pytest

from taskflow.drafts import words

pytestmark = pytest.mark.once


def test_a_row_of_a_table_is_told_by_its_place():
    assert words.rules(["table:督查台账", "row:12", "code:T0041"]) == "读自督查台账、第 12 行、编号 T0041"


def test_the_rules_of_drafts_that_the_reader_does_not_make_are_told_in_chinese():
    assert [name for name in ("box", "indicator", "by_hand") if name not in words.RULES] == []
