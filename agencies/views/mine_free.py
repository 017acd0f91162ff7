"""不涉矿: declared by the bureau itself, confirmed by the one above it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.actions import mine_free
from agencies.forms import ConfirmForm, DeclareForm
from agencies.models import MineFreeDeclaration, Role
from greenmine.once import once


@once
def declare(request):
    acting = request.user.acting
    if acting is None or acting.role not in (Role.FILER, Role.LEADER):
        raise PermissionDenied("declare")
    form = DeclareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mine_free.declare(
                agency=acting.agency,
                by=acting,
                statement=form.cleaned_data["statement"],
                day=form.cleaned_data["day"],
            )
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Declared. Nothing is owed from the day on which it is confirmed."))
            return redirect("agencies:mine_free_declare")
    context = {
        "form": form,
        "declarations": MineFreeDeclaration.objects.visible_to(request.user).filter(agency=acting.agency),
        "mines": acting.agency.mines_managed.count(),
    }
    return render(request, "agencies/mine_free_declare.html", context, status=422 if form.is_bound else 200)


@once
def confirm(request, pk):
    seen = MineFreeDeclaration.objects.visible_to(request.user).select_related("agency", "recorded_by")
    declaration = get_object_or_404(seen, pk=pk)
    acting = request.user.acting
    if acting.role != Role.REVIEWER or acting.agency.path != declaration.agency.reports_to_path:
        raise PermissionDenied("confirm")
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mine_free.confirm(declaration=declaration, by=acting, day=form.cleaned_data["day"])
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Confirmed: %s has no mines.") % declaration.agency)
            return redirect("agencies:agency_detail", code=declaration.agency.code)
    context = {
        "form": form,
        "declaration": declaration,
        "mines": declaration.agency.mines_managed.count(),
    }
    return render(request, "agencies/mine_free_confirm.html", context, status=422 if form.is_bound else 200)
