"""Filters over people and agencies, and the one that every list shares: this agency and all below it."""

import django_filters as filters
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Role, User
from agencies.tables import kind_word
from greenmine.forms import DayInput

ALL = _("All")
INDENT = "　"


class BranchFilter(filters.ModelChoiceFilter):
    """ "This city and its counties": the rows whose agency is the chosen one or reports to it.

    `paths` are the lookups of the agencies that place a row, such as `managed_by` and `county`. Only the
    acting branch can be chosen.
    """

    def __init__(self, *args, paths: list[str], **kwargs):
        self.paths = paths
        super().__init__(
            *args,
            queryset=_branch,
            to_field_name="code",
            empty_label=kwargs.pop("empty_label", ALL),
            **kwargs,
        )
        self.extra["blank"] = True

    @property
    def field(self):
        field = super().field
        field.label_from_instance = lambda agency: INDENT * max(0, agency.depth - 2) + agency.name
        return field

    def filter(self, qs, value):
        if not value:
            return qs
        below = Q()
        for path in self.paths:
            below |= Q(**{f"{path}__path__startswith": value.path})
        return qs.filter(below)


def _branch(request):
    agencies = Agency.objects.visible_to(request.user) if request else Agency.objects.none()
    return agencies.only("code", "name", "path", "depth", "level")


class WithoutIdleBranch(filters.FilterSet):
    """Leaves the agency filter out where there is but one agency to choose."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        acting = self.request.user.acting if self.request else None
        if acting is None or acting.agency.is_leaf():
            self.filters.pop("agency", None)


class UserFilter(WithoutIdleBranch):
    q = filters.CharFilter(label=_("Name or account"), method="search")
    agency = BranchFilter(label=_("Agency"), paths=["memberships__agency"])
    role = filters.ChoiceFilter(
        label=_("Role"), choices=Role.choices, field_name="memberships__role", empty_label=ALL
    )
    active = filters.ChoiceFilter(
        label=_("Account"),
        field_name="is_active",
        choices=[("True", _("account open")), ("False", _("account closed"))],
        empty_label=ALL,
    )

    class Meta:
        model = User
        fields = []

    def search(self, qs, name, value):
        text = value.strip()
        return qs.filter(Q(username__icontains=text) | Q(name__icontains=text))


class AgencyFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Name, code or initials"), method="search")

    class Meta:
        model = Agency
        fields = []

    def search(self, qs, name, value):
        text = value.strip()
        return qs.filter(Q(name__icontains=text) | Q(code__startswith=text) | Q(initials__istartswith=text))


def _people(request):
    return User.objects.visible_to(request.user).order_by("username") if request else User.objects.none()


class AuditFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Record"), field_name="object_repr", lookup_expr="icontains")
    actor = filters.ModelChoiceFilter(label=_("Who"), queryset=_people, empty_label=ALL)
    kind = filters.ChoiceFilter(label=_("Kind"), method="of_kind", empty_label=ALL)
    since = filters.DateFilter(
        label=_("From"), field_name="timestamp", lookup_expr="date__gte", widget=DayInput
    )
    until = filters.DateFilter(
        label=_("To"), field_name="timestamp", lookup_expr="date__lte", widget=DayInput
    )

    class Meta:
        model = LogEntry
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = [
            (model._meta.label_lower, kind_word(model)) for model in auditlog.get_models()
        ]

    def of_kind(self, qs, name, value):
        app, _dot, model = value.partition(".")
        return qs.filter(content_type__app_label=app, content_type__model=model)
