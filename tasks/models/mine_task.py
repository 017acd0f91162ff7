"""任务: one per programme and mine for the whole programme, with a lasting id; and its dated stages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Fact
from tasks.models.document import Programme
from tasks.models.mine import Mine


class MineTaskQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(agency__in=Agency.objects.visible_to(user))


class MineTask(models.Model):
    """Owned by the agency that manages the mine; versions of the plan hold lines that point here."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="tasks")
    mine = models.ForeignKey(Mine, models.PROTECT, related_name="tasks")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="mine_tasks")

    objects = MineTaskQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="tasks_minetask_once_per_programme", fields=["programme", "mine"])
        ]

    def __str__(self):
        return str(self.mine)


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

    task = models.ForeignKey(MineTask, models.PROTECT, related_name="stages")
    stage = models.CharField(_("Stage"), max_length=12, choices=Stage)
    reference = models.CharField(_("List number or evidence"), max_length=120, blank=True)
    note = models.TextField(_("Note"), blank=True)

    class Meta:
        ordering = ["happened_on", "pk"]

    def __str__(self):
        return f"{self.task} {self.stage}"
