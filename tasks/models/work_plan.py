"""工作方案 and the dated steps of its filing.

Nothing here stores a state: it follows from the events (rules/steps.py), so that any past day can be asked.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Fact, Role
from tasks.models.document import Programme
from tasks.rules.steps import Route, Step


class WorkPlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Plans of the acting branch. An administrator manages users, no plan content."""
        if not user.acting or user.acting.role == Role.ADMINISTRATOR:
            return self.none()
        return self.filter(agency__in=Agency.objects.visible_to(user))

    def with_events(self):
        return self.prefetch_related(
            models.Prefetch(
                "events",
                PlanEvent.objects.order_by("pk")
                .select_related("recorded_by", "recorded_for", "on_behalf_of")
                .prefetch_related("corrections"),
            )
        )


class WorkPlan(models.Model):
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="plans")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="plans", verbose_name=_("Agency"))

    objects = WorkPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("Work plan")
        ordering = ["agency__path"]
        constraints = [
            models.UniqueConstraint(name="tasks_workplan_once_per_programme", fields=["programme", "agency"])
        ]

    def __str__(self):
        return f"{self.agency} {self.programme}"

    def get_absolute_url(self):
        return reverse("tasks:work_plan_detail", args=[self.pk])

    @property
    def route(self) -> Route:
        """Review exists only between a county and its city (decisions.md, "Who files")."""
        return Route.DIRECT if self.agency.reports_to_root else Route.REVIEWED


class PlanEvent(Fact):
    """One step of a filing. The first round is the original plan, each later one a revision (修订)."""

    plan = models.ForeignKey(WorkPlan, models.PROTECT, related_name="events")
    version = models.ForeignKey("tasks.PlanVersion", models.PROTECT, null=True, related_name="events")
    round = models.PositiveSmallIntegerField(default=1)
    step = models.CharField(_("Step"), max_length=15, choices=[(step.value, step.value) for step in Step])
    number = models.CharField(_("Document number"), max_length=60, blank=True)
    comment = models.TextField(_("Comment"), blank=True)
    scan = models.ForeignKey("tasks.Attachment", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="tasks_planevent_return_says_why",
                condition=~Q(step__in=[Step.RETURN, Step.ASK_SUPPLEMENT]) | ~Q(comment=""),
                violation_error_message=_("Say what is to be mended."),
            )
        ]

    def __str__(self):
        return f"{self.plan} {self.step} {self.happened_on}"

    @property
    def day(self):
        """The day that counts: of the last correction, else as first recorded."""
        corrections = list(self.corrections.all())
        return corrections[-1].happened_on if corrections else self.happened_on


class PlanEventCorrection(Fact):
    """A wrong date mended: `happened_on` is the right day; the wrong one stays beside it."""

    event = models.ForeignKey(PlanEvent, models.PROTECT, related_name="corrections")
    reason = models.CharField(_("Reason"), max_length=200)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.event} → {self.happened_on}"
