"""What every request carries: its language, the day it looks at, and that answers are not kept."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from greenmine.clock import today, until_today
from greenmine.context import list_around

# What a person may still do while looking at another day: none of it changes a fact.
ALLOWED_ON_ANOTHER_DAY = {"choose_day", "choose_membership", "set_language", "login", "logout"}
# Pages that are nothing but a form, and so are of no use on another day.
FORMS = {
    "decision_create",
    "document_create",
    "document_add_requirement",
    "work_plan_step",
    "work_plan_revise",
    "event_correct",
    "plan_section",
    "plan_breakdown",
    "plan_add_lines",
    "plan_paste_lines",
    "plan_import",
    "plan_import_columns",
    "plan_attachments",
    "plan_counties",
    "mine_create",
    "mine_edit",
    "mine_add_permit",
    "mine_import",
    "mine_import_columns",
    "stage_record",
    "stage_correct",
    "change_ask",
    "change_enter",
    "change_merge",
    "change_decline",
    "month_return",
    "month_correct",
    "quota_import",
    "quota_import_columns",
    "inspection_record",
    "inspection_rectify",
    "mine_free_declare",
    "mine_free_confirm",
    "user_create",
    "membership_add",
    "membership_end",
    "password_change",
}
# Pages that count what was done: on a day to come they stand as of today. Deadlines may be looked at ahead.
COUNTING = ("progress", "month_", "target_", "change_", "quota_", "mine_detail", "stage_scores")


class LanguageMiddleware:
    """The language chosen by the switch, else Chinese: the browser's own preference is not asked,
    since an office PC with an English browser is still a Chinese office."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


class PlainTextMiddleware:
    """Forms are read as UTF-8 whatever they say of themselves, and a NUL, which no database can hold in a
    text, is a bad request (security.md, F-07)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.encoding = "utf-8"
        if "\0" in request.path or _has_nul(request.GET):
            raise BadRequest("NUL")
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method == "POST" and _has_nul(request.POST):
            raise BadRequest("NUL")


def _has_nul(fields) -> bool:
    return any("\0" in text for name, texts in fields.lists() for text in (name, *texts))


class DayMiddleware:
    """Sets `request.as_of`, the day that the page stands on; while another day than today is chosen
    (`request.chosen_day`), nothing can be written."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.chosen_day = request.as_of = _chosen_day(request) or today()
        request.is_past_view = request.chosen_day != today()
        chosen_here = request.session.pop("day_chosen_on", None)
        response = self.get_response(request)
        if response.status_code in (404, 405) and chosen_here == request.get_full_path():
            return _to_the_list(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.url_name
        if name.startswith(COUNTING):
            request.as_of = until_today(request.as_of)
        if not request.is_past_view or name in ALLOWED_ON_ANOTHER_DAY:
            return None
        writes = request.method not in ("GET", "HEAD", "OPTIONS")
        if writes or name in FORMS:
            return render(request, "read_only.html", {"writes": writes}, status=409)
        return None


def _to_the_list(request, response):
    """The page on which the day was chosen does not exist on that day: on to the list that it belongs to."""
    if response.status_code == 404:
        day = date_format(request.chosen_day, "DATE_FORMAT")
        messages.warning(request, _("That page does not exist on %s. This is the list.") % day)
    return redirect(list_around(request.path_info))


def _chosen_day(request) -> date | None:
    try:
        return date.fromisoformat(request.session.get("as_of", ""))
    except ValueError:
        return None


class NoStoreMiddleware:
    """Pages with data are never kept by the browser or a proxy: after signing out, Back shows nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response
