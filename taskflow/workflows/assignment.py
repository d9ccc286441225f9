"""Assignment (交办): what somebody must do becomes a task, a unit takes it up, works, and it ends in one of four ways."""

from taskflow.requests.models import RequestKind
from taskflow.tasks.models import ENDED, Task
from taskflow.tasks.models import TaskState as S
from taskflow.workflows import homes
from taskflow.workflows.effects import (
    agree_plan,
    ask,
    end_with_task,
    extend,
    grade,
    hand_off,
    merge_into,
    park,
    replace_nodes,
    tell,
    ungrade,
    unpark,
)
from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Limit, Move, Wait
from taskflow.workflows.escalation_effects import escalate, propose_step
from taskflow.workflows.escalation_guards import names_step, not_escalated_yet, says_demand
from taskflow.workflows.guards import (
    gives_closing_grade,
    gives_new_date,
    gives_nodes,
    gives_reason,
    gives_report_day,
    gives_rhythm,
    gives_until,
    has_evidence,
    is_complete,
    names_body,
    names_person,
    names_role,
    names_role_who,
    names_task,
    names_unit,
    no_open_escalation,
    no_report_open,
    no_request_open,
    nodes_are_done,
    not_overdue,
    not_who,
    plan_is_agreed,
    plan_is_open,
    turns_are_over,
)
from taskflow.workflows.knowledge_effects import ask_report, demand_report, know, open_own_report, set_rhythm
from taskflow.workflows.parties import CLERK, DIRECTOR, HEAD, LEAD, LEADER, OFFICE, OFFICE_OR_LEADER, SUPPORTERS
from taskflow.workflows.report_guards import gives_verdict, says_what_to_add
from taskflow.workflows.role_effects import ask_supporting, hand_over, name_person, set_role, speak

LIVE = (S.ASSIGNED, S.UNDERWAY)
OPEN = (S.PROPOSED, S.APPROVED, S.ASSIGNED, S.REFUSED, S.UNDERWAY, S.PARKED)
K = RequestKind

# fmt: off
ASSIGNMENT = Flow("task", "交办", Task, S, version=2, start=S.PROPOSED, ends=ENDED, home=homes.TASK, moves=[
    #    verb                label           from         to            by       only when                                                 then
    Move("approve",          "批准立项",      S.PROPOSED,  S.APPROVED,   LEADER,  [],                                                       [tell(OFFICE)]),
    Move("urge_approval",    "提醒批准",      S.PROPOSED,  STAY,         CLOCK,   [],                                                       [tell(LEADER)]),
    Move("assign",           "交办",          S.APPROVED,  S.ASSIGNED,   OFFICE,  [],                                                       [ask_supporting, tell(LEAD)],                  "assigned_at"),
    Move("urge_assignment",  "提醒交办",      S.APPROVED,  STAY,         CLOCK,   [],                                                       [tell(OFFICE)]),
    Move("accept",           "签收",          S.ASSIGNED,  S.UNDERWAY,   LEAD,    [],                                                       [know],                                        "accepted_at"),
    Move("refuse",           "退回",          S.ASSIGNED,  S.REFUSED,    HEAD,    [gives_reason],                                           [tell(OFFICE, urgent=True)]),
    Move("withdraw",         "撤回交办",      S.ASSIGNED,  S.APPROVED,   OFFICE,  [gives_reason],                                           [tell(LEAD)]),
    Move("miss_acceptance",  "逾期未签",      S.ASSIGNED,  STAY,         CLOCK,   [],                                                       [propose_step("accept_late"), tell(OFFICE)]),
    Move("uphold",           "维持交办",      S.REFUSED,   S.ASSIGNED,   OFFICE,  [gives_reason],                                           [tell(LEAD, urgent=True)],                     "assigned_at"),
    Move("reassign",         "改派",          S.REFUSED,   S.ASSIGNED,   OFFICE,  [gives_reason, names_unit],                               [tell(LEAD), hand_over, tell(LEAD)],           "assigned_at"),
    Move("urge_decision",    "提醒处理",      S.REFUSED,   STAY,         CLOCK,   [],                                                       [tell(OFFICE)]),
    Move("escalate",         "督办",          LIVE,        STAY,         OFFICE,  [names_step, not_escalated_yet, says_demand],             [escalate]),
    Move("transfer",         "移交",          S.UNDERWAY,  S.ASSIGNED,   OFFICE_OR_LEADER, [gives_reason, names_unit],                      [tell(LEAD), hand_over, tell(LEAD)],           "assigned_at"),
    #    who answers, and how it is arranged
    Move("name_person",      "明确责任人",    LIVE,        STAY,         LEAD,    [names_person],                                           [name_person]),
    Move("set_role",         "调整责任分工",  OPEN,        STAY,         OFFICE,  [names_role, names_role_who],                            [set_role, tell(LEAD)]),
    Move("plan_nodes",       "编排节点",      LIVE,        STAY,         LEAD,    [plan_is_open, gives_nodes],                              [replace_nodes]),
    Move("agree_plan",       "审定倒排工期",  LIVE,        STAY,         OFFICE,  [plan_is_open],                                           [agree_plan, tell(LEAD)]),
    Move("replan",           "调整节点",      S.UNDERWAY,  STAY,         OFFICE_OR_LEADER, [plan_is_agreed, gives_nodes, gives_reason],     [replace_nodes, tell(LEAD)]),
    Move("speak",            "提出配合意见",  LIVE,        STAY,         SUPPORTERS, [gives_verdict, says_what_to_add],                   [speak, tell(LEAD)]),
    #    reports
    Move("ask_report",       "定期要求报送",  S.UNDERWAY,  STAY,         CLOCK,   [],                                                       [ask_report, tell(CLERK)]),
    Move("report",           "主动报送",      S.UNDERWAY,  STAY,         CLERK,   [no_report_open],                                         [open_own_report]),
    Move("demand_report",    "要求报送",      S.UNDERWAY,  STAY,         OFFICE,  [no_report_open, gives_report_day],                       [demand_report, tell(CLERK, urgent=True)]),
    Move("set_rhythm",       "调整报送频次",  LIVE,        STAY,         OFFICE,  [gives_rhythm, gives_reason],                             [set_rhythm, tell(LEAD)]),
    Move("note_late_node",   "节点滞后",      S.UNDERWAY,  STAY,         CLOCK,   [],                                                       [tell(CLERK)]),
    Move("remind",           "临期提醒",      S.UNDERWAY,  STAY,         CLOCK,   [],                                                       [tell(LEAD)]),
    Move("miss",             "任务超期",      S.UNDERWAY,  STAY,         CLOCK,   [],                                                       [propose_step("task_late"), tell(LEAD, OFFICE)]),
    #    what the unit asks for, and what is then done (or done without being asked)
    Move("ask_extension",    "申请延期",      S.UNDERWAY,  STAY,         HEAD,    [no_request_open(K.EXTENSION), gives_reason, gives_new_date],        [ask(K.EXTENSION, "new_due_on"), tell(OFFICE)]),
    Move("extend",           "调整时限",      S.UNDERWAY,  STAY,         LEADER,  [gives_reason, gives_new_date],                           [extend, tell(LEAD, OFFICE)]),
    Move("ask_parking",      "申请挂账",      S.UNDERWAY,  STAY,         HEAD,    [not_overdue, no_request_open(K.PARKING), gives_reason, gives_until], [ask(K.PARKING, "until"), tell(OFFICE)]),
    Move("park",             "挂账",          S.UNDERWAY,  S.PARKED,     LEADER,  [not_overdue, gives_reason, gives_until],                 [park, tell(LEAD, OFFICE)]),
    Move("resume",           "恢复办理",      S.PARKED,    S.UNDERWAY,   OFFICE,  [gives_reason],                                           [unpark, know, tell(LEAD)]),
    Move("urge_resumption",  "挂账到期",      S.PARKED,    STAY,         CLOCK,   [],                                                       [tell(OFFICE, LEADER)]),
    Move("ask_owner",        "申请调整牵头单位", S.UNDERWAY, STAY,       HEAD,    [no_request_open(K.OWNER), gives_reason, names_unit],     [ask(K.OWNER, "unit"), tell(OFFICE)]),
    Move("ask_nodes",        "申请调整节点",  S.UNDERWAY,  STAY,         HEAD,    [plan_is_agreed, no_request_open(K.NODES), gives_reason, gives_nodes], [ask(K.NODES, "nodes"), tell(OFFICE)]),
    Move("ask_cancellation", "申请终止",      S.UNDERWAY,  STAY,         HEAD,    [no_request_open(K.CANCELLATION), gives_reason],          [ask(K.CANCELLATION), tell(OFFICE)]),
    Move("ask_merging",      "申请并入",      S.UNDERWAY,  STAY,         HEAD,    [no_request_open(K.MERGING), gives_reason, names_task],   [ask(K.MERGING, "into"), tell(OFFICE)]),
    #    the four ends
    Move("claim",            "申请办结",      S.UNDERWAY,  S.CLAIMED,    HEAD,    [is_complete, nodes_are_done, turns_are_over, has_evidence, no_open_escalation], [tell(OFFICE)]),
    Move("verify",           "核验",          S.CLAIMED,   S.VERIFIED,   OFFICE,  [],                                                       []),
    Move("send_back",        "退回补办",      S.CLAIMED,   S.UNDERWAY,   OFFICE,  [gives_reason],                                           [know, tell(LEAD, urgent=True)]),
    Move("urge_verification","提醒核验",      S.CLAIMED,   STAY,         CLOCK,   [],                                                       [tell(OFFICE)]),
    Move("close",            "销号",          S.VERIFIED,  S.CLOSED,     OFFICE,  [not_who("verify"), gives_closing_grade],                 [grade, end_with_task, tell(LEAD, LEADER)],    "closed_at"),
    Move("reopen",           "撤销核验",      S.VERIFIED,  S.CLAIMED,    OFFICE,  [gives_reason],                                           [tell(LEAD)]),
    Move("urge_closing",     "提醒销号",      S.VERIFIED,  STAY,         CLOCK,   [],                                                       [tell(OFFICE)]),
    Move("cancel",           "终止",          OPEN,        S.CANCELLED,  LEADER,  [gives_reason],                                           [end_with_task, tell(LEAD, SUPPORTERS, OFFICE)],  "closed_at"),
    Move("merge",            "并入",          OPEN,        S.MERGED,     OFFICE_OR_LEADER, [names_task, gives_reason],                      [merge_into, end_with_task, tell(LEAD, LEADER)], "closed_at"),
    Move("hand_off",         "移交其他渠道",  OPEN,        S.HANDED_OFF, OFFICE,  [names_body, gives_reason],                               [hand_off, end_with_task, tell(LEAD, LEADER)], "closed_at"),
    Move("reactivate",       "重新办理",      S.CLOSED,    S.UNDERWAY,   DIRECTOR, [gives_reason],                                          [ungrade, know, tell(LEAD, LEADER)],           clears="closed_at", reopens=True),
    Move("revive",           "恢复立项",      (S.CANCELLED, S.MERGED, S.HANDED_OFF), S.APPROVED, DIRECTOR, [gives_reason],                [tell(LEADER)],                                clears="closed_at", reopens=True),
], limits=[
    #     while        limit            the clock fires
    Limit(S.PROPOSED,  "approve",       "urge_approval"),
    Limit(S.APPROVED,  "assign",        "urge_assignment"),
    Limit(S.ASSIGNED,  "accept",        "miss_acceptance"),
    Limit(S.REFUSED,   "redecide",      "urge_decision"),
    Limit(S.UNDERWAY,  "report_opens",  "ask_report"),
    Limit(S.UNDERWAY,  "node_due",      "note_late_node"),
    Limit(S.UNDERWAY,  "task_due_soon", "remind"),
    Limit(S.UNDERWAY,  "task_due",      "miss"),
    Limit(S.PARKED,    "park_over",     "urge_resumption"),
    Limit(S.CLAIMED,   "verify",        "urge_verification"),
    Limit(S.VERIFIED,  "close",         "urge_closing"),
], waits=[
    #    state         waits for
    Wait(S.PROPOSED,   LEADER),
    Wait(S.APPROVED,   OFFICE),
    Wait(S.ASSIGNED,   LEAD),
    Wait(S.REFUSED,    OFFICE),
    Wait(S.UNDERWAY,   LEAD),
    Wait(S.PARKED,     OFFICE),
    Wait(S.CLAIMED,    OFFICE),
    Wait(S.VERIFIED,   OFFICE),
])
# fmt: on
