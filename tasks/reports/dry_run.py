"""What a dry run shows: each kind of row with its count and its first rows, in the words of the screen.

Nothing here reads a file or writes: it takes the comparison that the engine made.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from tasks.imports.headings import TITLES
from tasks.imports.quotas import TITLES as QUOTA_TITLES
from tasks.imports.reading import Remark
from tasks.models import ImportFile, LineState, Mine, PlanLine
from tasks.rules import row_locks
from tasks.rules.planned_dates import PlannedDate, display

# Of each kind so many rows are shown; the counts are of all.
SHOWN = 200
COUNTS = "与系统比较："
CHOICES = {"method": Mine.Method, "size_class": Mine.SizeClass, "status": Mine.Status, "tier": PlanLine.Tier}
# What a new row is shown with, where the file has the column.
ROW_FIELDS = ["county", "licence", "mineral", "method", "output", "size_class", "tier", "planned"]


@dataclass(frozen=True)
class Cell:
    """One field: what stands, and what the file says, "" for unknown."""

    name: str
    old: str
    new: str
    exported: str | None = None  # of a stale row: what stood when the file left; None: not known


@dataclass(frozen=True)
class Row:
    row: int
    sheet: str
    name: str
    url: str = ""
    values: tuple[tuple[str, str], ...] = ()  # heading and value, of a new row
    cells: tuple[Cell, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class Group:
    """All are counted, the first are shown."""

    count: int = 0
    rows: tuple = ()

    @property
    def rest(self) -> int:
        return self.count - len(self.rows)


@dataclass
class DryRun:
    kind: str
    message: str
    refusal: str
    refusal_code: str
    columns: list[str] = field(default_factory=list)
    added: Group = field(default_factory=Group)
    changed: Group = field(default_factory=Group)
    stale: Group = field(default_factory=Group)
    same: Group = field(default_factory=Group)
    absent: Group = field(default_factory=Group)
    refused: Group = field(default_factory=Group)
    doubts: Group = field(default_factory=Group)

    @property
    def total(self) -> int:
        return self.added.count + self.changed.count

    @property
    def may_write(self) -> bool:
        return not self.refusal and bool(self.total or self.stale.count)


def dry_run(kept: ImportFile, comparison) -> DryRun:
    """The page of one comparison (imports/breakdown, own_mines or quotas)."""
    reading = comparison.reading
    # The counts stand above, those of rows to choose apart.
    reading.notes = [note for note in dict.fromkeys(reading.notes) if not note.startswith(COUNTS)]
    page = DryRun(kept.kind, reading.message, reading.refusal, reading.refusal_code)
    page.refused = _group(reading.errors, lambda remark: remark)
    page.doubts = _group(reading.warnings, lambda remark: remark)
    if reading.refusal:
        return page
    fields = [] if kept.kind == ImportFile.Kind.QUOTAS else [f for f in ROW_FIELDS if f in reading.fields]
    page.columns = [TITLES[name] for name in fields] or [QUOTA_TITLES["count"]]
    stale = [each for each in comparison.rows if getattr(each, "is_stale", False)]
    page.doubts = _group(_without_stale(reading.warnings, stale), lambda remark: remark)
    changed = [each for each in comparison.changed if not getattr(each, "is_stale", False)]
    page.added = _group(comparison.new, lambda each: _new_row(each, fields))
    page.changed = _group(changed, _changed_row)
    page.same = _group(_same(comparison), _changed_row)
    page.stale = _stale(stale)
    page.absent = _group(getattr(comparison, "absent", []), lambda line: line.task.mine.name)
    return page


def _group(items: Iterable, shown: Callable[[Any], Any]) -> Group:
    items = list(items)
    return Group(len(items), tuple(shown(item) for item in islice(items, SHOWN)))


def _without_stale(remarks: list[Remark], stale: list) -> list[Remark]:
    """The rows to choose have a table of their own: they need no remark that tells to look at them."""
    asked = {(each.row.sheet, each.row.row, each.row.mine) for each in stale}
    return [
        one
        for one in remarks
        if one.column is not None
        or (one.sheet, one.row, one.value) not in asked
        or "导出之后" not in one.message
    ]


def _same(comparison) -> list:
    if hasattr(comparison, "same"):
        return comparison.same
    return [each for each in comparison.rows if each.mine and not each.changes]


def _place(each) -> dict:
    if hasattr(each, "agency"):
        return {"row": each.row, "sheet": each.sheet, "name": each.agency.name}
    return {"row": each.row.row, "sheet": each.row.sheet, "name": each.row.mine}


def _new_row(each, fields: list[str]) -> Row:
    if hasattr(each, "agency"):
        return Row(**_place(each), values=((QUOTA_TITLES["count"], str(each.count)),))
    values = tuple((TITLES[name], _on_row(each.row, name)) for name in fields)
    return Row(**_place(each), values=values)


def _on_row(row, name: str) -> str:
    said = word(name, getattr(row, name))
    return f"{said} {row.output_unit or ''}".strip() if name == "output" else said


def _changed_row(each) -> Row:
    mine = getattr(each, "mine", None)
    return Row(**_place(each), url=mine.get_absolute_url() if mine else "", cells=_cells(each))


def _cells(each, exported: dict | None = None) -> tuple[Cell, ...]:
    changes = each.changes if hasattr(each, "changes") else [*each.mine_changes, *each.line_changes]
    return tuple(
        Cell(
            TITLES.get(change.field) or QUOTA_TITLES[change.field],
            word(change.field, change.old),
            word(change.field, change.new),
            word(change.field, exported[change.field]) if exported and change.field in exported else None,
        )
        for change in changes
    )


def _stale(rows: list) -> Group:
    """Three columns: in the file, now, when exported."""
    shown = rows[:SHOWN]
    then = exported_states(shown)
    found = [
        Row(
            **_place(each),
            url=each.mine.get_absolute_url(),
            cells=_cells(each, then.get(each.line.pk)),
            line=each.line.pk,
        )
        for each in shown
    ]
    return Group(len(rows), tuple(found))


def exported_states(rows: list) -> dict[int, dict]:
    """Line id → what its row held when the file left: a state of the working copy by its lock, or the row
    of the submitted version that the file names. A line that is not found is left out."""
    locks = {each.line.pk: exported[0] for each in rows if (exported := row_locks.read(each.row.lock))}
    kept = LineState.objects.filter(line__in=locks)
    then = {state.line_id: _fields_of(state) for state in kept if state.lock == locks[state.line_id]}
    numbers = {each.line.pk: number for each in rows if (number := _version_number(each.row.source))}
    if numbers:
        plan = rows[0].line.version.plan_id
        tasks = {each.line.task_id: each.line.pk for each in rows}
        frozen = PlanLine.objects.filter(
            version__plan=plan, version__number__in=set(numbers.values()), task__in=tasks
        ).select_related("version")
        for line in frozen:
            pk = tasks[line.task_id]
            if numbers.get(pk) == line.version.number:
                then[pk] = _fields_of(line)
    return then


def _version_number(source: str | None) -> int:
    """exports/breakdown.source_mark: template, agency, version number, hash; 0 for a working copy."""
    parts = (source or "").split()
    number = parts[2] if len(parts) > 2 else ""
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 4 else 0


def _fields_of(state) -> dict:
    planned = PlannedDate(state.planned_on, state.planned_precision) if state.planned_on else None
    return {
        "tier": state.tier,
        "planned": planned,
        "responsible": state.responsible,
        "note": state.note,
    }


def word(name: str, value) -> str:
    """A value as the screen says it; "" for unknown."""
    if value in (None, ""):
        return ""
    if isinstance(value, PlannedDate):
        return display(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if name in CHOICES:
        return str(dict(CHOICES[name].choices).get(value, value))
    return str(value)
