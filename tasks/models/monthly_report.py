"""月报: what a bureau reports of its tasks once a month. Confirmed, it is a stored copy, not a query.

A correction is a dated entry of its own beside the frozen month (decisions.md, "Facts and days").
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Fact, Role
from tasks.models.document import Programme
from tasks.models.mine_task import MineTask
from tasks.models.stage import StageFact
from tasks.rules.monthly import MonthStep


class MonthlyReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Reports of the acting branch. An administrator manages users, no plan content."""
        if not user.acting or user.acting.role == Role.ADMINISTRATOR:
            return self.none()
        return self.filter(agency__in=Agency.objects.visible_to(user))

    def with_events(self):
        return self.prefetch_related(
            models.Prefetch("events", MonthEvent.objects.select_related("recorded_by", "recorded_for"))
        )


class MonthlyReport(models.Model):
    """One agency's month; `month` is its first day. Where it stands follows from its events."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="monthly_reports")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="monthly_reports")
    month = models.DateField(_("Month"))
    # Set when the superior confirms; from then on neither lines nor figures change.
    frozen_at = models.DateTimeField(null=True, editable=False)
    figures = models.JSONField(default=dict, blank=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = MonthlyReportQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "agency__path"]
        constraints = [
            models.UniqueConstraint(name="tasks_monthlyreport_once", fields=["programme", "agency", "month"]),
            models.CheckConstraint(
                name="tasks_monthlyreport_month_is_its_first_day", condition=Q(month__day=1)
            ),
            models.CheckConstraint(
                name="tasks_monthlyreport_frozen_is_hashed",
                condition=Q(frozen_at=None, content_hash="")
                | Q(frozen_at__isnull=False) & ~Q(content_hash=""),
            ),
        ]

    def __str__(self):
        return f"{self.agency} {self.month:%Y-%m}"


class MonthLine(models.Model):
    """One task in one month. `stage` is as the facts stood at the month's end when it was written."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="lines")
    task = models.ForeignKey(MineTask, models.PROTECT, related_name="month_lines")
    stage = models.CharField(_("Stage"), max_length=12, choices=StageFact.Stage, blank=True)
    percent = models.PositiveSmallIntegerField(_("Work done, per cent"), null=True, blank=True)
    done = models.CharField(_("Done this month"), max_length=300, blank=True)
    problem = models.CharField(_("Problem"), max_length=300, blank=True)
    unchanged = models.BooleanField(_("Nothing changed"), default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="tasks_monthline_once_per_report", fields=["report", "task"]),
            models.CheckConstraint(
                name="tasks_monthline_percent_is_a_percentage",
                condition=Q(percent=None) | Q(percent__lte=100),
                violation_error_message=_("Work done is between 0 and 100 per cent."),
            ),
        ]

    def __str__(self):
        return f"{self.report} {self.task}"


class MonthEvent(Fact):
    """One step of a month's report: submitted, returned, confirmed (rules/monthly.py)."""

    report = models.ForeignKey(MonthlyReport, models.PROTECT, related_name="events")
    step = models.CharField(max_length=10, choices=[(step.value, step.value) for step in MonthStep])
    # 零报告: the whole bureau reports in one click that nothing changed.
    is_zero = models.BooleanField(default=False)
    comment = models.CharField(_("Comment"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="tasks_monthevent_return_says_why",
                condition=~Q(step=MonthStep.RETURN) | ~Q(comment=""),
                violation_error_message=_("Say what is to be mended."),
            )
        ]

    def __str__(self):
        return f"{self.report} {self.step}"


class MonthCorrection(Fact):
    """What a frozen month got wrong, said later: beside the month, never in it."""

    report = models.ForeignKey(MonthlyReport, models.PROTECT, related_name="corrections")
    task = models.ForeignKey(MineTask, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(_("What is right"), max_length=300)
    reason = models.CharField(_("Reason"), max_length=200)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="tasks_monthcorrection_says_what_and_why", condition=~Q(text="") & ~Q(reason="")
            )
        ]

    def __str__(self):
        return f"{self.report} {self.happened_on}"
