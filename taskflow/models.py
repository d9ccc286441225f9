"""Every record, imported once, so that relationships and migrations know them all."""

from taskflow.drafts.models import Draft, Intake
from taskflow.escalations.models import Escalation, NumberSeries
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
from taskflow.reports.models import Evidence, Report, TargetValue
from taskflow.requests.models import Request
from taskflow.reviews.models import Review, ReviewLine
from taskflow.rules.models import CalendarEdition, RuleSet
from taskflow.sheets.models import SheetBuild
from taskflow.sources.models import Source
from taskflow.support.models import Answer
from taskflow.tables.models import TableMapping, TableUpload
from taskflow.tasks.models import Node, Occurrence, Task, TaskRole
from taskflow.workflows.engine.models import Timer

__all__ = [
    "Answer", "CalendarEdition", "Chapter", "CommandDone", "ConflictStatement", "DocumentText", "Draft",
    "Escalation", "Evidence", "Heartbeat", "Holding", "Indicator", "Intake", "LedgerEntry", "LedgerHead", "Mail",
    "Measure", "Node", "Notice", "NumberSeries", "Occurrence", "Person", "PlanDocument", "Post", "Project", "Region",
    "Report", "Request", "Review", "ReviewLine", "RuleSet", "SheetBuild", "Source", "TableMapping", "TableUpload",
    "Target", "TargetValue", "Task", "TaskRole", "Timer", "Unit", "UnitDuty", "UnitName",
]  # fmt: skip
