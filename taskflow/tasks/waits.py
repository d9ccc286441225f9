"""What each state means for whom it waits: the words of the desk, one line per state of a flow.

Which state waits for whom stands in the flows (`waits`); here is what there is to do, and whether it is work
of one's own (办) or a judgement of somebody else's (审).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_

from taskflow.org.models import Post
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.table import Party
from taskflow.workflows.parties import LEAD

DO, JUDGE = "do", "judge"


@dataclass(frozen=True)
class Line:
    """What one state means for whom it waits.

    `due` names the limit that runs (a rule) or, with "@", the column that holds the day. `verb`: the move
    whose form (or with `click`, the move itself) one is led to; without one, to the record's page, where the
    facts are that one judges by. `party`: who sees it, when that is not only the owner of the state.
    """

    flow: str
    state: str
    nature: str
    what: str
    button: str
    due: str
    verb: str = ""
    click: bool = False
    party: Party | None = None


# fmt: off
LINES = (
    #    flow          state            nature what                    button  until            verb
    Line("report",     "due",           DO,    "填报 {called}进度", "填报", "@due_on",       "draft"),
    Line("report",     "returned",      DO,    "重报 {called}进度", "修改", "report_redo",   "draft"),
    Line("report",     "drafted",       JUDGE, "审签 {called}报告", "审签", "@due_on"),
    Line("report",     "submitted",     JUDGE, "审核 {called}报告", "审核", "report_judge"),
    Line("task",       "proposed",      JUDGE, "批准立项",             "查看", "approve"),
    Line("task",       "approved",      DO,    "交办任务",             "交办", "assign",        "assign", click=True),
    Line("task",       "assigned",      DO,    "签收任务",             "签收", "accept",        "accept", click=True),
    Line("task",       "refused",       JUDGE, "处理退回的任务",       "处理", "redecide"),
    Line("task",       "underway",      DO,    "办理任务",             "查看", "@due_on"),
    Line("task",       "parked",        JUDGE, "挂账任务到期处理",     "处理", "@parked_until"),
    Line("task",       "claimed",       JUDGE, "核验办结申请",         "核验", "verify"),
    Line("task",       "verified",      JUDGE, "销号",                 "查看", "close"),
    Line("request",    "asked",         JUDGE, "对{kind}申请提出意见", "处理", "request_opinion"),
    Line("request",    "returned",      DO,    "补充{kind}申请",       "补充", "request_redo",  "resubmit"),
    Line("request",    "forwarded",     JUDGE, "批复{kind}申请",       "批复", "request_decide"),
    Line("occurrence", "open",          DO,    "完成 {period} 期工作", "查看", "@due_on"),
    Line("answer",     "asked",         DO,    "答复配合事项",         "答复", "support_answer", "say"),
    Line("answer",     "silent",        DO,    "补答配合事项",         "补答", "@due_on",       "say"),
    Line("review",     "open",          DO,    "{quarter} 自评",       "自评", "@due_on"),
    Line("review",     "self_assessed", JUDGE, "{quarter} 初评",       "初评", "assess"),
    Line("review",     "objected",      JUDGE, "{quarter} 申辩复议",   "复议", "object_decide"),
    Line("review",     "assessed",      JUDGE, "{quarter} 评审签批",   "签批", "sign"),
    Line("escalation", "proposed",      JUDGE, "签发“{name}”",         "签发", "step_sign"),
    Line("escalation", "issued",        DO,    "答复“{name}”",         "答复", "@answer_by",    "answer", party=LEAD),
    Line("escalation", "answered",      JUDGE, "审核“{name}”的答复",   "审核", "step_judge"),
)
# fmt: on

BY_STATE = {(line.flow, line.state): line for line in LINES}


def party_of(line: Line) -> Party:
    """Whom a line is for."""
    flow = FLOWS[line.flow]
    owner = line.party or flow.owner(flow.states(line.state))
    if owner is None:
        raise LookupError(f"nobody owns {line.flow} {line.state}")
    return owner


def lines_for(posts: Sequence[Post], flow: str, nature: str) -> list[Line]:
    """The lines of a flow that can be on the desk of somebody who holds these posts."""
    mine = {post.role for post in posts}
    return [line for line in LINES if (line.flow, line.nature) == (flow, nature) and mine & party_of(line).roles]


def waits_for(line: Line, posts: Sequence[Post]) -> Any:
    """The condition on the flow's record that it stands in this line's state and waits for these posts."""
    record = FLOWS[line.flow].record
    return and_(record.state == line.state, party_of(line).waiting(record, posts))
