"""What the register and the task list can be narrowed by. The choices offered lie in the acting branch."""

from collections.abc import Iterable
from datetime import date

import django_filters as filters
from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.filters import ALL, BranchFilter, WithoutIdleBranch
from greenmine.clock import today
from tasks.models import ImportFile, Mine, Mineral, MineState, MineTask, PlanLine
from tasks.models.mine import IN_SCOPE
from tasks.rules import mine_names

SCOPE_UNKNOWN = ~IN_SCOPE & (Q(size_class="") | Q(method=""))
SCOPES = {"yes": IN_SCOPE, "no": ~IN_SCOPE & ~SCOPE_UNKNOWN, "unknown": SCOPE_UNKNOWN}
UNKNOWN_CHOICE = ("unknown", _("unknown"))


def named_like(text: str, path: str = "") -> Q:
    """Mines whose name, holder, permit number or pinyin initials hold the text; `path` leads to the mine."""
    text = text.strip()
    folded = mine_names.fold(text)
    found = Q(**{f"{path}name__icontains": text}) | Q(**{f"{path}holder__icontains": text})
    found |= Q(**{f"{path}permits__number__icontains": text})
    if folded:
        found |= Q(**{f"{path}folded_name__contains": folded})
    if text.isascii():
        found |= Q(**{f"{path}initials__icontains": text})
    return found


def named_on(text: str, day: date, path: str = "") -> Q:
    """The same for states of the register; `path` leads to the state. On an earlier day a mine is found by what it was
    called then, and by initials, or a permit, where it is called so still."""
    # Permits are many: ask for the mines by id, so that no mine stands twice.
    found = Q(mine__in=Mine.objects.filter(named_like(text)).values("pk"))
    if day >= today():
        return found
    found &= Q(**{f"{path}name": F("mine__name"), f"{path}holder": F("mine__holder")})
    text = text.strip()
    return found | Q(**{f"{path}name__icontains": text}) | Q(**{f"{path}holder__icontains": text})


class ChoiceOrUnknown(filters.ChoiceFilter):
    """A choice, or the rows where nothing is on file."""

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, choices=[*choices, UNKNOWN_CHOICE], empty_label=ALL, **kwargs)

    def filter(self, qs, value):
        if value == "unknown":
            return qs.filter(**{self.field_name: ""})
        return super().filter(qs, value)


class MineFilter(WithoutIdleBranch):
    q = filters.CharFilter(label=_("Mine, holder, permit or initials"), method="search")
    agency = BranchFilter(label=_("Agency"), paths=["managed_by", "county"])
    mineral = filters.ModelChoiceFilter(
        label=_("Mineral class"), queryset=Mineral.objects.only("name"), empty_label=ALL
    )
    method = ChoiceOrUnknown(label=_("Method"), choices=Mine.Method.choices)
    size_class = ChoiceOrUnknown(label=_("Size class"), choices=Mine.SizeClass.choices)
    status = ChoiceOrUnknown(label=_("Status"), choices=Mine.Status.choices)
    scope = filters.ChoiceFilter(
        label=_("In scope"),
        method="of_scope",
        choices=[("yes", _("in scope")), ("no", _("not in scope")), UNKNOWN_CHOICE],
        empty_label=ALL,
    )
    sample = filters.ChoiceFilter(
        label=_("Sample"),
        field_name="mine__is_sample",
        choices=[("True", _("sample data")), ("False", _("real data"))],
        empty_label=ALL,
    )
    # Set by the address that an import opens afterwards, not by hand.
    imported = filters.NumberFilter(method="of_import", widget=forms.HiddenInput)

    class Meta:
        model = MineState
        fields = []

    def search(self, qs, name, value):
        return qs.filter(named_on(value, self.request.as_of))

    def of_import(self, qs, name, value):
        return qs.filter(mine__imports__in=ImportFile.objects.visible_to(self.request.user).filter(pk=value))

    def of_scope(self, qs, name, value):
        return qs.filter(SCOPES[value])


class OwnerFilter(BranchFilter):
    """By the agency that managed the mine on the day; by the one that keeps the task where nobody did yet."""

    def filter(self, qs, value):
        if not value:
            return qs
        unmanaged = Q(state__managed_by=None, agency__path__startswith=value.path)
        return qs.filter(Q(state__managed_by__path__startswith=value.path) | unmanaged)


class TaskFilter(WithoutIdleBranch):
    q = filters.CharFilter(label=_("Mine, holder, permit or initials"), method="search")
    agency = OwnerFilter(label=_("Agency"), paths=["state__managed_by"])
    kind = filters.ChoiceFilter(
        label=_("Target"),
        method="of_kind",
        choices=[
            ("planned", _("in the target")),
            ("drafted", _("draft figure")),
            ("entered", _("entered later")),
        ],
        empty_label=ALL,
    )
    tier = ChoiceOrUnknown(label=_("Tier"), choices=PlanLine.Tier.choices)
    year = filters.ChoiceFilter(label=_("Planned year"), method="of_year", empty_label=ALL)
    method = ChoiceOrUnknown(label=_("Method"), field_name="state__method", choices=Mine.Method.choices)
    size_class = ChoiceOrUnknown(
        label=_("Size class"), field_name="state__size_class", choices=Mine.SizeClass.choices
    )

    class Meta:
        model = MineTask
        fields = []

    def __init__(self, *args, years: Iterable[int], **kwargs):
        """`years` are those that the plans speak of: policy moves on, the choice with it."""
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years] + [UNKNOWN_CHOICE]

    def search(self, qs, name, value):
        return qs.filter(named_on(value, self.request.as_of, "state__"))

    def of_kind(self, qs, name, value):
        if value == "entered":
            return qs.filter(is_entered=True)
        return qs.filter(is_drafted=value == "drafted")

    def of_year(self, qs, name, value):
        if value == "unknown":
            return qs.filter(planned_on=None)
        return qs.filter(planned_on__year=int(value))
