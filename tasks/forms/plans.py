"""The forms of a work plan: its steps, its sections, the rows of its breakdown, its files."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from greenmine.clock import today
from greenmine.forms import OnceForm
from tasks.models import PlanLine
from tasks.rules import document_numbers, planned_dates
from tasks.rules.steps import Step
from tasks.upload_check import CheckedFileField

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
# What each step is recorded with, beside the press of the button.
STEP_FIELDS = {
    Step.RETURN: ["comment"],
    Step.ACCEPT: ["comment"],
    Step.ISSUE: ["number", "day", "comment"],
    Step.SEND: ["day", "comment"],
    Step.ASK_SUPPLEMENT: ["day", "comment"],
    Step.RECEIPT: ["number", "day", "comment"],
}
PAPER_FIELDS = ["day", "scan"]
NUMBER_LABELS = {
    Step.ISSUE: (_("Document number"), _("As printed on the paper, such as 桐国土资〔2018〕12号.")),
    Step.RECEIPT: (_("Receipt number"), _("May stay empty.")),
}


class StepForm(OnceForm):
    """Only the fields that the step is recorded with."""

    number = forms.CharField(max_length=60)
    day = forms.DateField(label=_("Day"), widget=DAY, initial=today)
    comment = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)
    scan = CheckedFileField(label=_("Scan of the paper"))

    def __init__(self, *args, step: Step, on_paper: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        wanted = STEP_FIELDS.get(step, []) + (PAPER_FIELDS if on_paper else [])
        for name in [name for name in self.fields if name not in wanted and name != "form_token"]:
            del self.fields[name]
        if "number" in self.fields:
            label, help_text = NUMBER_LABELS[step]
            self.fields["number"].label, self.fields["number"].help_text = label, help_text
            self.fields["number"].required = step == Step.ISSUE
        if "comment" in self.fields:
            self.fields["comment"].required = step in (Step.RETURN, Step.ASK_SUPPLEMENT)
            if self.fields["comment"].required:
                self.fields["comment"].label = _("What is to be mended")

    def clean_number(self):
        number = self.cleaned_data["number"]
        if self.fields["number"].required:
            number = document_numbers.normalise(number)
            if not document_numbers.is_well_formed(number):
                raise ValidationError(
                    _("“%(number)s” is not a document number. Write it like 桐国土资〔2018〕12号."),
                    params={"number": number},
                )
        return number

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > today():
            raise ValidationError(_("The day lies in the future. A day up to today is accepted."))
        return day


class RevisionForm(OnceForm):
    reason = forms.CharField(
        label=_("Reason of the revision"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class CorrectDayForm(OnceForm):
    day = forms.DateField(label=_("The right day"), widget=DAY)
    reason = forms.CharField(label=_("Why the recorded day was wrong"), max_length=200)


class SectionForm(forms.Form):
    """One section of the text, with the lock under which it was shown."""

    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    body = forms.CharField(
        label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 14}), max_length=50_000
    )


class PrinciplesForm(SectionForm):
    """The principles that the notice names, and the departments that made the plan together."""

    principles = forms.MultipleChoiceField(
        label=_("Principles followed"), required=False, widget=forms.CheckboxSelectMultiple
    )
    departments = forms.CharField(
        label=_("Joint departments, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )

    def __init__(self, *args, principles: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["principles"].choices = [(one, one) for one in principles]
        self.fields["body"].label = _("How they are carried out")
        self.fields["body"].widget.attrs["rows"] = 6

    def clean_departments(self):
        return [line.strip() for line in self.cleaned_data["departments"].splitlines() if line.strip()]


class PlannedDateField(forms.CharField):
    """A month, quarter, half-year, year or day, as clerks write it."""

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        planned = planned_dates.parse(text)
        if planned is None:
            raise ValidationError(
                _("“%(text)s” is not read as a date. Accepted: 2019年12月, 2019年第三季度, 2019-12-31."),
                params={"text": text},
            )
        return planned


class LineForm(forms.Form):
    """One row of the breakdown."""

    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    tier = forms.ChoiceField(label=_("Tier"), choices=[("", "—"), *PlanLine.Tier.choices], required=False)
    planned = PlannedDateField(label=_("Planned completion"), required=False, max_length=20)
    responsible = forms.CharField(label=_("Responsible"), required=False, max_length=50)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, *args, line: PlanLine, **kwargs):
        self.line = line
        planned = (
            planned_dates.display(planned_dates.PlannedDate(line.planned_on, line.planned_precision))
            if line.planned_on
            else ""
        )
        initial = {
            "lock": line.lock,
            "tier": line.tier,
            "planned": planned,
            "responsible": line.responsible,
            "note": line.note,
        }
        super().__init__(*args, prefix=f"l{line.pk}", initial=initial, **kwargs)
        for name, field in self.fields.items():
            # Each input is named for its mine: a table of nameless boxes says nothing to a screen reader.
            field.widget.attrs["aria-label"] = f"{line.task.mine.name} {field.label or name}"


class AttachmentForm(OnceForm):
    file = CheckedFileField(label=_("File"), help_text=_("PDF, OFD, Word, WPS, Excel, JPG or PNG."))


class PasteForm(OnceForm):
    rows = forms.CharField(
        label=_("Rows from the spreadsheet"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        max_length=200_000,
        help_text=_("Columns: mine, tier, planned completion, responsible, note; with or without a heading."),
    )
