"""Reporting (报送): a unit says how far it is, its head agrees, the office accepts or returns."""

from taskflow.reports.models import Report
from taskflow.reports.models import ReportState as S
from taskflow.workflows import homes
from taskflow.workflows.effects import note_return, propose_step, take_progress, tell, write_report
from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Limit, Move, Wait
from taskflow.workflows.guards import (
    clock_runs,
    full_needs_proof,
    gives_reason,
    node_days_are_past,
    not_who,
    says_percent,
    says_progress,
)
from taskflow.workflows.parties import CLERK, HEAD, OFFICE

OPEN = (S.DUE, S.RETURNED)
TYPED = [says_progress, says_percent, full_needs_proof, node_days_are_past]

# fmt: off
REPORTING = Flow("report", "报送", Report, S, version=1, start=S.DUE, ends=(S.ACCEPTED,), home=homes.TASK, moves=[
    #    verb           label       from          to            by       only when              then
    Move("draft",       "提交审签", OPEN,         S.DRAFTED,    CLERK,   TYPED,                 [write_report, tell(HEAD)]),
    Move("agree",       "审签上报", S.DRAFTED,    S.SUBMITTED,  HEAD,    [not_who("draft")],    [tell(OFFICE)],                               "submitted_at"),
    Move("redo",        "退回修改", S.DRAFTED,    S.DUE,        HEAD,    [gives_reason],        [note_return, tell(CLERK, urgent=True)]),
    Move("recall",      "撤回修改", S.DRAFTED,    S.DUE,        CLERK,   [],                    []),
    Move("accept",      "审核通过", S.SUBMITTED,  S.ACCEPTED,   OFFICE,  [],                    [take_progress]),
    Move("return",      "退回重报", S.SUBMITTED,  S.RETURNED,   OFFICE,  [gives_reason],        [note_return, tell(CLERK, HEAD, urgent=True)]),
    Move("remind",      "临期提醒", S.DUE,        STAY,         CLOCK,   [clock_runs],          [tell(CLERK)]),
    Move("miss",        "逾期未报", S.DUE,        STAY,         CLOCK,   [clock_runs],          [propose_step("report_missing"), tell(HEAD, OFFICE)]),
    Move("miss_sign",   "逾期未签", S.DRAFTED,    STAY,         CLOCK,   [clock_runs],          [propose_step("report_missing"), tell(HEAD, OFFICE)]),
    Move("miss_redo",   "逾期未改", S.RETURNED,   STAY,         CLOCK,   [clock_runs],          [propose_step("redo_late"), tell(HEAD, OFFICE)]),
    Move("urge_judge",  "提醒审核", S.SUBMITTED,  STAY,         CLOCK,   [],                    [tell(OFFICE)]),
], limits=[
    #     while        limit               the clock fires
    Limit(S.DUE,       "report_due_soon",  "remind"),
    Limit(S.DUE,       "report_due",       "miss"),
    Limit(S.DRAFTED,   "report_due",       "miss_sign"),
    Limit(S.RETURNED,  "report_redo",      "miss_redo"),
    Limit(S.SUBMITTED, "report_judge",     "urge_judge"),
], waits=[
    #    state         waits for
    Wait(S.DUE,        CLERK),
    Wait(S.DRAFTED,    HEAD),
    Wait(S.RETURNED,   CLERK),
    Wait(S.SUBMITTED,  OFFICE),
])
# fmt: on
