"""The agencies, in a tree by reporting line.

The tree says who reports to whom, not whose code begins with whose: 邓州市 (411381) carries a code of
南阳 and reports to the province (domain.md, trap 5).
"""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet


class Level(models.TextChoices):
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    ZONE = "zone", _("Functional zone")


class AgencyQuerySet(MP_NodeQuerySet):
    def below(self, *agencies):
        """The given agencies and everything that reports to them."""
        # An empty Q() matches every row, so "no agencies" must be said outright.
        if not agencies:
            return self.none()
        scope = Q()
        for agency in agencies:
            scope |= Q(path__startswith=agency.path)
        return self.filter(scope)

    def line_of(self, agency):
        """The agency and all that it reports to, up to the root."""
        step = agency.steplen
        return self.filter(path__in=[agency.path[:end] for end in range(step, len(agency.path) + 1, step)])

    def visible_to(self, user):
        """The acting agency's own branch, never a sibling's."""
        return self.below(user.acting.agency) if user.acting else self.none()

    def reporting_to(self, agency):
        return self.filter(path__startswith=agency.path, depth=agency.depth + 1)

    def filing(self):
        """The levels that draw up plans of their own; a functional zone counts inside its city."""
        return self.filter(level__in=[Level.CITY, Level.COUNTY])


class AgencyManager(MP_NodeManager.from_queryset(AgencyQuerySet)):
    def get_queryset(self):
        # The tree's own manager names its queryset class outright: ours must be named again.
        return AgencyQuerySet(self.model, using=self._db).order_by("path")


class Agency(MP_Node):
    code = models.CharField(_("Code"), max_length=12, unique=True)
    name = models.CharField(_("Name"), max_length=50)
    level = models.CharField(_("Level"), max_length=10, choices=Level)
    initials = models.CharField(max_length=50, blank=True, editable=False)
    signs_off = models.BooleanField(
        _("The bureau's leader signs before a submission"),
        default=False,
        help_text=_("When on, only the leader submits; the filer hands the draft over."),
    )

    objects = AgencyManager()
    node_order_by = ["code"]

    class Meta:
        verbose_name = _("Agency")

    def __str__(self):
        return self.name

    def is_above_or_same(self, other: "Agency") -> bool:
        return other.path.startswith(self.path)

    @property
    def superior(self) -> "Agency | None":
        """The agency it reports to; None for the root. Kept on the object after the first asking."""
        return None if self.is_root() else Agency.objects.get_parent(self)

    @property
    def reports_to_path(self) -> str:
        """The superior's path, or "" for the root; compares without a query."""
        return self.path[: -self.steplen]

    @property
    def reports_to_root(self) -> bool:
        """Cities and the counties administered by the province itself."""
        return self.depth == 2

    def bureau_name(self, on: date) -> str:
        """The bureau's name in force on a day, so that a paper of May 2018 prints the old one (trap 16)."""
        for bureau in self.bureau_names.all():
            if bureau.is_in_force(on):
                return bureau.name
        return self.name


class BureauName(models.Model):
    """A bureau's name with its validity: 国土资源局 until the reform, 自然资源和规划局 after."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="bureau_names")
    name = models.CharField(_("Bureau name"), max_length=80)
    valid_from = models.DateField(_("From"), null=True, blank=True)
    valid_to = models.DateField(_("To"), null=True, blank=True)

    class Meta:
        ordering = ["agency", "valid_from"]

    def __str__(self):
        return self.name

    def is_in_force(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


class AgencyGroup(models.Model):
    """Units that a document names together, such as the four soil pilots."""

    code = models.SlugField(unique=True)
    name = models.CharField(_("Name"), max_length=50)
    label = models.CharField(_("Short label"), max_length=10, help_text=_("Stands beside the unit's name."))
    agencies = models.ManyToManyField(Agency, related_name="groups")

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name
