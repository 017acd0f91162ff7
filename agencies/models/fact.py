"""What every recorded fact carries: the day it happened, when and by whom it was written down."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models.membership import Role
from greenmine.clock import today


class Channel(models.TextChoices):
    SCREEN = "screen", _("On screen")
    PAPER = "paper", _("On paper")
    IMPORT = "import", _("Imported")


class Fact(models.Model):
    """Base of the dated facts. `as_of` filters on `happened_on`; `recorded_at` is the real clock."""

    happened_on = models.DateField(_("Day"))
    recorded_on = models.DateField(default=today, editable=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    # None when a command recorded it: the agency and role still say under which hat.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_for = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    recorded_as = models.CharField(max_length=15, choices=Role)
    on_behalf_of = models.ForeignKey(
        "agencies.Agency", models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(_("Channel"), max_length=10, choices=Channel, default=Channel.SCREEN)

    class Meta:
        abstract = True

    @property
    def is_late_entry(self) -> bool:
        """Written down on any day but its own (补录): a day's grace would hide the one day that counts."""
        return self.recorded_on > self.happened_on

    @staticmethod
    def recorded(by) -> dict:
        """The fields that say who recorded a fact under which hat (`by`: a Membership)."""
        return {"recorded_by": by.person, "recorded_for": by.agency, "recorded_as": by.role}
