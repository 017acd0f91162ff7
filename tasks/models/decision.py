"""A dated decision beside a requirement: it adds a date or lifts a duty, and never rewrites the clause."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Fact
from tasks.models.requirement import Requirement


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(agencies__in=Agency.objects.visible_to(user)).distinct()


class Decision(Fact):
    """`happened_on` is the day of the decision, `on_date` the day that it sets."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("Extension")
        EXEMPTION = "exemption", _("Exemption")
        INTERNAL_DATE = "internal_date", _("Internal date")
        LEADER_NOTE = "leader_note", _("Leader's note")

    kind = models.CharField(_("Kind"), max_length=15, choices=Kind)
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="decisions")
    grantor = models.ForeignKey(Agency, models.PROTECT, related_name="decisions_granted")
    agencies = models.ManyToManyField(Agency, related_name="decisions", verbose_name=_("For"))
    document = models.CharField(_("Document"), max_length=80, blank=True)
    on_date = models.DateField(_("New date"), null=True, blank=True)
    reason = models.TextField(_("Reason"), blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="tasks_decision_with_a_date_names_it",
                condition=~Q(kind__in=["extension", "internal_date"]) | Q(on_date__isnull=False),
                violation_error_message=_("Say which day the decision sets."),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.requirement}"

    def clean(self):
        """An extension lies after the due date, an internal date before it."""
        due = self.requirement.due_on
        if self.kind == self.Kind.EXTENSION and due is None:
            raise ValidationError({"kind": _("This requirement has no date, so there is none to extend.")})
        if self.kind == self.Kind.EXTENSION and self.on_date and self.on_date <= due:
            raise self._wrong_day(_("An extension lies after the due date, %(due)s."), due)
        if self.kind == self.Kind.INTERNAL_DATE and self.on_date and due and self.on_date >= due:
            raise self._wrong_day(_("An internal date lies before the due date, %(due)s."), due)

    def _wrong_day(self, message, due) -> ValidationError:
        return ValidationError({"on_date": ValidationError(message, params={"due": due.isoformat()})})

    @property
    def governs(self) -> bool:
        """Only the requirement's issuer, or one above it, moves a date or lifts a duty."""
        issuer = self.requirement.clause.document.issuer
        return issuer is not None and self.grantor.is_above_or_same(issuer)
