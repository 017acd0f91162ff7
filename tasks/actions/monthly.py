"""Monthly reports: sent, returned, confirmed and so frozen, corrected beside the frozen month.

The only code that writes them. A step takes the report's row lock, asks the table in rules/monthly.py, and
records a dated event. Lines and figures of a frozen month are never written again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from agencies.models import Agency, Channel, Membership, Role
from greenmine.clock import today
from tasks.models import MineTask, MonthCorrection, MonthEvent, MonthLine, MonthlyReport, Programme
from tasks.reports.month_files import frozen_content, lines_before, stages_on
from tasks.reports.monthly import place_on
from tasks.rules.monthly import (
    MonthRefused,
    MonthSide,
    MonthState,
    MonthStep,
    check_step,
    content_hash,
    month_of,
    seen_on,
    state_after,
)


@dataclass(frozen=True)
class Entry:
    """What a bureau says of one task: work done in per cent (None: not said), done this month, problem."""

    percent: int | None = None
    done: str = ""
    problem: str = ""


def side_of(by: Membership | None, agency: Agency) -> MonthSide | None:
    """Where the membership stands towards the bureau's reports."""
    if by is None:
        return None
    if by.agency_id == agency.pk and by.role == Role.FILER:
        return MonthSide.FILER
    if by.role == Role.REVIEWER and by.agency.path == agency.reports_to_path:
        return MonthSide.REVIEWER
    return None


@transaction.atomic
def submit(
    *,
    programme: Programme,
    agency: Agency,
    month: date,
    entries: Mapping[int, Entry],
    by: Membership,
    day: date | None = None,
    channel: Channel = Channel.SCREEN,
) -> MonthEvent:
    """Send the month's report with an entry for each task that the bureau owes.

    Raises MonthRefused: `not_yours`, `future_month`, `nothing_owed`, `not_open`, `frozen`, `tasks_changed`
    (the entries are not those of the tasks), `bad_percent`, `in_future`, `only_today`, `too_early`;
    ValidationError for a text that is too long.
    """
    tasks = _owed(agency, month, by, day or today())
    _check_tasks(tasks, entries)
    return _send(programme, month, by, day, channel, tasks, entries, agency=agency, is_zero=False)


@transaction.atomic
def submit_zero(
    *,
    programme: Programme,
    agency: Agency,
    month: date,
    by: Membership,
    day: date | None = None,
    channel: Channel = Channel.SCREEN,
) -> MonthEvent:
    """零报告: every line as in the report before, nothing done. Raises MonthRefused as `submit` does."""
    tasks = _owed(agency, month, by, day or today())
    carried = carried_over(programme=programme, agency=agency, month=month)
    entries = {task: carried.get(task, Entry()) for task in tasks}
    return _send(programme, month, by, day, channel, tasks, entries, agency=agency, is_zero=True)


@transaction.atomic
def submit_changes(
    *,
    programme: Programme,
    agency: Agency,
    month: date,
    changes: Mapping[int, Mapping],
    by: Membership,
    day: date | None = None,
    channel: Channel = Channel.SCREEN,
) -> MonthEvent:
    """Send the report with what is new of some tasks: task → fields of Entry. The others go on as before.

    Raises MonthRefused as `submit` does.
    """
    tasks = _owed(agency, month, by, day or today())
    carried = carried_over(programme=programme, agency=agency, month=month)
    entries = {task: carried.get(task, Entry()) for task in tasks}
    entries |= {task: replace(entries.get(task, Entry()), **change) for task, change in changes.items()}
    return submit(
        programme=programme, agency=agency, month=month, entries=entries, by=by, day=day, channel=channel
    )


def carried_over(*, programme: Programme, agency: Agency, month: date) -> dict[int, Entry]:
    """Task → what its line begins with: per cent and problem of the report before; done this month is new."""
    before = lines_before(agency=agency, month=month, programme=programme)
    return {task: Entry(percent=line.percent, problem=line.problem) for task, line in before.items()}


@transaction.atomic
def send_back(
    *,
    report: MonthlyReport,
    comment: str,
    by: Membership,
    day: date | None = None,
    channel: Channel = Channel.SCREEN,
) -> MonthEvent:
    """Return the report to its bureau. Raises MonthRefused, also `no_reason` and `own_work`."""
    report = _locked(report)
    _check(report, MonthStep.RETURN, by, day, channel)
    if not comment.strip():
        raise MonthRefused("no_reason")
    return _event(report, MonthStep.RETURN, by, day, channel, comment=comment.strip())


@transaction.atomic
def confirm(
    *,
    report: MonthlyReport,
    by: Membership,
    day: date | None = None,
    channel: Channel = Channel.SCREEN,
) -> MonthEvent:
    """Confirm the report and freeze it: stages are read once more, the place's figures and a hash are kept.

    Raises MonthRefused: `not_yours`, `not_open`, `own_work`, `in_future`, `only_today`, `too_early`.
    """
    report = _locked(report)
    _check(report, MonthStep.CONFIRM, by, day, channel)
    event = _event(report, MonthStep.CONFIRM, by, day, channel)
    _freeze(report, seen_on(report.month, event.happened_on))
    return event


@transaction.atomic
def correct(
    *,
    report: MonthlyReport,
    text: str,
    reason: str,
    by: Membership,
    task: MineTask | None = None,
    day: date | None = None,
    channel: Channel = Channel.SCREEN,
) -> MonthCorrection:
    """Say what a frozen month got wrong, beside it. Neither its lines nor its figures change.

    Raises MonthRefused: `not_yours`, `not_confirmed`, `no_text`, `no_reason`, `foreign_task`, `in_future`,
    `too_early` (before the month was confirmed).
    """
    report = _locked(report)
    if side_of(by, report.agency) is None:
        raise MonthRefused("not_yours")
    if _state(report) != MonthState.CONFIRMED:
        raise MonthRefused("not_confirmed")
    if not text.strip():
        raise MonthRefused("no_text")
    if not reason.strip():
        raise MonthRefused("no_reason")
    if task and not report.lines.filter(task=task).exists():
        raise MonthRefused("foreign_task")
    _check_day(day, earliest=_day_of_last(report, MonthStep.CONFIRM))
    correction = MonthCorrection(
        report=report,
        task=task,
        text=text.strip(),
        reason=reason.strip(),
        happened_on=day or today(),
        channel=channel,
        **MonthCorrection.recorded(by),
    )
    correction.full_clean()
    correction.save()
    return correction


def _owed(agency: Agency, month: date, by: Membership, day: date) -> tuple[int, ...]:
    """The tasks that the bureau reports on; refuses whoever may not, and a month for which there are none."""
    if side_of(by, agency) != MonthSide.FILER:
        raise MonthRefused("not_yours")
    if month > month_of(day):
        raise MonthRefused("future_month")
    tasks = place_on(seen_on(month, day), agency).tasks
    if not tasks:
        raise MonthRefused("nothing_owed")
    return tasks


def _check_tasks(tasks: tuple[int, ...], entries: Mapping[int, Entry]) -> None:
    """A mine that entered or left the target while the form was open must not be reported unseen."""
    if moved := set(tasks) ^ set(entries):
        mines = MineTask.objects.filter(pk__in=moved).values_list("mine__name", flat=True)
        raise MonthRefused("tasks_changed", mines="、".join(mines))


def _send(programme, month, by, day, channel, tasks, entries, *, agency: Agency, is_zero: bool) -> MonthEvent:
    report, _created = MonthlyReport.objects.get_or_create(programme=programme, agency=agency, month=month)
    report = _locked(report)
    _check(report, MonthStep.SUBMIT, by, day, channel)
    event = _event(report, MonthStep.SUBMIT, by, day, channel, is_zero=is_zero)
    before = lines_before(agency=agency, month=month, programme=programme)
    stages = stages_on(seen_on(month, event.happened_on), tasks)
    lines = [_line(report, task, stages[task], entries[task], before.get(task), is_zero) for task in tasks]
    _write_lines(report, lines)
    return event


def _line(report, task: int, stage: str, entry: Entry, before: MonthLine | None, is_zero: bool) -> MonthLine:
    if entry.percent is not None and entry.percent not in range(101):
        raise MonthRefused("bad_percent")
    said = {"percent": entry.percent, "done": entry.done.strip(), "problem": entry.problem.strip()}
    same = before and (before.stage, before.percent, before.problem) == (
        stage,
        said["percent"],
        said["problem"],
    )
    unchanged = is_zero or bool(same and not said["done"])
    line = MonthLine(report=report, task_id=task, stage=stage, unchanged=unchanged, **said)
    line.clean_fields(exclude=["report", "task"])
    return line


def _write_lines(report: MonthlyReport, lines: list[MonthLine]) -> None:
    if report.frozen_at:
        raise MonthRefused("frozen")
    report.lines.all().delete()
    MonthLine.objects.bulk_create(lines)


def _freeze(report: MonthlyReport, day: date) -> None:
    """Keep what the month's end looked like. From here on it is a stored copy (decisions.md)."""
    if report.frozen_at:
        raise MonthRefused("frozen")
    lines = list(report.lines.select_related("task__mine"))
    stages = stages_on(day, [line.task_id for line in lines])
    for line in lines:
        line.stage = stages[line.task_id]
    MonthLine.objects.bulk_update(lines, ["stage"])
    # A mine that is renamed later keeps, in this month, the name under which it was reported.
    mines = {str(line.task_id): line.task.mine.name for line in lines}
    report.figures = {**place_on(day, report.agency).figures, "mines": mines}
    report.content_hash = content_hash(frozen_content(lines), report.figures)
    report.frozen_at = timezone.now()
    report.save(update_fields=["figures", "content_hash", "frozen_at"])


def _locked(report: MonthlyReport) -> MonthlyReport:
    # Two people may press different buttons at the same moment: the second sees what the first did.
    MonthlyReport.objects.select_for_update().get(pk=report.pk)
    return MonthlyReport.objects.select_related("agency", "programme").with_events().get(pk=report.pk)


def _state(report: MonthlyReport) -> MonthState:
    return state_after(MonthStep(event.step) for event in report.events.all())


def _check(report: MonthlyReport, step: MonthStep, by: Membership, day: date | None, channel: Channel):
    check_step(step, state=_state(report), side=side_of(by, report.agency))
    if step != MonthStep.SUBMIT:
        _check_not_own_work(report, by)
    if day and channel == Channel.SCREEN and day != today():
        raise MonthRefused("only_today")
    earliest = _day_of_last(report, *(one for one in MonthStep if one != step)) or report.month
    _check_day(day, earliest=earliest)


def _check_not_own_work(report: MonthlyReport, by: Membership) -> None:
    """Nobody answers what they filed under another hat."""
    authors = {event.recorded_by_id for event in report.events.all() if event.step == MonthStep.SUBMIT}
    if by.person and by.user_id in authors:
        raise MonthRefused("own_work")


def _check_day(day: date | None, *, earliest: date) -> None:
    if day and day > today():
        raise MonthRefused("in_future")
    if day and day < earliest:
        raise MonthRefused("too_early", earliest=earliest)


def _day_of_last(report: MonthlyReport, *steps: MonthStep) -> date | None:
    days = [event.happened_on for event in report.events.all() if event.step in steps]
    return days[-1] if days else None


def _event(report: MonthlyReport, step: MonthStep, by: Membership, day, channel, **said) -> MonthEvent:
    return MonthEvent.objects.create(
        report=report,
        step=step,
        happened_on=day or today(),
        channel=channel,
        **said,
        **MonthEvent.recorded(by),
    )
