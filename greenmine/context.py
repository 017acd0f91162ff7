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
        "is_past_view": request.is_past_view,
        "acting": acting,
        "memberships": request.memberships,
        "nav": _navigation(request),
    }


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
