"""Every flow by the name used in URLs and in the ledger."""

from taskflow.workflows.assignment import ASSIGNMENT
from taskflow.workflows.drafting import DRAFTING
from taskflow.workflows.engine.table import Flow
from taskflow.workflows.escalation import ESCALATION
from taskflow.workflows.reporting import REPORTING
from taskflow.workflows.review import REVIEW

ALL: list[Flow] = [ASSIGNMENT, REPORTING, REVIEW, ESCALATION, DRAFTING]
FLOWS: dict[str, Flow] = {flow.name: flow for flow in ALL}
