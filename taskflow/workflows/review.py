"""Review (评审): the unit judges its quarter, the office judges, the unit may object, the leader signs."""

from taskflow.reviews.models import Review
from taskflow.reviews.models import ReviewState as S
from taskflow.workflows import homes
from taskflow.workflows.effects import tell
from taskflow.workflows.engine.table import CLOCK, STAY, Flow, Limit, Move, Wait
from taskflow.workflows.guards import gives_reason, not_who
from taskflow.workflows.parties import HEAD, LEADER, OFFICE
from taskflow.workflows.report_effects import write_office_grade, write_self_grade
from taskflow.workflows.report_guards import gives_grade

# fmt: off
REVIEW = Flow("review", "评审", Review, S, version=1, start=S.OPEN, ends=(S.SIGNED,), home=homes.REVIEW, begun_by=("clock",), moves=[
    #    verb             label       from              to                by       only when                                        then
    Move("self_assess",   "自评",     S.OPEN,           S.SELF_ASSESSED,  HEAD,    [gives_grade, gives_reason],                     [write_self_grade, tell(OFFICE)]),
    Move("assess",        "初评",     S.SELF_ASSESSED,  S.ASSESSED,       OFFICE,  [gives_grade, gives_reason],                     [write_office_grade, tell(HEAD, LEADER)]),
    Move("object",        "申辩",     S.ASSESSED,       S.OBJECTED,       HEAD,    [gives_reason],                                  [tell(OFFICE, urgent=True)]),
    Move("decide",        "复议",     S.OBJECTED,       S.ASSESSED,       OFFICE,  [gives_grade, gives_reason, not_who("assess")],  [write_office_grade, tell(HEAD, LEADER)]),
    Move("sign",          "签批",     S.ASSESSED,       S.SIGNED,         LEADER,  [],                                              [tell(HEAD, OFFICE)],              "signed_at"),
    Move("send_back",     "退回初评", S.ASSESSED,       S.SELF_ASSESSED,  LEADER,  [gives_reason],                                  [tell(OFFICE, urgent=True)]),
    Move("urge_self",     "提醒自评", S.OPEN,           STAY,             CLOCK,   [],                                              [tell(HEAD)]),
    Move("urge_assess",   "提醒初评", S.SELF_ASSESSED,  STAY,             CLOCK,   [],                                              [tell(OFFICE)]),
    Move("urge_decision", "提醒复议", S.OBJECTED,       STAY,             CLOCK,   [],                                              [tell(OFFICE)]),
    Move("urge_sign",     "提醒签批", S.ASSESSED,       STAY,             CLOCK,   [],                                              [tell(LEADER)]),
], limits=[
    #     while             limit            the clock fires
    Limit(S.OPEN,           "self_assess",   "urge_self"),
    Limit(S.SELF_ASSESSED,  "assess",        "urge_assess"),
    Limit(S.OBJECTED,       "object_decide", "urge_decision"),
    Limit(S.ASSESSED,       "sign",          "urge_sign"),
], waits=[
    #    state              waits for
    Wait(S.OPEN,            HEAD),
    Wait(S.SELF_ASSESSED,   OFFICE),
    Wait(S.OBJECTED,        OFFICE),
    Wait(S.ASSESSED,        LEADER),
])
# fmt: on
