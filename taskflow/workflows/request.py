"""Requests (申请): what a unit asks for a task; the office gives its opinion, the leader grants, denies or fixes another date."""

from taskflow.requests.models import Request
from taskflow.requests.models import RequestState as S
from taskflow.workflows import homes
from taskflow.workflows.effects import tell
from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Limit, Move, Wait
from taskflow.workflows.escalation_effects import grant, mend_request, write_opinion
from taskflow.workflows.escalation_guards import fixes_a_day
from taskflow.workflows.guards import gives_reason
from taskflow.workflows.parties import HEAD, LEAD, LEADER, OFFICE

OPEN = (S.ASKED, S.RETURNED, S.FORWARDED)
ASKS = (
    "task.ask_extension",
    "task.ask_parking",
    "task.ask_owner",
    "task.ask_nodes",
    "task.ask_cancellation",
    "task.ask_merging",
)

# fmt: off
REQUEST = Flow("request", "申请", Request, S, version=1, start=S.ASKED, ends=(S.GRANTED, S.DENIED, S.WITHDRAWN), home=homes.TASK, begun_by=ASKS, moves=[
    #    verb             label           from                      to            by       only when        then
    Move("forward",       "提出意见并呈报", S.ASKED,                 S.FORWARDED,  OFFICE,  [gives_reason],  [write_opinion, tell(LEADER)]),
    Move("return",        "退回补充",      S.ASKED,                  S.RETURNED,   OFFICE,  [gives_reason],  [tell(HEAD, urgent=True)]),
    Move("resubmit",      "补充后再报",    S.RETURNED,               S.ASKED,      HEAD,    [gives_reason],  [mend_request, tell(OFFICE)]),
    Move("withdraw",      "撤回申请",      (S.ASKED, S.RETURNED),    S.WITHDRAWN,  HEAD,    [],              []),
    Move("grant",         "批准申请",      S.FORWARDED,              S.GRANTED,    LEADER,  [fixes_a_day],   [grant, tell(LEAD, OFFICE)],     "decided_at"),
    Move("deny",          "不予批准",      S.FORWARDED,              S.DENIED,     LEADER,  [gives_reason],  [tell(LEAD, OFFICE)],            "decided_at"),
    Move("urge_opinion",  "提醒提出意见",  S.ASKED,                  STAY,         CLOCK,   [],              [tell(OFFICE)]),
    Move("urge_resubmit", "提醒补充",      S.RETURNED,               STAY,         CLOCK,   [],              [tell(HEAD)]),
    Move("urge_decision", "提醒批复",      S.FORWARDED,              STAY,         CLOCK,   [],              [tell(LEADER)]),
    Move("lapse",         "随任务结束",    OPEN,                     S.WITHDRAWN,  CLOCK,   [],              [],                              follows=True),
], limits=[
    #     while        limit               the clock fires
    Limit(S.ASKED,     "request_opinion",  "urge_opinion"),
    Limit(S.RETURNED,  "request_redo",     "urge_resubmit"),
    Limit(S.FORWARDED, "request_decide",   "urge_decision"),
], waits=[
    #    state         waits for
    Wait(S.ASKED,      OFFICE),
    Wait(S.RETURNED,   HEAD),
    Wait(S.FORWARDED,  LEADER),
])
# fmt: on
