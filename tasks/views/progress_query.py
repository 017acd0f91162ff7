"""What the address of a page of 进度 asks for."""

from django.http import QueryDict

from tasks.models import Requirement
from tasks.rules.progress import Criterion
from tasks.standing.progress import Base, Progress, progress
from tasks.views.readers import day_of, reader_of

# Names in a card before the rest is opened by a press, or stands on a page of its own.
NAMES_SHOWN = 8
ROWS_SHOWN = 100


def asked(request) -> tuple[Progress | None, list[Requirement]]:
    """The acting branch's progress under ?criterion=&base=&checkpoint=, and the checkpoints."""
    reader_of(request)
    day = day_of(request)
    points = {point.code: point for point in day.checkpoints}
    found = progress(
        day,
        criterion=one_of(Criterion, request.GET.get("criterion"), Criterion.VERIFIED),
        base=one_of(Base, request.GET.get("base"), Base.PLAN),
        checkpoint=points.get(request.GET.get("checkpoint")),
    )
    return found, list(points.values())


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
