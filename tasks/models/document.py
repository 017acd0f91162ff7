"""Policy as data: a notice is rows, document → clause → requirement (requirement.py).

A document has one canonical number and any number of aliases: the city notice spells the provincial
number differently from the notice itself (domain.md section 1), and one list has two names (trap 17).
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks.rules import document_numbers


class Programme(models.Model):
    """专项工作: the documents, requirements and plans that belong together."""

    code = models.SlugField(_("Code"), unique=True)
    name = models.CharField(_("Name"), max_length=80)
    # The principles that a plan of this programme must follow, in the words of the notice.
    principles = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name


class PolicyDocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Notices are addressed to all bureaus: whoever acts for one may read them."""
        return self if user.acting else self.none()


class PolicyDocument(models.Model):
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="documents")
    number = models.CharField(_("Document number"), max_length=60, unique=True)
    title = models.CharField(_("Title"), max_length=200)
    issuer_name = models.CharField(_("Issuer"), max_length=200)
    # The agency whose office issued it: it, or one above it, may extend its dates.
    issuer = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, blank=True, related_name="+")
    addressed_to = models.CharField(_("Addressed to"), max_length=200, blank=True)
    signed_on = models.DateField(_("Signed on"), null=True, blank=True)
    printed_on = models.DateField(_("Printed on"), null=True, blank=True)
    # A document known only because another cites it has no dates and no clauses of its own here.
    is_cited_only = models.BooleanField(_("Known only by citation"), default=False)

    objects = PolicyDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Document")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="tasks_policydocument_has_a_day_unless_cited_only",
                condition=Q(is_cited_only=True) | Q(signed_on__isnull=False) | Q(printed_on__isnull=False),
                violation_error_message=_("Give the day of signing or of printing."),
            )
        ]

    def __str__(self):
        return self.number

    def clean(self):
        self.number = document_numbers.normalise(self.number)
        if not document_numbers.is_well_formed(self.number):
            raise ValidationError({"number": _("Write the number like 宛国资办〔2018〕25号.")})

    @property
    def dated_on(self):
        """The day from which its obligations exist: signed, else printed."""
        return self.signed_on or self.printed_on


class DocumentAlias(models.Model):
    """Another name for a document or for a list that it holds, and where it is so called."""

    document = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="aliases")
    canonical = models.CharField(max_length=100, help_text="What the alias stands for.")
    alias = models.CharField(_("Also written"), max_length=100)
    found_in = models.ForeignKey(PolicyDocument, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="tasks_documentalias_once", fields=["document", "alias", "found_in"])
        ]

    def __str__(self):
        return self.alias


class DocumentRelation(models.Model):
    """转发 or 引用."""

    class Kind(models.TextChoices):
        FORWARDS = "forwards", _("forwards")
        CITES = "cites", _("cites")

    source = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=10, choices=Kind)
    target = models.ForeignKey(PolicyDocument, models.PROTECT, related_name="related_from")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="tasks_documentrelation_once", fields=["source", "kind", "target"])
        ]

    def __str__(self):
        return f"{self.source} {self.kind} {self.target}"


class IssuerList(models.Model):
    """Who issued a document, as one text states it: the texts disagree, and both stand (trap 17)."""

    document = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="issuer_lists")
    stated_in = models.ForeignKey(PolicyDocument, models.PROTECT, related_name="+")
    names = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="tasks_issuerlist_once", fields=["document", "stated_in"])
        ]

    def __str__(self):
        return "、".join(self.names)


class Clause(models.Model):
    """The sentence that binds, with the numeral of its heading ("" where the notice has none)."""

    document = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="clauses")
    code = models.SlugField(max_length=40, unique=True)
    section = models.CharField(_("Section"), max_length=10, blank=True)
    wording = models.TextField(_("Wording"))
    # Where the sentence itself only reports what another document says.
    cites = models.ForeignKey(
        PolicyDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Cites")
    )
    position = models.PositiveSmallIntegerField(default=0)
    # The checks of a plan (rules/plan_checks.py) that this sentence stands behind.
    checks = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("Clause")
        ordering = ["document", "position", "pk"]

    def __str__(self):
        return self.wording
