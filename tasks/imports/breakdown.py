"""A 分解表 into an agency's working copy: compared first, written only when confirmed.

Needs neither a plan nor registered mines to be read: what is not there yet is shown as new. A row that is
missing from the file changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from agencies.models import Agency, Channel, Membership, Role
from greenmine.clock import today
from tasks.actions import drafts, filings
from tasks.actions.filings import Details
from tasks.actions.mines import save_mine
from tasks.imports import register
from tasks.imports.mines import keep_permit, name_taken_permit, note_outcome
from tasks.imports.reading import Remark, TableReading, TableRow
from tasks.imports.register import Change, MineralNames, Register
from tasks.imports.table import read_table
from tasks.models import Mine, PlanLine, PlanVersion, Programme, WorkPlan
from tasks.rules import row_locks
from tasks.rules.planned_dates import PlannedDate
from tasks.standing.targets import target_of

LINE_FIELDS = ("tier", "planned", "responsible", "note")
# By all of these together our own table is known, even without its hidden columns; a CSV has lost 单位, the
# second storey of its heading.
OWN_TABLE = {
    *("serial", "county", "mine", "holder", "licence", "mineral", "method", "output", "size_class"),
    *LINE_FIELDS,
}
MATCHED = "表中没有标识列，各行按采矿许可证号对应登记的矿山，没有证号的按矿山名称对应。"


@dataclass(slots=True)
class BreakdownChange:
    """A row, the mine and the plan's line that it is (None: new), and what it would change; a new line has
    no changes, its row says it all.

    `is_stale`: the line was changed since the file was exported; such a row is not written, it is asked.
    """

    row: TableRow
    mine: Mine | None
    line: PlanLine | None
    mine_changes: list[Change] = field(default_factory=list)
    line_changes: list[Change] = field(default_factory=list)
    is_stale: bool = False

    @property
    def is_new(self) -> bool:
        return self.line is None

    @property
    def is_same(self) -> bool:
        return self.line is not None and not self.mine_changes and not self.line_changes


@dataclass
class BreakdownComparison:
    """`absent`: lines of the plan that the file does not have; they stay."""

    agency: Agency
    programme: Programme
    reading: TableReading
    version: PlanVersion | None = None
    rows: list[BreakdownChange] = field(default_factory=list)
    absent: list[PlanLine] = field(default_factory=list)

    @property
    def new(self) -> list[BreakdownChange]:
        return [each for each in self.rows if each.is_new]

    @property
    def changed(self) -> list[BreakdownChange]:
        return [each for each in self.rows if not each.is_new and not each.is_same]

    @property
    def same(self) -> list[BreakdownChange]:
        return [each for each in self.rows if each.is_same]


def read_breakdown(
    name: str,
    data: bytes | Path,
    *,
    agency: Agency,
    programme: Programme,
    mapping: Mapping[str, str] | None = None,
) -> BreakdownComparison:
    """Read a 分解表 and compare it with the agency's working copy and register."""
    own = [one for one in Agency.objects.below(agency) if one.is_leaf()]
    default = agency.name if agency.is_leaf() else None
    reading = read_table(name, data, places=register.county_places(own, default), mapping=mapping)
    version = _working_copy(agency, programme)
    comparison = BreakdownComparison(agency, programme, reading, version)
    if not reading.refusal:
        _compare(comparison)
    return comparison


def _working_copy(agency: Agency, programme: Programme) -> PlanVersion | None:
    plans = PlanVersion.objects.working().filter(plan__agency=agency, plan__programme=programme)
    return plans.select_related("plan__agency", "plan__programme").first()


def _compare(comparison: BreakdownComparison) -> None:
    reading = comparison.reading
    known = Register(Mine.objects.managed_below(comparison.agency), reading)
    lines = {}
    if comparison.version:
        lines = {line.task.mine_id: line for line in comparison.version.lines.select_related("task__mine")}
    met = set()
    removed = _removed_tasks(comparison)
    for row in reading.accepted:
        if row.same_as is not None or _is_passed_over(reading, row, removed):
            continue
        mine = known.find(row)
        line = lines.get(mine.pk) if mine else None
        if known.is_taken_elsewhere(row.licence):
            name_taken_permit(reading, row)
        comparison.rows.append(_compared(reading, row, mine, line))
        met.add(mine.pk if mine else None)
    note_outcome(comparison)
    if "mine_id" not in reading.fields and reading.fields >= OWN_TABLE:
        reading.notes.append(MATCHED)
    comparison.absent = [line for pk, line in lines.items() if pk not in met]
    if comparison.absent:
        names = "、".join(line.task.mine.name for line in comparison.absent[:10])
        more = " 等" if len(comparison.absent) > 10 else ""
        reading.notes.append(
            f"方案中另有 {len(comparison.absent)} 座矿山不在文件里，保持不变：{names}{more}。"
        )


def _removed_tasks(comparison: BreakdownComparison) -> set[str]:
    """Ids of the tasks that approved removals took out of the agency's target, as the hidden column has them."""
    target = target_of(comparison.agency, comparison.programme, today())
    return {str(change.task_id) for change in target.removed if change.task_id not in (target.tasks or {})}


def _is_passed_over(reading: TableReading, row: TableRow, removed: set[str]) -> bool:
    """A row that stands struck through in our own table: its mine has left the target, and nothing of it is taken
    (decisions.md, "Import"). Where no removal of it is on record, it is named."""
    if row.is_removed and row.task_id not in removed:
        message = f"第 {row.row} 行：{row.mine} 标为调出，但台账里没有已批准的调出，本行不导入。"
        reading.remarks.append(Remark("warning", message, row.row, None, row.mine, row.sheet))
        row.level = row.level or "warning"
    return row.is_removed


def _compared(
    reading: TableReading, row: TableRow, mine: Mine | None, line: PlanLine | None
) -> BreakdownChange:
    change = BreakdownChange(row, mine, line)
    if mine:
        change.mine_changes = register.mine_changes(mine, row, reading.fields, clears=reading.is_own)
        _name_other_permit(reading, row, mine)
    if line:
        change.line_changes = _line_changes(line, row, reading)
    if line and _is_stale(change, line):
        change.is_stale = True
        message = f"第 {row.row} 行：{row.mine} 在表格导出之后已被改动，须选择以哪个为准，未选择时不覆盖现在的内容。"
        reading.remarks.append(Remark("warning", message, row.row, None, row.mine, row.sheet))
        row.level = row.level or "warning"
    return change


def _is_stale(change: BreakdownChange, line: PlanLine) -> bool:
    """Whether what the row would change was changed here since the file left: the line, or the mine."""
    exported = row_locks.read(change.row.lock)
    if exported is None:
        return False
    line_moved = exported[0] != line.lock and bool(change.line_changes or change.mine_changes)
    mine_moved = exported[1] != line.task.mine.version and bool(change.mine_changes)
    return line_moved or mine_moved


def _name_other_permit(reading: TableReading, row: TableRow, mine: Mine) -> None:
    numbers = [permit.number for permit in mine.permits.all()]
    if row.licence and numbers and row.licence not in numbers:
        message = (
            f"第 {row.row} 行：许可证号 {row.licence} 与登记的 {numbers[-1]} 不同，登记未改；"
            "换发新证请在矿山页面登记，并注明原证。"
        )
        reading.remarks.append(Remark("warning", message, row.row, None, row.licence, row.sheet))
        row.level = row.level or "warning"


def _line_changes(line: PlanLine, row: TableRow, reading: TableReading) -> list[Change]:
    changes = []
    for name in LINE_FIELDS:
        if name not in reading.fields:
            continue
        old, new = _on_line(line, name), getattr(row, name)
        # Rows moved by their values alone keep the date and the hidden precision, not the number format.
        if name == "planned" and old is not None and row.exported == old:
            continue
        if new is None and not reading.is_own:
            continue
        new = new if new is not None or name == "planned" else ""
        if old != new:
            changes.append(Change(name, old, new))
    return changes


def _on_line(line: PlanLine, name: str):
    if name == "planned":
        return PlannedDate(line.planned_on, line.planned_precision) if line.planned_on else None
    return getattr(line, name)


@transaction.atomic
def commit_breakdown(comparison: BreakdownComparison, *, by: Membership, source: str) -> None:
    """Write the rows into the working copy, all or none; begins the plan where there is none.

    Raises StepRefused or PermissionDenied when the plan is not open to `by`.
    """
    places, minerals = register.agencies_by_name(), MineralNames()
    version = comparison.version or _begin(comparison, by)
    keeper = by if comparison.agency.is_leaf() else Membership(agency=by.agency, role=Role.REVIEWER)
    todo = [each for each in comparison.rows if not each.is_stale and not each.is_same]
    for each in todo:
        if each.mine is None:
            place = places.get(each.row.county or "") or comparison.agency
            each.mine = save_mine(mine=register.new_mine(each.row, place, minerals, source), by=keeper)
        elif each.mine_changes:
            register.apply_to_mine(each.mine, each.row, each.mine_changes, minerals)
            save_mine(mine=each.mine, by=keeper)
        keep_permit(each.mine, each.row, keeper)
    drafts.add_lines(version=version, mines=[each.mine for each in todo if each.line is None], by=by)
    lines = {
        line.task.mine_id: line for line in version.lines.select_related("task", "version__plan__agency")
    }
    for each in todo:
        line = lines[each.mine.pk]
        changes = each.line_changes if each.line else _line_changes(line, each.row, comparison.reading)
        if changes:
            _save_line(line, changes, by)


def _begin(comparison: BreakdownComparison, by: Membership) -> PlanVersion:
    plan = WorkPlan.objects.filter(agency=comparison.agency, programme=comparison.programme).first()
    if plan is None or not plan.versions.exists():
        details = Details(channel=Channel.IMPORT)
        plan = filings.start(programme=comparison.programme, agency=comparison.agency, by=by, details=details)
    version = plan.versions.working().first()
    if version is None:
        raise NoWorkingCopy
    return version


class NoWorkingCopy(Exception):
    """The plan has been submitted; there is nothing open to write into."""


def _save_line(line: PlanLine, changes: list[Change], by: Membership) -> None:
    new = {change.field: change.new for change in changes}
    drafts.save_line(
        line=line,
        by=by,
        lock=line.lock,
        tier=new.get("tier", line.tier),
        planned=new.get("planned", _on_line(line, "planned")),
        responsible=new.get("responsible", line.responsible),
        note=new.get("note", line.note),
    )
