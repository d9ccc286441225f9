"""Turns (期次) of work that comes again: each has its own deadline and is closed by a report that says yes."""

from taskflow.tasks.models import Occurrence
from taskflow.tasks.models import OccurrenceState as S
from taskflow.workflows import homes
from taskflow.workflows.effects import tell
from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Limit, Move, Wait
from taskflow.workflows.escalation_effects import propose_step
from taskflow.workflows.escalation_guards import clock_runs
from taskflow.workflows.guards import gives_reason
from taskflow.workflows.parties import LEAD, OFFICE
from taskflow.workflows.report_effects import count_turns

# fmt: off
OCCURRENCE = Flow("occurrence", "期次", Occurrence, S, version=1, start=S.OPEN, ends=(S.DONE, S.WAIVED), home=homes.TASK, begun_by=("clock",), moves=[
    #    verb      label         from     to         by      only when       then
    Move("fulfil", "期次完成",   S.OPEN,  S.DONE,    OFFICE, [],             [count_turns],                                        "ended_at"),
    Move("waive",  "免予办理",   S.OPEN,  S.WAIVED,  OFFICE, [gives_reason], [count_turns, tell(LEAD)],                            "ended_at"),
    Move("miss",   "期次超期",   S.OPEN,  STAY,      CLOCK,  [clock_runs],   [propose_step("occurrence_late"), tell(LEAD, OFFICE)]),
    Move("lapse",  "随任务结束", S.OPEN,  S.WAIVED,  CLOCK,  [],             [],                                                   "ended_at", follows=True),
], limits=[
    #     while    limit             the clock fires
    Limit(S.OPEN,  "occurrence_due", "miss"),
], waits=[
    #    state     waits for
    Wait(S.OPEN,   LEAD),
])
# fmt: on
