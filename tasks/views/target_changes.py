"""目标台账: the bases side by side, and the removals and late entries that move the target."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.models import Agency
from greenmine.once import once
from tasks.actions import ledger
from tasks.forms.ledger import AnswerForm, ChangeForm, EntryForm, MergerForm
from tasks.models import Mine, MineTask, TargetChange
from tasks.permissions import BUREAU_STAFF, may_answer_change, may_ask_change
from tasks.reports.target_ledger import changes_seen_by, target_ledger
from tasks.standing.progress import progress
from tasks.standing.targets import NO_TARGET, speaker_of, target_of
from tasks.views.readers import day_of, programme_shown, reader_of


def ledger_page(request):
    acting = reader_of(request)
    found = progress(day_of(request))
    changes = changes_seen_by(request.user, on=request.as_of)
    context = {
        "rows": target_ledger(found) if found else [],
        "changes": changes,
        # A merger is one request, whatever it moves.
        "waiting": sum(
            1 for one in changes if one.answer_on(request.as_of) == "asked" and not one.linked_to_id
        ),
        "answerable": {one.pk for one in changes if may_answer_change(acting, one)},
        "may_ask": acting.role in BUREAU_STAFF and not request.is_past_view,
    }
    return render(request, "tasks/target_ledger.html", context)


@once
def ask(request, pk):
    """A removal of the task's mine, or its return: whichever the target of today allows."""
    seen = MineTask.objects.visible_to(request.user).select_related("mine", "agency", "programme")
    task = get_object_or_404(seen, pk=pk)
    speaker = speaker_of(task, request.as_of)
    if not may_ask_change(request.user.acting, task, speaker):
        raise PermissionDenied("ledger")
    target = target_of(speaker, task.programme, request.as_of) if speaker else NO_TARGET
    kind = TargetChange.Kind.REMOVAL if task.pk in (target.tasks or ()) else TargetChange.Kind.ENTRY
    form = ChangeForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        change = _asked(form, ledger.ask_change, request, task=task, kind=kind)
        if change:
            return redirect("tasks:change_detail", pk=change.pk)
    heading = _("Ask for the removal") if kind == TargetChange.Kind.REMOVAL else _("Ask for the entry")
    return _form_page(request, form, heading=heading, mine=task.mine)


@once
def enter(request):
    """A mine of the own register that no plan holds."""
    acting = _own_staff(request)
    form = EntryForm(request.POST or None, mines=_outside(request, acting.agency))
    if request.method == "POST" and form.is_valid():
        change = _asked(form, ledger.ask_entry, request, programme=programme_shown(request))
        if change:
            return redirect("tasks:change_detail", pk=change.pk)
    return _form_page(request, form, heading=_("Ask for the entry of a mine"), register_first=True)


@once
def merge(request):
    """整合: several mines leave and the one they became enters, as one request."""
    acting = _own_staff(request)
    target = target_of(acting.agency, programme_shown(request), request.as_of)
    tasks = MineTask.objects.filter(pk__in=target.tasks or (), agency=acting.agency).select_related("mine")
    form = MergerForm(request.POST or None, tasks=tasks, mines=_outside(request, acting.agency))
    if request.method == "POST" and form.is_valid():
        form.cleaned_data["tasks"] = list(form.cleaned_data["tasks"])
        change = _asked(form, ledger.ask_merger, request)
        if change:
            return redirect("tasks:change_detail", pk=change.pk)
    return _form_page(request, form, heading=_("Ask for a merger"), register_first=True)


def detail(request, pk):
    change = _visible(request, pk)
    if change.happened_on > request.as_of:
        raise Http404
    context = {
        "change": change,
        "group": change.group,
        "may_answer": may_answer_change(request.user.acting, change)
        and change.answer_on(request.as_of) == "asked"
        and not request.is_past_view,
        "form": AnswerForm(),
    }
    return render(request, "tasks/target_change.html", context)


@require_POST
@once
def approve(request, pk):
    change = _visible(request, pk)
    try:
        ledger.approve_change(change=change, by=request.user.acting)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Approved. The adjusted target has changed; the original stays."))
    return redirect("tasks:change_detail", pk=pk)


@once
def decline(request, pk):
    change = _visible(request, pk)
    if not may_answer_change(request.user.acting, change):
        raise PermissionDenied("ledger")
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ledger.decline_change(change=change, by=request.user.acting, answer=form.cleaned_data["answer"])
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Declined. The bureau sees the answer."))
            return redirect("tasks:change_detail", pk=pk)
    return _form_page(request, form, heading=_("Decline"), mine=change.task.mine)


def _visible(request, pk) -> TargetChange:
    seen = TargetChange.objects.visible_to(request.user).select_related(
        "task__mine", "task__agency", "recorded_by", "recorded_for", "approved_by", "approved_for"
    )
    seen = seen.select_related("declined_by", "linked_to__task__mine", "linked_to__task__agency")
    return get_object_or_404(
        seen.prefetch_related("linked_from__task__mine", "linked_to__linked_from"), pk=pk
    )


def _own_staff(request):
    acting = request.user.acting
    if acting is None or acting.role not in BUREAU_STAFF:
        raise PermissionDenied("ledger")
    return acting


def _outside(request, agency: Agency):
    """Mines of the own register that the target of today does not hold."""
    target = target_of(agency, programme_shown(request), request.as_of)
    inside = MineTask.objects.filter(pk__in=target.tasks or ()).values("mine")
    return Mine.objects.visible_to(request.user).filter(managed_by=agency).exclude(pk__in=inside)


def _asked(form, action, request, **subject) -> TargetChange | None:
    """What was asked for; None when it was refused, which then stands in the form."""
    given = {name: value for name, value in form.cleaned_data.items() if name != "form_token"}
    try:
        change = action(by=request.user.acting, **subject, **given)
    except ValidationError as refused:
        form.add_error(None, refused)
        return None
    messages.success(request, _("Asked for. It counts once the bureau above approves it."))
    return change


def _form_page(request, form, **context):
    status = 422 if form.is_bound else 200
    return render(request, "tasks/target_change_form.html", {"form": form, **context}, status=status)
