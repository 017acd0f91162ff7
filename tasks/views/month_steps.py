"""The steps of one bureau's month: reported, returned, confirmed, corrected."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.models import Agency
from greenmine.once import once
from tasks.actions import monthly
from tasks.actions.monthly import Entry, side_of
from tasks.forms.monthly import CorrectionForm, MonthLineForm, ReturnForm
from tasks.models import MineTask, MonthlyReport
from tasks.month_words import refusal
from tasks.reports.month_files import lines_before, month_file, stages_on
from tasks.rules.monthly import MonthRefused, MonthSide, MonthStep, last_day, next_month, seen_on
from tasks.views.monthly import (
    agency_shown,
    chooser,
    month_shown,
    open_steps,
    reported_programme,
    sends_reports,
)
from tasks.views.readers import reader_of


@once
def month_detail(request, month, code):
    """One bureau's month: the form of its filer while it is open, else what was reported."""
    reader_of(request)
    month = month_shown(request, month)
    agency = get_object_or_404(Agency.objects.visible_to(request.user), code=code)
    if not sends_reports(request, agency):
        url = reverse("tasks:month_overview", args=[f"{month:%Y-%m}"])
        return redirect(f"{url}?{urlencode({'agency': agency.code})}")
    if request.method == "POST":
        if side_of(request.user.acting, agency) != MonthSide.FILER:
            raise PermissionDenied(refusal(MonthRefused("not_yours")))
        return _report(request, month, agency)
    file = month_file(agency=agency, month=month, as_of=request.as_of, programme=reported_programme(request))
    forms = _forms(request, file) if MonthStep.SUBMIT in open_steps(request, file.row) else []
    return render(request, "tasks/month_detail.html", _page(request, file, forms))


def _page(request, file, forms, **more) -> dict:
    row = file.row
    steps = open_steps(request, row)
    own = Agency.objects.visible_to(request.user).filter(pk=row.agency.pk)
    return {
        "file": file,
        "row": row,
        "agency": row.agency,
        "forms": forms,
        "before": next((form.before.report.month for form in forms if form.before), None),
        "may_return": MonthStep.RETURN in steps,
        "may_confirm": MonthStep.CONFIRM in steps,
        "confirmed_from": next_month(row.month),
        "last_day": last_day(row.month),
        "may_correct": row.is_frozen
        and not request.is_past_view
        and side_of(request.user.acting, row.agency) is not None,
        "is_own": request.user.acting.agency_id == row.agency.pk,
        **chooser(request, row.month, own),
        **more,
    }


def _forms(request, file, data=None) -> list[MonthLineForm]:
    """A row for each task that is owed, begun with what the bureau said of it last."""
    row = file.row
    programme = reported_programme(request)
    before = lines_before(agency=row.agency, month=row.month, programme=programme)
    carried = monthly.carried_over(programme=programme, agency=row.agency, month=row.month)
    # Returned: what was sent is there again, to be mended.
    sent = {one.line.task_id: Entry(one.line.percent, one.line.done, one.line.problem) for one in file.lines}
    stages = stages_on(seen_on(row.month, request.as_of), row.tasks)
    tasks = MineTask.objects.filter(pk__in=row.tasks).select_related("mine").order_by("pk")
    return [
        MonthLineForm(
            data,
            task=task,
            stage=stages[task.pk],
            begin=(carried | sent).get(task.pk, Entry()),
            carried=carried.get(task.pk, Entry()),
            before=before.get(task.pk),
        )
        for task in tasks
    ]


def _report(request, month, agency):
    """Send the form; whatever is refused, what was typed stays on the page."""
    programme = reported_programme(request)
    file = month_file(agency=agency, month=month, as_of=request.as_of, programme=programme)
    forms = _forms(request, file, request.POST)
    # Each form is asked, so that every row says at once what is wrong with it.
    wrong = [form for form in forms if not form.is_valid()]
    sending = {"programme": programme, "agency": agency, "month": month, "by": request.user.acting}
    refused = ""
    try:
        if "zero" in request.POST:
            if any(form.says_more for form in forms):
                raise MonthRefused("not_zero")
            monthly.submit_zero(**sending)
            return _sent(request, month, agency)
        if not wrong:
            entries = {form.task.pk: form.entry for form in forms if form.was_shown}
            monthly.submit(entries=entries, **sending)
            return _sent(request, month, agency)
    except MonthRefused as error:
        refused = refusal(error)
    context = _page(request, file, forms, wrong=wrong, refused=refused)
    return render(request, "tasks/month_detail.html", context, status=422)


def _sent(request, month, agency):
    messages.success(request, _("Reported. The bureau above confirms the month."))
    return redirect("tasks:month_detail", month=f"{month:%Y-%m}", code=agency.code)


@require_POST
@once
def month_zero(request, month, code):
    """零报告 in one click."""
    reader_of(request)
    month, agency = month_shown(request, month), agency_shown(request, code)
    try:
        monthly.submit_zero(
            programme=reported_programme(request), agency=agency, month=month, by=request.user.acting
        )
    except MonthRefused as error:
        return _refused(request, error, month, agency)
    return _sent(request, month, agency)


def _refused(request, error: MonthRefused, month, agency):
    if error.code == "not_yours":
        raise PermissionDenied(refusal(error)) from error
    messages.warning(request, refusal(error))
    return redirect("tasks:month_detail", month=f"{month:%Y-%m}", code=agency.code)


def _visible_report(request, month, agency) -> MonthlyReport:
    """The bureau's report of the month, which exists once it was sent; 404 before."""
    reports = MonthlyReport.objects.visible_to(request.user).select_related("agency")
    return get_object_or_404(reports, programme=reported_programme(request), agency=agency, month=month)


@require_POST
@once
def month_confirm(request, month, code):
    reader_of(request)
    month, agency = month_shown(request, month), agency_shown(request, code)
    try:
        monthly.confirm(report=_visible_report(request, month, agency), by=request.user.acting)
    except MonthRefused as error:
        return _refused(request, error, month, agency)
    messages.success(request, _("Confirmed and frozen: %s") % agency.name)
    return redirect("tasks:month_overview", month=f"{month:%Y-%m}")


@require_POST
@once
def month_confirm_many(request, month):
    """The ticked ones; each by itself, so that one that is refused does not hold up the others."""
    acting = reader_of(request)
    month = month_shown(request, month)
    reports = MonthlyReport.objects.visible_to(request.user).select_related("agency")
    reports = reports.filter(programme=reported_programme(request), month=month).order_by("agency__code")
    chosen = list(reports.filter(agency__code__in=request.POST.getlist("code")))
    if chosen and not any(side_of(acting, one.agency) == MonthSide.REVIEWER for one in chosen):
        raise PermissionDenied(refusal(MonthRefused("not_yours")))
    confirmed = []
    for report in chosen:
        try:
            monthly.confirm(report=report, by=acting)
        except MonthRefused as error:
            messages.warning(request, f"{report.agency.name}: {refusal(error)}")
        else:
            confirmed.append(report.agency.name)
    if confirmed:
        messages.success(request, _("Confirmed and frozen: %s") % "、".join(confirmed))
    elif not chosen:
        messages.warning(request, _("None was ticked."))
    return redirect("tasks:month_overview", month=f"{month:%Y-%m}")


@once
def month_return(request, month, code):
    reader_of(request)
    month, agency = month_shown(request, month), agency_shown(request, code)
    report = _visible_report(request, month, agency)
    if side_of(request.user.acting, agency) != MonthSide.REVIEWER:
        raise PermissionDenied(refusal(MonthRefused("not_yours")))
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            monthly.send_back(report=report, comment=form.cleaned_data["comment"], by=request.user.acting)
        except MonthRefused as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("Returned: %s") % agency.name)
            return redirect("tasks:month_overview", month=f"{month:%Y-%m}")
    return _step_page(request, month, agency, form, _("Return for correction"))


@once
def month_correct(request, month, code):
    """A correction beside a frozen month."""
    reader_of(request)
    month, agency = month_shown(request, month), agency_shown(request, code)
    report = _visible_report(request, month, agency)
    if side_of(request.user.acting, agency) is None:
        raise PermissionDenied(refusal(MonthRefused("not_yours")))
    tasks = MineTask.objects.filter(month_lines__report=report).select_related("mine")
    form = CorrectionForm(request.POST or None, tasks=tasks)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("task", "text", "reason", "day")}
        try:
            monthly.correct(report=report, by=request.user.acting, **given)
        except MonthRefused as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("Recorded beside the frozen month."))
            return redirect("tasks:month_detail", month=f"{month:%Y-%m}", code=agency.code)
    return _step_page(request, month, agency, form, _("Add a correction"))


def _step_page(request, month, agency, form, button: str):
    context = {"month": month, "agency": agency, "form": form, "button": button}
    return render(request, "tasks/month_step.html", context, status=422 if form.is_bound else 200)
