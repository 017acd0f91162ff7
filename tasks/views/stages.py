"""The life of a task: stages recorded with their proof, and wrong entries mended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from greenmine.once import once
from tasks.actions import stages
from tasks.forms.stages import CorrectStageForm, StageForm
from tasks.models import EvidenceFile, MineTask, StageFact
from tasks.permissions import may_record_stage, stages_open_to
from tasks.rules.steps import StepRefused
from tasks.views.attachments import as_download
from tasks.words import refusal


@once
def record(request, pk):
    """GET asks for what proves the stage (?stage= preselects one); POST records it, once."""
    seen = MineTask.objects.visible_to(request.user).select_related("mine__mineral", "agency", "programme")
    task = get_object_or_404(seen, pk=pk)
    open_stages = stages_open_to(request.user.acting, task)
    if not open_stages:
        raise PermissionDenied(refusal(StepRefused("not_yours")))
    form = StageForm(
        request.POST or None,
        request.FILES or None,
        task=task,
        stages=open_stages,
        initial={"stage": request.GET.get("stage") or _next_stage(task, open_stages)},
    )
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "form_token"}
        try:
            fact = stages.record_stage(task=task, by=request.user.acting, **given)
        except StepRefused as refused:
            form.add_error(None, refusal(refused))
        else:
            messages.success(request, _("Recorded: %s") % fact.get_stage_display())
            _say_standard_came_later(request, fact)
            return redirect(task.mine)
    context = {"task": task, "form": form}
    return render(request, "tasks/stage_form.html", context, status=422 if form.is_bound else 200)


def _next_stage(task: MineTask, open_stages: list[StageFact.Stage]) -> str | None:
    """The first stage that the reader may record and nobody has."""
    recorded = {fact.stage for fact in task.stages.prefetch_related("corrections") if fact.day}
    return next((stage for stage in open_stages if stage not in recorded), None)


def _say_standard_came_later(request, fact: StageFact) -> None:
    begins = fact.standard.in_force_on if fact.standard else None
    if begins and fact.happened_on < begins:
        messages.warning(
            request,
            _(
                "%(standard)s came into force only on %(day)s, after the day recorded. Check which edition applied."
            )
            % {"standard": fact.standard.number, "day": date_format(begins, "DATE_FORMAT")},
        )


@once
def correct(request, pk):
    """Mend the day of an entry, or withdraw it; both stay visible."""
    seen = StageFact.objects.visible_to(request.user).select_related("task__mine", "task__agency")
    fact = get_object_or_404(seen, pk=pk)
    if not may_record_stage(request.user.acting, fact.task, fact.stage):
        raise PermissionDenied(refusal(StepRefused("not_yours")))
    form = CorrectStageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stages.correct_stage(
                fact=fact,
                by=request.user.acting,
                day=form.cleaned_data["day"],
                reason=form.cleaned_data["reason"],
            )
        except StepRefused as refused:
            form.add_error(None, refusal(refused))
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Corrected. Both entries stay visible."))
            return redirect(fact.task.mine)
    context = {"task": fact.task, "fact": fact, "form": form}
    return render(request, "tasks/stage_form.html", context, status=422 if form.is_bound else 200)


def evidence(request, pk):
    return as_download(get_object_or_404(EvidenceFile.objects.visible_to(request.user), pk=pk))
