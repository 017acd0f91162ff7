"""一矿一档: all that the program knows of one mine, as far as the reader may see it."""

from dataclasses import dataclass, field
from datetime import date

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from agencies.models import User
from agencies.reports.history import Entry, history
from greenmine.clock import today
from tasks.models import (
    GreenStandard,
    Inspection,
    Mine,
    MineState,
    MineTask,
    Permit,
    PlanEvent,
    PlanLine,
    PlanVersion,
    Rectification,
    StageFact,
    TargetChange,
    WorkPlan,
)
from tasks.models.mine import MineColumns
from tasks.permissions import is_own_staff, may_ask_change, stages_open_to
from tasks.reports.scores import score_results
from tasks.rules.planned_dates import PlannedDate, display
from tasks.rules.progress import Reached, life
from tasks.rules.score_sheets import Verdict
from tasks.rules.steps import Step
from tasks.standing.filings import Filing, filing_on
from tasks.standing.targets import speaker_of

# A page shows the latest of it; the audit list of the administration holds all.
HISTORY_SHOWN = 50


@dataclass(frozen=True)
class Held:
    """A version that holds the mine's task, with its plan's filing as it stood on the day that is looked at."""

    line: PlanLine
    filing: Filing

    @property
    def in_force(self) -> bool:
        return self.filing.is_version_in_force(self.line.version_id)

    @property
    def planned(self) -> str:
        if self.line.planned_on is None:
            return ""
        return display(PlannedDate(self.line.planned_on, self.line.planned_precision))


@dataclass(frozen=True)
class TaskLife:
    """One task of the mine: how far it has come, what was recorded, and how the target changed by it.

    `open_stages` are those that the reader may record; `scores` the verdict of an assessment by its fact.
    """

    task: MineTask
    course: list[tuple[str, Reached, date | None]]
    facts: list[StageFact]
    changes: list[TargetChange]
    scores: dict[int, Verdict]
    open_stages: list[StageFact.Stage]
    may_ask: bool


@dataclass(frozen=True)
class MineFile:
    """`states` are those of the register that had begun by the day, the latest first; what a correction replaced is
    among them."""

    permits: list[Permit]
    states: list[MineState]
    held: list[Held]
    lives: list[TaskLife]
    inspections: list[Inspection]
    papers: list[PlanEvent]
    history: list[Entry] = field(default_factory=list)


def mine_file(mine: Mine, *, user: User, as_of: date) -> MineFile:
    begun = Q(valid_from=None) | Q(valid_from__lte=as_of)
    permits = list(mine.permits.filter(begun).prefetch_related("predecessors__mine", "successors__mine"))
    held = _held(mine, user, as_of)
    return MineFile(
        permits=permits,
        states=_states(mine, as_of),
        held=held,
        lives=_lives(mine, user, as_of, held),
        inspections=_inspections(mine, user, as_of),
        papers=_papers(held),
        history=_history(mine, permits, as_of),
    )


def _lives(mine: Mine, user: User, as_of: date, held: list[Held]) -> list[TaskLife]:
    tasks = MineTask.objects.visible_to(user).filter(mine=mine).select_related("programme", "agency")
    found = []
    for task in tasks:
        recorded = StageFact.objects.filter(task=task).with_people()
        facts = sorted(
            (fact for fact in recorded if (fact.day or fact.happened_on) <= as_of),
            key=lambda fact: (fact.day or fact.happened_on, list(StageFact.Stage).index(fact.stage)),
        )
        counted = [(fact.stage, fact.day) for fact in facts if fact.day]
        # That a draft holds the mine is nobody else's to know (decisions.md, "Plan, version, task, mine").
        if not facts and not held and not is_own_staff(user.acting, task):
            continue
        changes = task.target_changes.asked_by(as_of).select_related(
            "recorded_by", "recorded_for", "approved_by", "approved_for", "linked_to__task__mine"
        )
        found.append(
            TaskLife(
                task=task,
                course=life(counted, on=as_of),
                facts=facts,
                changes=list(changes.prefetch_related("linked_from__task__mine")),
                scores=score_results(facts),
                open_stages=stages_open_to(user.acting, task),
                may_ask=may_ask_change(user.acting, task, speaker_of(task, as_of)),
            )
        )
    return found


def _inspections(mine: Mine, user: User, as_of: date) -> list[Inspection]:
    seen = Inspection.objects.visible_to(user).filter(mine=mine, happened_on__lte=as_of)
    mended = Rectification.objects.filter(happened_on__lte=as_of).select_related("recorded_for")
    return list(
        seen.select_related("recorded_for", "window").prefetch_related(Prefetch("rectifications", mended))
    )


def _papers(held: list[Held]) -> list[PlanEvent]:
    """The papers that name the mine: when the plans that hold it were issued, sent and put on record, by their days."""
    events = {event.pk: event for one in held for event in one.filing.events}
    steps = (Step.ISSUE, Step.SEND, Step.RECEIPT)
    papers = PlanEvent.objects.filter(pk__in=[pk for pk, event in events.items() if event.step in steps])
    papers = papers.select_related("plan__agency", "plan__programme", "version", "scan")
    return sorted(papers.prefetch_related("corrections"), key=lambda paper: (paper.day, paper.pk))


def _held(mine: Mine, user: User, as_of: date) -> list[Held]:
    seen = PlanVersion.objects.visible_to(user).not_taken_back()
    lines = PlanLine.objects.filter(task__mine=mine, version__in=seen)
    lines = lines.select_related("version__plan__agency", "version__plan__programme")
    lines = list(lines.order_by("version__plan__agency__path", "version__pk"))
    plans = WorkPlan.objects.filter(pk__in={line.version.plan_id for line in lines}).with_events()
    filings = {plan.pk: filing_on(plan, as_of) for plan in plans}
    return [
        Held(line, filings[line.version.plan_id])
        for line in lines
        if line.version_id in filings[line.version.plan_id].sent_ids
        or (line.version.is_working and as_of == today())
    ]


def _states(mine: Mine, as_of: date) -> list[MineState]:
    begun = mine.states.filter(Q(since=None) | Q(since__lte=as_of))
    return list(begun.select_related("recorded_for", "managed_by").order_by("-pk")[:HISTORY_SHOWN])


def _history(mine: Mine, permits: list[Permit], as_of: date) -> list[Entry]:
    of_mine = Q(content_type=ContentType.objects.get_for_model(Mine), object_id=mine.pk)
    of_permits = Q(
        content_type=ContentType.objects.get_for_model(Permit), object_id__in=[one.pk for one in permits]
    )
    logs = LogEntry.objects.filter(of_mine | of_permits).select_related("actor", "content_type")
    if as_of < today():
        # The log has the real clock: on an earlier day it shows what had been written by then.
        logs = logs.filter(timestamp__date__lte=as_of)
    return history(logs.order_by("-timestamp", "-pk")[:HISTORY_SHOWN])


def facts(mine: MineColumns, held: list[Held] = ()) -> list[dict]:
    """What is on file, term by term as {term, value}; what is not known reads 未知. `held` are the versions that
    hold its task."""
    terms = {name: term(name) for name in TERMS}
    values = {
        "holder": mine.holder,
        "county": mine.county,
        "managed_by": mine.managed_by,
        "mineral_name": mine.mineral_name or mine.mineral,
        "method": mine.get_method_display(),
        "output": output_words(mine),
        "size_class": _size_words(mine),
        "status": mine.get_status_display(),
        "area": f"{mine.area.normalize():f}" if mine.area is not None else "",
        "first_permitted_on": mine.first_permitted_on,
        "longitude": mine.longitude,
        "latitude": mine.latitude,
    }
    entries = [{"term": terms[name], "value": values[name] or _("unknown")} for name in TERMS]
    entries.append({"term": _("Target"), "value": _target_words(mine, held)})
    entries.append({"term": _("Industry standard"), "value": _standard_words(mine)})
    if mine.note:
        entries.append({"term": term("note"), "value": mine.note})
    return entries


TERMS = [
    "holder",
    "managed_by",
    "county",
    "mineral_name",
    "method",
    "output",
    "size_class",
    "status",
    "first_permitted_on",
    "area",
    "longitude",
    "latitude",
]


def term(name: str) -> str:
    return Mine._meta.get_field(name).verbose_name


def _size_words(mine: MineColumns) -> str:
    """The class on file stands; the computed one is a hint beside it, with its source."""
    on_file = mine.get_size_class_display() or _("unknown")
    if not mine.computed_size_class:
        return on_file
    computed = Mine.SizeClass(mine.computed_size_class).label
    said = {"class": on_file, "computed": computed, "source": mine.mineral.source}
    if mine.mineral.source:
        return _("%(class)s (by the mineral's thresholds: %(computed)s, %(source)s)") % said
    return _("%(class)s (by the mineral's thresholds: %(computed)s)") % said


def output_words(mine: MineColumns) -> str:
    """The figure as typed, without the zeros that the column pads it with, and its unit."""
    return f"{mine.output.normalize():f} {mine.output_unit}" if mine.output is not None else _("unknown")


def scope_word(mine: MineColumns) -> str:
    """Whether the mine falls under the target; unknown while what is missing could decide it."""
    if mine.is_in_scope:
        return _("in scope")
    return _("not in scope") if mine.method and mine.size_class else _("unknown")


def _target_words(mine: MineColumns, held: list[Held]) -> str:
    """A plan may take in a mine that need not be in it; then it counts like the others."""
    if any(one.in_force for one in held) and not mine.is_in_scope and mine.method and mine.size_class:
        return _("not in scope, taken into the plan all the same")
    return scope_word(mine)


def _standard_words(mine: MineColumns) -> str:
    """Suggested by the mineral; which one an assessment follows is said with its evidence. A standard that the list
    of standards does not hold cannot be chosen there, so its number is said to be unknown."""
    if not mine.mineral:
        return _("unknown: choose the mineral class")
    names = [name for name in (mine.mineral.green_standard, mine.mineral.henan_standard) if name]
    known = set(GreenStandard.objects.filter(number__in=names).values_list("number", flat=True))
    words = [name if name in known else _("%(name)s, number not found") % {"name": name} for name in names]
    return _("suggested: %s") % "；".join(words) if words else _("none known")
