"""Every record, imported once, so that relationships and migrations know them all."""

from taskflow.drafts.models import Draft, Intake
from taskflow.escalations.models import Escalation
from taskflow.jobs.models import Heartbeat
from taskflow.ledger.models import CommandDone, LedgerEntry, LedgerHead
from taskflow.notices.models import Mail, Notice
from taskflow.org.models import Holding, Person, Post, Region, Unit, UnitDuty, UnitName
from taskflow.plans.models import (
    Chapter,
    ConflictStatement,
    DocumentText,
    Indicator,
    Measure,
    PlanDocument,
    Project,
    Target,
)
from taskflow.reports.models import Evidence, Report
from taskflow.reviews.models import Review, ReviewLine
from taskflow.rules.models import CalendarEdition, RuleSet
from taskflow.sheets.models import SheetBuild
from taskflow.tables.models import TableMapping, TableUpload
from taskflow.tasks.models import Extension, Node, Task, TaskUnit
from taskflow.workflows.engine.models import Timer

__all__ = [
    "CalendarEdition", "Chapter", "CommandDone", "ConflictStatement", "DocumentText", "Draft", "Escalation", "Evidence",
    "Extension", "Heartbeat", "Holding", "Indicator", "Intake", "LedgerEntry", "LedgerHead", "Mail", "Measure", "Node",
    "Notice", "Person", "PlanDocument", "Post", "Project", "Region", "Report", "Review", "ReviewLine", "RuleSet",
    "SheetBuild", "TableMapping", "TableUpload", "Target", "Task", "TaskUnit", "Timer", "Unit", "UnitDuty", "UnitName",
]  # fmt: skip
