"""What a plan says: the one working copy, and the immutable numbered versions that were submitted."""

from concurrency.fields import AutoIncVersionField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from tasks.models.mine_task import MineTask
from tasks.models.stored_file import StoredFile
from tasks.models.work_plan import PlanEvent, WorkPlan
from tasks.rules.steps import Step


def _taken_back() -> Q:
    """Walls are of now: what was taken back on any day is not opened above on any day (decisions.md, "Facts and
    days")."""
    return Q(Exists(PlanEvent.objects.filter(step=Step.TAKE_BACK, version=OuterRef("pk"))))


class PlanVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Contents: one's own in every state; of those below, from the submission on."""
        plans = WorkPlan.objects.visible_to(user)
        own = Q(plan__agency=user.acting.agency) if user.acting else Q(pk=None)
        return self.filter(plan__in=plans).filter(own | Q(frozen_at__isnull=False) & ~_taken_back())

    def working(self):
        return self.filter(frozen_at=None)

    def frozen(self):
        return self.filter(frozen_at__isnull=False)

    def not_taken_back(self):
        """Without what was never received: the events say so, no column does."""
        return self.exclude(_taken_back())


class PlanVersion(models.Model):
    """报送版本. While `frozen_at` is empty it is the working copy; then nothing in it changes again."""

    plan = models.ForeignKey(WorkPlan, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("Version"), null=True)
    round = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField(_("Reason of the revision"), blank=True)
    frozen_at = models.DateTimeField(null=True)
    frozen_on = models.DateField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    # A city's version has no lines for its counties: it freezes theirs, by id.
    includes = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="included_in")
    attachments = models.ManyToManyField("tasks.Attachment", blank=True, related_name="versions")

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Version")
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(name="tasks_planversion_number_once", fields=["plan", "number"]),
            models.UniqueConstraint(
                name="tasks_planversion_one_working_copy", fields=["plan"], condition=Q(frozen_at=None)
            ),
            models.CheckConstraint(
                name="tasks_planversion_frozen_is_numbered_and_hashed",
                condition=Q(frozen_at=None, number=None, content_hash="")
                | Q(frozen_at__isnull=False, number__isnull=False) & ~Q(content_hash=""),
            ),
        ]

    def __str__(self):
        return f"{self.plan} · {self.number or '—'}"

    @property
    def is_working(self) -> bool:
        return self.frozen_at is None


class PlanSection(models.Model):
    """One section of the text. It has its own lock, so that two people may write two sections at once."""

    class Key(models.TextChoices):
        OVERVIEW = "overview", _("Overview")
        PRINCIPLES = "principles", _("Principles and departments")
        SCHEDULE = "schedule", _("Sequence")
        SAFEGUARDS = "safeguards", _("Safeguards")

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="sections")
    key = models.CharField(max_length=12, choices=Key)
    body = models.TextField(blank=True)
    principles = models.JSONField(default=list, blank=True)
    departments = models.JSONField(default=list, blank=True)
    lock = AutoIncVersionField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="tasks_plansection_once", fields=["version", "key"])]

    def __str__(self):
        return f"{self.version} {self.key}"


class PlanLineQuerySet(models.QuerySet):
    def of_version(self, version):
        """The version's own lines and those of the counties' versions that it froze."""
        return self.filter(Q(version=version) | Q(version__included_in=version)).distinct()

    def with_mines(self):
        return self.select_related(
            "task__mine__mineral", "task__mine__county", "task__mine__managed_by", "task__agency"
        ).prefetch_related("task__mine__permits")


class PlanLine(models.Model):
    """A row of the 任务分解表. `mine_row` is the mine as it stood when the version was frozen."""

    class Tier(models.TextChoices):
        BASELINE = "baseline", _("Baseline task")
        SELF_IMPOSED = "self_imposed", _("Self-imposed")
        STRETCH = "stretch", _("Stretch")

    class Precision(models.TextChoices):
        DAY = "day", _("Day")
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        HALF_YEAR = "half_year", _("Half-year")
        YEAR = "year", _("Year")

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="lines")
    task = models.ForeignKey(MineTask, models.PROTECT, related_name="lines")
    tier = models.CharField(_("Tier"), max_length=15, choices=Tier, blank=True)
    planned_on = models.DateField(_("Planned completion"), null=True, blank=True)
    planned_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    responsible = models.CharField(_("Responsible"), max_length=50, blank=True)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    mine_row = models.JSONField(default=dict, blank=True)
    lock = AutoIncVersionField()

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("Task")
        ordering = ["task__agency__path", "pk"]
        constraints = [
            models.UniqueConstraint(name="tasks_planline_once_per_version", fields=["version", "task"]),
            models.CheckConstraint(
                name="tasks_planline_date_has_its_precision",
                condition=Q(planned_on=None, planned_precision="")
                | Q(planned_on__isnull=False) & ~Q(planned_precision=""),
            ),
        ]

    def __str__(self):
        return f"{self.version} {self.task}"


class ScopeExcuse(models.Model):
    """Why a mine of the whole scope stays out of the plan: 「原则上」 leaves room for a written reason (trap 11)."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="excuses")
    mine = models.ForeignKey("tasks.Mine", models.PROTECT, related_name="+")
    reason = models.CharField(_("Reason"), max_length=300)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="tasks_scopeexcuse_once_per_version", fields=["version", "mine"]),
            models.CheckConstraint(name="tasks_scopeexcuse_says_why", condition=~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.mine}: {self.reason}"


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A file is as visible as a version that holds it; one's own agency sees its files always."""
        own = Q(plan__agency=user.acting.agency) if user.acting else Q(pk=None)
        shown = Q(versions__in=PlanVersion.objects.visible_to(user).frozen()) | Q(is_scan=True)
        return self.filter(plan__in=WorkPlan.objects.visible_to(user)).filter(own | shown).distinct()


class Attachment(StoredFile):
    """A file of a plan. A scan belongs to a step that was taken on paper."""

    plan = models.ForeignKey(WorkPlan, models.PROTECT, related_name="attachments")
    is_scan = models.BooleanField(default=False)

    objects = AttachmentQuerySet.as_manager()

    @property
    def folder(self) -> str:
        return f"plans/{self.plan_id}"


class ReviewComment(models.Model):
    """A reviewer's note on one section. Until the verdict is sent, only the reviewer's bureau sees it."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="comments")
    section = models.CharField(max_length=12)
    body = models.TextField(_("Comment"))
    by = models.ForeignKey("agencies.User", models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    sent_with = models.ForeignKey(
        "tasks.PlanEvent", models.PROTECT, null=True, related_name="section_comments"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="tasks_reviewcomment_one_draft_a_section",
                fields=["version", "section", "agency"],
                condition=Q(sent_with=None),
            )
        ]

    def __str__(self):
        return f"{self.version} {self.section}"
