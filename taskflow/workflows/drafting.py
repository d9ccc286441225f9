"""Drafting (立项草案): what was read out of a file is mended, confirmed and taken up, or dropped with a reason."""

from taskflow.drafts.models import Draft
from taskflow.drafts.models import DraftState as S
from taskflow.workflows import homes
from taskflow.workflows.draft_effects import (
    absorb,
    adopt,
    forget_reason,
    give_back,
    go_into,
    keep_old,
    keep_reason,
    leave,
    mark,
    match,
    name_units,
    revise,
    settle_deadline,
    split,
    take,
    unmatch,
)
from taskflow.workflows.draft_guards import (
    cuts_inside,
    deadline_ahead,
    document_named,
    gives_back,
    has_deadline,
    has_lead,
    has_leader,
    has_title,
    is_changed,
    is_matched,
    is_new,
    keeper_covers,
    keeper_is_open,
    names_difference,
    names_follower,
    names_lead,
    plan_ends,
    says_basis,
    says_deadline,
    says_figures,
    says_kind,
    says_recurrence,
    says_title,
    stays,
    units_exist,
)
from taskflow.workflows.engine.table import STAY, Flow, Move, Wait
from taskflow.workflows.guards import gives_reason
from taskflow.workflows.parties import OFFICE, OWNER

TYPED = [says_title, says_kind, says_recurrence, says_figures, says_deadline, says_basis, units_exist]
COMPLETE = [is_new, has_title, has_lead, has_leader, has_deadline, plan_ends, deadline_ahead]
LIVE = (S.OPEN, S.CONFIRMED)

# fmt: off
DRAFTING = Flow("draft", "立项草案", Draft, S, version=1, start=S.OPEN, ends=(S.TAKEN,), home=homes.DRAFT, begun_by=("intake",), moves=[
    #    verb           label          from         to           by       only when                     then
    Move("revise",      "修改",        S.OPEN,      STAY,        OFFICE,  TYPED,                        [revise, mark]),
    Move("name_units",  "指定单位",    LIVE,        STAY,        OFFICE,  [names_lead, units_exist],    [name_units, mark]),
    Move("confirm",     "确认",        S.OPEN,      S.CONFIRMED, OFFICE,  COMPLETE,                     [settle_deadline, mark]),
    Move("reconsider",  "撤回确认",    S.CONFIRMED, S.OPEN,      OFFICE,  [],                           [mark]),
    Move("split",       "拆分",        S.OPEN,      STAY,        OFFICE,  [is_new, cuts_inside],        [split, mark]),
    Move("merge",       "与后一条合并", S.OPEN,     STAY,        OFFICE,  [is_new, names_follower],     [absorb, mark]),
    Move("join",        "并入前一条",  S.OPEN,      S.MERGED,    OFFICE,  [is_new, keeper_covers],      [go_into, mark]),
    Move("part",        "拆回",        S.MERGED,    S.OPEN,      OFFICE,  [keeper_is_open],             [leave, mark]),
    Move("give_back",   "交还原文",    S.OPEN,      STAY,        OFFICE,  [gives_back],                 [give_back, mark]),
    Move("drop",        "舍弃",        LIVE,        S.DROPPED,   OFFICE,  [gives_reason],               [keep_reason, mark]),
    Move("restore",     "恢复",        S.DROPPED,   S.OPEN,      OFFICE,  [],                           [forget_reason, mark]),
    Move("take_up",     "立项",        S.CONFIRMED, S.TAKEN,     OFFICE,  [document_named, deadline_ahead, has_leader], [take, mark]),
    Move("adopt",       "采用新版",    S.OPEN,      S.TAKEN,     OWNER,   [is_changed, document_named], [adopt, mark]),
    Move("keep",        "沿用",        S.OPEN,      S.TAKEN,     OWNER,   [stays],                      [keep_old, mark]),
    Move("match",       "对照原文件",  S.OPEN,      STAY,        OFFICE,  [names_difference],           [match, mark]),
    Move("unmatch",     "按新增办理",  S.OPEN,      STAY,        OFFICE,  [is_matched],                 [unmatch, mark]),
], limits=[
], waits=[
    #    state         waits for
    Wait(S.OPEN,       OFFICE, "读出的草案由督查室逐条核对，核对多久由文件长短决定；收文登记显示还剩多少"),
    Wait(S.CONFIRMED,  OFFICE, "确认后可以随时成批立项；收文登记显示还剩多少"),
    Wait(S.DROPPED,    OFFICE, "舍弃的条目保留原因，可以恢复"),
    Wait(S.MERGED,     OFFICE, "并入的条目保留原文，可以拆回"),
])
# fmt: on
