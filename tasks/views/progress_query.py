"""What the address of a page of 进度 asks for."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from agencies.models import Agency
from tasks.models import Requirement
from tasks.permissions import may_read_plans
from tasks.reports.progress import Base, Progress, checkpoints, progress
from tasks.rules.progress import Criterion

# Names in a card before the rest is opened by a press, or stands on a page of its own.
NAMES_SHOWN = 8
ROWS_SHOWN = 100


def branch_of(request) -> QuerySet:
    """The agencies that the person may see, or 403 for an administrator."""
    if not may_read_plans(request.user.acting):
        raise PermissionDenied(_("Plans are read by those who file, review or look after them."))
    return Agency.objects.visible_to(request.user)


def asked(request) -> tuple[Progress | None, list[Requirement], QuerySet]:
    """The branch's progress under ?criterion=&base=&checkpoint=, the checkpoints, and the branch."""
    branch = branch_of(request)
    points = {point.code: point for point in checkpoints(request.as_of)}
    found = progress(
        as_of=request.as_of,
        agencies=branch,
        criterion=one_of(Criterion, request.GET.get("criterion"), Criterion.VERIFIED),
        base=one_of(Base, request.GET.get("base"), Base.PLAN),
        checkpoint=points.get(request.GET.get("checkpoint")),
    )
    return found, list(points.values()), branch


def one_of(words, text, default):
    """The text as one of the words; a wrong choice in an address is passed over."""
    return words(text) if text in set(words) else default


def with_choice(request, **choice: str) -> str:
    """The address's query with a choice changed, or taken out by an empty one; from the first leaf again."""
    query: QueryDict = request.GET.copy()
    query.pop("page", None)
    for name, value in choice.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"
