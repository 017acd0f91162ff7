"""两日对比: two days of a branch side by side, as a page and as a workbook."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from agencies.models import Agency
from tasks.exports.two_days import two_days_workbook
from tasks.models import Programme
from tasks.progress_words import CHANGES, late_word
from tasks.rules.progress import Criterion
from tasks.standing.changes import Kind, TwoDays, two_days
from tasks.standing.day import Day
from tasks.views.progress_query import ROWS_SHOWN, one_of, with_choice
from tasks.views.readers import programme_shown, reader_of
from tasks.views.task_lists import XLSX
from tasks.words import CRITERIA

# The workbook holds all of them; after a history was entered at once they are thousands.
LATE_SHOWN = 20


@dataclass(frozen=True)
class Question:
    """What the address asks: two days in their order, or why it cannot be answered (`refused`)."""

    head: Agency
    programme: Programme | None
    criterion: Criterion
    first: date
    last: date
    swapped: bool = False
    refused: str = ""

    def answer(self) -> TwoDays | None:
        if self.refused:
            return None
        first, last = (Day(on, self.head, self.programme) for on in (self.first, self.last))
        return two_days(first, last, criterion=self.criterion)


def compare(request):
    reader_of(request)
    branch = Agency.objects.visible_to(request.user)
    asked = _question(request, branch)
    found = asked.answer()
    kind = one_of(Kind, request.GET.get("kind"), None)
    page = Paginator(found.of(kind), ROWS_SHOWN).get_page(request.GET.get("page")) if found else None
    context = {
        "asked": asked,
        "found": found,
        "entries": _entries(request, found, kind) if found else [],
        "page": page,
        "rows": [
            {"change": change, "word": CHANGES[change.kind]}
            for change in (found.explained(page) if found else ())
        ],
        "late": [(one, late_word(one)) for one in found.late[:LATE_SHOWN]] if found else [],
        "places": branch.filing().order_by("code"),
        "criteria": CRITERIA.items(),
    }
    return render(request, "tasks/two_days.html", context, status=422 if asked.refused else 200)


def export(request):
    """All changes, whatever the page is narrowed to: a paper that leaves must be complete."""
    reader_of(request)
    asked = _question(request, Agency.objects.visible_to(request.user))
    found = asked.answer()
    if found is None:
        raise Http404
    content = two_days_workbook(found, head=asked.head, as_of=request.as_of)
    name = f"{asked.head.name}两日对比表{found.first:%Y%m%d}-{found.last:%Y%m%d}.xlsx"
    header = content_disposition_header(True, name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": header})


def _question(request, branch: QuerySet) -> Question:
    head = branch.get(pk=request.user.acting.agency_id)
    if code := request.GET.get("agency"):
        head = get_object_or_404(branch, code=code)
    criterion = one_of(Criterion, request.GET.get("criterion"), Criterion.VERIFIED)
    asked = {"head": head, "programme": programme_shown(request), "criterion": criterion}
    last = _day(request.GET.get("to"), request.as_of)
    first = _day(request.GET.get("from"), _month_before(last or request.as_of))
    if first is None or last is None:
        refused = _("That is not a day. Write it like %(day)s.") % {"day": request.as_of.isoformat()}
        return Question(first=first or request.as_of, last=last or request.as_of, refused=refused, **asked)
    first, last, swapped = min(first, last), max(first, last), first > last
    refused = ""
    if last > request.as_of:
        refused = _("%(day)s lies after the day looked at. A day up to %(last)s is accepted.") % {
            "day": date_format(last, "DATE_FORMAT"),
            "last": date_format(request.as_of, "DATE_FORMAT"),
        }
    return Question(first=first, last=last, swapped=swapped, refused=refused, **asked)


def _day(text: str | None, default: date) -> date | None:
    """The day that the address gives, its default, or None for what is no day."""
    if not text:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # As wide as the days that can be looked at.
    return day if 1900 <= day.year <= 2200 else None


def _month_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def _entries(request, found: TwoDays, kind: Kind | None) -> list[dict]:
    """The line of counts above the table; each is a filter, and a second press takes it off again."""
    return [
        {
            "mark": CHANGES[one],
            "count": count,
            "url": with_choice(request, kind="" if one == kind else one),
            "active": one == kind,
        }
        for one, count in found.counts.items()
        if count or one == kind
    ]
