"""What the deadlines can be narrowed by. They are no rows of a table, so a plain form keeps or drops them."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.filters import ALL, INDENT
from agencies.models import Agency, Membership
from tasks.models import Requirement
from tasks.rules.deadlines import Act, Mark
from tasks.standing.obligations import Obligation
from tasks.words import ACTS, MARKS


class BranchField(forms.ModelChoiceField):
    """An agency, which stands for itself and all below it."""

    def label_from_instance(self, agency):
        return INDENT * max(0, agency.depth - 2) + agency.name


class ObligationFilterForm(forms.Form):
    """The requirements and documents offered are those that bind somebody in the branch on the day."""

    agency = BranchField(
        label=_("Agency and below"),
        queryset=Agency.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=ALL,
        blank=True,
    )
    requirement = forms.ChoiceField(label=_("Requirement"), required=False)
    document = forms.ChoiceField(label=_("Document"), required=False)
    mark = forms.ChoiceField(
        label=_("Time mark"), required=False, choices=[("", ALL), *((m.value, MARKS[m].word) for m in Mark)]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", ALL), *Requirement.Kind.choices])
    missing = forms.ChoiceField(
        label=_("Act missing"), required=False, choices=[("", ALL), *((a.value, ACTS[a]) for a in Act)]
    )
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    month = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, owed: Iterable[Obligation], by: Membership, agencies):
        super().__init__(data, auto_id="filter_%s")
        requirements = {o.requirement.code: o.requirement for o in owed}
        documents = {one.clause.document_id: one.clause.document for one in requirements.values()}
        self.fields["requirement"].choices = [
            ("", ALL),
            *((code, f"{code} {one.summary}") for code, one in requirements.items()),
        ]
        self.fields["document"].choices = [("", ALL), *((pk, one.number) for pk, one in documents.items())]
        self.fields["agency"].queryset = agencies
        if by.agency.is_leaf():
            del self.fields["agency"]

    @property
    def form(self):
        """What components/filter_bar.html asks of a filter."""
        return self

    def kept(self, owed: Iterable[Obligation], *, whatever_mark: bool = False) -> list[Obligation]:
        """The obligations that match; a value that is no choice narrows nothing."""
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if whatever_mark:
            wanted.pop("mark", None)
        return [obligation for obligation in owed if _matches(obligation, wanted)]


def _matches(obligation: Obligation, wanted: dict) -> bool:
    requirement = obligation.requirement
    tests = {
        "agency": lambda agency: obligation.agency.path.startswith(agency.path),
        "requirement": lambda code: requirement.code == code,
        "document": lambda pk: str(requirement.clause.document_id) == pk,
        "mark": lambda mark: obligation.mark == mark,
        "kind": lambda kind: requirement.kind == kind,
        # Whoever owes nothing misses nothing.
        "missing": lambda act: act in obligation.missing_acts and obligation.mark != Mark.NOT_APPLICABLE,
    }
    return all(tests[name](value) for name, value in wanted.items() if name in tests)
