"""评价指标: one field for each precondition and item of an edition."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from greenmine.forms import OnceForm
from tasks.models import ScoreItem, ScoreSheet
from tasks.reports.scores import as_sheet
from tasks.rules.score_sheets import ScoreRefused, Verdict, verdict
from tasks.score_words import HOLDS, REFUSALS, refusal

HOLDS_CHOICES = [("", HOLDS[None].word), ("yes", HOLDS[True].word), ("no", HOLDS[False].word)]
YES_NO = {"yes": True, "no": False}
POINTS_ERRORS = {
    "invalid": REFUSALS["no_number"],
    "min_value": REFUSALS["negative"],
    "max_value": _("This item gives %(limit_value)s points at most."),
    "max_decimal_places": REFUSALS["too_fine"],
    "max_digits": REFUSALS["no_number"],
    "max_whole_digits": REFUSALS["no_number"],
}


class ScoresForm(OnceForm):
    """`sheet` comes with its items. When what was entered can be judged, `verdict` says how, and `scores`
    holds it by number; None is unknown."""

    incomplete = forms.BooleanField(
        label=_("Save what is not entered as unknown; it cannot be filled in later."), required=False
    )

    def __init__(self, *args, sheet: ScoreSheet, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = list(sheet.items.all())
        self.sheet = as_sheet(sheet)
        self.verdict: Verdict | None = None
        for item in self.items:
            self.fields[_name(item)] = _precondition(item) if item.is_precondition else _points(item)
        self.order_fields([*map(_name, self.items), "incomplete"])

    def of(self, item: ScoreItem):
        """The bound field of an item."""
        return self[_name(item)]

    @property
    def scores(self) -> dict:
        return {item.number: self._value(item) for item in self.items}

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        conditions = {item.number for item in self.items if item.is_precondition}
        points = {number: value for number, value in self.scores.items() if number not in conditions}
        holds = {number: value for number, value in self.scores.items() if number in conditions}
        try:
            self.verdict = verdict(self.sheet, points, holds)
        except ScoreRefused as refused:
            (item,) = (one for one in self.items if one.number == refused.number)
            self.add_error(_name(item), refusal(refused))
        return given

    def refuse_gaps(self) -> None:
        """Before saving, not before a look at the sums: gaps must be meant."""
        gaps = len(self.verdict.missing) if self.verdict else 0
        if gaps and not self.cleaned_data["incomplete"]:
            text = ngettext(
                "%(gaps)s entry is missing. Fill it in, or tick that it stays unknown.",
                "%(gaps)s entries are missing. Fill them in, or tick that they stay unknown.",
                gaps,
            )
            self.add_error("incomplete", ValidationError(text % {"gaps": gaps}))

    def _value(self, item: ScoreItem):
        value = self.cleaned_data.get(_name(item))
        return YES_NO.get(value) if item.is_precondition else value


def _name(item: ScoreItem) -> str:
    return f"item{item.pk}"


def _precondition(item: ScoreItem) -> forms.Field:
    return forms.ChoiceField(label=str(item), choices=HOLDS_CHOICES, required=False)


def _points(item: ScoreItem) -> forms.Field:
    # A field of numbers of the browser's own changes under the mouse wheel, so this is one of text.
    widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 7, "autocomplete": "off"})
    return forms.DecimalField(
        label=str(item),
        required=False,
        min_value=0,
        max_value=item.points,
        max_digits=6,
        decimal_places=1,
        widget=widget,
        error_messages=POINTS_ERRORS,
    )
