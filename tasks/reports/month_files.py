"""What one month's report says, mine by mine, and what stands beside a frozen one.

A confirmed month is read from its stored copy: its lines, its figures and the names that its mines had.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from agencies.models import Agency
from tasks.models import (
    MonthCorrection,
    MonthLine,
    MonthlyReport,
    Programme,
    StageCorrection,
    StageFact,
)
from tasks.reports.monthly import MonthRow, month_rows, place_on, reports_of, row_of
from tasks.reports.stages import stage_days
from tasks.rules.monthly import MonthStep, content_hash, last_day, seen_on, stage_on


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
class LateStage:
    """What was recorded of the month after it was frozen: a fact, or the correction of one."""

    mine: str
    fact: StageFact
    correction: StageCorrection | None = None

    @property
    def entry(self):
        return self.correction or self.fact


@dataclass(frozen=True)
class MonthFile:
    """One bureau's month with all that belongs to it."""

    row: MonthRow
    lines: tuple[ShownLine, ...]
    corrections: tuple[MonthCorrection, ...] = ()
    late: tuple[LateStage, ...] = ()

    @property
    def rewritten_on(self) -> date | None:
        """The lines are those of a later sending than the day looked at knows: on which day it was."""
        report = self.row.report
        last = (
            [event for event in report.events.all() if event.step == MonthStep.SUBMIT][-1:] if report else []
        )
        known = {event.pk for event in self.row.events}
        return last[0].happened_on if last and last[0].pk not in known else None


def month_file(*, agency: Agency, month: date, as_of: date, programme: Programme) -> MonthFile:
    """One bureau's month, whether it owes it or not."""
    report = reports_of(programme, Agency.objects.filter(pk=agency.pk), month=month).first()
    row = row_of(agency, month, as_of, place_on(seen_on(month, as_of), agency), report)
    (file,) = _files([row], as_of)
    if row.report is None:
        return file
    before = lines_before(agency=agency, month=month, programme=programme)
    lines = tuple(replace(one, before=before.get(one.line.task_id)) for one in file.lines)
    names = {one.line.task_id: one.name for one in lines}
    return replace(file, lines=lines, late=tuple(_late_stages(report, names)) if row.is_frozen else ())


def month_files(*, month: date, as_of: date, agencies, programme: Programme) -> list[MonthFile]:
    """Those of all the agencies (a queryset) that owe or have reported the month, in code order."""
    return _files(month_rows(month=month, as_of=as_of, agencies=agencies, programme=programme), as_of)


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


def _late_stages(report: MonthlyReport, names: dict[int, str]) -> list[LateStage]:
    end = last_day(report.month)
    of_tasks = Q(task__in=names, happened_on__lte=end)
    facts = StageFact.objects.filter(of_tasks, recorded_at__gt=report.frozen_at)
    late = [LateStage(names[fact.task_id], fact) for fact in facts.order_by("happened_on", "pk")]
    corrections = StageCorrection.objects.filter(
        Q(fact__happened_on__lte=end) | Q(happened_on__lte=end),
        fact__task__in=names,
        recorded_at__gt=report.frozen_at,
    ).select_related("fact")
    return late + [LateStage(names[one.fact.task_id], one.fact, one) for one in corrections.order_by("pk")]


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
