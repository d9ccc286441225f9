"""Which way a figure is better, and whether what reports tell of it adds up, from the words of a plan."""

import pytest

from taskflow.reading.directions import (
    CUMULATIVES,
    DIRECTIONS,
    EXACT,
    HIGHER,
    LOWER,
    RELATIVES,
    direction,
)
from taskflow.reading.making import promise
from taskflow.reading.statements.figures import targets


def read(sentence):
    return promise(sentence, targets(sentence), lambda figure: sentence[figure.start : figure.end])["targets"]


@pytest.mark.parametrize(
    ("sentence", "directions"),
    [
        # the sign says it
        ("城镇登记失业率控制在4.5%以内。", ["lower"]),
        ("引进企业12家以上。", ["higher"]),
        ("培育龙头企业2至4家。", ["range"]),
        # counts and rates that are printed bare are floors
        ("新建标准厂房3万平方米，引进企业12家。", ["higher", "higher"]),
        ("常住人口城镇化率达到62%。", ["higher"]),
        ("完成技改投资8亿元。", ["higher"]),
        ("新增造林2万亩，硬化道路36公里。", ["higher", "higher"]),
        ("每年举办一次技能竞赛。", ["higher"]),
        # what is wanted the less the better
        ("城镇调查失业率为4.8%。", ["lower"]),
        ("道路交通死亡率为0.3‰。", ["lower"]),
        ("PM2.5年均浓度达到38微克/立方米。", ["lower"]),
        ("管网漏损率达到9%。", ["lower"]),
        ("城乡居民收入比为1.9:1。", ["lower"]),
        ("居民消费价格涨幅控制在3%左右。", ["lower"]),
        # made less by so much, or down to so much
        ("单位地区生产总值能耗下降14%。", ["higher"]),
        ("化学需氧量排放削减120吨。", ["higher"]),
        ("单位地区生产总值能耗下降到0.42吨标准煤。", ["lower"]),
        ("把审批环节压减至4个。", ["lower"]),
        # what is bad and was dealt with
        ("事故隐患整改率达到98%。", ["higher"]),
        ("信访积案化解率达到90%。", ["higher"]),
        # places in a ranking
        ("经济总量进入全市前三位。", ["lower"]),
        ("群众满意度位居全省第一。", ["lower"]),
        # without a number
        ("实现农村供水全覆盖。", ["higher"]),
        ("主要污染物排放持续减少。", ["lower"]),
        ("经济总量位次逐年前移。", ["lower"]),
        ("实现较大事故零发生。", ["lower"]),
    ],
)
def test_words_say_which_way_a_figure_is_better(sentence, directions):
    assert [one["direction"] for one in read(sentence)] == directions


@pytest.mark.parametrize(
    ("indicator", "value", "unit", "before", "says"),
    [
        ("补助标准", 500, "元", "每户补助标准为", EXACT),
        ("启用年份", 2027, "年", "启用年份为", EXACT),
        ("平均受教育年限", 12, "年", "平均受教育年限达到", HIGHER),
        ("较大火灾", 0, "起", "较大火灾", LOWER),
        ("书院", 3, "座", "修缮书院", HIGHER),
    ],
)
def test_what_is_paid_named_or_none_at_all(indicator, value, unit, before, says):
    assert direction("=", indicator, unit, before, value) == says


@pytest.mark.parametrize(
    ("sentence", "adds_up"),
    [
        ("新增市场主体800个。", True),
        ("完成户厕改造1200座。", True),
        ("建设农村公路36公里。", True),
        ("培训技术人员500人次。", True),
        ("规上工业企业达到80户。", False),
        ("高新技术企业总数突破40户。", False),
        ("森林覆盖率提高到36%。", False),
        ("每年绿化村庄5个。", False),
        ("每千人口医师数达到3人。", False),
        ("完成投资8亿元。", False),
        ("较大事故不超过2起。", False),
    ],
)
def test_words_say_whether_reports_add_up(sentence, adds_up):
    assert [one["cumulative"] for one in read(sentence)] == [adds_up]


def test_what_is_read_is_printed():
    assert [one["printed"] for one in read("新建泵站2座，实现供水全覆盖。")] == [True, True]


@pytest.mark.parametrize("rule", [*DIRECTIONS, *RELATIVES, *CUMULATIVES], ids=lambda rule: rule.because)
def test_every_rule_tells_its_reason(rule):
    assert rule.because
