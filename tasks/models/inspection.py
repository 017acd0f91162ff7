"""检查 of a mine: what was seen on a day, and how what was found was mended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Fact, Role
from tasks.models.mine import Mine
from tasks.models.requirement import InspectionWindow


class InspectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As visible as the mine; an administrator sees none."""
        if not user.acting or user.acting.role == Role.ADMINISTRATOR:
            return self.none()
        return self.filter(mine__in=Mine.objects.visible_to(user))


class Inspection(Fact):
    """One visit to one mine. An empty `findings` means that nothing was found."""

    mine = models.ForeignKey(Mine, models.PROTECT, related_name="inspections")
    kind = models.CharField(_("Kind"), max_length=15, choices=InspectionWindow.Kind)
    window = models.ForeignKey(
        InspectionWindow, models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    inspectors = models.CharField(_("Inspectors"), max_length=120, blank=True)
    findings = models.TextField(_("Findings"), blank=True)
    mend_by = models.DateField(_("To be mended by"), null=True, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="tasks_inspection_limit_belongs_to_findings",
                condition=Q(mend_by=None) | ~Q(findings=""),
            )
        ]

    def __str__(self):
        return f"{self.mine} {self.happened_on}"


class Rectification(Fact):
    """整改: how and when the findings of an inspection were mended."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="rectifications")
    text = models.TextField(_("What was done"))

    class Meta:
        ordering = ["happened_on", "pk"]

    def __str__(self):
        return f"{self.inspection} {self.happened_on}"
