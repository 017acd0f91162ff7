"""Removals, late entries and mergers: what a bureau asks, and what its superior answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from greenmine.clock import today
from greenmine.forms import OnceForm, RowsField
from tasks.forms.plans import PlannedDateField
from tasks.forms.stages import PastDayField
from tasks.models import Mine, MineTask, PlanLine, TargetChange

Cause = TargetChange.Cause
CAUSES = {
    TargetChange.Kind.REMOVAL: [Cause.CLOSED, Cause.OTHER],
    TargetChange.Kind.ENTRY: [Cause.NEW, Cause.OTHER],
}


class ChangeForm(OnceForm):
    """One mine that leaves the target, or comes (back) into it."""

    day = PastDayField(label=_("Day"), initial=today, help_text=_("The day on which it closed or came in."))
    cause = forms.ChoiceField(label=_("Cause"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("With the document, if there is one. The reviewer and later readers see it."),
    )
    tier = forms.ChoiceField(label=_("Tier"), choices=PlanLine.Tier.choices)
    planned = PlannedDateField(
        label=_("Planned completion"), max_length=20, help_text=_("Such as 2019年12月 or 2020年第二季度.")
    )

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [(cause.value, cause.label) for cause in CAUSES[kind]]
        if kind == TargetChange.Kind.REMOVAL:
            del self.fields["tier"], self.fields["planned"]


class EntryForm(ChangeForm):
    """A mine of the own register that was in no plan."""

    mine = forms.ModelChoiceField(label=_("Mine"), queryset=Mine.objects.none())
    field_order = ["mine"]

    def __init__(self, *args, mines, **kwargs):
        super().__init__(*args, kind=TargetChange.Kind.ENTRY, **kwargs)
        self.fields["mine"].queryset = mines


class MergerForm(OnceForm):
    """整合: which mines became which."""

    tasks = RowsField(
        label=_("Mines that were merged"),
        queryset=MineTask.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At least two. They leave the target."),
    )
    into = forms.ModelChoiceField(
        label=_("The mine that they became"),
        queryset=Mine.objects.none(),
        help_text=_("It must stand in the register. It enters the target."),
    )
    day = PastDayField(label=_("Day"), initial=today)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    tier = forms.ChoiceField(label=_("Tier"), choices=PlanLine.Tier.choices)
    planned = PlannedDateField(label=_("Planned completion"), max_length=20)

    def __init__(self, *args, tasks, mines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tasks"].queryset = tasks
        self.fields["into"].queryset = mines


class AnswerForm(OnceForm):
    answer = forms.CharField(
        label=_("Why it is not agreed to"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
