"""A file field that keeps only what rules/uploads.py accepts."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from tasks.rules.uploads import UploadRefused, check_upload
from tasks.upload_messages import NOT_ARRIVED, message


class CheckedFileField(forms.FileField):
    """Its cleaned value is the upload, with what the check found as `.checked`."""

    # Django drops a part whose name is not UTF-8 and then finds no file: the sentence helps in both cases.
    default_error_messages = {"required": NOT_ARRIVED}

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if not file:
            return file
        try:
            file.checked = check_upload(file.name, file, file.size, max_bytes=settings.ATTACHMENT_MAX_BYTES)
        except UploadRefused as refused:
            raise ValidationError(message(refused)) from refused
        return file


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class CheckedFilesField(CheckedFileField):
    """Several files at once, each checked; its cleaned value is the list of them, each with `.checked`."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return [super(CheckedFilesField, self).clean(file, initial) for file in files]
