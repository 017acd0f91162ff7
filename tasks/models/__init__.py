from tasks.models.decision import Decision
from tasks.models.document import (
    Clause,
    DocumentAlias,
    DocumentRelation,
    IssuerList,
    PolicyDocument,
    Programme,
)
from tasks.models.import_file import ColumnMapping, ImportFile, LineState
from tasks.models.ledger import TargetChange
from tasks.models.mine import Mine, Mineral, Permit
from tasks.models.mine_task import MineTask, StageFact
from tasks.models.plan_version import (
    Attachment,
    PlanLine,
    PlanSection,
    PlanVersion,
    ReviewComment,
    ScopeExcuse,
)
from tasks.models.quota import Quota
from tasks.models.requirement import InspectionWindow, Requirement, RequirementAddressee, WindowAddressee
from tasks.models.work_plan import PlanEvent, PlanEventCorrection, WorkPlan

__all__ = [
    "Attachment",
    "Clause",
    "ColumnMapping",
    "Decision",
    "DocumentAlias",
    "DocumentRelation",
    "ImportFile",
    "InspectionWindow",
    "IssuerList",
    "LineState",
    "Mine",
    "MineTask",
    "Mineral",
    "Permit",
    "PlanEvent",
    "PlanEventCorrection",
    "PlanLine",
    "PlanSection",
    "PlanVersion",
    "PolicyDocument",
    "Programme",
    "Quota",
    "Requirement",
    "RequirementAddressee",
    "ReviewComment",
    "ScopeExcuse",
    "StageFact",
    "TargetChange",
    "WindowAddressee",
    "WorkPlan",
]
