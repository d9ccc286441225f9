"""The Chinese sentence for each verb, for pages, messages and sheets. A test says it is complete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from taskflow import db
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Person, Post

#: (flow, verb) → sentence. Fields: who, note, and whatever stood in the command's facts.
PHRASES: dict[tuple[str, str], str] = {
    ("task", "begin"): "任务录入台账，时限 {due_on}{although}",
    ("task", "approve"): "{who}批准立项",
    ("task", "urge_approval"): "系统提醒：待批准立项",
    ("task", "assign"): "{who}交办任务",
    ("task", "urge_assignment"): "系统提醒：已批准，待交办",
    ("task", "accept"): "{who}签收任务",
    ("task", "refuse"): "{who}退回任务：{note}",
    ("task", "withdraw"): "{who}撤回交办：{note}",
    ("task", "miss_acceptance"): "签收时限已过，尚未签收",
    ("task", "uphold"): "{who}维持交办：{note}",
    ("task", "reassign"): "{who}改派任务：{note}",
    ("task", "urge_decision"): "系统提醒：退回的任务待处理",
    ("task", "transfer"): "{who}把任务移交其他单位：{note}",
    ("task", "name_person"): "{who}明确责任人：{person}",
    ("task", "set_role"): "{who}调整责任分工：{who_unit}{what}",
    ("task", "speak"): "{who}提出配合意见“{verdict_word}”：{note}",
    ("task", "plan_nodes"): "{who}编排节点",
    ("task", "agree_plan"): "{who}审定倒排工期",
    ("task", "replan"): "{who}调整节点：{note}",
    ("task", "ask_report"): "系统要求报送 {period} 期进度",
    ("task", "report"): "{who}主动报送进度",
    ("task", "demand_report"): "{who}要求 {report_by} 前报送进度：{note}",
    ("task", "set_rhythm"): "{who}调整报送频次为{rhythm_word}：{note}",
    ("task", "note_late_node"): "有节点到期未报完成",
    ("task", "remind"): "系统提醒：完成时限临近",
    ("task", "miss"): "完成时限已过，任务未办结",
    ("task", "escalate"): "{who}提出督办：{demand}",
    ("task", "ask_extension"): "{who}申请延期至 {new_due_on}：{note}",
    ("task", "extend"): "{who}把完成时限调整为 {new_due_on}：{note}",
    ("task", "ask_parking"): "{who}申请挂账至 {until}：{note}",
    ("task", "park"): "{who}同意挂账至 {until}：{note}",
    ("task", "ask_owner"): "{who}申请调整牵头单位：{note}",
    ("task", "ask_nodes"): "{who}申请调整节点：{note}",
    ("task", "ask_cancellation"): "{who}申请终止：{note}",
    ("task", "ask_merging"): "{who}申请并入 {into}：{note}",
    ("task", "resume"): "{who}恢复办理：{note}",
    ("task", "urge_resumption"): "系统提醒：挂账到期",
    ("task", "claim"): "{who}申请办结",
    ("task", "send_back"): "{who}退回补办：{note}",
    ("task", "verify"): "{who}核验通过",
    ("task", "urge_verification"): "系统提醒：办结申请待核验",
    ("task", "close"): "{who}销号{graded}",
    ("task", "reopen"): "{who}撤销核验：{note}",
    ("task", "cancel"): "{who}终止任务：{note}",
    ("task", "merge"): "{who}把任务并入 {into}：{note}",
    ("task", "hand_off"): "{who}把任务移交{body}：{note}",
    ("task", "reactivate"): "{who}重新办理：{note}",
    ("task", "revive"): "{who}恢复立项：{note}",
    ("task", "urge_closing"): "系统提醒：核验通过，待销号",
    ("report", "begin"): "{period} 期进度报送开始，{until}",
    ("report", "draft"): "{who}填报进度{claimed}：{progress}",
    ("report", "discard"): "{who}放弃填报",
    ("report", "lapse"): "任务已结束，报告不再要求",
    ("report", "redo"): "{who}退回修改：{note}",
    ("report", "recall"): "{who}撤回修改",
    ("report", "agree"): "{who}审签上报",
    ("report", "return"): "{who}退回重报：{note}",
    ("report", "accept"): "{who}审核通过进度报告",
    ("report", "remind"): "系统提醒：报送截止临近",
    ("report", "miss"): "报送截止已过，尚未填报",
    ("report", "miss_sign"): "报送截止已过，尚未审签",
    ("report", "miss_redo"): "退回的报告未在期限内重报",
    ("report", "urge_judge"): "系统提醒：进度报告待审核",
    ("occurrence", "begin"): "{period} 期开始，时限 {due_on}",
    ("occurrence", "fulfil"): "{who}确认本期完成",
    ("occurrence", "waive"): "{who}免予办理本期：{note}",
    ("occurrence", "miss"): "本期时限已过，未报完成",
    ("occurrence", "lapse"): "任务已结束，本期不再要求",
    ("request", "begin"): "提出{kind}申请",
    ("request", "forward"): "{who}提出意见并呈报：{note}",
    ("request", "return"): "{who}退回补充：{note}",
    ("request", "resubmit"): "{who}补充后再报：{note}",
    ("request", "withdraw"): "{who}撤回申请",
    ("request", "grant"): "{who}批准{kind}{told}{fixed}：{note}",
    ("request", "deny"): "{who}不予批准：{note}",
    ("request", "urge_opinion"): "系统提醒：申请待督查室提出意见",
    ("request", "urge_resubmit"): "系统提醒：退回的申请待补充",
    ("request", "urge_decision"): "系统提醒：申请待领导批复",
    ("request", "lapse"): "任务已结束，申请不再办理",
    ("answer", "begin"): "请{unit}答复配合意见",
    ("answer", "say"): "{who}答复配合意见“{verdict_word}”：{note}",
    ("answer", "fall_silent"): "配合单位逾期未答复，按沉默记录",
    ("answer", "release"): "任务已结束，不再要求答复",
    ("review", "begin"): "{quarter} 季度评审开始",
    ("review", "self_assess"): "{who}自评为“{grade}”：{note}",
    ("review", "assess"): "{who}初评为“{grade}”：{note}",
    ("review", "object"): "{who}提出申辩：{note}",
    ("review", "decide"): "{who}复议为“{grade}”：{note}",
    ("review", "sign"): "{who}签批季度评审",
    ("review", "send_back"): "{who}退回初评：{note}",
    ("review", "urge_self"): "系统提醒：季度自评到期",
    ("review", "urge_assess"): "系统提醒：季度评审待初评",
    ("review", "urge_decision"): "系统提醒：申辩待复议",
    ("review", "urge_sign"): "系统提醒：季度评审待签批",
    ("escalation", "begin"): "提出“{name}”：{because}",
    ("escalation", "serve"): "督办件发出，答复时限 {answer_by}",
    ("escalation", "issue"): "{who}签发督办件，答复时限 {answer_by}",
    ("escalation", "urge_sign"): "系统提醒：督办件待签发",
    ("escalation", "decline"): "{who}不予签发：{note}",
    ("escalation", "withdraw"): "{who}撤销督办：{note}",
    ("escalation", "answer"): "{who}答复：{answer}",
    ("escalation", "reject"): "{who}退回重答：{note}",
    ("escalation", "clear"): "{who}解除督办：{note}",
    ("escalation", "climb"): "逾期未答复，升级督办",
    ("escalation", "urge_judge"): "系统提醒：督办答复待审核",
    ("escalation", "lapse"): "任务已结束，督办件随之结束",
    ("draft", "begin"): "草案第 {place} 条：{title}",
    ("draft", "revise"): "{who}修改草案",
    ("draft", "name_units"): "{who}指定单位",
    ("draft", "confirm"): "{who}确认草案",
    ("draft", "reconsider"): "{who}撤回确认",
    ("draft", "split"): "{who}拆分草案",
    ("draft", "merge"): "{who}把后一条并入本条",
    ("draft", "join"): "{who}把本条并入前一条",
    ("draft", "part"): "{who}把并入的条目拆回",
    ("draft", "give_back"): "{who}把拆回条目的原文交还",
    ("draft", "drop"): "{who}舍弃：{note}",
    ("draft", "restore"): "{who}恢复舍弃的条目",
    ("draft", "take_up"): "{who}立项，任务待领导批准",
    ("draft", "adopt"): "{who}采用新版文件的目标值：{new}（原 {old}）",
    ("draft", "keep"): "{who}确认原举措沿用：{note}",
    ("draft", "match"): "{who}把草案与原文件对照",
    ("draft", "unmatch"): "{who}改为按新增条目办理",
    ("admin", "take_in"): "{who}收文“{name}”，读出 {drafts} 条",
    ("admin", "take_in_failed"): "收文“{name}”读取失败：{note}",
    ("admin", "mend_document"): "{who}填写文件信息：{note}",
    ("admin", "compare"): "{who}把“{name}”标为文件 {code} 的新版",
    ("admin", "attach_text"): "为文件 {code} 存入原文“{name}”",
    ("admin", "move_clock"): "{who}把演示县的时钟拨快 {days} 天",
    ("admin", "sign_in"): "{who}登录",
    ("admin", "lock_out"): "账号 {login} 连续输错密码，暂时锁定",
    ("admin", "unlock"): "{who}解锁账号 {login}：{note}",
    ("admin", "retry_timer"): "{who}重试失败的定时器：{note}",
    ("admin", "dismiss_timer"): "{who}放弃失败的定时器：{note}",
    ("admin", "retry_mail"): "{who}重发失败的邮件：{note}",
    ("admin", "dismiss_mail"): "{who}放弃失败的邮件：{note}",
    ("admin", "rearm"): "{who}按现行规定调整 {moments} 项时限：{note}",
    ("admin", "load"): "载入数据：{note}",
}

#: Verbs of former tables: entries keep theirs for ever.
FORMER: dict[tuple[str, str], str] = {
    ("task", "grant_extension"): "{who}批准延期至 {new_due_on}",
    ("task", "deny_extension"): "{who}不予延期：{note}",
}

VERDICTS = {"agree": "同意", "add": "补充", "object": "异议"}
GRADES = {"excellent": "优秀", "good": "良好", "fair": "合格", "poor": "不合格"}


@dataclass(frozen=True)
class Line:
    """A ledger entry as people read it."""

    entry: LedgerEntry
    at: datetime
    who: str
    sentence: str

    @property
    def by_clock(self) -> bool:
        """Nobody's hand: the clock's."""
        return self.entry.actor_id is None


def lines(entries: Sequence[LedgerEntry]) -> list[Line]:
    """Sentences for entries, with names read in two queries."""
    people = _names(Person, {e.actor_id for e in entries} | {e.on_behalf_of_id for e in entries})
    posts = _names(Post, {e.post_id for e in entries})
    found = []
    for entry in entries:
        who = _who(entry, people, posts)
        found.append(Line(entry, entry.at, who, sentence(entry, who)))
    return found


def _names(kind: type[Any], ids: Iterable[int | None]) -> dict[int, Any]:
    wanted = {key for key in ids if key is not None}
    if not wanted:
        return {}
    return {row.id: row for row in db.session.scalars(select(kind).where(kind.id.in_(wanted))).unique()}


def _who(entry: LedgerEntry, people: dict[int, Any], posts: dict[int, Any]) -> str:
    if entry.actor_id is None:
        return "系统时钟"
    post = posts.get(entry.post_id or 0)
    name = f"{post.unit.short}{post.title}" if post else people[entry.actor_id].name
    if entry.on_behalf_of_id is not None:
        return f"{people[entry.actor_id].name}（代{name}）"
    return name


def sentence(entry: LedgerEntry, who: str) -> str:
    """The sentence of one entry."""
    facts = {key: value for key, value in entry.facts.items() if isinstance(value, (str, int))}
    if "grade" in facts:
        facts["grade"] = GRADES.get(str(facts["grade"]), facts["grade"])
    given = defaultdict(str, facts | {"who": who, "note": entry.note} | _told(facts))
    key = (entry.subject_kind, entry.verb)
    return (PHRASES.get(key) or FORMER[key]).format_map(given).rstrip("：")


def _told(facts: dict[str, Any]) -> dict[str, str]:
    """Pieces of sentences that depend on what was given."""
    percent, grade = facts.get("percent"), facts.get("closing_grade")
    claimed = (
        f"（完成率 {percent}%）"
        if percent not in (None, "")
        else {"yes": "（已完成）", "no": "（未完成）"}.get(str(facts.get("fulfilled")), "")
    )
    return {
        "claimed": claimed,
        "graded": f"，等次“{GRADES.get(str(grade), grade)}”" if grade else "",
        "verdict_word": VERDICTS.get(str(facts.get("verdict")), ""),
        "fixed": f"（申请 {facts['instead_of']}，另定日期）" if facts.get("instead_of") else "",
        "who_unit": str(facts.get("who", "")),
        "until": "不限时" if facts.get("due_on") == "不限" else f"截止 {facts.get('due_on', '')}",
    }
