"""Monthly reports: sent, returned, confirmed and so frozen, corrected beside the frozen month.

With month_lines.py the only code that writes them. A step takes the report's row lock, asks the table in rules/monthly.py, and
records a dated event. Lines and figures of a frozen month are never written again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db import transaction

from agencies.models import Agency, Channel, Membership, Role
from greenmine.clock import today
from tasks.actions.month_lines import Entry, freeze, line_of, sendings, write_lines
from tasks.models import MineTask, MonthCorrection, MonthEvent, MonthlyReport, Programme
from tasks.reports.month_files import lines_before, stages_on
from tasks.reports.monthly import place_on
from tasks.rules.monthly import (
    MonthRefused,
    MonthSide,
    MonthState,
    MonthStep,
    check_step,
    is_over,
    last_day,
    month_of,
    next_month,
    seen_on,
    state_after,
)


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
    tasks = _owed(programme, agency, month, by, day or today())
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
    """零报告: every line as in the report before, nothing done; a stage that moved is still read anew.

    Raises MonthRefused as `submit` does.
    """
    tasks = _owed(programme, agency, month, by, day or today())
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
    tasks = _owed(programme, agency, month, by, day or today())
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

    Only once the month is over: what happens on its last days must still count in it. Raises MonthRefused:
    `not_yours`, `not_open`, `own_work`, `in_future`, `only_today`, `too_early`, `not_over`.
    """
    report = _locked(report)
    _check(report, MonthStep.CONFIRM, by, day, channel)
    if not is_over(report.month, day or today()):
        raise MonthRefused("not_over", earliest=next_month(report.month))
    event = _event(report, MonthStep.CONFIRM, by, day, channel)
    freeze(report, last_day(report.month))
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


def _owed(programme: Programme, agency: Agency, month: date, by: Membership, day: date) -> tuple[int, ...]:
    """The tasks that the bureau reports on; refuses whoever may not, and a month for which there are none."""
    if side_of(by, agency) != MonthSide.FILER:
        raise MonthRefused("not_yours")
    if month > month_of(day):
        raise MonthRefused("future_month")
    tasks = place_on(seen_on(month, day), agency, programme).tasks
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
    lines = [line_of(report, task, stages[task], entries[task], before.get(task), is_zero) for task in tasks]
    write_lines(report, lines)
    return event


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
    authors = {event.recorded_by_id for event in sendings(report)}
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
