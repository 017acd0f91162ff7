"""评价指标: a score sheet in one edition, as data; and the points that one assessment gave.

What an edition asks (its items, points and pass marks) is loaded from fixtures/score_sheets.json. A pass
mark that the source does not give stays unknown: then no verdict is drawn from it.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks.models.stage import StageFact


class ScoreSheet(models.Model):
    code = models.SlugField(_("Code"), unique=True)
    title = models.CharField(_("Title"), max_length=120)
    source = models.CharField(_("Source"), max_length=200, blank=True)
    dated_on = models.DateField(_("Date"), null=True, blank=True)
    points = models.PositiveSmallIntegerField(_("Points in all"))
    pass_points = models.PositiveSmallIntegerField(_("Points to pass"), null=True, blank=True)
    # Each first-level item must reach this share of its own points.
    item_share = models.PositiveSmallIntegerField(_("Share of each item, per cent"), null=True, blank=True)

    class Meta:
        ordering = ["dated_on", "pk"]

    def __str__(self):
        return self.title


class ScoreItem(models.Model):
    """A precondition (no points) or an item; `parent` is empty at the first level."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="items")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="items")
    number = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    is_precondition = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="tasks_scoreitem_number_once", fields=["sheet", "number"]),
            models.CheckConstraint(
                name="tasks_scoreitem_precondition_has_no_points",
                condition=Q(is_precondition=False) | Q(points=None, parent=None),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"


class Score(models.Model):
    """One item of one assessment: the points given, or whether a precondition holds."""

    stage = models.ForeignKey(StageFact, models.PROTECT, related_name="scores")
    item = models.ForeignKey(ScoreItem, models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    holds = models.BooleanField(null=True, blank=True)
    entered_by = models.ForeignKey("agencies.User", models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="tasks_score_once_per_item", fields=["stage", "item"])]

    def __str__(self):
        return f"{self.stage} {self.item_id}"
