"""The life of a task: the stages that it reached, each with its day and what proves it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Fact
from tasks.models.mine_task import MineTask
from tasks.models.stored_file import StoredFile


class GreenStandard(models.Model):
    """建设标准 in one edition. Those of 2018 came into force after the notices (domain.md, trap 14)."""

    number = models.CharField(_("Number"), max_length=40, unique=True)
    title = models.CharField(_("Title"), max_length=120)
    in_force_on = models.DateField(_("In force from"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.number} {self.title}".strip()


class StageFactQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(task__in=MineTask.objects.visible_to(user))

    def with_people(self):
        return self.select_related("recorded_by", "recorded_for", "standard").prefetch_related(
            "corrections__recorded_by", "corrections__recorded_for", "files"
        )


class StageFact(Fact):
    """A stage that a task reached, on a day, with what proves it."""

    class Stage(models.TextChoices):
        BUILDING = "building", _("Under way")
        DECLARED = "declared", _("Declared complete")
        ASSESSED = "assessed", _("Assessed by a third party")
        VERIFIED = "verified", _("Verified")
        PUBLICISED = "publicised", _("Publicised")
        LISTED = "listed", _("Listed")
        DELISTED = "delisted", _("Delisted")

    class Directory(models.TextChoices):
        PROVINCIAL = "provincial", _("Provincial directory")
        NATIONAL = "national", _("National directory")

    task = models.ForeignKey(MineTask, models.PROTECT, related_name="stages")
    stage = models.CharField(_("Stage"), max_length=12, choices=Stage)
    reference = models.CharField(_("List number or evidence"), max_length=120, blank=True)
    standard = models.ForeignKey(
        GreenStandard, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Standard")
    )
    directory = models.CharField(_("Directory"), max_length=10, choices=Directory, blank=True)
    note = models.TextField(_("Note"), blank=True)

    objects = StageFactQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "pk"]
        indexes = [models.Index(name="tasks_stagefact_by_task", fields=["task", "stage", "happened_on"])]

    def __str__(self):
        return f"{self.task} {self.stage}"

    @property
    def day(self):
        """The day that counts: of the last correction, else as first recorded; None when withdrawn."""
        corrections = list(self.corrections.all())
        if not corrections:
            return self.happened_on
        return None if corrections[-1].withdrawn else corrections[-1].happened_on


class StageCorrection(Fact):
    """A wrong entry mended: `happened_on` is the right day, or the entry is withdrawn. Both stay visible."""

    fact = models.ForeignKey(StageFact, models.PROTECT, related_name="corrections")
    withdrawn = models.BooleanField(_("Recorded by mistake"), default=False)
    reason = models.CharField(_("Reason"), max_length=200)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="tasks_stagecorrection_says_why", condition=~Q(reason=""))]

    def __str__(self):
        return f"{self.fact} → {self.happened_on}"


class EvidenceFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(stage__in=StageFact.objects.visible_to(user))


class EvidenceFile(StoredFile):
    """证明材料 of a stage: a report, a protocol, a photograph."""

    stage = models.ForeignKey(StageFact, models.PROTECT, related_name="files")

    objects = EvidenceFileQuerySet.as_manager()

    @property
    def folder(self) -> str:
        return f"evidence/{self.stage.task_id}"
