"""省下达任务数: how many mines the provincial 分解表 asks of a place. Unknown until somebody enters it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Fact
from tasks.models.document import Programme


class QuotaQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(agency__in=Agency.objects.visible_to(user))

    def in_force(self, on):
        """The facts known on the day, the one that counts last."""
        return self.filter(happened_on__lte=on).order_by("happened_on", "pk")


class Quota(Fact):
    """`happened_on` is the day of the document that sets it; a later one replaces it and both stay."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="quotas")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="quotas")
    count = models.PositiveIntegerField(_("Quota"))
    document = models.CharField(_("Document"), max_length=80, blank=True)

    objects = QuotaQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "pk"]

    def __str__(self):
        return f"{self.agency} {self.count}"
