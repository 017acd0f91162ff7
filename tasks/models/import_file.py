"""A file that came in to be imported, what its bureau said of its headings, and rows as they stood before.

The file is kept from the upload to the commit, so that what is written is what was shown.
"""

from pathlib import PurePosixPath
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Role


class ImportFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The uploading agency's own, nobody else's: not even its superior reads an unfinished import."""
        if not user.acting or user.acting.role == Role.ADMINISTRATOR:
            return self.none()
        return self.filter(agency=user.acting.agency)

    def committed(self):
        return self.filter(committed_at__isnull=False)


def _stored_name(file, filename):
    # Generated: what a person called the file never reaches the disk.
    return f"imports/{file.agency_id}/{uuid4().hex}{PurePosixPath(filename).suffix[:8]}"


class ImportFile(models.Model):
    """One upload. `details` is what the form said besides (for quotas: the document and its day), `result`
    verdict and counts of what was written."""

    class Kind(models.TextChoices):
        BREAKDOWN = "breakdown", _("Task breakdown")
        MINES = "mines", _("Register of mines")
        QUOTAS = "quotas", _("Quotas of the province")

    kind = models.CharField(max_length=10, choices=Kind)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="import_files")
    plan = models.ForeignKey("tasks.WorkPlan", models.PROTECT, null=True, related_name="import_files")
    name = models.CharField(_("File name"), max_length=255)
    file = models.FileField(upload_to=_stored_name, max_length=200)
    sha256 = models.CharField(max_length=64)
    details = models.JSONField(default=dict, blank=True)
    uploaded_by = models.ForeignKey("agencies.User", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    result = models.JSONField(default=dict, blank=True)
    committed_at = models.DateTimeField(null=True)
    # What the import wrote: the list that it opens afterwards.
    mines = models.ManyToManyField("tasks.Mine", blank=True, related_name="imports")

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="tasks_importfile_a_breakdown_has_its_plan",
                condition=Q(kind="breakdown", plan__isnull=False) | ~Q(kind="breakdown") & Q(plan=None),
            )
        ]

    def __str__(self):
        return self.name


class ColumnMapping(models.Model):
    """What an agency said of one of its headings. `heading` is folded (imports/headings.plain); an empty
    `field` passes the column over."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="column_mappings")
    kind = models.CharField(max_length=10, choices=ImportFile.Kind)
    heading = models.CharField(max_length=80)
    field = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="tasks_columnmapping_once_a_heading", fields=["agency", "kind", "heading"]
            )
        ]

    def __str__(self):
        return f"{self.heading} → {self.field or '—'}"


class LineState(models.Model):
    """A row of a working copy as it stood at `lock`, kept when it is saved anew: what a workbook that left
    at that lock held (peers.md, complaint 10)."""

    line = models.ForeignKey("tasks.PlanLine", models.CASCADE, related_name="states")
    lock = models.PositiveIntegerField()
    tier = models.CharField(max_length=15, blank=True)
    planned_on = models.DateField(null=True)
    planned_precision = models.CharField(max_length=10, blank=True)
    responsible = models.CharField(max_length=50, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="tasks_linestate_once_a_lock", fields=["line", "lock"])]

    def __str__(self):
        return f"{self.line} {self.lock}"

    @classmethod
    def keep(cls, line) -> None:
        """Keep the line as it is in memory: to be called before it is changed."""
        names = ("lock", "tier", "planned_on", "planned_precision", "responsible", "note")
        state = cls(line=line, **{name: getattr(line, name) for name in names})
        cls.objects.bulk_create([state], ignore_conflicts=True)
