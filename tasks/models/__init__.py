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
from tasks.models.inspection import Inspection, Rectification
from tasks.models.ledger import TargetChange
from tasks.models.mine import Mine, Mineral, Permit
from tasks.models.mine_state import MineState
from tasks.models.mine_task import MineTask
from tasks.models.monthly_report import MonthCorrection, MonthEvent, MonthLine, MonthlyReport
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
from tasks.models.score_sheet import Score, ScoreItem, ScoreSheet
from tasks.models.stage import EvidenceFile, GreenStandard, StageCorrection, StageFact
from tasks.models.work_plan import PlanEvent, PlanEventCorrection, WorkPlan

__all__ = [
    "Attachment",
    "Clause",
    "ColumnMapping",
    "Decision",
    "DocumentAlias",
    "DocumentRelation",
    "EvidenceFile",
    "GreenStandard",
    "ImportFile",
    "Inspection",
    "InspectionWindow",
    "IssuerList",
    "LineState",
    "Mine",
    "MineState",
    "MineTask",
    "Mineral",
    "MonthCorrection",
    "MonthEvent",
    "MonthLine",
    "MonthlyReport",
    "Permit",
    "PlanEvent",
    "PlanEventCorrection",
    "PlanLine",
    "PlanSection",
    "PlanVersion",
    "PolicyDocument",
    "Programme",
    "Quota",
    "Rectification",
    "Requirement",
    "RequirementAddressee",
    "ReviewComment",
    "ScopeExcuse",
    "Score",
    "ScoreItem",
    "ScoreSheet",
    "StageCorrection",
    "StageFact",
    "TargetChange",
    "WindowAddressee",
    "WorkPlan",
]
