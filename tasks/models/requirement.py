"""What a clause demands, of whom, by when; and the periods in which superiors inspect.

Whom a clause binds is data too: a list of included and excluded sets of agencies, each named in one of
a few ways, so that a new notice or another province needs no code.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, AgencyGroup, Level
from tasks.models.document import Clause
from tasks.rules.deadlines import Act


class RequirementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.acting else self.none()

    def with_sources(self):
        """The sentence, its document and whom it binds, in a fixed number of queries."""
        return self.select_related("clause__document__issuer", "clause__cites").prefetch_related(
            "addressees__agency", "addressees__group__agencies"
        )

    def in_force(self, on):
        """Before a document's date its obligations do not exist."""
        return self.filter(
            Q(clause__document__signed_on__lte=on)
            | Q(clause__document__signed_on=None, clause__document__printed_on__lte=on)
        )


class Requirement(models.Model):
    """要求. `warn_on` is the strict reading of its date, `due_on` the lenient one (domain.md section 2)."""

    class Kind(models.TextChoices):
        ACTS = "acts", _("Acts")
        SHARE = "share", _("Share of the target")
        EACH_MINE = "each_mine", _("Each such mine")

    class MineScope(models.TextChoices):
        NEW_OPEN_PIT = "new_open_pit", _("New open-pit mines")
        EXISTING_OPEN_PIT = "existing_open_pit", _("Existing open-pit mines")

    code = models.CharField(_("Code"), max_length=20, unique=True)
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="requirements")
    summary = models.CharField(_("In short"), max_length=100)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    acts = models.JSONField(_("Acts"), default=list, blank=True)
    share = models.PositiveSmallIntegerField(_("Share, per cent"), null=True, blank=True)
    mine_scope = models.CharField(_("Which mines"), max_length=20, choices=MineScope, blank=True)
    # A mine whose first permit is older than this counts as existing (已设), else as new (新建).
    existing_before = models.DateField(_("Existing means permitted before"), null=True, blank=True)
    phrase = models.CharField(_("Date as written"), max_length=40, blank=True)
    warn_on = models.DateField(_("Strict date"), null=True, blank=True)
    due_on = models.DateField(_("Due date"), null=True, blank=True)
    # Lifted from an agency while its 不涉矿 is in force (decisions.md, "Who is bound").
    lifted_if_mine_free = models.BooleanField(_("Lifted where there are no mines"), default=True)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("Requirement")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="tasks_requirement_share_is_a_percentage",
                condition=Q(share=None) | Q(share__range=(1, 100)),
                violation_error_message=_("A share is between 1 and 100 per cent."),
            ),
            models.CheckConstraint(
                name="tasks_requirement_warns_before_it_is_due",
                condition=Q(warn_on=None) | Q(warn_on__lt=models.F("due_on")),
                violation_error_message=_("The strict date must lie before the due date."),
            ),
        ]

    def __str__(self):
        return self.code

    def binds(self, agency: Agency) -> bool:
        return binds(self.addressees.all(), agency)

    def clean(self):
        if self.kind == self.Kind.ACTS and not self.acts:
            raise ValidationError({"acts": _("Choose at least one act.")})
        if self.kind == self.Kind.SHARE and not (self.share and self.due_on):
            raise ValidationError({"share": _("A share needs a percentage and a due date.")})
        if set(self.acts) - set(Act):
            raise ValidationError({"acts": _("Acts are drafted, issued or filed.")})


class Addressee(models.Model):
    """One included or excluded set of agencies."""

    class Selector(models.TextChoices):
        AGENCY = "agency", _("the agency itself")
        REPORTING_TO = "reporting_to", _("those that report to the agency")
        BELOW = "below", _("all below the agency")
        GROUP = "group", _("the units of the group")
        SUPERIORS_OF_GROUP = "superiors_of_group", _("the superiors of the group's units")

    excluded = models.BooleanField(_("Except"), default=False)
    selector = models.CharField(_("Who"), max_length=20, choices=Selector)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(AgencyGroup, models.PROTECT, null=True, blank=True, related_name="+")
    levels = models.JSONField(_("Only these levels"), default=list, blank=True)

    class Meta:
        abstract = True

    def clean(self):
        by_group = self.selector in (self.Selector.GROUP, self.Selector.SUPERIORS_OF_GROUP)
        if by_group and not self.group:
            raise ValidationError({"group": _("Choose a group.")})
        if not by_group and not self.agency:
            raise ValidationError({"agency": _("Choose an agency.")})
        if set(self.levels) - set(Level):
            raise ValidationError({"levels": _("Unknown level.")})

    def names(self, agency: Agency) -> bool:
        """Whether the set holds the agency. Asks no query when the group's agencies are prefetched."""
        if self.levels and agency.level not in self.levels:
            return False
        match self.selector:
            case self.Selector.AGENCY:
                return agency.pk == self.agency_id
            case self.Selector.REPORTING_TO:
                return agency.reports_to_path == self.agency.path
            case self.Selector.BELOW:
                return agency.pk != self.agency_id and agency.path.startswith(self.agency.path)
            case self.Selector.GROUP:
                return agency.pk in self._members
            case self.Selector.SUPERIORS_OF_GROUP:
                return agency.path in self._superiors
        return False

    # Kept on the object: a duty is asked of each agency of the country.
    @cached_property
    def _members(self) -> set[int]:
        return {member.pk for member in self.group.agencies.all()}

    @cached_property
    def _superiors(self) -> set[str]:
        return {member.reports_to_path for member in self.group.agencies.all()}


def binds(addressees, agency: Agency) -> bool:
    """Whether a list of included and excluded sets leaves the agency bound."""
    included = [one for one in addressees if not one.excluded]
    excluded = [one for one in addressees if one.excluded]
    return any(one.names(agency) for one in included) and not any(one.names(agency) for one in excluded)


class RequirementAddressee(Addressee):
    requirement = models.ForeignKey(Requirement, models.CASCADE, related_name="addressees")

    def __str__(self):
        return f"{self.requirement} {self.selector}"


class InspectionWindow(models.Model):
    """检查时段. It asks for no plan: one of them ends before any deadline (domain.md section 2)."""

    class Kind(models.TextChoices):
        SUPERVISION = "supervision", _("Supervision")
        SPOT_CHECK = "spot_check", _("Spot check")
        ASSESSMENT = "assessment", _("Assessment")

    code = models.CharField(_("Code"), max_length=20, unique=True)
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="windows")
    kind = models.CharField(_("Kind"), max_length=15, choices=Kind)
    inspector = models.CharField(_("Inspector"), max_length=80)
    starts_on = models.DateField(_("From"), null=True, blank=True)
    ends_on = models.DateField(_("To"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.code

    def binds(self, agency: Agency) -> bool:
        return binds(self.addressees.all(), agency)

    def when(self, on) -> str:
        """before, during, after, or undated, on the day `on`."""
        if not self.starts_on or not self.ends_on:
            return "undated"
        return "before" if on < self.starts_on else "after" if on > self.ends_on else "during"


class WindowAddressee(Addressee):
    window = models.ForeignKey(InspectionWindow, models.CASCADE, related_name="addressees")

    def __str__(self):
        return f"{self.window} {self.selector}"
