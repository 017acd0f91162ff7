"""What was recorded of a frozen month after it was frozen: it stands beside the month and is not counted in it.

It is also why the figures of the month's last day may be others today than those that were frozen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from agencies.models import Fact
from tasks.models import (
    MineTask,
    MonthlyReport,
    PlanEvent,
    PlanVersion,
    Quota,
    StageCorrection,
    StageFact,
    TargetChange,
)
from tasks.rules.monthly import last_day
from tasks.standing.filings import ACCEPTING
from tasks.standing.targets import Target


@dataclass(frozen=True)
class LateEntry:
    """One record. Exactly one of `stage`, `change`, `version` and `quota` says of what.

    `day` is the day from which it counts, None for a stage that was withdrawn; `former` the one before a
    correction.
    """

    entry: Fact
    day: date | None
    former: date | None = None
    mine: str = ""
    stage: StageFact | None = None
    change: TargetChange | None = None
    version: PlanVersion | None = None
    quota: Quota | None = None

    @property
    def recorded_on(self) -> date:
        return self.change.answered_on if self.change else self.entry.recorded_on

    @property
    def recorded_for(self):
        return self.change.approved_for if self.change else self.entry.recorded_for

    @property
    def is_late_entry(self) -> bool:
        return self.entry.is_late_entry or bool(self.change and self.change.is_late_answer)

    @property
    def note(self) -> str:
        """The reason of a correction, a change or a revision; what proves a stage or sets a quota."""
        if self.stage:
            return self.entry.reason if self.former else self.stage.reference
        if self.change:
            return self.change.reason
        return (
            self.quota.document if self.quota else self.entry.reason if self.former else self.version.reason
        )


def late_entries(report: MonthlyReport, *, target: Target, names: Mapping[int, str]) -> list[LateEntry]:
    """Of a frozen month, in a fixed number of queries: stages, changes of the target, acceptances, quotas.

    `target` is the bureau's on the month's last day, as what is recorded by now has it; `names` are those that
    the mines of the report had (task → name).
    """
    tasks = set(names) | set(target.tasks or ())
    changes = _changes(report, target)
    # A mine that has left the target since is still spoken of by the name under which it was reported.
    named = {change.task_id: change.task.mine.name for change in changes} | dict(names)
    return [
        *_stages(report, tasks, names),
        *_stage_corrections(report, tasks, names),
        *(LateEntry(one, _counts_from(one), mine=named[one.task_id], change=one) for one in changes),
        *_acceptances(report),
        *_quotas(report),
    ]


def _name(task: MineTask, names: Mapping[int, str]) -> str:
    return names.get(task.pk, task.mine.name)


def _stages(report: MonthlyReport, tasks: set[int], names: Mapping[int, str]) -> list[LateEntry]:
    facts = StageFact.objects.filter(
        task__in=tasks, happened_on__lte=last_day(report.month), recorded_at__gt=report.frozen_at
    )
    facts = facts.select_related("task__mine", "recorded_for").order_by("happened_on", "pk")
    return [LateEntry(fact, fact.happened_on, mine=_name(fact.task, names), stage=fact) for fact in facts]


def _stage_corrections(report: MonthlyReport, tasks: set[int], names: Mapping[int, str]) -> list[LateEntry]:
    end = last_day(report.month)
    corrections = StageCorrection.objects.filter(
        Q(fact__happened_on__lte=end) | Q(happened_on__lte=end, withdrawn=False),
        fact__task__in=tasks,
        recorded_at__gt=report.frozen_at,
    ).select_related("fact__task__mine", "recorded_for")
    return [
        LateEntry(
            one,
            None if one.withdrawn else one.happened_on,
            former=one.fact.happened_on,
            mine=_name(one.fact.task, names),
            stage=one.fact,
        )
        for one in corrections.order_by("pk")
    ]


def _changes(report: MonthlyReport, target: Target) -> list[TargetChange]:
    """Those that the frozen figures do not count, though they are in force on the month's last day."""
    counted = set(report.figures.get("changes", ()))
    late = [change.pk for change in target.changes if change.pk not in counted]
    found = TargetChange.objects.filter(pk__in=late).select_related("task__mine", "approved_for")
    return list(found.order_by("happened_on", "pk"))


def _counts_from(change: TargetChange) -> date:
    return max(change.happened_on, change.approved_on)


def _acceptances(report: MonthlyReport) -> list[LateEntry]:
    """Versions that came into force within the month as was only recorded, or corrected, after the freeze."""
    end = last_day(report.month)
    events = PlanEvent.objects.filter(
        plan__agency=report.agency_id, plan__programme=report.programme_id, step__in=ACCEPTING
    )
    events = events.select_related("version", "recorded_for").prefetch_related("corrections__recorded_for")
    found = []
    for event in events:
        if event.recorded_at > report.frozen_at and event.happened_on <= end:
            found.append(LateEntry(event, event.happened_on, version=event.version))
        for one in event.corrections.all():
            if one.recorded_at > report.frozen_at and min(one.happened_on, event.happened_on) <= end:
                found.append(LateEntry(one, one.happened_on, former=event.happened_on, version=event.version))
    return found


def _quotas(report: MonthlyReport) -> list[LateEntry]:
    quotas = Quota.objects.filter(
        agency=report.agency_id,
        programme=report.programme_id,
        happened_on__lte=last_day(report.month),
        recorded_at__gt=report.frozen_at,
    )
    return [LateEntry(one, one.happened_on, quota=one) for one in quotas.select_related("recorded_for")]
