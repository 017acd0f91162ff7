"""The forms of a notice: the document, then a sentence with its dates, its demand and whom it binds."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, AgencyGroup, Level, Membership
from greenmine.clock import today
from greenmine.forms import DayInput, OnceForm
from tasks.actions.documents import Demand
from tasks.models import PolicyDocument, Programme, Requirement, RequirementAddressee
from tasks.rules import document_numbers
from tasks.rules.date_phrases import Deadline
from tasks.rules.deadlines import Act
from tasks.standing.programmes import programme_meant
from tasks.words import ACTS

Selector = RequirementAddressee.Selector
BY_GROUP = (Selector.GROUP, Selector.SUPERIORS_OF_GROUP)
ROWS, MOST_ROWS = 3, 12


class DocumentForm(OnceForm):
    number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        help_text=_("Any brackets are accepted: 宛国资办[2018]25号 is kept as 宛国资办〔2018〕25号."),
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    issuer_name = forms.CharField(
        label=_("Issuing office"), max_length=200, help_text=_("As it stands on the paper.")
    )
    addressed_to = forms.CharField(label=_("Addressed to"), max_length=200, required=False)
    signed_on = forms.DateField(label=_("Signed on"), required=False, widget=DayInput)
    printed_on = forms.DateField(
        label=_("Printed on"),
        required=False,
        widget=DayInput,
        help_text=_("One of the two is needed: from that day the document binds."),
    )
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.all(), empty_label=None
    )
    forwards = forms.ModelChoiceField(
        label=_("Forwards"),
        queryset=None,
        required=False,
        help_text=_("The document that this one passes on."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        forwards = self.fields["forwards"]
        forwards.queryset = PolicyDocument.objects.visible_to(user)
        forwards.label_from_instance = lambda one: f"{one.number} {one.title}"
        self.fields["issuer_name"].initial = user.acting.agency.bureau_name(today())
        self.fields["programme"].initial = programme_meant()

    def clean_number(self):
        number = document_numbers.normalise(self.cleaned_data["number"])
        if not document_numbers.is_well_formed(number):
            raise ValidationError(
                _("“%(number)s” is not a document number. Write it like 桐国土资〔2018〕12号."),
                params={"number": number},
            )
        return number

    def clean(self):
        given = super().clean()
        for name in ("signed_on", "printed_on"):
            if given.get(name) and given[name] > today():
                self.add_error(name, _("The day lies in the future. A day up to today is accepted."))
        if not any(name in self.errors or given.get(name) for name in ("signed_on", "printed_on")):
            self.add_error("signed_on", _("Give the day of signing or of printing."))
        return given


class RequirementForm(OnceForm):
    """The sentence, its two readings and what it demands; `demand()` is what the action takes."""

    section = forms.CharField(
        label=_("Section"),
        required=False,
        max_length=10,
        help_text=_("The numeral of the heading, such as 二; empty where the notice has none."),
    )
    wording = forms.CharField(
        label=_("Wording"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("The sentence that binds, word for word; it is shown beside every date."),
    )
    phrase = forms.CharField(label=_("Date as written"), required=False, max_length=40)
    warn_on = forms.DateField(
        label=_("Strict date"),
        required=False,
        widget=DayInput,
        help_text=_("Before the period begins: warns. Empty for a point in time, such as 月底."),
    )
    due_on = forms.DateField(
        label=_("Due date"),
        required=False,
        widget=DayInput,
        help_text=_("When the period ends: overdue after it. Empty where the sentence has no date."),
    )
    summary = forms.CharField(label=_("In short"), max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Requirement.Kind.choices, widget=forms.RadioSelect, initial="acts"
    )
    acts = forms.MultipleChoiceField(
        label=_("Acts"),
        required=False,
        choices=[(act.value, ACTS[act]) for act in Act],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the sentence asks for: drawing up, issuing and filing are three acts."),
    )
    share = forms.IntegerField(label=_("Share, per cent"), required=False, min_value=1, max_value=100)
    mine_scope = forms.ChoiceField(
        label=_("Which mines"), required=False, choices=[("", "—"), *Requirement.MineScope.choices]
    )
    existing_before = forms.DateField(
        label=_("Existing means permitted before"), required=False, widget=DayInput
    )
    lifted_if_mine_free = forms.BooleanField(
        label=_("Lifted where there are no mines"), required=False, initial=True
    )
    # The bound as they were last shown: what is saved is what was seen.
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        given = super().clean()
        kind, warn_on, due_on = given.get("kind"), given.get("warn_on"), given.get("due_on")
        if kind == Requirement.Kind.ACTS and not given.get("acts"):
            self.add_error("acts", _("Choose at least one act."))
        if (
            kind == Requirement.Kind.SHARE
            and "share" not in self.errors
            and not (given.get("share") and due_on)
        ):
            self.add_error("share", _("A share needs a percentage and a due date."))
        if kind == Requirement.Kind.EACH_MINE:
            for name in ("mine_scope", "existing_before"):
                if not given.get(name):
                    self.add_error(
                        name,
                        _("Say which mines, and before which day a permit makes a mine an existing one."),
                    )
        if warn_on and not due_on:
            self.add_error("due_on", _("A strict date needs a due date after it."))
        elif warn_on and warn_on >= due_on:
            self.add_error("warn_on", _("The strict date must lie before the due date."))
        return given

    def demand(self) -> Demand:
        """Only what belongs to the kind: a share has no acts."""
        given = self.cleaned_data
        kind = given["kind"]
        is_mines = kind == Requirement.Kind.EACH_MINE
        return Demand(
            summary=given["summary"].strip(),
            kind=kind,
            acts=given["acts"] if kind == Requirement.Kind.ACTS else [],
            share=given["share"] if kind == Requirement.Kind.SHARE else None,
            mine_scope=given["mine_scope"] if is_mines else "",
            existing_before=given["existing_before"] if is_mines else None,
            phrase=given["phrase"],
            warn_on=given["warn_on"],
            due_on=given["due_on"],
            lifted_if_mine_free=given["lifted_if_mine_free"],
        )


class AddresseeForm(forms.Form):
    """One included or excluded set; a row without a selector is no set."""

    excluded = forms.ChoiceField(
        label=_("Include or except"), required=False, choices=[("", _("bound:")), ("yes", _("except:"))]
    )
    selector = forms.ChoiceField(label=_("Who"), required=False, choices=[("", "—"), *Selector.choices])
    agency = forms.ModelChoiceField(label=_("Agency"), required=False, queryset=None, empty_label="—")
    group = forms.ModelChoiceField(label=_("Group"), required=False, queryset=None, empty_label="—")
    levels = forms.ChoiceField(
        label=_("Only this level"),
        required=False,
        choices=[
            ("", _("every level")),
            (Level.CITY.value, Level.CITY.label),
            (Level.COUNTY.value, Level.COUNTY.label),
        ],
    )

    def __init__(self, *args, agencies, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies
        self.fields["group"].queryset = groups

    def clean(self):
        given = super().clean()
        selector = given.get("selector")
        if selector in BY_GROUP and not given.get("group"):
            self.add_error("group", _("Choose a group."))
        if selector and selector not in BY_GROUP and not given.get("agency"):
            self.add_error("agency", _("Choose an agency."))
        return given

    def addressee(self) -> RequirementAddressee | None:
        """The set, not saved; None for an empty row."""
        given = self.cleaned_data
        if not given.get("selector"):
            return None
        by_group = given["selector"] in BY_GROUP
        return RequirementAddressee(
            selector=given["selector"],
            excluded=given["excluded"] == "yes",
            agency=None if by_group else given["agency"],
            group=given["group"] if by_group else None,
            levels=[given["levels"]] if given["levels"] else [],
        )


AddresseeFormSet = forms.formset_factory(AddresseeForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def addressee_rows(data, *, by: Membership):
    """The rows of sets; agencies and groups to choose from lie in the acting branch."""
    branch = Agency.objects.below(by.agency).filing() | Agency.objects.filter(pk=by.agency_id)
    groups = AgencyGroup.objects.filter(agencies__path__startswith=by.agency.path).distinct()
    kwargs = {"agencies": branch.order_by("path"), "groups": groups.prefetch_related("agencies")}
    return AddresseeFormSet(data, prefix="who", form_kwargs=kwargs)


def usual_rows(by: Membership) -> dict:
    """What a new page shows filled in: those that report to the bureau, and empty rows for the rest."""
    return {
        "who-TOTAL_FORMS": ROWS,
        "who-INITIAL_FORMS": 0,
        "who-0-selector": Selector.REPORTING_TO.value,
        "who-0-agency": by.agency_id,
    }


def typed(form: forms.BaseForm) -> dict:
    """What was typed, unchecked, to be shown again without complaint while somebody is still writing."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def filled_in(values: dict, found: Deadline) -> dict:
    """The typed values with both readings of a phrase put in."""
    return values | {"phrase": found.phrase, "warn_on": found.strict, "due_on": found.due}
