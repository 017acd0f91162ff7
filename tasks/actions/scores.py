"""评价指标: the points of one assessment, entered once."""

from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Membership
from tasks.models import Score, ScoreSheet, StageFact
from tasks.permissions import may_record_stage
from tasks.reports.scores import SCORED_STAGES, as_sheet
from tasks.rules.score_sheets import Verdict, verdict


@transaction.atomic
def save_scores(
    *, stage: StageFact, sheet: ScoreSheet, scores: Mapping[str, Decimal | bool | None], by: Membership
) -> Verdict:
    """Store the points (by item number) and whether each precondition holds; None stays unknown.

    All or nothing, and once for each assessment: another look at the mine is another stage with its own
    day. Raises PermissionDenied for whoever may not record the stage, ValidationError when the stage
    takes no scores or has them, ScoreRefused when the sheet does not allow them.
    """
    if not may_record_stage(by, stage.task, stage.stage):
        raise PermissionDenied("scores")
    # Held until the end, so that of two people who save at once the second is refused.
    stage = StageFact.objects.select_for_update().get(pk=stage.pk)
    _refuse(stage)
    items = {item.number: item for item in sheet.items.all()}
    conditions = {number for number, item in items.items() if item.is_precondition}
    points = {number: value for number, value in scores.items() if number not in conditions}
    holds = {number: value for number, value in scores.items() if number in conditions}
    result = verdict(as_sheet(sheet), points, holds)
    known = {number: value for number, value in scores.items() if value is not None}
    if not known:
        raise ValidationError(_("Nothing is entered yet. Enter at least one precondition or one score."))
    Score.objects.bulk_create(
        Score(stage=stage, item=items[number], entered_by=by.person, **_value(number in conditions, value))
        for number, value in known.items()
    )
    return result


def _refuse(stage: StageFact) -> None:
    if stage.stage not in SCORED_STAGES:
        raise ValidationError(_("Scores belong to a third-party assessment or a verification."))
    if stage.day is None:
        raise ValidationError(_("This entry was withdrawn as a mistake and takes no scores."))
    if stage.scores.exists():
        raise ValidationError(
            _("This assessment has its scores already, and they stay. Record a new assessment for new ones.")
        )


def _value(is_precondition: bool, value) -> dict:
    return {"holds": value} if is_precondition else {"points": value}
