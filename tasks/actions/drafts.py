"""Writing in a working copy: sections, lines, files, and which counties' versions a city takes up.

Each row carries a lock. Whoever saves from an older state gets RecordModifiedError, and nothing is
overwritten: the view shows both texts.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Membership
from tasks.models import (
    Attachment,
    LineState,
    Mine,
    MineTask,
    PlanLine,
    PlanSection,
    PlanVersion,
    ScopeExcuse,
    WorkPlan,
)
from tasks.permissions import may_edit
from tasks.rules.planned_dates import PlannedDate


def _check_may_write(version: PlanVersion, by: Membership) -> None:
    if not version.is_working or not may_edit(by, version.plan):
        raise PermissionDenied("edit")


@transaction.atomic
def save_section(
    *,
    section: PlanSection,
    by: Membership,
    lock: int,
    body: str,
    principles: list[str] | None = None,
    departments: list[str] | None = None,
) -> PlanSection:
    """Save one section as seen at `lock`. Raises RecordModifiedError when somebody saved in between."""
    _check_may_write(section.version, by)
    section.lock = lock
    section.body = body
    if principles is not None:
        section.principles = [p for p in section.version.plan.programme.principles if p in principles]
    if departments is not None:
        section.departments = departments
    section.save()
    return section


@transaction.atomic
def add_lines(*, version: PlanVersion, mines: list[Mine], by: Membership) -> list[PlanLine]:
    """Take mines of the register into the plan; those already in it stay as they are."""
    _check_may_write(version, by)
    programme = version.plan.programme
    present = set(version.lines.values_list("task__mine", flat=True))
    lines = []
    for mine in mines:
        if mine.pk in present:
            continue
        owner = mine.managed_by or version.plan.agency
        task, _created = MineTask.objects.get_or_create(
            programme=programme, mine=mine, defaults={"agency": owner}
        )
        lines.append(PlanLine.objects.create(version=version, task=task))
    return lines


@transaction.atomic
def save_line(
    *,
    line: PlanLine,
    by: Membership,
    lock: int,
    tier: str,
    planned: PlannedDate | None,
    responsible: str,
    note: str,
) -> PlanLine:
    """Save one row of the breakdown as seen at `lock`. Raises RecordModifiedError like save_section."""
    _check_may_write(line.version, by)
    LineState.keep(line)
    line.lock = lock
    line.tier = tier
    line.planned_on = planned.last_day if planned else None
    line.planned_precision = planned.precision if planned else ""
    line.responsible = responsible
    line.note = note
    line.save()
    return line


@transaction.atomic
def drop_line(*, line: PlanLine, by: Membership) -> None:
    """Take a mine out of the working copy. Frozen versions keep their rows, the mine its place."""
    _check_may_write(line.version, by)
    line.delete()


@transaction.atomic
def excuse_mine(*, version: PlanVersion, mine: Mine, reason: str, by: Membership) -> ScopeExcuse | None:
    """Write why a mine of the whole scope stays out; an empty reason takes the excuse back."""
    _check_may_write(version, by)
    if not reason.strip():
        version.excuses.filter(mine=mine).delete()
        return None
    excuse, _created = ScopeExcuse.objects.update_or_create(
        version=version, mine=mine, defaults={"reason": reason.strip()[:300]}
    )
    return excuse


@transaction.atomic
def attach(*, version: PlanVersion, file, checked, by: Membership) -> Attachment:
    """Keep an upload that rules/uploads.py accepted (`checked`) with the working copy."""
    _check_may_write(version, by)
    attachment = keep_file(plan=version.plan, file=file, checked=checked, by=by)
    version.attachments.add(attachment)
    return attachment


def keep_file(*, plan: WorkPlan, file, checked, by: Membership, is_scan: bool = False) -> Attachment:
    attachment = Attachment(plan=plan, uploaded_by=by.person, is_scan=is_scan)
    attachment.keep(file, checked)
    return attachment


@transaction.atomic
def detach(*, version: PlanVersion, attachment: Attachment, by: Membership) -> None:
    """Take a file out of the working copy. The file stays: an earlier version may hold it."""
    _check_may_write(version, by)
    version.attachments.remove(attachment)


@transaction.atomic
def choose_included(*, version: PlanVersion, chosen: list[PlanVersion], by: Membership) -> None:
    """Which submitted versions of the counties below the city's plan freezes, by id."""
    _check_may_write(version, by)
    below = version.plan.agency.path
    version.includes.set(one for one in chosen if one.frozen_at and one.plan.agency.path.startswith(below))
