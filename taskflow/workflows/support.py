"""Support (配合): every supporting unit is asked once for one line; silence is kept as silence and may still be broken."""

from taskflow.support.models import Answer
from taskflow.support.models import AnswerState as S
from taskflow.workflows import homes
from taskflow.workflows.effects import tell
from taskflow.workflows.engine.table import CLOCK, Flow, Limit, Move, Wait
from taskflow.workflows.parties import SUPPORT
from taskflow.workflows.report_effects import write_answer_of_support
from taskflow.workflows.report_guards import gives_verdict, says_what_to_add

ASKED = (S.ASKED, S.SILENT)

# fmt: off
SUPPORTING = Flow("answer", "配合", Answer, S, version=1, start=S.ASKED, ends=(S.GIVEN, S.RELEASED), home=homes.TASK, begun_by=("task.assign", "task.set_role", "task.speak"), moves=[
    #    verb        label         from     to          by       only when                             then
    Move("say",      "答复配合",   ASKED,   S.GIVEN,    SUPPORT, [gives_verdict, says_what_to_add],    [write_answer_of_support]),
    Move("fall_silent", "逾期未答", S.ASKED, S.SILENT,  CLOCK,   [],                                   [tell(SUPPORT)]),
    Move("release",  "不再配合",   ASKED,   S.RELEASED, CLOCK,   [],                                   [],                        follows=True),
], limits=[
    #     while     limit             the clock fires
    Limit(S.ASKED,  "support_answer", "fall_silent"),
], waits=[
    #    state      waits for
    Wait(S.ASKED,   SUPPORT),
    Wait(S.SILENT,  SUPPORT, unclocked="沉默记入台账，随时可以补答"),
])
# fmt: on
