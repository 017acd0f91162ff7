"""The days of the register: each state of a mine, from the day on which it began to the day of the next.

A day's figures read the states of that day; `Mine` is a copy of the one in force today (decisions.md, "Facts
and days"). Written by actions/mines.py alone.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Role
from greenmine.clock import today
from tasks.models.mine import REGISTER_FIELDS, Mine, MineColumns, lies_in_branch_of


class MineStateQuerySet(models.QuerySet):
    def in_force(self, on):
        """One state a mine: those that the register had at the end of the day."""
        begun, not_ended = Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gt=on)
        return self.filter(begun, not_ended, is_overruled=False)

    def visible_to(self, user):
        """As Mine.objects.visible_to, by who managed the mine then: what was its own on a past day stays its own to read,
        as it was, and what it took over later does not."""
        if not user.acting or user.acting.role == Role.ADMINISTRATOR:
            return self.none()
        return self.filter(lies_in_branch_of(user))


class MineState(MineColumns):
    """One mine from `since` (None: nobody knows since when) up to, and without, `until` (None: still).

    A correction that holds from an earlier day adds new states and marks those that it replaces as overruled;
    both stay on record.
    """

    mine = models.ForeignKey(Mine, models.PROTECT, related_name="states")
    since = models.DateField(_("Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)
    is_overruled = models.BooleanField(default=False)
    recorded_on = models.DateField(default=today, editable=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # None where the state was taken over from before states were kept.
    recorded_for = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MineStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("State of the register")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="tasks_minestate_does_not_end_before_it_begins",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=models.F("since")),
            ),
            models.UniqueConstraint(
                name="tasks_minestate_one_without_an_end",
                fields=["mine"],
                condition=Q(until=None, is_overruled=False),
            ),
        ]
        indexes = [
            models.Index(
                name="tasks_minestate_by_agency",
                fields=["managed_by", "since", "until"],
                condition=Q(is_overruled=False),
            ),
        ]

    @classmethod
    def of(cls, columns: MineColumns, /, **days) -> "MineState":
        """An unsaved state with the columns that a mine, or another state of it, has."""
        return cls(**{name: getattr(columns, name) for name in REGISTER_FIELDS}, **days)

    @property
    def is_late_entry(self) -> bool:
        """Written down after the day from which it counts (补录)."""
        return self.since is not None and self.recorded_on > self.since
