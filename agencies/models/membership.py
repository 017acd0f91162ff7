"""Who acts for which agency, in which role, from when to when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greenmine.clock import today


class Role(models.TextChoices):
    FILER = "filer", _("Filer")
    LEADER = "leader", _("Leader")
    REVIEWER = "reviewer", _("Reviewer")
    VIEWER = "viewer", _("Viewer")
    ADMINISTRATOR = "administrator", _("Administrator")


class MembershipQuerySet(models.QuerySet):
    def in_force(self):
        day = today()
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))

    def visible_to(self, user):
        from agencies.models import Agency

        if not user.acting or user.acting.role != Role.ADMINISTRATOR:
            return self.none()
        return self.filter(agency__in=Agency.objects.visible_to(user))


class Membership(models.Model):
    """One hat of one person. Actions take it as `by=`: it says who, for whom and in which role.

    A command that records facts without a person uses an unsaved one, whose user is None.
    """

    user = models.ForeignKey("agencies.User", models.PROTECT, related_name="memberships")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="memberships")
    role = models.CharField(_("Role"), max_length=15, choices=Role)
    valid_from = models.DateField(_("From"), default=today)
    valid_to = models.DateField(_("To"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="agencies_membership_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.agency} · {self.get_role_display()}"

    @property
    def person(self):
        """The acting user, or None when a command acts."""
        return self.user if self.user_id else None
