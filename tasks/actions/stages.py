"""Stages of a mine's task: who may record which (decisions.md, "Counting")."""

from datetime import date

from django.db import transaction

from agencies.models import Channel, Membership, Role
from greenmine.clock import today
from tasks.models import MineTask, StageFact
from tasks.rules.steps import StepRefused

BY_COUNTY = {StageFact.Stage.BUILDING, StageFact.Stage.DECLARED, StageFact.Stage.ASSESSED}


@transaction.atomic
def record_stage(
    *,
    task: MineTask,
    stage: str,
    by: Membership,
    day: date | None = None,
    reference: str = "",
    note: str = "",
    channel: Channel = Channel.SCREEN,
) -> StageFact:
    """Record that the task reached a stage. Raises StepRefused: `not_yours`, `in_future`, `no_evidence`.

    The bureau's own people record up to the third-party assessment; what follows is recorded by the
    reviewer of the city (or of the province, for those that report to it). A completion without
    evidence is refused.
    """
    if not _may_record(by, task, stage):
        raise StepRefused("not_yours", step=stage)
    if (day or today()) > today():
        raise StepRefused("in_future", step=stage, day=day)
    if stage != StageFact.Stage.BUILDING and not reference.strip():
        raise StepRefused("no_evidence", step=stage)
    return StageFact.objects.create(
        task=task,
        stage=stage,
        happened_on=day or today(),
        reference=reference.strip(),
        note=note.strip(),
        channel=channel,
        **StageFact.recorded(by),
    )


def _may_record(by: Membership, task: MineTask, stage: str) -> bool:
    if stage in BY_COUNTY:
        return by.agency_id == task.agency_id and by.role in (Role.FILER, Role.LEADER)
    return by.role == Role.REVIEWER and by.agency.path == task.agency.reports_to_path
