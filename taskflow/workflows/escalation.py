"""Escalation (督办): the program proposes a step of the ladder; whoever must sign it decides."""

from taskflow.escalations.models import Escalation
from taskflow.escalations.models import EscalationState as S
from taskflow.workflows import homes
from taskflow.workflows.effects import tell
from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Limit, Move, Wait
from taskflow.workflows.escalation_effects import propose_next_step, set_answer_date, write_answer
from taskflow.workflows.escalation_guards import (
    clock_runs,
    needs_no_signature,
    needs_signature,
    says_answer,
    step_above,
    was_delivered,
)
from taskflow.workflows.guards import gives_reason, not_who
from taskflow.workflows.parties import HEAD, LEAD, OFFICE, SIGNER

# fmt: off
ESCALATION = Flow("escalation", "督办", Escalation, S, version=1, start=S.PROPOSED, ends=(S.CLEARED, S.CLIMBED, S.WITHDRAWN), home=homes.ESCALATION, begun_by=("task.escalate",), moves=[
    #    verb           label       from         to           by       only when                          then
    Move("serve",       "自动发出", S.PROPOSED,  S.ISSUED,    CLOCK,   [needs_no_signature],              [set_answer_date, tell(LEAD, urgent=True)],          "issued_at"),
    Move("issue",       "签发",     S.PROPOSED,  S.ISSUED,    SIGNER,  [needs_signature],                 [set_answer_date, tell(LEAD, OFFICE, urgent=True)],  "issued_at"),
    Move("urge_sign",   "提醒签发", S.PROPOSED,  STAY,        CLOCK,   [needs_signature],                 [tell(SIGNER)]),
    Move("decline",     "不予签发", S.PROPOSED,  S.WITHDRAWN, SIGNER,  [needs_signature, gives_reason],   [tell(OFFICE)]),
    Move("withdraw",    "撤销",     S.PROPOSED,  S.WITHDRAWN, OFFICE,  [gives_reason],                    []),
    Move("answer",      "答复",     S.ISSUED,    S.ANSWERED,  HEAD,    [says_answer],                     [write_answer, tell(OFFICE)]),
    Move("clear",       "解除督办", S.ANSWERED,  S.CLEARED,   OFFICE,  [gives_reason, not_who("answer")], [tell(LEAD)]),
    Move("reject",      "退回重答", S.ANSWERED,  S.ISSUED,    OFFICE,  [gives_reason],                    [set_answer_date, tell(LEAD, urgent=True)]),
    Move("climb",       "升级",     S.ISSUED,    S.CLIMBED,   CLOCK,   [clock_runs, step_above, was_delivered],  [propose_next_step, tell(OFFICE)]),
    Move("urge_judge",  "提醒审核", S.ANSWERED,  STAY,        CLOCK,   [],                                [tell(OFFICE)]),
    Move("lapse",       "随任务结束", (S.PROPOSED, S.ISSUED, S.ANSWERED), S.WITHDRAWN, CLOCK, [],         [], follows=True),
], limits=[
    #     while        limit             the clock fires
    Limit(S.PROPOSED,  "step_unsigned",  "serve"),
    Limit(S.PROPOSED,  "step_sign",      "urge_sign"),
    Limit(S.ISSUED,    "step_answer",    "climb"),
    Limit(S.ANSWERED,  "step_judge",     "urge_judge"),
], waits=[
    #    state         waits for
    Wait(S.PROPOSED,   SIGNER),
    Wait(S.ISSUED,     HEAD),
    Wait(S.ANSWERED,   OFFICE),
])
# fmt: on
