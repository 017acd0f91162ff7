"""Work plans: the list, one plan's page, and the steps of its filing."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.models import Agency, Channel
from greenmine.ids import row_id
from greenmine.once import once
from tasks.actions import drafts, filings
from tasks.actions.filings import Details
from tasks.forms.plans import CorrectDayForm, RevisionForm, StepForm
from tasks.models import PlanEvent, PlanLine, PlanVersion, Programme, WorkPlan
from tasks.permissions import may_edit, sides_of
from tasks.reports.desk import desk
from tasks.rules.steps import Step, StepRefused, open_steps
from tasks.standing.filings import Filing, moved_since
from tasks.standing.obligations import obligations
from tasks.views.desk import table
from tasks.views.readers import day_of, reader_of
from tasks.words import BUTTONS, refusal


def plan_list(request):
    """Every bureau of the branch that owes a plan, filed or not: who has not filed is listed too."""
    acting = reader_of(request)
    page = desk(day_of(request), acting.agency)
    context = table(page, request.GET.get("show", ""))
    context |= {"desk": page, "programme": page.day.programme, "may_begin": page.own_plan is None}
    context["offers_paper"] = not request.is_past_view
    return render(request, "tasks/work_plan_list.html", context)


def visible_plan(request, pk) -> WorkPlan:
    """The plan with its events, or 404 outside the acting branch."""
    plans = WorkPlan.objects.visible_to(request.user).select_related("agency", "programme")
    return get_object_or_404(plans.with_events(), pk=pk)


def readable_version(request, plan: WorkPlan) -> PlanVersion | None:
    """The version that speaks for the plan on the day, if the person may read it."""
    speaking = day_of(request, programme=plan.programme).speaking.get(plan.agency_id)
    if speaking is None or not speaking.is_readable:
        return None
    readable = PlanVersion.objects.visible_to(request.user).select_related("plan__agency", "plan__programme")
    return readable.filter(pk=speaking.version).first()


def versions_sent(request, plan: WorkPlan, filing: Filing):
    """The versions that had been submitted by the day, of those that the person may read."""
    return PlanVersion.objects.visible_to(request.user).filter(plan=plan, pk__in=filing.sent_ids)


def detail(request, pk):
    plan = visible_plan(request, pk)
    day = day_of(request, plan.agency, plan.programme)
    filing = day.filing(plan.agency)
    version = readable_version(request, plan)
    owed = [one for one in obligations(day) if one.agency.pk == plan.agency_id]
    return render(
        request,
        "tasks/work_plan_detail.html",
        {
            "plan": plan,
            "filing": filing,
            "version": version,
            "lines": PlanLine.objects.of_version(version).with_mines() if version else [],
            "sections": version.sections.all() if version else [],
            "attachments": version.attachments.all() if version else [],
            "comments": _returned_comments(filing),
            "versions": versions_sent(request, plan, filing),
            "taken_back": {event.version_id for event in filing.events if event.step == Step.TAKE_BACK},
            "moved": moved_since(version, day.until) if version else [],
            "working": day.draft(plan.agency),
            "obligations": [o for o in owed if o.requirement.kind == "acts"],
            "steps": _buttons(request, plan, filing),
            "paper_steps": _paper_steps(request, plan, filing),
            "may_edit": may_edit(request.user.acting, plan) and not request.is_past_view,
        },
    )


def _buttons(request, plan, filing) -> list[Step]:
    if request.is_past_view:
        return []
    sides = sides_of(request.user.acting, plan)
    steps = open_steps(filing.working_state, sides, route=plan.route, signs_off=plan.agency.signs_off)
    return [step for step in steps if not (step == Step.TAKE_BACK and filing.opened)]


def _paper_steps(request, plan, filing) -> list[Step]:
    """What a superior may record of a posted paper for the agency."""
    acting = request.user.acting
    if request.is_past_view or acting is None or acting.agency_id == plan.agency_id:
        return []
    more = sides_of(acting, plan, on_paper=True) - sides_of(acting, plan)
    steps = open_steps(filing.working_state, more, route=plan.route, signs_off=plan.agency.signs_off)
    return [step for step in steps if step in (Step.SUBMIT, Step.RELEASE, Step.ISSUE, Step.SEND)]


def _returned_comments(filing):
    """What the last verdict said, section by section."""
    last = filing.last(Step.RETURN, Step.ACCEPT)
    return list(last.section_comments.all()) if last else []


@require_POST
@once
def start(request):
    """Begin the acting agency's plan, or a paper one for an agency below."""
    acting = request.user.acting
    code = request.POST.get("agency") or (acting.agency.code if acting else "")
    agency = get_object_or_404(Agency.objects.visible_to(request.user).filing(), code=code)
    programme = get_object_or_404(Programme, pk=row_id(request.POST.get("programme")))
    channel = Channel.SCREEN if agency.pk == acting.agency_id else Channel.PAPER
    try:
        plan = filings.start(programme=programme, agency=agency, by=acting, details=Details(channel=channel))
    except StepRefused as refused:
        if refused.code == "not_yours":
            raise PermissionDenied(refusal(refused)) from refused
        messages.warning(request, refusal(refused))
        return redirect("tasks:home")
    if channel == Channel.PAPER:
        return redirect(plan)
    return redirect("tasks:plan_section", pk=plan.pk, key="overview")


@once
def take_step(request, pk, step):
    """GET asks for what the step is recorded with; POST records it, once."""
    plan = visible_plan(request, pk)
    step = _known(step)
    # A bureau's own submission happens on screen; only a superior records a posted paper.
    is_own = plan.agency_id == getattr(request.user.acting, "agency_id", None)
    on_paper = request.GET.get("channel") == Channel.PAPER and not is_own
    # Asked before anything is read or kept: who stands on no side of the plan takes no step with it.
    if not sides_of(request.user.acting, plan, on_paper=on_paper):
        raise PermissionDenied(refusal(StepRefused("not_yours")))
    form = StepForm(request.POST or None, request.FILES or None, step=step, on_paper=on_paper)
    if request.method == "POST" and form.is_valid():
        try:
            filings.take_step(
                plan=plan, step=step, by=request.user.acting, details=_details(plan, form, on_paper, request)
            )
        except StepRefused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied(refusal(refused)) from refused
            form.add_error(None, refusal(refused))
        else:
            messages.success(request, _("Recorded: %s") % BUTTONS[step])
            return redirect("tasks:plan_review" if step == Step.OPEN else "tasks:work_plan_detail", pk=pk)
    context = {"plan": plan, "step": step, "button": BUTTONS[step], "form": form, "on_paper": on_paper}
    return render(request, "tasks/work_plan_step.html", context, status=422 if form.is_bound else 200)


def _known(step: str) -> Step:
    try:
        return Step(step)
    except ValueError as error:
        raise Http404 from error


def _details(plan, form, on_paper, request) -> Details:
    given = form.cleaned_data
    details = Details(
        day=given.get("day"),
        number=given.get("number", ""),
        comment=given.get("comment", ""),
        channel=Channel.PAPER if on_paper else Channel.SCREEN,
    )
    if scan := given.get("scan"):
        kept = drafts.keep_file(
            plan=plan, file=scan, checked=scan.checked, by=request.user.acting, is_scan=True
        )
        details = replace(details, scan=kept)
    return details


@once
def revise(request, pk):
    plan = visible_plan(request, pk)
    if not may_edit(request.user.acting, plan):
        raise PermissionDenied(refusal(StepRefused("not_yours")))
    form = RevisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            filings.revise(plan=plan, by=request.user.acting, reason=form.cleaned_data["reason"])
        except StepRefused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied(refusal(refused)) from refused
            form.add_error(None, refusal(refused))
        else:
            return redirect("tasks:plan_section", pk=pk, key="overview")
    context = {"plan": plan, "form": form, "button": _("Begin a revision")}
    return render(request, "tasks/work_plan_step.html", context, status=422 if form.is_bound else 200)


@once
def correct_day(request, pk, event):
    plan = visible_plan(request, pk)
    event = get_object_or_404(PlanEvent.objects.filter(plan=plan).select_related("plan"), pk=event)
    form = CorrectDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            filings.correct_day(event=event, by=request.user.acting, **_correction(form))
        except StepRefused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied(refusal(refused)) from refused
            form.add_error(None, refusal(refused))
        else:
            return redirect(plan)
    context = {"plan": plan, "form": form, "event": event, "button": _("Correct the day")}
    return render(request, "tasks/work_plan_step.html", context, status=422 if form.is_bound else 200)


def _correction(form) -> dict:
    return {"day": form.cleaned_data["day"], "reason": form.cleaned_data["reason"]}
