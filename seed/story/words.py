"""What people write in the story: short sentences made from a measure's own figures and steps.

Nothing here is a fact about the real county; every figure is a share of the target that the measure names.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from taskflow.plans.models import Comparator, Direction, Target
from taskflow.tasks.models import Node, Task

#: What is counted in whole pieces.
WHOLE = tuple("项个座户家条处辆人名台所村对次场位栋套")


@dataclass(frozen=True)
class Words:
    """One report in words. `figures`: target id (text) → what was reached."""

    progress: str
    problems: str
    next_steps: str
    figures: dict[str, str]


PROJECT = (
    "“{done}”环节已完成，正在办理“{next}”",
    "现场已进入“{next}”阶段，上一环节“{done}”的手续齐备",
    "“{done}”已办结并归档，“{next}”完成约{part}%",
    "施工单位按倒排计划推进“{next}”，“{done}”已通过检查",
    "“{done}”已完成，投资完成约{part}%，“{next}”同步开展",
)
PROJECT_FIRST = (
    "前期工作推进中，正在办理“{next}”",
    "已明确专人和时间表，“{next}”的材料正在准备",
    "已召开项目推进会，“{next}”完成约{part}%",
)
INSTITUTIONAL = (
    "“{done}”已完成，“{next}”正在进行，已收集意见{n}条",
    "文稿修改{n}次，进入“{next}”环节",
    "已与{support}会商{n}次，“{next}”正在推进",
    "制度框架已定，正在“{next}”",
)
QUANTIFIED = (
    "当前处于“{next}”阶段",
    "已分解到{support}等单位，按月调度",
    "每月核对数据，与统计口径一致",
    "已完成“{done}”，正在推进“{next}”",
    "本期新增任务{n}项全部落实到人",
)
CONTINUING = (
    "本期开展检查{n}次，发现的问题已当场交办",
    "已下沉乡村督导{n}次，建立工作清单并逐项销号",
    "会同{support}开展集中行动{n}次，形成常态机制",
    "本期培训宣传{n}场，服务群众约{many}人次",
    "按月调度，本期解决具体问题{n}件",
    "“{done}”已完成，台账更新到位，下一步是“{next}”",
)
POOLS = {"quantified": QUANTIFIED, "project": PROJECT, "institutional": INSTITUTIONAL, "continuing": CONTINUING}
PROBLEMS = (
    "", "", "",
    "个别手续办理时间长于预期",
    "资金到位稍慢，已向财政部门报告",
    "部分村组协调难度较大",
    "雨季影响室外施工",
    "专业技术人员不足",
    "材料价格上涨，预算偏紧",
)  # fmt: skip
NEXT_STEPS = (
    "抓紧推进“{next}”，每周调度一次",
    "倒排时间，确保“{next}”按节点完成",
    "对照清单补短板，力争下期再提高{n}个百分点",
    "加强与{support}的会商，尽快解决堵点",
    "按计划组织自查，及时归集佐证材料",
)
FINISHED = (
    "全部节点完成，{facts}",
    "已全面完成，{facts}，佐证材料已归集",
    "任务完成并通过自查验收，{facts}",
)
RETURNS = (
    "只写了工作安排，没有写本期实际完成的数量，请补充。",
    "完成率与形象进度不一致，请核实后重报。",
    "缺少节点完成情况，请对照倒排工期表填写。",
    "“存在问题”过于笼统，请写明卡在哪个环节、需要谁协调。",
    "数据与统计口径不一致，请与相关部门核对。",
)
REDO = ("进度写得太笼统，请把数字补上。", "请核对完成率，再补一句下一步安排。", "节点日期填错了，请更正。")
REFUSALS = (
    "此项工作的主要职责不在我单位，建议由主管部门牵头，我单位配合。",
    "机构职能已调整，相关业务已划转，请明确牵头单位。",
    "所需数据和审批权限都在上级部门，我单位难以牵头，请研究。",
)
ANSWERS = (
    "情况说明：{why}。已补报进度并落实专人，保证今后按时报送。",
    "已召开专题会研究，{why}的原因是人员轮岗交接不到位，现已补齐。",
    "接到通知后当日整改，{why}问题已解决，附后续时间表。",
    "已向分管领导报告，{why}事项将在本周内完成，请予核查。",
)
CLEARS = ("已核实整改到位。", "答复具体，措施可行，同意解除。", "已补报，解除督办。", "经电话核实，情况属实。")
REJECTS = ("没有说明何时完成，请补充时间表后再答复。", "答复与现场情况不符，请重新说明。")
EXTENSIONS = (
    "受上级专项资金下达时间影响，剩余工程需顺延。",
    "用地手续仍在省级审批，无法按原时限完成。",
    "冬季停工，剩余工程量需在开春后完成。",
)
SELF = (
    "本季度承担的任务总体按节点推进，个别报送不够及时，已整改。",
    "重点项目进展顺利，存在的问题已列入下季度清单。",
    "各项任务均已启动，部分指标完成较慢，正在追赶。",
)
OFFICE = (
    "进度与佐证基本一致，报送及时。",
    "有迟报情况，进度总体达到序时要求。",
    "部分任务落后于序时进度，需加大力度。",
    "牵头任务完成质量较好。",
)


def report(task: Task, percent: int, die: Random) -> Words:
    """A unit's report at a given percent."""
    targets = list(task.measure.targets) if task.measure else []
    figures = {str(target.id): reached(target, percent) for target in targets}
    facts = "，".join(sentence(target, percent, die) for target in targets[:2])
    names = _names(task, percent, die)
    if percent == 100:  # noqa: PLR2004
        progress = die.choice(FINISHED).format(facts=facts or f"“{task.title}”的各项要求已落实")
    else:
        pool = POOLS[task.kind]
        if pool is PROJECT and not names["done"]:
            pool = PROJECT_FIRST
        usable = [text for text in pool if names["done"] or "{done}" not in text]
        told = die.choice(usable).format(**names)
        progress = f"{facts}；{told}" if facts else told
    problems = "" if percent == 100 else die.choice(PROBLEMS)  # noqa: PLR2004
    steps = "做好资料归档，申请办结。" if percent == 100 else die.choice(NEXT_STEPS).format(**names) + "。"  # noqa: PLR2004
    return Words(f"{progress}。", problems, steps, figures)


def turn(task: Task, period: str, die: Random) -> Words:
    """What a unit writes about one turn of recurring work that it has done."""
    targets = task.measure.targets if task.measure else []
    facts = "，".join(sentence(target, 100, die) for target in targets) or f"“{task.title}”已如期办理"
    told = {str(target.id): reached(target, 100) for target in targets}
    return Words(f"{period} 期工作已完成：{facts}。", "", "资料归档，准备下一期。", told)


def _names(task: Task, percent: int, die: Random) -> dict[str, object]:
    done, coming = steps(task.nodes, percent)
    source = task.measure or task.project
    support = source.supporting[0].short if source and source.supporting else "相关乡镇"
    return {
        "done": done,
        "next": coming,
        "support": support,
        "part": die.randrange(5, 60, 5),
        "n": die.randint(2, 9),
        "many": die.randrange(200, 1500, 50),
    }


def steps(nodes: list[Node], percent: int) -> tuple[str, str]:
    """The names of the step that a percent has behind it, and of the one at hand."""
    if not nodes:
        return "", "落实见效"
    place = min(len(nodes) - 1, len(nodes) * percent // 100)
    return (nodes[place - 1].name if place else ""), nodes[place].name


def reached(target: Target, percent: int) -> str:
    """The figure that stands for a percent of a target, as text."""
    if target.comparator is Comparator.RELATIVE or not target.value:
        return "已达到" if percent == 100 else "正在改善"  # noqa: PLR2004
    if percent == 100:  # noqa: PLR2004
        return target.value
    try:
        goal = float(target.value)
    except ValueError:
        return target.value
    if target.direction is Direction.LOWER:
        return f"{goal * (2 - percent / 100):.4g}"
    if target.unit.startswith(WHOLE) and goal == int(goal):
        return str(int(goal * percent / 100))
    return f"{goal * percent / 100:.1f}"


def sentence(target: Target, percent: int, die: Random) -> str:
    """One target in words."""
    figure = reached(target, percent)
    if target.comparator is Comparator.RELATIVE or not target.value:
        return f"{target.indicator}{figure}"
    if percent == 100:  # noqa: PLR2004
        return f"{target.indicator}达到{figure}{target.unit}"
    if figure == "0":
        return f"{target.indicator}尚在启动阶段"
    if target.unit.startswith(WHOLE) and target.unit and int(float(figure)) < float(target.value):
        return die.choice(
            (
                f"{target.indicator}已完成{figure}{target.unit}，第{int(float(figure)) + 1}{target.unit[:1]}正在推进",
                f"{target.indicator}完成{figure}{target.unit}（目标{target.value}{target.unit}）",
            )
        )
    return f"{target.indicator}累计{figure}{target.unit}（目标{target.value}{target.unit}）"
