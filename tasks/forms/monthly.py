"""The forms of a month's report: a row a mine, the reason of a return, a correction."""

from django import forms
from django.utils.translation import gettext_lazy as _

from greenmine.clock import today
from greenmine.forms import DayInput, OnceForm
from tasks.actions.monthly import Entry
from tasks.models import MineTask


class PercentField(forms.IntegerField):
    """60, 60% and ６０％ say the same."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 6})

    def __init__(self, **kwargs):
        wrong = _("Work done is a whole number from 0 to 100, such as 60.")
        messages = {"invalid": wrong, "min_value": wrong, "max_value": wrong}
        super().__init__(min_value=0, max_value=100, error_messages=messages, **kwargs)

    def to_python(self, value):
        return super().to_python(value.strip().rstrip("%％ ") if isinstance(value, str) else value)


class FewLinesField(forms.CharField):
    """A text of up to 300 characters in a box that grows; a browser's line ends are made those of a text."""

    widget = forms.Textarea(attrs={"rows": 1})

    def __init__(self, **kwargs):
        super().__init__(max_length=300, **kwargs)

    def to_python(self, value):
        return super().to_python(value and value.replace("\r\n", "\n"))


class MonthLineForm(forms.Form):
    """What is said of one task. `shown` says that the row was on the page when the form was sent.

    `begin` is what the row shows first, `carried` what a zero report would say.
    """

    shown = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
    percent = PercentField(label=_("Work done, per cent"), required=False)
    done = FewLinesField(label=_("Done this month"), required=False)
    problem = FewLinesField(label=_("Problem"), required=False)

    def __init__(self, data=None, *, task: MineTask, stage: str, begin: Entry, carried: Entry, before=None):
        self.task, self.stage, self.carried, self.before = task, stage, carried, before
        initial = {"percent": begin.percent, "done": begin.done, "problem": begin.problem}
        super().__init__(data, prefix=f"t{task.pk}", initial=initial)
        for name in ("percent", "done", "problem"):
            # A table of nameless boxes says nothing to a screen reader.
            self.fields[name].widget.attrs["aria-label"] = f"{task.mine.name} {self.fields[name].label}"

    @property
    def was_shown(self) -> bool:
        return self.add_prefix("shown") in self.data

    @property
    def says_more(self) -> bool:
        """Whether a zero report, which says what was reported before the month, would drop something."""
        return not self.is_valid() or self.entry != self.carried

    @property
    def entry(self) -> Entry:
        given = self.cleaned_data
        return Entry(percent=given["percent"], done=given["done"], problem=given["problem"])


class ReturnForm(OnceForm):
    comment = forms.CharField(
        label=_("What is to be mended"), max_length=300, widget=forms.Textarea(attrs={"rows": 4})
    )


class CorrectionForm(OnceForm):
    """`tasks` are those of the frozen month."""

    task = forms.ModelChoiceField(
        label=_("Mine"), queryset=None, required=False, empty_label=_("the month as a whole")
    )
    text = forms.CharField(label=_("What is right"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    day = forms.DateField(
        label=_("Day of the correction"),
        widget=DayInput,
        initial=today,
        help_text=_(
            "Today, or an earlier day since the month was confirmed; then it is marked as recorded later."
        ),
    )

    def __init__(self, *args, tasks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["task"].queryset = tasks
