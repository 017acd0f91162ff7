"""评价指标: the scores of one assessment, entered once, and the verdict with its reasons."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BoundField
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from greenmine.once import once
from tasks.actions import scores
from tasks.forms.scores import ScoresForm
from tasks.models import ScoreItem, ScoreSheet, StageFact
from tasks.permissions import may_record_stage
from tasks.reports.scores import SCORED_STAGES, as_sheet, edition_on, editions, score_result
from tasks.rules.score_sheets import Line, Verdict
from tasks.score_words import HOLDS, REACHED, Word, outcome, plain, reasons

SAVE = "save"


@dataclass(frozen=True)
class Row:
    """A line of the sheet as it is shown: with an input, or with what was given."""

    item: ScoreItem
    deep: bool
    of: str
    field: BoundField | None
    given: str
    holds: Word | None
    line: Line | None
    reached: Word | None


@once
def stage_scores(request, stage):
    fact = _visible_stage(request, stage)
    given = {score.item_id: score for score in fact.scores.all()}
    may_record = may_record_stage(request.user.acting, fact.task, fact.stage)
    if request.method == "POST" and not may_record:
        raise PermissionDenied("scores")
    sheet = _sheet(request, fact, given)
    form = None
    is_open = may_record and fact.day and not given and not request.is_past_view
    if sheet and (request.method == "POST" or is_open):
        form = ScoresForm(request.POST or None, sheet=sheet)
        if request.method == "POST" and form.is_valid() and _saved(request, form, fact, sheet):
            messages.success(request, _("The scores are saved."))
            return redirect("tasks:stage_scores", fact.pk)
    verdict = form.verdict if form else score_result(fact)
    context = {
        "stage": fact,
        "sheet": sheet,
        "tabs": [] if given else _tabs(fact, sheet),
        "form": form,
        "is_early": bool(sheet and fact.day and sheet.dated_on and fact.day < sheet.dated_on),
        "verdict": verdict,
        "outcome": outcome(verdict) if verdict else None,
        "reasons": reasons(verdict) if verdict else [],
        "total": plain(verdict.total if verdict.total is not None else verdict.given) if verdict else "",
        "preconditions": _rows(sheet, True, form, verdict, given),
        "rows": _rows(sheet, False, form, verdict, given),
        "has_levels": bool(sheet) and any(item.parent_id for item in sheet.items.all()),
        "is_preview": request.method == "POST",
    }
    status = 422 if form and form.errors else 200
    return render(request, "tasks/stage_scores.html", context, status=status)


def _visible_stage(request, pk) -> StageFact:
    """404 outside the branch, for another stage, and on a day before it."""
    facts = StageFact.objects.visible_to(request.user).prefetch_related("corrections", "scores__item")
    fact = get_object_or_404(facts.select_related("task__mine", "task__agency", "recorded_for"), pk=pk)
    if fact.stage not in SCORED_STAGES or (fact.day or fact.happened_on) > request.as_of:
        raise Http404
    return fact


def _sheet(request, fact: StageFact, given: dict) -> ScoreSheet | None:
    """The edition by which it was scored; before that the chosen one, else the one of the day."""
    sheets = list(editions())
    if given:
        used = next(iter(given.values())).item.sheet_id
        return next(sheet for sheet in sheets if sheet.pk == used)
    if code := request.GET.get("sheet"):
        chosen = next((sheet for sheet in sheets if sheet.code == code), None)
        if chosen is None:
            raise Http404
        return chosen
    return edition_on(fact.day or fact.happened_on, sheets)


def _saved(request, form: ScoresForm, fact: StageFact, sheet: ScoreSheet) -> bool:
    if request.POST.get("do") != SAVE:
        return False
    form.refuse_gaps()
    if form.errors:
        return False
    try:
        with transaction.atomic():
            scores.save_scores(stage=fact, sheet=sheet, scores=form.scores, by=request.user.acting)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    return True


def _tabs(fact: StageFact, current: ScoreSheet | None) -> list[dict]:
    url = reverse("tasks:stage_scores", args=[fact.pk])
    return [
        {"url": f"{url}?sheet={sheet.code}", "label": sheet.title, "active": sheet == current}
        for sheet in editions()
    ]


def _rows(sheet, preconditions: bool, form: ScoresForm | None, verdict: Verdict | None, given) -> list[Row]:
    if sheet is None:
        return []
    lines = {line.item.number: line for line in verdict.lines} if verdict else {}
    items = {item.number: item for item in sheet.items.all()}
    plain_sheet = as_sheet(sheet)
    wanted = [
        items[one.number] for one in (plain_sheet.preconditions if preconditions else plain_sheet.walk())
    ]
    if form is None:
        # Of an item that was given as a whole, those below it were not asked.
        split = {score.item.parent_id for score in given.values()}
        wanted = [item for item in wanted if item.parent_id is None or item.parent_id in split]
    return [_row(item, form, lines.get(item.number), given.get(item.pk)) for item in wanted]


def _row(item: ScoreItem, form: ScoresForm | None, line: Line | None, score) -> Row:
    points = score.points if score else None
    if line is not None and points is None:
        points = line.points
    return Row(
        item=item,
        deep=item.parent_id is not None,
        of="" if item.is_precondition else _most(item, line),
        field=form.of(item) if form else None,
        given=plain(points),
        holds=HOLDS[score.holds if score else None] if item.is_precondition else None,
        line=line,
        reached=REACHED[line.reached] if line and line.needed is not None else None,
    )


def _most(item: ScoreItem, line: Line | None) -> str:
    most = line.of if line else item.points
    return _("unknown") if most is None else str(most)
