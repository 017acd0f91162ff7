"""What every page needs besides its own content: the day, the acting hat, the navigation."""

from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import Role
from greenmine.clock import today

# Address of the page, its word, and the address prefix under which it is lit.
PLACES = [
    ("tasks:home", _("Desk")),
    ("tasks:obligation_list", _("Deadlines")),
    ("tasks:work_plan_list", _("Work plans")),
    ("tasks:task_list", _("Task breakdown")),
    ("tasks:mine_list", _("Mines")),
    ("tasks:progress", _("Progress")),
    ("tasks:inspection_window_list", _("Inspections")),
    ("tasks:document_list", _("Documents")),
]
ADMINISTRATION = ("agencies:user_list", _("Administration"))
# First part of an address → the list that its pages belong to.
LISTS = {
    "work-plans": "tasks:work_plan_list",
    "mines": "tasks:mine_list",
    "stages": "tasks:mine_list",
    "progress": "tasks:progress",
    "months": "tasks:month_list",
    "target-changes": "tasks:target_ledger",
    "documents": "tasks:document_list",
}


def page(request):
    """The same for every template of one request: a table renders each cell as a template of its own."""
    if not hasattr(request, "page_context"):
        request.page_context = _page(request)
    return request.page_context


def _page(request) -> dict:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"today": today()}
    acting = user.acting
    if acting:
        acting.bureau_name = acting.agency.bureau_name(request.as_of)
    return {
        # Called anew at each use: every form on the page gets a token of its own (greenmine/once.py).
        "form_token": uuid4,
        "today": today(),
        "as_of": request.as_of,
        "chosen_day": request.chosen_day,
        "is_past_view": request.is_past_view,
        "acting": acting,
        "memberships": request.memberships,
        "nav": _navigation(request),
    }


def list_around(path: str) -> str:
    """The address of the list that the page belongs to; the desk for one that belongs to none."""
    return reverse(LISTS.get(path.split("/")[1], "tasks:home"))


def _navigation(request):
    acting = request.user.acting
    if acting is None:
        return []
    places = [ADMINISTRATION] if acting.role == Role.ADMINISTRATOR else PLACES
    here = request.path
    prefixes = {ADMINISTRATION[0]: reverse(ADMINISTRATION[0]).removesuffix("users/")}
    entries = []
    for name, label in places:
        url = reverse(name)
        active = here == url if name == "tasks:home" else here.startswith(prefixes.get(name, url))
        entries.append({"url": url, "label": label, "active": active})
    return entries
