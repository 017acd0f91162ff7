"""What every form that creates something shares."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from greenmine.ids import row_id

TOKEN = "form_token"
# Django's own sentence, said in the words of the field's other messages (locale/).
REQUIRED = gettext_noop("This field is required.")


class OnceForm(forms.Form):
    """A form whose second press does nothing twice: it carries the one-time token of greenmine/once.py.

    Also a base of model forms: `class MineForm(OnceForm, forms.ModelForm)`. A refused form shows the same
    token again, for a refusal leaves it free.
    """

    # Without an id: a page may hold several forms.
    form_token = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput(attrs={"id": False}))

    def add_prefix(self, field_name):
        # `once` reads the token before it knows any form, so it never carries a form's prefix.
        return field_name if field_name == TOKEN else super().add_prefix(field_name)


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows by their ids. A number that no row can have is refused like any that is not offered: the
    database of one PC would answer it with an error."""

    def clean(self, value):
        for one in value or ():
            if row_id(str(one)) is None:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": one}
                )
        return super().clean(value)


class DayInput(forms.DateInput):
    """The browser's own day field. It takes ISO days alone, whatever the language of the page."""

    def __init__(self, attrs=None):
        super().__init__(attrs={"type": "date", **(attrs or {})}, format="%Y-%m-%d")
