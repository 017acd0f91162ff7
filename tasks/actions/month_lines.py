"""The lines of a monthly report: written when it is sent, read once more and kept for good when it is frozen.

Called by the steps in actions/monthly.py, which hold the report's lock.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from tasks.models import MonthEvent, MonthLine, MonthlyReport
from tasks.reports.month_files import frozen_content, lines_before, stages_on
from tasks.reports.monthly import place_on
from tasks.rules.monthly import MonthRefused, MonthStep, content_hash


@dataclass(frozen=True)
class Entry:
    """What a bureau says of one task: work done in per cent (None: not said), done this month, problem."""

    percent: int | None = None
    done: str = ""
    problem: str = ""


def line_of(
    report, task: int, stage: str, entry: Entry, before: MonthLine | None, is_zero: bool
) -> MonthLine:
    """Not stored yet. `before` is the task's line in the report before, None where there is none."""
    if entry.percent is not None and entry.percent not in range(101):
        raise MonthRefused("bad_percent")
    said = {"percent": entry.percent, "done": entry.done.strip(), "problem": entry.problem.strip()}
    line = MonthLine(report=report, task_id=task, stage=stage, **said)
    line.unchanged = _is_unchanged(line, before, is_zero)
    line.clean_fields(exclude=["report", "task"])
    return line


def _is_unchanged(line: MonthLine, before: MonthLine | None, is_zero: bool) -> bool:
    """Nothing new was said of the task, and its stage is that of the report before."""
    if line.done:
        return False
    if before is None:
        # Where nothing was said before, silence is an answer in a zero report alone.
        return is_zero and not line.stage
    said, former = ((one.stage, one.percent, one.problem) for one in (line, before))
    return said == former


def write_lines(report: MonthlyReport, lines: list[MonthLine]) -> None:
    """Put the lines in the place of those of an earlier sending. Raises MonthRefused `frozen`."""
    if report.frozen_at:
        raise MonthRefused("frozen")
    report.lines.all().delete()
    MonthLine.objects.bulk_create(lines)


def freeze(report: MonthlyReport, day: date) -> None:
    """Keep what the month's end, `day`, looked like. From here on it is a stored copy (decisions.md, "Facts and
    days"). Raises MonthRefused `frozen`."""
    if report.frozen_at:
        raise MonthRefused("frozen")
    lines = list(report.lines.select_related("task__mine"))
    stages = stages_on(day, [line.task_id for line in lines])
    before = lines_before(agency=report.agency, month=report.month, programme=report.programme)
    is_zero = any(event.is_zero for event in sendings(report)[-1:])
    for line in lines:
        line.stage = stages[line.task_id]
        line.unchanged = _is_unchanged(line, before.get(line.task_id), is_zero)
    MonthLine.objects.bulk_update(lines, ["stage", "unchanged"])
    # A mine that is renamed later keeps, in this month, the name under which it was reported.
    mines = {str(line.task_id): line.task.mine.name for line in lines}
    place = place_on(day, report.agency, report.programme)
    # By these a change of the target that is approved later is told from one that the figures count.
    changes = sorted(change.pk for change in place.target.changes)
    report.figures = {**place.figures, "mines": mines, "changes": changes}
    report.content_hash = content_hash(frozen_content(lines), report.figures)
    report.frozen_at = timezone.now()
    report.save(update_fields=["figures", "content_hash", "frozen_at"])


def sendings(report: MonthlyReport) -> list[MonthEvent]:
    """Each time that the report was sent, in the order in which that was recorded."""
    return [event for event in report.events.all() if event.step == MonthStep.SUBMIT]
