"""The printout of a version: what was sent, when, under which number and hash, with its 任务分解表.

A working copy prints too, with the word 送审稿 across each page.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from greenmine.clock import today
from tasks.exports.columns import BREAKDOWN, shown, totals
from tasks.exports.paper import pdf
from tasks.exports.paper_words import NUMERALS, date_text, version_mark, version_name
from tasks.models import PlanSection, PlanVersion
from tasks.rules.steps import Step
from tasks.standing.breakdown import BreakdownRow, rows_of

HEADINGS = {
    PlanSection.Key.OVERVIEW: "基本情况",
    PlanSection.Key.PRINCIPLES: "原则与部门",
    PlanSection.Key.SCHEDULE: "建设时序",
    PlanSection.Key.SAFEGUARDS: "保障措施",
}
BREAKDOWN_HEADING, ATTACHMENTS_HEADING = "任务分解", "附件"
TEMPLATE = "paper/plan.html"


@dataclass(frozen=True)
class Part:
    """One numbered section of the text: paragraphs, then lists of (label, items)."""

    numeral: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()


def plan_pdf(version: PlanVersion, as_of: date | None = None) -> bytes:
    """The version as PDF, as it stood on the day (today without one), which dates a working copy; a frozen one bears the
    day of its submission."""
    return pdf(TEMPLATE, plan_context(version, as_of))


def plan_context(version: PlanVersion, as_of: date | None = None) -> dict:
    plan, rows = version.plan, rows_of(version)
    seen_on = as_of or today()
    attachments = list(version.attachments.all())
    day = version.frozen_on or seen_on
    name = f"{plan.agency.name}{plan.programme.name}"
    return {
        "title": f"{name}工作方案",
        "table_title": f"{name}任务分解表",
        "bureau": plan.agency.bureau_name(day),
        "day": date_text(day),
        "number": _document_number(version, seen_on),
        "is_draft": version.is_working,
        "mark": version_mark(version),
        "version_name": version_name(version),
        "version": version,
        "sent_at": _sent_at(version),
        "parts": _parts(version, rows, len(attachments)),
        "attachments": [(one.name, _size(one.size), one.sha256[:12]) for one in attachments],
        "columns": BREAKDOWN,
        "groups": _groups(),
        "rows": [[shown(column, row, serial) for column in BREAKDOWN] for serial, row in enumerate(rows, 1)],
        "totals": _totals(rows),
        "count": len(rows),
    }


def _document_number(version: PlanVersion, on: date) -> str:
    """The 文号 under which it had been issued by the day."""
    issues = version.events.filter(step=Step.ISSUE).prefetch_related("corrections").order_by("pk")
    return next((issue.number for issue in reversed(issues) if issue.day <= on), "")


def _parts(version: PlanVersion, rows: list[BreakdownRow], attachments: int) -> list[Part]:
    sections = {section.key: section for section in version.sections.all()}
    said = [
        *[_section(key, sections.get(key)) for key in (PlanSection.Key.OVERVIEW, PlanSection.Key.PRINCIPLES)],
        (BREAKDOWN_HEADING, (_breakdown_sentence(rows),), ()),
        *[_section(key, sections.get(key)) for key in (PlanSection.Key.SCHEDULE, PlanSection.Key.SAFEGUARDS)],
        (ATTACHMENTS_HEADING, () if attachments else ("无。",), ()),
    ]
    return [Part(NUMERALS[index], *one) for index, one in enumerate(said)]


def _section(key: str, section: PlanSection | None) -> tuple:
    body = section.body if section else ""
    paragraphs = tuple(line.strip() for line in body.splitlines() if line.strip())
    lists = ()
    if section:
        found = (("基本原则", section.principles), ("联合部门", section.departments))
        lists = tuple((label, tuple(map(str, items))) for label, items in found if items)
    return HEADINGS[key], paragraphs, lists


def _breakdown_sentence(rows: list[BreakdownRow]) -> str:
    if not rows:
        return "尚未列入矿山。"
    years = sorted({row.planned_on.year for row in rows if row.planned_on})
    by_year = [
        f"{year}年{sum(1 for r in rows if r.planned_on and r.planned_on.year == year)}座" for year in years
    ]
    undated = sum(1 for row in rows if not row.planned_on)
    said = "、".join(by_year + ([f"未定时间{undated}座"] if undated else []))
    return f"共列入矿山{len(rows)}座，按基本建成时间分：{said}。详见后附任务分解表。"


def _groups() -> list[tuple[str, int]]:
    """The upper storey of the table's header: (group or heading, columns it spans)."""
    found: list[list] = []
    for column in BREAKDOWN:
        if column.group and found and found[-1][0] == column.group:
            found[-1][1] += 1
        else:
            found.append([column.group or column.heading, 1, bool(column.group)])
    return [tuple(one) for one in found]


def _totals(rows: list[BreakdownRow]) -> list[str]:
    said = totals(rows)
    said["矿山名称"] = f"{said['矿山名称']}座"
    return [said.get(column.heading, "") for column in BREAKDOWN[2:]]


def _sent_at(version: PlanVersion) -> str:
    """The day of the submission, with the moment of the real clock at which it was recorded."""
    if version.is_working:
        return ""
    recorded = timezone.localtime(version.frozen_at)
    if recorded.date() == version.frozen_on:
        return f"{date_text(version.frozen_on)} {recorded:%H:%M:%S}"
    return f"{date_text(version.frozen_on)}（登记于{date_text(recorded.date())} {recorded:%H:%M:%S}）"


def _size(size: int) -> str:
    """
    >>> _size(1536)
    '1.5 KB'
    """
    for unit, bytes_in in (("MB", 1024**2), ("KB", 1024)):
        if size >= bytes_in:
            return f"{size / bytes_in:.1f} {unit}"
    return f"{size} B"
