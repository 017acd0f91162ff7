"""What a stage of a task is recorded with, how a wrong entry is mended, and what an inspection saw."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from greenmine.clock import today
from greenmine.forms import DayInput, OnceForm
from tasks.models import GreenStandard, InspectionWindow, MineTask, StageFact
from tasks.upload_check import CheckedFilesField

Stage = StageFact.Stage
# What is claimed of the building itself names the standard that it follows (domain.md, trap 14).
BY_STANDARD = {Stage.DECLARED, Stage.ASSESSED, Stage.VERIFIED}
BY_LIST = {Stage.LISTED, Stage.DELISTED}


# A day before this is a slip of the pen: it would stand before every checkpoint.
EARLIEST = date(1980, 1, 1)


class PastDayField(forms.DateField):
    """A day up to today."""

    widget = DayInput

    def clean(self, value):
        day = super().clean(value)
        if day and day > today():
            raise ValidationError(_("The day lies in the future. A day up to today is accepted."))
        if day and day < EARLIEST:
            raise ValidationError(_("Check the year of the day."))
        return day


class StageForm(OnceForm):
    stage = forms.ChoiceField(label=_("Stage"))
    day = PastDayField(label=_("Day"), initial=today)
    standard = forms.ModelChoiceField(
        label=_("Standard"),
        queryset=GreenStandard.objects.all(),
        required=False,
        empty_label=_("choose the standard and its edition"),
        help_text=_("Needed for what is declared, assessed or verified."),
    )
    reference = forms.CharField(
        label=_("Number of the report, protocol or list"),
        max_length=120,
        required=False,
        help_text=_("This or a file is the evidence; a list needs its number."),
    )
    files = CheckedFilesField(
        label=_("Evidence files"),
        required=False,
        help_text=_("PDF, OFD, Word, WPS, Excel, JPG or PNG; several at once."),
    )
    directory = forms.ChoiceField(
        label=_("Directory"), required=False, choices=[("", "—"), *StageFact.Directory.choices]
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, task: MineTask, stages: list, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [(stage.value, stage.label) for stage in stages]
        if not set(stages) & BY_LIST:
            del self.fields["directory"]
        self.is_listed = task.stages.filter(stage=Stage.LISTED).exists()
        self.suggested = suggested_standards(task)
        self.fields["standard"].initial = self.suggested[0] if self.suggested else None

    def clean(self):
        given = super().clean()
        stage = given.get("stage")
        evidence = given.get("reference", "").strip() or given.get("files")
        if stage in BY_STANDARD and not given.get("standard") and "standard" not in self.errors:
            self.add_error("standard", _("Name the standard, with its edition, that the mine is held to."))
        if stage in BY_LIST and not given.get("reference", "").strip():
            self.add_error("reference", _("Write the number of the list."))
        elif stage and stage != Stage.BUILDING and not evidence and not self.errors:
            self.add_error(
                "reference", _("A completion needs its evidence: write the number, or add a file.")
            )
        if stage == Stage.LISTED and not given.get("directory"):
            self.add_error("directory", _("Say which directory: the provincial or the national one."))
        if stage == Stage.DELISTED and not given.get("note", "").strip():
            self.add_error("note", _("Say why it left the directory."))
        if stage == Stage.DELISTED and not self.is_listed:
            self.add_error("stage", _("No directory is recorded that the mine could have left."))
        return given


def suggested_standards(task: MineTask) -> list[GreenStandard]:
    """The editions that the mine's mineral points to: the province's own first, else the industry's."""
    mineral = task.mine.mineral
    if mineral is None:
        return []
    numbers = [mineral.henan_standard, mineral.green_standard]
    known = {one.number: one for one in GreenStandard.objects.filter(number__in=numbers)}
    return [known[number] for number in numbers if number in known]


class CorrectStageForm(OnceForm):
    withdrawn = forms.BooleanField(
        label=_("It was recorded by mistake: withdraw it"),
        required=False,
        help_text=_("Else give the right day."),
    )
    day = PastDayField(label=_("The right day"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean(self):
        given = super().clean()
        if given.get("withdrawn"):
            given["day"] = None
        elif not given.get("day") and "day" not in self.errors:
            self.add_error("day", _("Give the right day, or withdraw the entry."))
        return given


class WindowField(forms.ModelChoiceField):
    def label_from_instance(self, window):
        return f"{window.get_kind_display()} · {window.inspector}"


class InspectionForm(OnceForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=InspectionWindow.Kind.choices)
    window = WindowField(
        label=_("Inspection window"),
        queryset=InspectionWindow.objects.select_related("clause__document"),
        required=False,
        empty_label=_("none of them"),
    )
    day = PastDayField(label=_("Day"), initial=today)
    inspectors = forms.CharField(label=_("Inspectors"), required=False, max_length=120)
    findings = forms.CharField(
        label=_("Findings"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Leave empty when nothing was found."),
    )
    mend_by = forms.DateField(label=_("To be mended by"), required=False, widget=DayInput)

    def clean(self):
        given = super().clean()
        if given.get("mend_by") and not given.get("findings", "").strip():
            self.add_error("findings", _("A time limit belongs to what was found. Write it."))
        return given


class RectificationForm(OnceForm):
    day = PastDayField(label=_("Day"), initial=today)
    text = forms.CharField(
        label=_("What was done"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
