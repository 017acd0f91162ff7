"""What one month's report says, mine by mine, and what stands beside a frozen one.

A confirmed month is read from its stored copy: its lines, its figures and the names that its mines had.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from agencies.models import Agency
from tasks.models import MonthCorrection, MonthLine, MonthlyReport, Programme
from tasks.reports.month_late import LateEntry, late_entries
from tasks.reports.monthly import MonthRow, month_rows, place_on, reports_of, row_of
from tasks.rules.monthly import content_hash, seen_on, stage_on
from tasks.standing.done import stage_days


def stages_on(day: date, tasks: Iterable[int]) -> dict[int, str]:
    """Task → the stage that it had reached on the day; "" before any."""
    tasks = list(tasks)
    facts = stage_days(tasks)
    return {task: stage_on(facts.get(task, ()), day) for task in tasks}


def lines_before(*, agency: Agency, month: date, programme: Programme) -> dict[int, MonthLine]:
    """Task → its line in the last report before the month: what this month's begins with."""
    earlier = MonthlyReport.objects.filter(programme=programme, agency=agency, month__lt=month)
    last = earlier.order_by("-month").first()
    lines = last.lines.select_related("report") if last else ()
    return {line.task_id: line for line in lines}


@dataclass(frozen=True)
class ShownLine:
    """One mine in a month. `before` is its line in the report before this one, or None."""

    line: MonthLine
    name: str
    before: MonthLine | None = None

    @property
    def stage_moved(self) -> bool:
        return self.before is not None and self.before.stage != self.line.stage


@dataclass(frozen=True)
class MonthFile:
    """One bureau's month with all that belongs to it. `is_intact` says of a frozen one whether what is stored
    still has its hash; None where that was not asked."""

    row: MonthRow
    lines: tuple[ShownLine, ...]
    corrections: tuple[MonthCorrection, ...] = ()
    late: tuple[LateEntry, ...] = ()
    is_intact: bool | None = None


def month_file(*, agency: Agency, month: date, as_of: date, programme: Programme) -> MonthFile:
    """One bureau's month, whether it owes it or not."""
    report = reports_of(programme, Agency.objects.filter(pk=agency.pk), month=month).first()
    place = place_on(seen_on(month, as_of), agency, programme)
    row = row_of(agency, month, as_of, place, report)
    (file,) = _files([row], as_of)
    if row.report is None:
        return file
    before = lines_before(agency=agency, month=month, programme=programme)
    lines = tuple(replace(one, before=before.get(one.line.task_id)) for one in file.lines)
    if not row.is_frozen:
        return replace(file, lines=lines)
    names = {one.line.task_id: one.name for one in lines}
    late = late_entries(report, target=place.target, names=names)
    return replace(file, lines=lines, late=tuple(late), is_intact=is_intact(report))


def month_files(*, month: date, as_of: date, branch: Agency, programme: Programme) -> list[MonthFile]:
    """Those of all agencies of the branch that owe or have reported the month, in code order."""
    return _files(month_rows(month=month, as_of=as_of, branch=branch, programme=programme), as_of)


def _files(rows: list[MonthRow], as_of: date) -> list[MonthFile]:
    reports = [row.report.pk for row in rows if row.report]
    lines, corrections = defaultdict(list), defaultdict(list)
    for line in MonthLine.objects.filter(report__in=reports).select_related("task__mine").order_by("task"):
        lines[line.report_id].append(line)
    said = MonthCorrection.objects.filter(report__in=reports, happened_on__lte=as_of)
    for one in said.select_related("recorded_by", "recorded_for", "task__mine"):
        corrections[one.report_id].append(one)
    return [
        MonthFile(
            row=row,
            lines=tuple(ShownLine(line, _name(row, line)) for line in lines[row.report and row.report.pk]),
            corrections=tuple(corrections[row.report.pk]) if row.is_frozen else (),
        )
        for row in rows
    ]


def _name(row: MonthRow, line: MonthLine) -> str:
    """The mine's name, in a frozen month as it read when it was frozen."""
    kept = row.report.figures.get("mines", {}) if row.is_frozen else {}
    return kept.get(str(line.task_id), line.task.mine.name)


def frozen_content(lines: Iterable[MonthLine]) -> list[dict]:
    """The lines as the hash of a frozen month reads them."""
    return [
        {
            "task": line.task_id,
            "stage": line.stage,
            "percent": line.percent,
            "done": line.done,
            "problem": line.problem,
            "unchanged": line.unchanged,
        }
        for line in sorted(lines, key=lambda line: line.task_id)
    ]


def is_intact(report: MonthlyReport) -> bool:
    """Whether a frozen month still says what it was frozen with."""
    return content_hash(frozen_content(report.lines.all()), report.figures) == report.content_hash
