"""任务: one per programme and mine for the whole programme, with a lasting id."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from agencies.models import Agency, Role
from tasks.models.document import Programme
from tasks.models.mine import Mine
from tasks.rules.steps import Step


class MineTaskQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Tasks of the acting branch. An administrator manages users, no plan content."""
        from tasks.models.plan_version import PlanLine

        if not user.acting or user.acting.role == Role.ADMINISTRATOR:
            return self.none()
        # That an unsubmitted draft of another bureau holds a mine is nobody else's to know.
        sent = PlanLine.objects.filter(task=OuterRef("pk")).exclude(version__frozen_at=None)
        said = Exists(sent.exclude(version__events__step=Step.TAKE_BACK))
        lived = Q(stages__isnull=False) | Q(target_changes__isnull=False)
        known = Q(agency=user.acting.agency) | said | lived
        ids = self.filter(agency__in=Agency.objects.visible_to(user)).filter(known).values("pk")
        return self.filter(pk__in=ids)


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
