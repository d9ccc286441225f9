"""Every flow by the name used in URLs and in the ledger; together they are proved to have a way out of every state."""

from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.drafting import DRAFTING
from taskflow.workflows.engine.proof import prove
from taskflow.workflows.engine.table import Flow
from taskflow.workflows.escalation import ESCALATION
from taskflow.workflows.occurrence import OCCURRENCE
from taskflow.workflows.reporting import REPORTING
from taskflow.workflows.request import REQUEST
from taskflow.workflows.review import REVIEW
from taskflow.workflows.support import SUPPORTING

ALL: list[Flow] = [ASSIGNMENT, REPORTING, OCCURRENCE, REQUEST, SUPPORTING, REVIEW, ESCALATION, DRAFTING]
FLOWS: dict[str, Flow] = {flow.name: flow for flow in ALL}

prove(ALL)
