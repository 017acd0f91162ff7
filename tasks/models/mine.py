"""The register of mines, their permits, and the minerals with their size classes."""

from datetime import date
from decimal import Decimal

from concurrency.fields import AutoIncVersionField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Level, Role
from tasks.rules import mine_names
from tasks.rules.size_class import SizeStandard, size_class


class Mineral(models.Model):
    """开采主矿种. The thresholds are data; where the source gives none, none stand here."""

    code = models.SlugField(_("Code"), unique=True)
    name = models.CharField(_("Name"), max_length=40, unique=True)
    synonyms = models.JSONField(default=list, blank=True)
    green_standard = models.CharField(_("Industry standard"), max_length=40, blank=True)
    henan_standard = models.CharField(_("Provincial standard"), max_length=80, blank=True)
    sizes = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name

    def size_standard(self, method: str, unit: str) -> SizeStandard | None:
        for row in self.sizes:
            if row["unit"] == unit and row["method"] in (None, method):
                return SizeStandard(
                    mineral=self.name,
                    method=row["method"],
                    unit=row["unit"],
                    large=Decimal(row["large"]),
                    medium=Decimal(row["medium"]),
                )
        return None


def lies_in_branch_of(user) -> Q:
    """Of mines, and of states of them: managed by the acting branch, or with a permit that names a county of it."""
    branch = Agency.objects.visible_to(user)
    scope = Q(managed_by__in=branch) | Q(county__in=branch)
    if user.acting.agency.level == Level.PROVINCE:
        scope |= Q(managed_by=None, county=None)
    return scope


class MineQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Mines that the branch manages or whose permit names one of its counties.

        A mine that no place is known for waits with whoever acts for the province.
        """
        if not user.acting or user.acting.role == Role.ADMINISTRATOR:
            return self.none()
        return self.filter(lies_in_branch_of(user))

    def managed_below(self, agency):
        return self.filter(managed_by__path__startswith=agency.path)


# 「全部大中型矿山、露天矿山」: the same rule as MineColumns.is_in_scope, for the database (trap 11).
IN_SCOPE = Q(size_class__in=["large", "medium"]) | Q(method__in=["open_pit", "combined"])


class MineColumns(models.Model):
    """What the register says of a mine: its copy of today (`Mine`) and each earlier state (`MineState`) hold the
    same columns. Empty means unknown, and stays unknown: nothing is guessed from a name or a number."""

    class Method(models.TextChoices):
        OPEN_PIT = "open_pit", _("Open-pit")
        UNDERGROUND = "underground", _("Underground")
        COMBINED = "combined", _("Open-pit and underground")
        OTHER = "other", _("Other method")

    class SizeClass(models.TextChoices):
        LARGE = "large", _("Large")
        MEDIUM = "medium", _("Medium")
        SMALL = "small", _("Small")
        TINY = "tiny", _("Very small")

    class Status(models.TextChoices):
        PRODUCING = "producing", _("Producing")
        BUILDING = "building", _("Under construction")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")
        EXHAUSTED = "exhausted", _("Closed after exhaustion")

    class Unit(models.TextChoices):
        TONNES = "万吨/年", "万吨/年"
        CUBIC_METRES = "万立方米/年", "万立方米/年"

    name = models.CharField(_("Mine"), max_length=120)
    holder = models.CharField(_("Holder of the mining right"), max_length=120, blank=True)
    county = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss_located",
        verbose_name=_("County"),
    )
    managed_by = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss_managed",
        verbose_name=_("Managed by"),
    )
    mineral = models.ForeignKey(
        Mineral,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("Mineral class"),
    )
    mineral_name = models.CharField(_("Main mineral"), max_length=60, blank=True)
    method = models.CharField(_("Method"), max_length=15, choices=Method, blank=True)
    output = models.DecimalField(_("Output a year"), max_digits=12, decimal_places=4, null=True, blank=True)
    output_unit = models.CharField(_("Unit"), max_length=10, choices=Unit, blank=True)
    size_class = models.CharField(_("Size class"), max_length=10, choices=SizeClass, blank=True)
    status = models.CharField(_("Status"), max_length=10, choices=Status, blank=True)
    area = models.DecimalField(_("Area, km²"), max_digits=10, decimal_places=4, null=True, blank=True)
    longitude = models.DecimalField(
        _("Longitude (CGCS2000)"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    latitude = models.DecimalField(
        _("Latitude (CGCS2000)"), max_digits=8, decimal_places=6, null=True, blank=True
    )
    first_permitted_on = models.DateField(_("First permit"), null=True, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)
    note = models.TextField(_("Note"), blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def is_open_pit(self) -> bool:
        return self.method in (self.Method.OPEN_PIT, self.Method.COMBINED)

    @property
    def is_in_scope(self) -> bool:
        """「全部大中型矿山、露天矿山」: (large or medium) or (open-pit or combined) (trap 11)."""
        return self.is_open_pit or self.size_class in (self.SizeClass.LARGE, self.SizeClass.MEDIUM)

    @property
    def is_closed(self) -> bool:
        return self.status in (self.Status.CLOSED, self.Status.EXHAUSTED)

    @property
    def computed_size_class(self) -> str:
        """A hint beside the class on file, "" where the thresholds or the figure are unknown."""
        if not self.mineral or self.output is None:
            return ""
        standard = self.mineral.size_standard(self.method, self.output_unit)
        return (standard and size_class(standard, self.output)) or ""


# The columns that have days, as attributes: a state is a copy of all of them.
REGISTER_FIELDS = [field.attname for field in MineColumns._meta.local_fields]


class Mine(MineColumns):
    """One mine, as the register has it today. Written by actions/mines.py alone, which keeps the states."""

    is_sample = models.BooleanField(_("Sample"), default=False, editable=False)

    folded_name = models.CharField(max_length=120, editable=False, db_index=True)
    initials = models.CharField(max_length=120, editable=False)
    version = AutoIncVersionField()

    objects = MineQuerySet.as_manager()

    class Meta:
        verbose_name = _("Mine")
        ordering = ["managed_by__path", "pk"]
        constraints = [
            models.CheckConstraint(
                name="tasks_mine_output_is_not_negative",
                condition=Q(output=None) | Q(output__gte=0),
                violation_error_message=_("Output cannot be negative."),
            ),
            models.CheckConstraint(
                name="tasks_mine_output_has_a_unit",
                condition=Q(output=None) | ~Q(output_unit=""),
                violation_error_message=_("Say in which unit the output is."),
            ),
        ]

    def save(self, *args, **kwargs):
        self.name = mine_names.clean_name(self.name)
        self.folded_name = mine_names.fold(self.name)[:120]
        self.initials = mine_names.initials(self.name)[:120]
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("tasks:mine_detail", args=[self.pk])

    @property
    def current_permit(self) -> "Permit | None":
        """The permit whose validity begins last."""
        return self.permit_on(date.max)

    def permit_on(self, day: date) -> "Permit | None":
        """Of the permits that are valid from a day up to this one, or from an unknown one, the one whose validity begins
        last. Asks no query when the permits are prefetched."""
        begun = [one for one in self.permits.all() if one.valid_from is None or one.valid_from <= day]
        return max(begun, key=lambda one: (one.valid_from or date.min, one.pk), default=None)


class Permit(models.Model):
    """采矿许可证. Permits merge and are replaced: the task follows the mine, the link stays here."""

    mine = models.ForeignKey(Mine, models.PROTECT, related_name="permits")
    number = models.CharField(_("Permit number"), max_length=40, unique=True)
    issued_by = models.CharField(_("Issued by"), max_length=80, blank=True)
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)
    predecessors = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="successors", verbose_name=_("Replaces")
    )

    class Meta:
        verbose_name = _("Permit")
        ordering = ["mine", "valid_from", "pk"]

    def __str__(self):
        return self.number
