"""The forms of accounts, hats, the audit list's filters apart, and 不涉矿."""

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.filters import INDENT
from agencies.models import Agency, Role, User
from greenmine.clock import today
from greenmine.forms import DayInput, OnceForm


class AgencyField(forms.ModelChoiceField):
    """An agency of the acting branch, the tree shown by indents."""

    def label_from_instance(self, agency):
        return INDENT * max(0, agency.depth - 1) + agency.name


class MembershipForm(OnceForm):
    agency = AgencyField(label=_("Agency"), queryset=Agency.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    valid_from = forms.DateField(label=_("From"), widget=DayInput, initial=today)
    valid_to = forms.DateField(
        label=_("To"), widget=DayInput, required=False, help_text=_("The last day; empty means until ended.")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.visible_to(user)
        self.fields["agency"].initial = user.acting.agency_id

    def clean(self):
        given = super().clean()
        begins, ends = given.get("valid_from"), given.get("valid_to")
        if begins and ends and ends < begins:
            self.add_error("valid_to", _("The last day cannot be before the first."))
        return given


class UserForm(MembershipForm):
    """A new account with its first hat."""

    username = forms.CharField(
        label=_("Account"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("What the person types to sign in: letters, digits and @ . + - _"),
    )
    name = forms.CharField(label=_("Name"), max_length=50)
    field_order = ["username", "name", "agency", "role", "valid_from"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["valid_to"]

    def clean_username(self):
        username = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This account name is taken. Choose another."))
        return username


class EndMembershipForm(OnceForm):
    last_day = forms.DateField(label=_("Last day"), widget=DayInput, initial=today)


class DeclareForm(OnceForm):
    day = forms.DateField(label=_("Day of the declaration"), widget=DayInput, initial=today)
    statement = forms.CharField(
        label=_("Statement"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_("That the place has no mine with a permit, and how this was checked."),
    )


class ConfirmForm(OnceForm):
    day = forms.DateField(
        label=_("Confirmed on"),
        widget=DayInput,
        initial=today,
        help_text=_("From this day nothing is owed; until then what is overdue stays overdue."),
    )
