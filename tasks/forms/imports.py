"""The forms of an import: the file, and for quotas the document that sets them."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from greenmine.clock import today
from greenmine.forms import DayInput, OnceForm
from tasks.imports.containers import identify
from tasks.imports.limits import MAX_BYTES, MAX_ROWS
from tasks.imports.refusals import Refused
from tasks.upload_messages import NOT_ARRIVED

ACCEPT = ".xlsx,.xlsm,.xls,.et,.ods,.csv,.tsv,.txt"


class ImportForm(OnceForm):
    """Its cleaned `file` is an upload that may be opened; `.content` holds the bytes.

    What the file is, its content decides (imports/containers.py): one that must not be opened is refused
    here, before it is kept.
    """

    file = forms.FileField(
        label=_("File to import"),
        help_text=format_lazy(
            _("Accepted: .xlsx, .xls, .ods and .csv, up to {size} MB and {rows} rows."),
            size=MAX_BYTES // 2**20,
            rows=MAX_ROWS,
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": NOT_ARRIVED},
        allow_empty_file=True,
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        # One byte more than is allowed is enough to be refused by the engine, with its sentence.
        content = file.read(MAX_BYTES + 1)
        try:
            identify(file.name, content)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        file.content = content
        return file

    def details(self) -> dict:
        return {}


class DatedImportForm(ImportForm):
    """With the day from which the whole file counts."""

    day = forms.DateField(label=_("Day"), widget=DayInput, initial=today)

    def clean_day(self):
        day = self.cleaned_data["day"] or today()
        if day > today():
            raise ValidationError(_("The day lies in the future. A day up to today is accepted."))
        return day

    def details(self) -> dict:
        return {"day": self.cleaned_data["day"].isoformat()}


class MineImportForm(DatedImportForm):
    """台账截至日: one for the whole file."""

    day = forms.DateField(
        label=_("The register as of"),
        required=False,
        widget=DayInput,
        initial=today,
        help_text=_("From this day on its entries and changes count; earlier days keep what they had."),
    )


class QuotaImportForm(DatedImportForm):
    document = forms.CharField(
        label=_("Document that sets the quotas"),
        help_text=_("Such as 豫国土资发〔2018〕19号."),
        max_length=80,
        required=False,
    )
    day = forms.DateField(label=_("Day of the document"), widget=DayInput, initial=today)

    def details(self) -> dict:
        return {"document": self.cleaned_data["document"], **super().details()}
