"""The form of a decision beside a requirement: what, for whom, which day, on what paper."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from greenmine.clock import today
from greenmine.forms import DayInput, OnceForm, RowsField
from tasks.models import Decision, Requirement

KIND = Decision.Kind


class DecisionForm(OnceForm):
    """`agencies` are those of the acting branch that the requirement binds."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KIND.choices, widget=forms.RadioSelect)
    on_date = forms.DateField(
        label=_("New date"),
        required=False,
        widget=DayInput,
        help_text=_("The day that an extension or an internal date sets."),
    )
    agencies = RowsField(label=_("For"), queryset=None, widget=forms.CheckboxSelectMultiple)
    document = forms.CharField(
        label=_("Document"),
        required=False,
        max_length=80,
        help_text=_("The paper that says so. An extension or exemption needs it, or a reason."),
    )
    day = forms.DateField(label=_("Decided on"), widget=DayInput, initial=today)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, requirement: Requirement, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.requirement = requirement
        self.fields["agencies"].queryset = agencies

    def clean_day(self):
        if self.cleaned_data["day"] > today():
            raise ValidationError(_("The day lies in the future. A day up to today is accepted."))
        return self.cleaned_data["day"]

    def clean(self):
        given = super().clean()
        kind, on_date = given.get("kind"), given.get("on_date")
        if kind in (KIND.EXTENSION, KIND.INTERNAL_DATE) and not on_date and "on_date" not in self.errors:
            self.add_error("on_date", _("Say which day the decision sets."))
        try:
            Decision(kind=kind, requirement=self.requirement, on_date=on_date).clean()
        except ValidationError as refused:
            self.add_error(None, refused)
        if kind in (KIND.EXTENSION, KIND.EXEMPTION) and not (given.get("document") or given.get("reason")):
            self.add_error("document", _("Name the document or the reason."))
        return given
