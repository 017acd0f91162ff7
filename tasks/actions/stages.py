"""Stages of a mine's task: who may record which, with what proof (decisions.md, "Counting")."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Channel, Membership
from greenmine.clock import today
from tasks.models import EvidenceFile, GreenStandard, MineTask, StageCorrection, StageFact
from tasks.permissions import may_record_stage
from tasks.rules.steps import StepRefused


@transaction.atomic
def record_stage(
    *,
    task: MineTask,
    stage: str,
    by: Membership,
    day: date | None = None,
    reference: str = "",
    standard: GreenStandard | None = None,
    directory: str = "",
    note: str = "",
    files=(),
    channel: Channel = Channel.SCREEN,
) -> StageFact:
    """Record that the task reached a stage. Raises StepRefused: `not_yours`, `in_future`, `no_evidence`,
    `recorded_already`; ValidationError for a text that is too long or a word that is none of the choices.

    The bureau's own people record up to the third-party assessment; what follows is recorded by the
    reviewer of the city (or of the province, for those that report to it). A completion without
    evidence is refused: a file, or the number of the list, report or protocol. `files` are uploads that
    rules/uploads.py accepted, each with what it found as `.checked`.
    """
    day = day or today()
    if not may_record_stage(by, task, stage):
        raise StepRefused("not_yours", step=stage)
    if day > today():
        raise StepRefused("in_future", step=stage, day=day)
    if stage != StageFact.Stage.BUILDING and not reference.strip() and not files:
        raise StepRefused("no_evidence", step=stage)
    # Locked first: two people may record the same at once.
    MineTask.objects.select_for_update().get(pk=task.pk)
    known = task.stages.filter(stage=stage).prefetch_related("corrections")
    if any(fact.day == day for fact in known):
        raise StepRefused("recorded_already", step=stage)
    fact = StageFact(
        task=task,
        stage=stage,
        happened_on=day,
        reference=reference.strip(),
        standard=standard,
        directory=directory,
        note=note.strip(),
        channel=channel,
        **StageFact.recorded(by),
    )
    fact.full_clean()
    fact.save()
    for file in files:
        EvidenceFile(stage=fact, uploaded_by=by.person).keep(file, file.checked)
    return fact


@transaction.atomic
def correct_stage(
    *,
    fact: StageFact,
    by: Membership,
    reason: str,
    day: date | None = None,
    channel: Channel = Channel.SCREEN,
) -> StageCorrection:
    """Mend a wrong day, or withdraw what was recorded by mistake (`day` None). Both entries stay visible.

    Raises StepRefused: `not_yours`, `in_future`; ValidationError without a reason, or when the entry was
    withdrawn already.
    """
    fact = StageFact.objects.select_for_update().get(pk=fact.pk)
    if not may_record_stage(by, fact.task, fact.stage):
        raise StepRefused("not_yours", step=fact.stage)
    if (day or today()) > today():
        raise StepRefused("in_future", step=fact.stage, day=day)
    if not reason.strip():
        raise ValidationError(_("Write the reason."))
    if fact.day is None:
        raise ValidationError(_("This entry was withdrawn already. Record the stage anew."))
    correction = StageCorrection(
        fact=fact,
        happened_on=day or today(),
        withdrawn=day is None,
        reason=reason.strip(),
        channel=channel,
        **StageCorrection.recorded(by),
    )
    correction.full_clean()
    correction.save()
    return correction
