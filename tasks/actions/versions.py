"""Working copies and frozen versions: begun, frozen with number and hash, copied for the next round."""

import hashlib
import json

from django.utils import timezone

from greenmine.clock import today
from tasks.models import PlanLine, PlanSection, PlanVersion, ScopeExcuse, TargetChange, WorkPlan
from tasks.reports.self_check import self_check
from tasks.rules.plan_checks import Severity
from tasks.rules.steps import StepRefused
from tasks.standing.breakdown import mine_row
from tasks.standing.targets import Target

# What a person wrote in a line, as against the mine it speaks of.
LINE_FIELDS = ["tier", "planned_on", "planned_precision", "responsible", "note"]


def begin(plan: WorkPlan, *, round: int) -> PlanVersion:
    version = PlanVersion.objects.create(plan=plan, round=round)
    for key in PlanSection.Key:
        PlanSection.objects.create(version=version, key=key)
    return version


def copy(source: PlanVersion, *, round: int, reason: str = "") -> PlanVersion:
    """A new working copy with the same sections, lines, files and counties' versions."""
    version = PlanVersion.objects.create(plan=source.plan, round=round, reason=reason)
    for section in source.sections.all():
        PlanSection.objects.create(
            version=version,
            key=section.key,
            body=section.body,
            principles=section.principles,
            departments=section.departments,
        )
    PlanLine.objects.bulk_create(
        PlanLine(version=version, task_id=line.task_id, **{name: getattr(line, name) for name in LINE_FIELDS})
        for line in source.lines.all()
    )
    ScopeExcuse.objects.bulk_create(
        ScopeExcuse(version=version, mine_id=excuse.mine_id, reason=excuse.reason)
        for excuse in source.excuses.all()
    )
    version.attachments.set(source.attachments.all())
    version.includes.set(source.includes.all())
    return version


def follow_ledger(version: PlanVersion, target: Target) -> None:
    """Bring a working copy in line with what was removed and entered since: a revision begins with the target
    as it is, so that its paper and the figures say the same."""
    version.lines.exclude(task__in=target.tasks).delete()
    held = set(version.lines.values_list("task", flat=True))
    PlanLine.objects.bulk_create(
        PlanLine(
            version=version,
            task_id=change.task_id,
            tier=change.tier,
            planned_on=change.planned_on,
            planned_precision=change.planned_precision,
        )
        for change in target.changes
        if change.kind == TargetChange.Kind.ENTRY
        and change.agency_id == version.plan.agency_id
        and change.task_id in target.tasks
        and change.task_id not in held
    )


def freeze(version: PlanVersion, *, on_paper: bool = False) -> PlanVersion:
    """Number, hash and close the working copy; each line keeps the mine as it stands now.

    Raises StepRefused `incomplete` with the errors of the self-check. What was filed on paper is complete as
    it is: its content stands on the paper, not here.
    """
    errors = [] if on_paper else [f for f in self_check(version, on=today()) if f.severity == Severity.ERROR]
    if errors:
        raise StepRefused("incomplete", missing=errors)
    lines = list(version.lines.with_mines())
    for line in lines:
        line.mine_row = mine_row(line.task.mine)
    # A plain update: the lock of a line guards against two writers, and this one holds the plan's.
    PlanLine.objects.bulk_update(lines, ["mine_row"], batch_size=500)
    last = version.plan.versions.frozen().order_by("number").last()
    version.number = last.number + 1 if last else 1
    version.frozen_at = timezone.now()
    version.frozen_on = today()
    version.content_hash = content_hash(version)
    version.save()
    return version


def content_hash(version: PlanVersion) -> str:
    """SHA-256 over everything that was submitted, in a fixed order, as hexadecimal."""
    content = {
        "agency": version.plan.agency.code,
        "programme": version.plan.programme.code,
        "number": version.number,
        "reason": version.reason,
        "sections": [
            [section.key, section.body, section.principles, section.departments]
            for section in version.sections.order_by("key")
        ],
        "lines": [
            [line.task_id, line.tier, str(line.planned_on), line.planned_precision, line.responsible]
            + [line.note, line.mine_row]
            for line in version.lines.order_by("task_id")
        ],
        "excuses": list(version.excuses.order_by("mine_id").values_list("mine_id", "reason")),
        "attachments": sorted(version.attachments.values_list("sha256", flat=True)),
        "includes": sorted(version.includes.values_list("content_hash", flat=True)),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
