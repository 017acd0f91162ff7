"""调出 and 调入: how a place's target changes after the plan was accepted. Nothing shifts silently.

A bureau asks, its superior approves; only then the change counts, from the day that it names (domain.md,
trap 13). The original target stays beside the adjusted one.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Fact, Role
from tasks.models.mine_task import MineTask
from tasks.models.plan_version import PlanLine
from tasks.rules.planned_dates import PlannedDate, display


class TargetChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of the acting branch. An administrator manages users, no plan content."""
        if not user.acting or user.acting.role == Role.ADMINISTRATOR:
            return self.none()
        return self.filter(agency__in=Agency.objects.visible_to(user))

    def open(self):
        """Asked for and not answered yet."""
        return self.filter(approved_on=None, declined_on=None)

    def asked_by(self, on):
        """Those whose day had come, answered or not."""
        return self.filter(happened_on__lte=on)

    def in_force(self, on):
        """Approved and effective on the day."""
        return self.filter(happened_on__lte=on, approved_on__lte=on)


class TargetChange(Fact):
    """`happened_on` is the day of the change; it counts from there once it is approved."""

    class Kind(models.TextChoices):
        REMOVAL = "removal", _("Removal")
        ENTRY = "entry", _("Late entry")

    class Cause(models.TextChoices):
        CLOSED = "closed", _("Closed")
        MERGED = "merged", _("Merged with others")
        NEW = "new", _("New mine")
        OTHER = "other", _("Other cause")

    task = models.ForeignKey(MineTask, models.PROTECT, related_name="target_changes")
    # Whose target it changes: the task may go to another bureau later, and a zone's stands in its city's.
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="target_changes")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    cause = models.CharField(_("Cause"), max_length=10, choices=Cause)
    reason = models.TextField(_("Reason"))
    # What a late entry brings: the other columns of its row stand with the mine.
    tier = models.CharField(_("Tier"), max_length=15, choices=PlanLine.Tier, blank=True)
    planned_on = models.DateField(_("Planned completion"), null=True, blank=True)
    planned_precision = models.CharField(max_length=10, choices=PlanLine.Precision, blank=True)
    # Three 调出 and one 调入 of a merger point to one another.
    linked_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="linked_from")
    approved_on = models.DateField(_("Approved on"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_for = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    # Not agreed to: the request stays on record with the answer, and counts nowhere.
    declined_on = models.DateField(_("Declined on"), null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The day on which the answer was written down; later than the answer's own day when it was entered late.
    answered_on = models.DateField(null=True, blank=True, editable=False)
    answer = models.CharField(_("Answer"), max_length=300, blank=True)

    objects = TargetChangeQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "pk"]
        constraints = [
            models.CheckConstraint(name="tasks_targetchange_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="tasks_targetchange_approved_after_it_happened",
                condition=Q(approved_on=None) | Q(approved_on__gte=F("happened_on")),
            ),
            models.UniqueConstraint(
                name="tasks_targetchange_asked_once",
                fields=["task", "kind"],
                condition=Q(approved_on=None, declined_on=None),
            ),
            models.CheckConstraint(
                name="tasks_targetchange_approved_or_declined",
                condition=Q(approved_on=None) | Q(declined_on=None),
            ),
            models.CheckConstraint(
                name="tasks_targetchange_declined_says_why",
                condition=Q(declined_on=None) | ~Q(answer=""),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.task}"

    def answer_on(self, day) -> str:
        """asked, approved or declined, as it stood on the day."""
        if self.approved_on and self.approved_on <= day:
            return "approved"
        return "declined" if self.declined_on and self.declined_on <= day else "asked"

    @property
    def counts_from(self):
        """The day from which an approved change counts: its own, or that of the approval where that is later."""
        return max(self.happened_on, self.approved_on)

    @property
    def group(self) -> list:
        """The request with those that are answered together with it: of a merger the entry and all removals."""
        root = self.linked_to or self
        return [root, *root.linked_from.all()]

    @property
    def is_late_answer(self) -> bool:
        day = self.approved_on or self.declined_on
        return bool(day and self.answered_on and self.answered_on > day)

    @property
    def planned(self) -> str:
        """When a late entry is planned for, in words; empty while nobody has said."""
        return display(PlannedDate(self.planned_on, self.planned_precision)) if self.planned_on else ""
