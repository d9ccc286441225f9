"""Reporting (报送): a unit says how far it is, its head agrees, the office accepts or returns."""

from taskflow.reports.models import Report
from taskflow.reports.models import ReportState as S
from taskflow.workflows import homes
from taskflow.workflows.effects import tell
from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Limit, Move, Wait
from taskflow.workflows.escalation_effects import propose_step
from taskflow.workflows.escalation_guards import clock_runs
from taskflow.workflows.guards import gives_reason, not_who
from taskflow.workflows.parties import CLERK, HEAD, OFFICE
from taskflow.workflows.report_effects import note_return, take_progress, write_report
from taskflow.workflows.report_guards import (
    full_needs_proof,
    is_own_initiative,
    node_days_are_past,
    says_fulfilled,
    says_percent,
    says_progress,
    short_needs_reason,
)

OPEN = (S.DUE, S.RETURNED)
UNFINISHED = (S.DUE, S.DRAFTED, S.RETURNED, S.SUBMITTED)
TYPED = [says_progress, says_percent, says_fulfilled, full_needs_proof, short_needs_reason, node_days_are_past]

# fmt: off
REPORTING = Flow("report", "报送", Report, S, version=2, start=S.DUE, ends=(S.ACCEPTED, S.DISCARDED), home=homes.TASK, begun_by=("task.report", "task.demand_report"), moves=[
    #    verb           label       from          to            by       only when              then
    Move("draft",       "提交审签", OPEN,         S.DRAFTED,    CLERK,   TYPED,                 [write_report, tell(HEAD)]),
    Move("agree",       "审签上报", S.DRAFTED,    S.SUBMITTED,  HEAD,    [not_who("draft")],    [tell(OFFICE)],                               "submitted_at"),
    Move("redo",        "退回修改", S.DRAFTED,    S.DUE,        HEAD,    [gives_reason],        [note_return, tell(CLERK, urgent=True)]),
    Move("recall",      "撤回修改", S.DRAFTED,    S.DUE,        CLERK,   [],                    []),
    Move("discard",     "放弃填报", S.DUE,        S.DISCARDED,  CLERK,   [is_own_initiative],   []),
    Move("accept",      "审核通过", S.SUBMITTED,  S.ACCEPTED,   OFFICE,  [],                    [take_progress]),
    Move("return",      "退回重报", S.SUBMITTED,  S.RETURNED,   OFFICE,  [gives_reason],        [note_return, tell(CLERK, HEAD, urgent=True)]),
    Move("remind",      "临期提醒", S.DUE,        STAY,         CLOCK,   [clock_runs],          [tell(CLERK)]),
    Move("miss",        "逾期未报", S.DUE,        STAY,         CLOCK,   [clock_runs],          [propose_step("report_missing"), tell(HEAD, OFFICE)]),
    Move("miss_sign",   "逾期未签", S.DRAFTED,    STAY,         CLOCK,   [clock_runs],          [propose_step("report_missing"), tell(HEAD, OFFICE)]),
    Move("miss_redo",   "逾期未改", S.RETURNED,   STAY,         CLOCK,   [clock_runs],          [propose_step("redo_late"), tell(HEAD, OFFICE)]),
    Move("urge_judge",  "提醒审核", S.SUBMITTED,  STAY,         CLOCK,   [],                    [tell(OFFICE)]),
    Move("lapse",       "随任务结束", UNFINISHED, S.DISCARDED,  CLOCK,   [],                    [],                                            follows=True),
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
