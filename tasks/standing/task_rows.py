"""任务: the rows of the branch's targets and drafts on a day, each mine once, as a list that can be filtered and paged.

Which tasks are in, and which version's line speaks for each, is what day.py says; here it is put into one query, so
that a list of fifty rows reads fifty.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from tasks.models import MineTask, PlanLine, PlanVersion, TargetChange
from tasks.standing.day import Day
from tasks.standing.targets import taken_in_again


def task_rows(day: Day) -> QuerySet[MineTask]:
    """The tasks of the day's branch, by agency, annotated with

    `line`, `plan`, `version_number` (None for a draft), `tier`, `planned_on`, `planned_precision`, `responsible` and
    `note` of the line that speaks for it, else of the late entry that brought it in; `is_entered` (调入);
    `is_drafted` (草拟: in no target in force); `state`, the mine as the register had it on the day.
    """
    planned, drafted = _lines(_planned_lines(day)), _lines(_drafted_lines(day))
    removed, entered = _moved_by_ledger(day)
    said = partial(_of_line_or_entry, day, planned, drafted)
    in_target = (Exists(planned) & ~Q(pk__in=removed)) | Q(pk__in=entered)
    rows = MineTask.objects.filter(in_target | Exists(drafted)).annotate(
        state=FilteredRelation("mine__states", condition=_on(day)),
        is_drafted=ExpressionWrapper(~in_target, output_field=BooleanField()),
        is_entered=ExpressionWrapper(Q(pk__in=entered), output_field=BooleanField()),
        line=_of_line(planned, drafted, "pk", IntegerField()),
        plan=_of_line(planned, drafted, "version__plan", IntegerField()),
        version_number=_of_line(planned, drafted, "version__number", IntegerField()),
        responsible=_of_line(planned, drafted, "responsible", CharField()),
        note=_of_line(planned, drafted, "note", CharField()),
        tier=said("tier", CharField()),
        planned_on=said("planned_on", DateField()),
        planned_precision=said("planned_precision", CharField()),
    )
    return rows.order_by("agency__path", "pk")


def planned_years(day: Day) -> list[int]:
    """The years in which the rows are planned to be complete."""
    planned = (day.targets[agency].tasks[task] for task, agency in day.counted.items())
    drafted = (one for lines in day.drafted.values() for one in lines.values())
    return sorted({one.year for days in (planned, drafted) for one in days if one})


def _on(day: Day) -> Q:
    """As MineState.in_force, along the relation."""
    begun = Q(mine__states__since=None) | Q(mine__states__since__lte=day.until)
    not_ended = Q(mine__states__until=None) | Q(mine__states__until__gt=day.until)
    return begun & not_ended & Q(mine__states__is_overruled=False)


def _lines(condition: Q) -> QuerySet[PlanLine]:
    """The task's lines; where a city's own line and the county's are both there, the county's first (promises.py)."""
    lines = PlanLine.objects.filter(condition, task=OuterRef("pk"))
    return lines.order_by("-version__plan__agency__depth", "pk")


def _of_line(planned: QuerySet, drafted: QuerySet, name: str, field) -> Coalesce:
    values = (Subquery(lines.values(name)[:1], output_field=field) for lines in (planned, drafted))
    return Coalesce(*values, output_field=field)


def _of_line_or_entry(day: Day, planned: QuerySet, drafted: QuerySet, name: str, field) -> Case:
    entries = TargetChange.objects.in_force(day.until).filter(kind=TargetChange.Kind.ENTRY)
    entries = entries.filter(task=OuterRef("pk")).order_by("-happened_on", "-pk")
    entry = Subquery(entries.values(name)[:1], output_field=field)
    back = taken_in_again(day.changes)
    back = [task for task, change in back.items() if task in day.counted and getattr(change, name)]
    # A line without a day is a line: nothing else fills its gap.
    said = [
        When(Exists(lines), then=Subquery(lines.values(name)[:1], output_field=field))
        for lines in (planned, drafted)
    ]
    return Case(When(pk__in=back, then=entry), *said, default=entry, output_field=field)


def _planned_lines(day: Day) -> Q:
    """Lines of the versions in force, each read in the plan of the agency that speaks for its task."""
    versions = _versions_of_speakers(day)
    owners = defaultdict(set)
    for agency in day.agencies:
        if speaker := day.speakers.of(agency.path):
            owners[speaker].add(agency.pk)
    alone = [ids for agency, ids in versions.items() if len(ids) == 1 and owners[agency] <= {agency}]
    lines = Q(version__in=[ids[0] for ids in alone], version__plan__agency=F("task__agency"))
    for agency, ids in versions.items():
        if len(ids) > 1 or not owners[agency] <= {agency}:
            lines |= Q(version__in=ids, task__agency__in=owners[agency])
    moved = _kept_by_another_since(day)
    if moved:
        lines &= ~Q(task__in=[task for tasks in moved.values() for task in tasks])
    for agency, tasks in moved.items():
        lines |= Q(version__in=versions[agency], task__in=tasks)
    return lines


def _versions_of_speakers(day: Day) -> dict[int, list[int]]:
    """Agency → its version in force, and those of the counties that it froze."""
    in_force = {agency: filing.in_force_id for agency, filing in day.filings.items() if filing.in_force_id}
    through = PlanVersion.includes.through.objects.filter(from_planversion__in=in_force.values())
    included = defaultdict(list)
    for version, county in through.values_list("from_planversion", "to_planversion"):
        included[version].append(county)
    return {agency: [version, *included[version]] for agency, version in in_force.items()}


def _kept_by_another_since(day: Day) -> dict[int, list[int]]:
    """Agency → the tasks counted in its target whose mine was not, on the day, with the agency that keeps it today."""
    moved = defaultdict(list)
    for task, agency in day.counted.items():
        owned = day.owned.get(task)
        if owned is None or owned.path != owned.kept:
            moved[agency].append(task)
    return moved


def _drafted_lines(day: Day) -> Q:
    versions = [one.version for one in day.speaking.values() if one.kind != "in_force" and one.is_readable]
    return Q(version__in=versions) | Q(version__included_in__in=versions)


def _moved_by_ledger(day: Day) -> tuple[Iterable[int], Iterable[int]]:
    """The tasks that approved changes took out of the targets, and those that they brought in."""
    changed = {change.task_id for change in day.changes}
    entered = {change.task_id for change in day.changes if change.kind == TargetChange.Kind.ENTRY}
    return changed - day.counted.keys(), entered & day.counted.keys()
