"""The register of mines: the list, one page a mine (一矿一档), and what a clerk enters and mends there."""

from auditlog.models import LogEntry
from concurrency.exceptions import RecordModifiedError
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from greenmine.clock import today, until_today
from greenmine.once import once
from tasks.actions import mines
from tasks.filters import MineFilter
from tasks.forms.mines import ODD_PERMIT, MineForm, PermitForm, words_of
from tasks.models import Mine, MineState
from tasks.permissions import may_change_mine, may_inspect, may_keep_register, may_rectify
from tasks.reports.mine_file import facts, mine_file
from tasks.rules import permits
from tasks.tables import MineTable
from tasks.views.readers import ReadersOnlyMixin

SHOWN = [
    "mine__is_sample",
    "name",
    "holder",
    "method",
    "output",
    "output_unit",
    "size_class",
    "status",
    "mineral_name",
]
PLACES = ["managed_by__name", "managed_by__path", "county__name"]


# One address, two answers: without Vary the browser may show the bare table on "back".
@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class MineList(ReadersOnlyMixin, SingleTableMixin, FilterView):
    table_class = MineTable
    filterset_class = MineFilter
    # The table pages itself: the view would count the rows a second time.
    table_pagination = {"per_page": 50}

    def get_queryset(self):
        """The register of the day: each mine as it was then, by the agency that managed it then."""
        day = until_today(self.request.as_of)
        states = MineState.objects.visible_to(self.request.user).in_force(day)
        states = states.select_related("mine", "managed_by", "county").only(*SHOWN, *PLACES)
        if day < today():
            # What has been handed over since is read as it was, and opened by whoever has it now.
            states = states.annotate(opens=Exists(_openable(self.request.user)))
        return states.order_by("managed_by__path", "mine")

    def get_template_names(self):
        return ["tasks/_mine_table.html" if self.request.htmx else "tasks/mine_list.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(may_enter=_may_enter(self.request), **kwargs)


def _openable(user):
    return Mine.objects.visible_to(user).filter(pk=OuterRef("mine"))


def detail(request, pk):
    mine = _visible_mine(request, pk)
    on_day = _on_day(request, mine)
    file = mine_file(mine, user=request.user, as_of=request.as_of)
    context = {
        "mine": mine,
        "on_day": on_day,
        "file": file,
        "entries": facts(on_day, file.held),
        "odd_permits": [permit.number for permit in file.permits if permits.doubt(permit.number)],
        "may_change": may_change_mine(request.user.acting, mine) and not request.is_past_view,
        "may_inspect": may_inspect(request.user.acting, mine) and not request.is_past_view,
        "may_rectify": may_rectify(request.user.acting, mine) and not request.is_past_view,
    }
    return render(request, "tasks/mine_detail.html", context)


@once
def create(request):
    acting = request.user.acting
    if not may_keep_register(acting):
        raise PermissionDenied("register")
    form = MineForm(request.POST or None, by=acting)
    if request.method == "POST" and form.is_valid() and _saved(form, acting):
        _say_namesakes(request, form.instance)
        messages.success(request, _("Entered in the register."))
        return redirect(form.instance)
    return _form_page(request, form, heading=_("Enter a mine"), button=_("Enter in the register"))


@once
def edit(request, pk):
    mine = _changeable_mine(request, pk)
    form = MineForm(request.POST or None, instance=mine, by=request.user.acting)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _saved(form, request.user.acting, lock=form.cleaned_data["lock"])
        except RecordModifiedError:
            return _conflict(request, pk)
        if saved:
            messages.success(request, _("Saved."))
            return redirect(mine)
    return _form_page(request, form, heading=_("Mend the entry"), button=_("Save"), pk=pk)


@once
def add_permit(request, pk):
    mine = _changeable_mine(request, pk)
    form = PermitForm(request.POST or None, user=request.user)
    form.instance.mine = mine
    if request.method == "POST" and form.is_valid():
        permit = mines.add_permit(
            permit=form.save(commit=False), predecessors=form.cleaned_data["replaces"], by=request.user.acting
        )
        if permits.doubt(permit.number):
            messages.warning(request, ODD_PERMIT)
        messages.success(request, _("Permit added."))
        return redirect(mine)
    context = {"form": form, "mine": mine}
    return render(request, "tasks/mine_permit.html", context, status=422 if form.is_bound else 200)


def _may_enter(request) -> bool:
    return may_keep_register(request.user.acting) and not request.is_past_view


def _visible_mine(request, pk) -> Mine:
    seen = Mine.objects.visible_to(request.user).select_related("managed_by", "county", "mineral")
    return get_object_or_404(seen, pk=pk)


def _on_day(request, mine: Mine) -> MineState:
    """The mine as the register had it on the day looked at; on a day before its entry there is no such page."""
    states = MineState.objects.in_force(request.as_of).select_related("managed_by", "county", "mineral")
    return get_object_or_404(states, mine=mine)


def _changeable_mine(request, pk) -> Mine:
    mine = _visible_mine(request, pk)
    if not may_change_mine(request.user.acting, mine):
        raise PermissionDenied("register")
    return mine


def _saved(form: MineForm, by, lock: int | None = None) -> bool:
    try:
        with transaction.atomic():
            mines.save_mine(
                mine=form.instance, by=by, lock=lock, since=form.cleaned_data["since"], said=form.said
            )
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    return True


def _say_namesakes(request, mine: Mine) -> None:
    """Two mines may share a name; more often one was entered twice."""
    others = Mine.objects.visible_to(request.user).filter(folded_name=mine.folded_name).exclude(pk=mine.pk)
    if others.exists():
        messages.warning(request, _("The register holds another mine of this name. Was it entered before?"))


def _conflict(request, pk):
    """Somebody saved in between: both texts are shown, and what was typed stays in the form."""
    now = _visible_mine(request, pk)
    typed = request.POST.copy()
    typed["lock"] = now.version
    form = MineForm(typed, instance=now, by=request.user.acting)
    shown = MineForm(instance=_visible_mine(request, pk), by=request.user.acting)
    differences = []
    for name in MineForm.Meta.fields:
        theirs, yours = shown.typed(name), words_of(form.fields[name], form[name].value())
        if theirs != yours and not _same_number(theirs, yours):
            differences.append({"name": form.fields[name].label, "now": theirs, "yours": yours})
    last = LogEntry.objects.get_for_object(now).select_related("actor").first()
    context = {"differences": differences, "last": last, "pk": pk}
    return _form_page(
        request, form, heading=_("Mend the entry"), button=_("Save mine over it"), status=409, **context
    )


def _same_number(one: str, other: str) -> bool:
    """100.0000 from the database and 100 as typed are no difference to a clerk."""
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _form_page(request, form, *, status: int | None = None, **context):
    status = status or (422 if form.is_bound else 200)
    return render(request, "tasks/mine_form.html", {"form": form, **context}, status=status)
