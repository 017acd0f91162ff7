"""不涉矿: a place without mines says so, its superior confirms, and from that day it owes nothing.

domain.md, trap 7; decisions.md, "Who is bound". It is a fact about the agency, not a state of a filing.
"""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.fact import Fact


class MineFreeDeclarationQuerySet(models.QuerySet):
    def visible_to(self, user):
        from agencies.models import Agency

        return self.filter(agency__in=Agency.objects.visible_to(user))

    def in_force(self, on: date):
        return self.filter(confirmed_on__lte=on).filter(Q(ended_on=None) | Q(ended_on__gt=on))

    def open(self):
        return self.filter(ended_on=None)


class MineFreeDeclaration(Fact):
    """`happened_on` is the day of the declaration; it binds from `confirmed_on` until `ended_on`."""

    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="mine_free_declarations")
    statement = models.TextField(_("Statement"), blank=True)
    confirmed_on = models.DateField(_("Confirmed on"), null=True, blank=True)
    confirmed_by = models.ForeignKey("agencies.User", models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField(_("Ended on"), null=True, blank=True)
    end_reason = models.CharField(_("Why it ended"), max_length=200, blank=True)

    objects = MineFreeDeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="agencies_minefreedeclaration_one_open_per_agency",
                fields=["agency"],
                condition=Q(ended_on=None),
            ),
            models.CheckConstraint(
                name="agencies_minefreedeclaration_confirmed_after_declared",
                condition=Q(confirmed_on=None) | Q(confirmed_on__gte=models.F("happened_on")),
            ),
        ]

    def __str__(self):
        return f"{self.agency} {self.happened_on}"
