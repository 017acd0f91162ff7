"""What every kept file carries, whatever it belongs to: its name, size, kind and hash."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


def stored_name(stored, filename):
    # Generated: what a person called the file never reaches the disk.
    suffix = filename[filename.rindex(".") :] if "." in filename else ""
    return f"{stored.folder}/{uuid4().hex}{suffix}"


class StoredFile(models.Model):
    """A file under a generated name, given out only by a view that asks who asks."""

    file = models.FileField(upload_to=stored_name, max_length=200)
    name = models.CharField(_("File name"), max_length=255)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("agencies.User", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def folder(self) -> str:
        raise NotImplementedError

    def keep(self, file, checked) -> None:
        """Store an upload that rules/uploads.py accepted (`checked`), and save the row."""
        self.name, self.size = checked.shown_name, file.size
        self.content_type, self.sha256 = checked.content_type, checked.sha256
        file.seek(0)
        self.file.save(f"upload{checked.suffix}", file, save=False)
        self.save()
