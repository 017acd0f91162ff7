"""The reviewer's page: the submitted plan, a comment beside each section, and the verdict."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.clock import today
from tasks.actions import reviews
from tasks.models import PlanLine, PlanSection, PlanVersion, ReviewComment
from tasks.permissions import sides_of
from tasks.reports.self_check import grounded
from tasks.rules.steps import Side, State, Step, open_steps
from tasks.standing.filings import filing_on
from tasks.views.work_plans import visible_plan

SECTIONS = [*PlanSection.Key.values[:2], "breakdown", *PlanSection.Key.values[2:], "attachments"]


def _under_review(request, pk):
    plan = visible_plan(request, pk)
    if Side.REVIEWER not in sides_of(request.user.acting, plan):
        raise PermissionDenied(_("A plan is reviewed by the reviewer of the city above its county."))
    filing = filing_on(plan, request.as_of)
    if filing.working_state not in (State.SUBMITTED, State.RESUBMITTED):
        return plan, filing, None
    readable = PlanVersion.objects.visible_to(request.user).filter(pk=filing.submitted_id)
    return plan, filing, readable.first()


def review(request, pk):
    plan, filing, version = _under_review(request, pk)
    if version is None:
        return redirect(plan)
    unsent = ReviewComment.objects.filter(version=version, agency=request.user.acting.agency, sent_with=None)
    sides = sides_of(request.user.acting, plan)
    return render(
        request,
        "tasks/plan_review.html",
        {
            "plan": plan,
            "filing": filing,
            "version": version,
            "sections": version.sections.all(),
            "lines": PlanLine.objects.of_version(version).with_mines(),
            "attachments": version.attachments.all(),
            "unsent": {comment.section: comment for comment in unsent},
            "steps": []
            if request.is_past_view
            else open_steps(filing.working_state, sides, route=plan.route),
            "findings": grounded(version, on=today()),
            "earlier": filing.last(Step.RETURN),
            "previous": version.plan.versions.frozen()
            .filter(number__lt=version.number)
            .order_by("number")
            .last(),
        },
    )


@require_POST
def comment(request, pk, section):
    """Keep the unsent comment on one section; an empty one is dropped."""
    plan, _filing, version = _under_review(request, pk)
    if section not in SECTIONS or version is None:
        raise Http404
    body = request.POST.get("body", "")[:5000]
    kept = reviews.write_comment(version=version, section=section, body=body, by=request.user.acting)
    if request.htmx:
        return render(request, "tasks/_comment_saved.html", {"comment": kept, "section": section})
    return redirect("tasks:plan_review", pk=pk)
