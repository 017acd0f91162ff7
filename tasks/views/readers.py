"""Who reads the pages of plans, and the day and programme that a page is asked for."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agencies.models import Agency, Membership
from greenmine.clock import until_today
from tasks.models import Programme
from tasks.permissions import may_read_plans
from tasks.standing.day import Day
from tasks.standing.programmes import programme_meant


def reader_of(request) -> Membership:
    """The acting membership; 403 for an administrator, who manages users and sees no plan content."""
    acting = request.user.acting
    if not may_read_plans(acting):
        raise PermissionDenied(_("Plans are read by those who file, review or look after them."))
    return acting


class ReadersOnlyMixin:
    """For class-based lists of mines and tasks: 403 for an administrator, as on every page of plans."""

    def dispatch(self, request, *args, **kwargs):
        reader_of(request)
        return super().dispatch(request, *args, **kwargs)


def programme_shown(request) -> Programme | None:
    """The programme that the address names, else the one that is meant without a name."""
    code = request.GET.get("programme")
    return (programme_meant(code) if code else None) or programme_meant()


def day_of(request, branch: Agency | None = None, programme: Programme | None = None) -> Day:
    """The day that is looked at, of the acting branch or one within it. Nothing has happened after today: on a day to
    come the facts are those of today, and only the marks are of that day."""
    return Day(
        request.as_of,
        branch or request.user.acting.agency,
        programme or programme_shown(request),
        facts_until=until_today(request.as_of),
    )
