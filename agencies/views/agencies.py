"""The agencies of the branch: who reports to whom, under which bureau name, in which groups."""

from uuid import uuid4

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers
from django_filters.views import FilterView

from agencies.actions import accounts
from agencies.filters import INDENT, AgencyFilter
from agencies.models import Agency, MineFreeDeclaration, Role
from agencies.permissions import may_administer
from greenmine.once import once


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class AgencyList(FilterView):
    """The tree by reporting line. It fits one page: a province has some two hundred agencies."""

    filterset_class = AgencyFilter

    def get_template_names(self):
        return ["agencies/_agency_table.html" if self.request.htmx else "agencies/agency_list.html"]

    def get_queryset(self):
        return _with_particulars(Agency.objects.visible_to(self.request.user)).order_by("path")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        day = self.request.as_of
        # All names, not the visible ones: one may know who the own superior is.
        names = dict(Agency.objects.values_list("path", "name"))
        agencies = list(context["object_list"])
        top = min((agency.depth for agency in agencies), default=0)
        context["rows"] = [
            _row(agency, day, names) | {"indent": INDENT * (agency.depth - top)} for agency in agencies
        ]
        return context


def _with_particulars(agencies):
    declarations = MineFreeDeclaration.objects.order_by("happened_on", "pk")
    return agencies.prefetch_related(
        "bureau_names", "groups", Prefetch("mine_free_declarations", declarations)
    )


def _row(agency: Agency, day, names: dict[str, str]) -> dict:
    return {
        "agency": agency,
        "superior": names.get(agency.reports_to_path, ""),
        "bureau": agency.bureau_name(day),
        "mine_free": _mine_free(agency, day),
    }


def _mine_free(agency: Agency, day) -> str:
    """in force, declared and unconfirmed, or neither, on the day."""
    for one in agency.mine_free_declarations.all():
        is_open = one.ended_on is None or one.ended_on > day
        if is_open and one.confirmed_on and one.confirmed_on <= day:
            return "in_force"
        if is_open and one.happened_on <= day:
            return "declared"
    return ""


@once
def detail(request, code):
    """GET shows the agency; POST turns the leader's signature before a submission on or off."""
    seen = _with_particulars(Agency.objects.visible_to(request.user))
    agency = get_object_or_404(seen, code=code)
    if request.method == "POST":
        accounts.set_signs_off(
            agency=agency, signs_off=request.POST.get("signs_off") == "1", by=request.user.acting
        )
        messages.success(request, _("Saved."))
        return redirect("agencies:agency_detail", code=code)
    context = {
        "agency": agency,
        "superior": agency.superior,
        "below": Agency.objects.reporting_to(agency),
        "bureau": agency.bureau_name(request.as_of),
        "may_administer": may_administer(request.user.acting, agency) and not request.is_past_view,
        "may_confirm": _to_confirm(request, agency),
        "form_token": uuid4(),
    }
    return render(request, "agencies/agency_detail.html", context)


def _to_confirm(request, agency: Agency) -> MineFreeDeclaration | None:
    """The declaration that waits for the acting reviewer, who stands right above."""
    acting = request.user.acting
    if request.is_past_view or acting.role != Role.REVIEWER or acting.agency.path != agency.reports_to_path:
        return None
    return next(
        (d for d in agency.mine_free_declarations.all() if not d.confirmed_on and not d.ended_on), None
    )
