"""The forms of the register: a mine's fields, a permit and those it replaces."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Level, Membership, Role
from greenmine.clock import today
from greenmine.forms import DayInput, OnceForm
from tasks.models import Mine, Permit
from tasks.models.mine import REGISTER_FIELDS
from tasks.rules import permits

UNKNOWN_EMPTY = _("unknown")
ODD_PERMIT = _(
    "The permit number has neither C and 22 digits nor 13 digits. It was kept as typed; please check it."
)


class MineForm(OnceForm, forms.ModelForm):
    """Every field but the name may stay empty, which means unknown. `lock` is the state that was shown."""

    lock = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # Asked of nobody who makes an ordinary change: it counts from today.
    since = forms.DateField(
        label=_("Since"),
        required=False,
        widget=DayInput,
        help_text=_(
            "Earlier days keep what they had; figures of the days from this one on are counted anew."
        ),
    )

    class Meta:
        model = Mine
        fields = [
            "name",
            "holder",
            "managed_by",
            "county",
            "mineral_name",
            "mineral",
            "method",
            "output",
            "output_unit",
            "size_class",
            "status",
            "area",
            "first_permitted_on",
            "longitude",
            "latitude",
            "source",
            "note",
        ]
        widgets = {"first_permitted_on": DayInput, "note": forms.Textarea(attrs={"rows": 3})}
        labels = {"name": _("Name of the mine"), "county": _("County on the permit")}
        help_texts = {
            "managed_by": _("The bureau that answers for the mine's task."),
            "county": _("It may differ from the bureau that manages the mine."),
            "mineral_name": _("As on the permit, such as 水泥用石灰岩."),
            "mineral": _("Decides which size thresholds and industry standard are suggested."),
            "output": _("A year's output; leave it empty when it is not known."),
            "size_class": _("As on file. What the thresholds say is shown beside it, and decides nothing."),
            "first_permitted_on": _(
                "The day of the first permit decides whether the mine is existing or new."
            ),
            "source": _("Where these facts come from, such as a list and its date."),
        }

    def __init__(self, *args, by: Membership, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lock"].initial = self.instance.version if self.instance.pk else None
        self.fields["managed_by"].queryset = _managers(by)
        self.fields["managed_by"].required = not by.agency.is_root()
        self.fields["county"].queryset = _places(by, self.instance)
        if not self.instance.pk and by.role == Role.FILER:
            self.fields["managed_by"].initial = by.agency_id
        for name in ("output", "area"):
            # As it was typed, without the zeros that the column pads it with.
            if (number := getattr(self.instance, name)) is not None and not self.is_bound:
                self.initial[name] = f"{number.normalize():f}"
        for name in ("county", "mineral", "managed_by"):
            self.fields[name].empty_label = UNKNOWN_EMPTY
        for name in ("method", "size_class", "status", "output_unit"):
            self.fields[name].choices = [("", UNKNOWN_EMPTY), *self.fields[name].choices[1:]]

    @property
    def said(self) -> set[str]:
        """The columns that hold since the day that was given: those that were changed in the form, and where none was
        the whole mine as it stands in it. Empty without such a day."""
        if not self.cleaned_data["since"]:
            return set()
        fields = {
            Mine._meta.get_field(name).attname for name in self.changed_data if name in self.Meta.fields
        }
        return fields & set(REGISTER_FIELDS) or set(REGISTER_FIELDS)

    def clean_since(self):
        since = self.cleaned_data["since"]
        if since and since > today():
            raise ValidationError(_("The day lies in the future. A day up to today is accepted."))
        return since

    def clean(self):
        given = super().clean()
        for name in ("output", "area"):
            # As the column holds it, so that 8 saved over 8.0000 is no change in the history.
            if given.get(name) is not None:
                places = Mine._meta.get_field(name).decimal_places
                given[name] = given[name].quantize(Decimal(1).scaleb(-places))
        return given

    def typed(self, name: str) -> str:
        """A field's value in words, as it was typed."""
        return words_of(self.fields[name], self[name].value())


def words_of(field: forms.Field, value) -> str:
    """A form value as a person reads it: the word of a choice, "" for unknown."""
    if value in (None, ""):
        return ""
    if isinstance(field, forms.ModelChoiceField):
        chosen = field.queryset.filter(pk=value).first() if str(value).isdigit() else None
        return str(chosen or value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    return str(value)


def _managers(by: Membership):
    """A filer keeps the own bureau's mines, a reviewer those of the branch."""
    if by.role == Role.FILER:
        return Agency.objects.filter(pk=by.agency_id)
    return Agency.objects.below(by.agency).exclude(level=Level.PROVINCE)


def _places(by: Membership, mine: Mine):
    counties = Agency.objects.below(by.agency).filter(level=Level.COUNTY)
    # A zone's mine keeps the county of its permit, which may lie outside the zone's own branch.
    kept = Agency.objects.filter(pk=mine.county_id) if mine.county_id else Agency.objects.none()
    return counties | kept


class PermitForm(OnceForm, forms.ModelForm):
    replaces = forms.CharField(
        label=_("Replaces"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("The permits that this one replaces or merges, one number a line."),
    )

    class Meta:
        model = Permit
        fields = ["number", "issued_by", "valid_from", "valid_to"]
        widgets = {"valid_from": DayInput, "valid_to": DayInput}
        help_texts = {
            "number": _("C and 22 digits, or the older 13 digits. Another shape is kept, with a warning.")
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = Permit.objects.filter(mine__in=Mine.objects.visible_to(user))

    def clean_number(self) -> str:
        number = permits.clean(self.cleaned_data["number"])
        if permits.doubt(number) == "destroyed":
            raise ValidationError(
                _(
                    "“%(number)s” is what a spreadsheet leaves of a long number. Type it from the permit itself."
                ),
                params={"number": number},
            )
        return number

    def clean_replaces(self) -> list[Permit]:
        numbers = [permits.clean(line) for line in self.cleaned_data["replaces"].splitlines() if line.strip()]
        found = {permit.number: permit for permit in self.known.filter(number__in=numbers)}
        missing = [number for number in numbers if number not in found]
        if missing:
            raise ValidationError(
                _("Not in the register: %(numbers)s. Enter the replaced permit at its mine first."),
                params={"numbers": "、".join(missing)},
            )
        return list(found.values())

    def clean(self):
        given = super().clean()
        begins, ends = given.get("valid_from"), given.get("valid_to")
        if begins and ends and ends < begins:
            self.add_error("valid_to", _("The last day cannot be before the first."))
        if given.get("number") in {permit.number for permit in given.get("replaces") or []}:
            self.add_error("replaces", _("A permit cannot replace itself."))
        return given
