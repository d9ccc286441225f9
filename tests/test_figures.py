"""Figures of a sentence: which are targets, what they are about, how they compare."""

import pytest

from taskflow.reading.statements.figures import figures, targets
from taskflow.reading.statements.numerals import number

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", 1200), ("99.5", 99.5), ("四十", 40), ("一百二十", 120), ("两", 2), ("半", 0.5), ("三分之一", 0.3333),
        ("二〇三〇", 2030), ("十五", 15), ("三千五百", 3500), ("甲", None), ("", None),
    ],
)  # fmt: skip
def test_numbers_are_read_in_both_writings(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("新建加氢站2座。", [("=", 2, None, "座")]),
        ("生产总值增长6%左右。", [("≈", 6, None, "%")]),
        ("失业率控制在3.5%以内。", [("≤", 3.5, None, "%")]),
        ("绿地率不低于35%。", [("≥", 35, None, "%")]),
        ("规上企业力争突破40户。", [("≥", 40, None, "户")]),
        ("新增市场主体1.5万个。", [("=", 1.5, None, "万个")]),
        ("打造2-3个知名品牌。", [("range", 2, 3, "个")]),
        ("引进2至4家电商企业。", [("range", 2, 4, "家")]),
        ("浓度控制在45~55微克/立方米之间。", [("range", 45, 55, "微克/立方米")]),
        ("森林覆盖率提高0.5个百分点。", [("=", 0.5, None, "个百分点")]),
        ("优抚对象占三分之一以上。", [("≥", 0.3333, None, "")]),
        ("规划建设一座纪念馆。", [("=", 1, None, "座")]),
        ("每年至少召开全体会议一次。", [("≥", 1, None, "次")]),
        ("化学需氧量削减>5%。", [(">", 5, None, "%")]),
        ("经济总量进入全省前30位。", [("≤", 30, None, "位")]),
        ("固定资产投资稳居全市第一。", [("=", 1, None, "位")]),
        ("完成营造林6.26万亩，改造管网16.7公里。", [("=", 6.26, None, "万亩"), ("=", 16.7, None, "公里")]),
        ("实现近期1万吨/日、长远2万吨/日的处理能力。", [("=", 1, None, "万吨/日"), ("=", 2, None, "万吨/日")]),
        ("平均受教育年限达到11.5年。", [("=", 11.5, None, "年")]),
        ("人均预期寿命达到79岁。", [("=", 79, None, "岁")]),
        ("将开办时间压缩至1个工作日以内。", [("≤", 1, None, "个工作日")]),
        ("毛入园率由92%提高到95%。", [("=", 95, None, "%")]),
        ("新增装机120万千瓦。", [("=", 120, None, "万千瓦")]),
        ("引进亿元以上项目30个，其中10亿元以上项目5个。", [("=", 30, None, "个"), ("=", 5, None, "个")]),
        ("全年完成交通投资12亿元以上。", [("≥", 12, None, "亿元")]),
        ("跨境电商交易额增长两成以上。", [("≥", 2, None, "成")]),
        ("服务业企业总量增加一倍。", [("=", 1, None, "倍")]),
        ("企业开办半个工作日办结。", [("=", 0.5, None, "个工作日")]),
        ("加工业产值与农业总产值之比达到2.1。", [("=", 2.1, None, "")]),
        ("食品抽检量达到4.5批次/千人。", [("=", 4.5, None, "批次/千人")]),
        ("98%以上的政务服务事项网上可办。", [("≥", 98, None, "%")]),
        ("发文数量不高于上年的90%。", [("≤", 90, None, "%")]),
        ("培育产值超50亿元的集群2个。", [("=", 2, None, "个")]),
        ("争取上级资金不少于8亿元。", [("≥", 8, None, "亿元")]),
        ("低保标准分别提高20元和35元。", [("=", 20, None, "元"), ("=", 35, None, "元")]),
        ("供热投诉下降一半，亏损企业扭亏过半。", [("=", 0.5, None, ""), ("=", 0.5, None, "")]),
        ("营商环境评价今年力争进入前五。", [("≤", 5, None, "位")]),
        ("煤矿死亡率控制在0.02以内。", [("≤", 0.02, None, "")]),
        ("再生水利用率40%以上。", [("≥", 40, None, "%")]),
        ("企业反映的问题3个工作日内必须有回音。", [("≤", 3, None, "个工作日")]),
        ("全年化解政府债务38亿元。", [("=", 38, None, "亿元")]),
        ("争取专项债75亿元、超长期国债30亿元以上。", [("=", 75, None, "亿元"), ("≥", 30, None, "亿元")]),
        ("奶牛存栏15万头。", [("=", 15, None, "万头")]),
        ("县属国企由14家整合为5家。", [("=", 5, None, "家")]),
        ("规上企业180家，其中产值10亿元以上企业6家。", [("=", 180, None, "家"), ("=", 6, None, "家")]),
        ("撤并不足30人的小规模学校7所。", [("=", 7, None, "所")]),
        ("每半年专题培训干部40学时。", [("=", 40, None, "学时")]),
        ("举办修剪培训班15期。", [("=", 15, None, "期")]),
        ("建设企业技术中心3家、专家工作站一个。", [("=", 3, None, "家"), ("=", 1, None, "个")]),
    ],
)
def test_a_target_is_read_with_comparator_value_and_unit(sentence, told):
    assert [(one.comparator, one.value, one.value_high, one.unit) for one in targets(sentence)] == told


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("推进年产5万吨肥料项目。", "capacity"),
        ("建设600万吨级焦化园。", "capacity"),
        ("推进1000万平方米节能玻璃项目。", "capacity"),
        ("推进总投资14亿元的环保工程。", "investment"),
        ("给予200万元的奖励。", "investment"),
        ("年加工梨膏800吨的项目开工。", "capacity"),
        ("建设2000吨级冷库。", "capacity"),
        ("厂房达产后可实现产值11亿元。", "effect"),
        ("对现有86户脱贫户逐户落实措施。", "stock"),
        ("围绕本纲要提出的3个专栏加强保障。", "stock"),
        ("支持职教中心与3所高校办学。", "partners"),
        ("建设年限2026—2029年。", "name"),
        ("国家规划目标是4.5个。", "other"),
        ("仍低于全省1.9%的平均水平。", "base"),
        ("建设存栏10万只的肉羊产业园。", "capacity"),
        ("把任务分解为9大类、167项。", "parts"),
        ("中央督察交办的17件问题逐件整改。", "stock"),
        ("集中财力办好以下十件民生实事。", "label"),
        ("创建4A级景区。", None),
        ("实施“三个一批”行动。", None),
        ("办好12345热线。", None),
        ("做好全县20个乡镇的网格管理。", "stock"),
        ("抓好以下五个方面。", "label"),
        ("壮大装备、食品2个优势产业。", "label"),
        ("推进国道105段改造。", None),
        ("服务65岁以上老人。", "name"),
        ("推行24小时服务。", "duration"),
        ("落实中央八项规定。", "pattern"),
        ("推动一户一策。", None),
        ("改造35千伏线路。", "name"),
        ("超过1000人规模的学校配备校医。", "threshold"),
        ("每5所幼儿园配备督学。", "each"),
    ],
)
def test_a_number_that_is_no_target_says_why(sentence, rule):
    assert targets(sentence) == []
    assert [one.refused for one in figures(sentence)][:1] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("sentence", "subjects"),
    [
        ("高新技术企业、专精特新企业、科技型企业均新增2户以上。", 3),
        ("化学需氧量、二氧化硫、氨氮排放量分别下降1.5%。", 3),
        ("财政收入和预算收入年均增长18%。", 2),
        ("财政收入和预算收入分别达到7亿元和3.7亿元。", 2),
    ],
)
def test_one_figure_for_several_things_is_a_target_of_each(sentence, subjects):
    found = targets(sentence)
    assert len(found) == subjects
    assert len({(one.indicator, one.value) for one in found}) == subjects


@pytest.mark.parametrize(
    ("sentence", "about"),
    [
        ("打造2个旅游名村。", ["打造旅游名村"]),
        ("地区生产总值达到320亿元，年均增长6%。", ["地区生产总值", "地区生产总值年均增长"]),
        ("实现农业总产值26亿元，增长9%。", ["农业总产值", "农业总产值增长"]),
        ("“十五五”末高新技术企业达到40户。", ["高新技术企业"]),
    ],
)
def test_a_figure_says_what_it_is_about(sentence, about):
    assert [one.indicator for one in targets(sentence)] == about
