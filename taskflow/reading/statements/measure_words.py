"""Words that stand behind a number, and what they say about it. Tables; `figures.py` reads them."""

from __future__ import annotations

#: Things that are counted one by one.
COUNTS = (
    "个百分点 个工作日 工作日 个小时 个月 个 家 户 座 所 处 条 项 人次 人 名 件 台 辆 套 间 张 次 场次 场 批次 家次 户次 车次 班次 台次 批 棒 袋 遍 类 种 起 只 头只 头 羽 株 棵 盏 口 孔 床 "
    "户次 辆次 剂次 班次 班 轮 趟 列 架 艘 部 路 册 卷 篇 支 队 幅 块 栋 幢 片 组 对 根 眼 门 道 款 例 宗 笔 份 站 村 乡 镇 街道 回 级 期 "
    "位 名次 强 大 届 号 倍 万 亿 天 小时 分钟 周 岁 年 月 日 分 成 学时 标准箱 车次 人均 学位 点 企 品 校 院 园 县 标段 单 亩次 穴 桩 尊 盘 节 枚 箱 把 碗 剂 标箱 番 公斤级"
)
#: Lengths, areas, weights, volumes, energies.
PHYSICAL = (
    "华里 平方公里 平方千米 平方米 平米 公里 千米 米 公顷 亩 立方米 立方 空方 方 吨标准煤 吨标煤 吨 公斤 千克 斤 克 升 千瓦时 千瓦 兆瓦 度 "
    "kWh MWh GWh 字 kW MW GW MVA kVA kV 千伏 km2 km m3 m2 Nm3 mm 毫米 厘米 微克/立方米 微克 毫克 蒸吨 马力 车位 床位 公顷次 瓦 安"
)
MONEY = "元 美元 欧元"
SHARES = "% ‰ 个百分点 个千分点"
#: Units of size that describe a thing; as a target only with a verb that promises the size itself.
SPECIFYING = frozenset(
    "m2 m3 km2 kW MW GW MVA kVA 千瓦 兆瓦 瓦 毫米 mm 厘米 马力 蒸吨 Nm3 米 吨 立方 立方米 方 平方米 平米 套".split()
)
LENGTHS = frozenset("公里 千米 km 米 平方公里".split())
#: Sizes that are promised by whatever is done to the thing: 盘活厂房8万平方米.
MADE_SIZES = frozenset("立方米 平方米 平米 吨 套".split())
AREAS = frozenset("平方公里 平方米 亩".split())
#: A number with one of these is a name, a date or a rank of something else.
NEVER = frozenset("字 kWh MWh GWh 千伏 kV 马力 级 期 届 号 年 月 日 岁 大 周 点 强 位 道 分 成 品 门".split())
#: Only where the text says that the time itself is the aim.
DURATIONS = frozenset("天 小时 分钟 个工作日 工作日 个小时 个月".split())

UNITS: tuple[str, ...] = tuple(
    sorted({*COUNTS.split(), *PHYSICAL.split(), *MONEY.split(), *SHARES.split()}, key=lambda word: (-len(word), word))
)
#: 一, 两, 三 … count only in front of these.
CLASSIFIERS = frozenset(
    "个 家 户 座 所 处 条 项 人 名 件 台 辆 套 间 次 遍 场 类 种 支 届 场次 张 期 倍 小时 亩 公里 片 轮 支 眼 口 盏 栋 座次 部 %".split()
)
#: “一” is a number in front of these, and behind a verb that makes something.
ONE_OF = frozenset("遍 轮 趟 期 座 所 家 处 届 场 次 个 项 条 台 部".split())

#: Nouns that a count only labels: 三个方面, 两个优势产业, 四个环节.
LABELS = (
    "关系 方面 领域 环节 体系 机制 原则 层面 维度 抓手 优势 要素 渠道 阶段 战略 意识 自信 维护 确立 难题 方向 板块 主体 产业 增长极 支撑 主线 结合 转变 统筹 坚持 确保 不摘 毫不动摇 定位 文明 层次 梯队 链条 清零 底线 红线 部门 短板 理念 导向 季 补贴 规定 制度"
).split()
#: … unless one of these follows: 产业园 can be counted.
NO_LABEL = "化|技术|集群|园|基地|链|带|项目|村|镇|示范|室|企业|工程|中心|县|站|区|专项"
