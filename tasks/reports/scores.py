"""What the scores of assessments come to: read here, judged in rules/score_sheets.py."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tasks.models import Score, ScoreItem, ScoreSheet, StageFact
from tasks.rules.score_sheets import Item, Precondition, Sheet, Verdict, verdict

# The stages at which somebody assesses a mine and gives points.
SCORED_STAGES = {StageFact.Stage.ASSESSED, StageFact.Stage.VERIFIED}


def score_result(stage: StageFact) -> Verdict | None:
    """The verdict of one assessment; None while it has no scores."""
    return score_results([stage]).get(stage.pk)


def score_results(stages: Iterable[StageFact]) -> dict[int, Verdict]:
    """StageFact id → verdict, of those that have scores; three queries however many there are."""
    scores = defaultdict(list)
    for score in Score.objects.filter(stage__in=[one.pk for one in stages]).select_related("item"):
        scores[score.stage_id].append(score)
    wanted = {of_stage[0].item.sheet_id for of_stage in scores.values()}
    sheets = {sheet.pk: as_sheet(sheet) for sheet in editions().filter(pk__in=wanted)} if wanted else {}
    return {stage: _verdict(sheets[given[0].item.sheet_id], given) for stage, given in scores.items()}


def _verdict(sheet: Sheet, scores: list[Score]) -> Verdict:
    points: dict[str, Decimal | None] = {}
    preconditions: dict[str, bool | None] = {}
    for score in scores:
        if score.item.is_precondition:
            preconditions[score.item.number] = score.holds
        else:
            points[score.item.number] = score.points
    return verdict(sheet, points, preconditions)


def editions():
    return ScoreSheet.objects.prefetch_related("items")


def edition_on(day: date, sheets: list[ScoreSheet]) -> ScoreSheet | None:
    """The latest edition dated on or before the day, else the earliest; None when there is none."""
    dated = sorted((sheet for sheet in sheets if sheet.dated_on), key=lambda sheet: sheet.dated_on)
    earlier = [sheet for sheet in dated if sheet.dated_on <= day]
    if earlier:
        return earlier[-1]
    return dated[0] if dated else next(iter(sheets), None)


def as_sheet(sheet: ScoreSheet) -> Sheet:
    """The edition as plain data, for the rules."""
    below: dict[int | None, list[ScoreItem]] = defaultdict(list)
    for item in sheet.items.all():
        below[item.parent_id].append(item)

    def items(parent: int | None) -> tuple[Item, ...]:
        return tuple(
            Item(one.number, one.title, one.points, items(one.pk))
            for one in below[parent]
            if not one.is_precondition
        )

    return Sheet(
        code=sheet.code,
        title=sheet.title,
        points=sheet.points,
        pass_points=sheet.pass_points,
        item_share=sheet.item_share,
        items=items(None),
        preconditions=tuple(
            Precondition(one.number, one.title) for one in below[None] if one.is_precondition
        ),
    )
