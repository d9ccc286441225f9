"""Assignment (交办): a measure becomes a task, a unit takes it up, works, and it is closed out (销号)."""

from taskflow.tasks.models import Task
from taskflow.tasks.models import TaskState as S
from taskflow.workflows import homes
from taskflow.workflows.effects import (
    ask_extension,
    ask_report,
    decline,
    escalate,
    extend,
    hand_over,
    park,
    propose_step,
    tell,
    unpark,
)
from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Limit, Move, Wait
from taskflow.workflows.guards import (
    extension_open,
    gives_new_date,
    gives_reason,
    gives_until,
    has_evidence,
    is_complete,
    names_step,
    names_unit,
    no_extension_open,
    no_open_escalation,
    nodes_are_done,
    not_escalated_yet,
    not_who,
    says_demand,
)
from taskflow.workflows.parties import CLERK, HEAD, LEAD, LEADER, OFFICE

LIVE = (S.ASSIGNED, S.UNDERWAY)

# fmt: off
ASSIGNMENT = Flow("task", "交办", Task, S, version=1, start=S.PROPOSED, ends=(S.CLOSED,), home=homes.TASK, moves=[
    #    verb                label        from         to           by       only when                                                 then
    Move("approve",          "批准立项",  S.PROPOSED,  S.APPROVED,  LEADER,  [],                                                       [tell(OFFICE)]),
    Move("urge_approval",    "提醒批准",  S.PROPOSED,  STAY,        CLOCK,   [],                                                       [tell(LEADER)]),
    Move("assign",           "交办",      S.APPROVED,  S.ASSIGNED,  OFFICE,  [],                                                       [tell(LEAD)],                                  "assigned_at"),
    Move("urge_assignment",  "提醒交办",  S.APPROVED,  STAY,        CLOCK,   [],                                                       [tell(OFFICE)]),
    Move("accept",           "签收",      S.ASSIGNED,  S.UNDERWAY,  LEAD,    [],                                                       [],                                            "accepted_at"),
    Move("refuse",           "退回",      S.ASSIGNED,  S.REFUSED,   HEAD,    [gives_reason],                                           [tell(OFFICE, urgent=True)]),
    Move("withdraw",         "撤回交办",  S.ASSIGNED,  S.APPROVED,  OFFICE,  [gives_reason],                                           [tell(LEAD)]),
    Move("miss_acceptance",  "逾期未签",  S.ASSIGNED,  STAY,        CLOCK,   [],                                                       [propose_step("accept_late"), tell(OFFICE)]),
    Move("uphold",           "维持交办",  S.REFUSED,   S.ASSIGNED,  OFFICE,  [gives_reason],                                           [tell(LEAD, urgent=True)],                     "assigned_at"),
    Move("reassign",         "改派",      S.REFUSED,   S.ASSIGNED,  OFFICE,  [gives_reason, names_unit],                               [tell(LEAD), hand_over, tell(LEAD)],           "assigned_at"),
    Move("urge_decision",    "提醒处理",  S.REFUSED,   STAY,        CLOCK,   [],                                                       [tell(OFFICE)]),
    Move("escalate",         "督办",      LIVE,        STAY,        OFFICE,  [not_escalated_yet, names_step, says_demand],             [escalate]),
    Move("transfer",         "移交",      S.UNDERWAY,  S.ASSIGNED,  OFFICE,  [gives_reason, names_unit],                               [tell(LEAD), hand_over, tell(LEAD)],           "assigned_at"),
    Move("ask_report",       "要求报送",  S.UNDERWAY,  STAY,        CLOCK,   [],                                                       [ask_report, tell(CLERK)]),
    Move("note_late_node",   "节点滞后",  S.UNDERWAY,  STAY,        CLOCK,   [],                                                       [tell(CLERK)]),
    Move("remind",           "临期提醒",  S.UNDERWAY,  STAY,        CLOCK,   [],                                                       [tell(LEAD)]),
    Move("miss",             "任务超期",  S.UNDERWAY,  STAY,        CLOCK,   [],                                                       [propose_step("task_late"), tell(LEAD, OFFICE)]),
    Move("ask_extension",    "申请延期",  S.UNDERWAY,  STAY,        HEAD,    [no_extension_open, gives_reason, gives_new_date],        [ask_extension, tell(LEADER, OFFICE)]),
    Move("grant_extension",  "批准延期",  S.UNDERWAY,  STAY,        LEADER,  [extension_open],                                         [extend, tell(LEAD, OFFICE)]),
    Move("deny_extension",   "不予延期",  S.UNDERWAY,  STAY,        LEADER,  [extension_open, gives_reason],                           [decline, tell(LEAD, OFFICE)]),
    Move("park",             "挂账",      S.UNDERWAY,  S.PARKED,    LEADER,  [gives_reason, gives_until],                              [park, tell(LEAD, OFFICE)]),
    Move("resume",           "恢复办理",  S.PARKED,    S.UNDERWAY,  OFFICE,  [gives_reason],                                           [unpark, tell(LEAD)]),
    Move("urge_resumption",  "挂账到期",  S.PARKED,    STAY,        CLOCK,   [],                                                       [tell(OFFICE, LEADER)]),
    Move("claim",            "申请办结",  S.UNDERWAY,  S.CLAIMED,   HEAD,    [is_complete, nodes_are_done, has_evidence, no_open_escalation], [tell(OFFICE)]),
    Move("verify",           "核验",      S.CLAIMED,   S.VERIFIED,  OFFICE,  [],                                                       []),
    Move("send_back",        "退回补办",  S.CLAIMED,   S.UNDERWAY,  OFFICE,  [gives_reason],                                           [tell(LEAD, urgent=True)]),
    Move("urge_verification","提醒核验",  S.CLAIMED,   STAY,        CLOCK,   [],                                                       [tell(OFFICE)]),
    Move("close",            "销号",      S.VERIFIED,  S.CLOSED,    OFFICE,  [not_who("verify")],                                      [tell(LEAD, LEADER)],                          "closed_at"),
    Move("reopen",           "撤销核验",  S.VERIFIED,  S.CLAIMED,   OFFICE,  [gives_reason],                                           [tell(LEAD)]),
    Move("urge_closing",     "提醒销号",  S.VERIFIED,  STAY,        CLOCK,   [],                                                       [tell(OFFICE)]),
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
