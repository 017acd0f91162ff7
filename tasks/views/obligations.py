"""期限: all obligations of the branch on a day, as a table, as a calendar and on a line."""

from collections import Counter
from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.vary import vary_on_headers
from django.views.generic import TemplateView
from django_tables2 import SingleTableMixin

from agencies.models import Agency, Role
from tasks.forms.obligations import ObligationFilterForm
from tasks.permissions import may_read_plans
from tasks.reports.deadline_days import DeadlineDay, deadline_days, month
from tasks.reports.deadline_line import time_line
from tasks.rules.deadlines import Mark
from tasks.standing.obligations import all_obligations
from tasks.tables_obligations import URGENCY, ObligationTable, Row
from tasks.views.readers import day_of
from tasks.words import MARKS

FEW = 3
VIEWS = {
    "table": gettext_lazy("Table"),
    "calendar": gettext_lazy("Calendar"),
    "timeline": gettext_lazy("Time line"),
}


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class ObligationList(SingleTableMixin, TemplateView):
    template_name = "tasks/obligation_list.html"
    table_class = ObligationTable
    paginate_by = 50

    def get(self, request, *args, **kwargs):
        acting = request.user.acting
        if not may_read_plans(acting):
            raise PermissionDenied(_("Deadlines are read by those who file, review or look after plans."))
        agencies = Agency.objects.visible_to(request.user).filing()
        owed = all_obligations(day_of(request))
        self.filter = ObligationFilterForm(request.GET, owed=owed, by=acting, agencies=agencies)
        self.whatever_mark = self.filter.kept(owed, whatever_mark=True)
        self.kept = self.filter.kept(owed)
        return super().get(request, *args, **kwargs)

    @property
    def chosen_view(self) -> str:
        chosen = self.request.GET.get("view", "")
        return chosen if chosen in VIEWS else "table"

    def get_table_data(self):
        return [Row(obligation) for obligation in self.kept]

    def get_table(self, **kwargs):
        return super().get_table(**kwargs) if self.chosen_view == "table" else None

    def get_context_data(self, **kwargs):
        request, view = self.request, self.chosen_view
        context = super().get_context_data(**kwargs)
        path = request.path if view == "table" else f"{request.path}?view={view}"
        context |= {
            "filter": self.filter,
            "path": path,
            "view_name": view,
            "tabs": [
                {"label": VIEWS[one], "url": self._url(view=one), "active": one == view} for one in VIEWS
            ],
            "entries": self._counts(),
            "may_decide": request.user.acting.role == Role.REVIEWER and not request.is_past_view,
        }
        if view == "calendar":
            context |= self._calendar()
        if view == "timeline":
            context["line"] = time_line(self.kept, request.as_of)
        return context

    def _calendar(self) -> dict:
        days = deadline_days(self.kept)
        first = _month_of(self.request.GET.get("month", "")) or self.request.as_of.replace(day=1)
        shown = month(days, first)
        return {
            "month": shown,
            "previous_url": shown.previous and self._url(month=f"{shown.previous:%Y-%m}"),
            "next_url": shown.next and self._url(month=f"{shown.next:%Y-%m}"),
            "months": [
                {"first": one, "url": self._url(month=f"{one:%Y-%m}"), "active": one == first}
                for one in _months(days)
            ],
        }

    def _counts(self) -> list[dict]:
        """The line of counts, each a filter; pressed again it lets go."""
        chosen = self.request.GET.get("mark", "")
        counted = Counter(obligation.mark for obligation in self.whatever_mark)
        return [
            {
                "mark": MARKS[mark],
                "count": counted[mark],
                "detail": self._overdue() if mark == Mark.OVERDUE else "",
                "url": self._url(mark="" if chosen == mark else mark.value),
                "active": chosen == mark,
            }
            for mark in URGENCY
            if counted[mark]
        ]

    def _overdue(self) -> str:
        """Who is late with what, named as long as there are few: 桐柏县 C2."""
        late = [o for o in self.whatever_mark if o.mark == Mark.OVERDUE]
        return "，".join(f"{o.agency} {o.requirement}" for o in late) if len(late) <= FEW else ""

    def _url(self, **changes) -> str:
        """This page with other parameters; from its first leaf on."""
        query = self.request.GET.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query[name] = value
        for name in [name for name, value in query.items() if not value]:
            del query[name]
        return f"?{query.urlencode()}"


def _months(days: list[DeadlineDay]) -> list[date]:
    """The months that hold a day, so that one need not leaf through the empty ones between them."""
    return sorted({one.day.replace(day=1) for one in days})


def _month_of(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
