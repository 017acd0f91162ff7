"""What every request carries: its language, the day it looks at, and that answers are not kept."""

from datetime import date

from django.conf import settings
from django.core.exceptions import BadRequest
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from greenmine.clock import today

# What a person may still do while looking at another day: none of it changes a fact.
ALLOWED_ON_ANOTHER_DAY = {"choose_day", "choose_membership", "set_language", "login", "logout"}


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
    """Sets `request.as_of`; while it is not today, nothing can be written."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.as_of = _chosen_day(request) or today()
        request.is_past_view = request.as_of != today()
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        writes = request.method not in ("GET", "HEAD", "OPTIONS")
        if writes and request.is_past_view and request.resolver_match.url_name not in ALLOWED_ON_ANOTHER_DAY:
            return render(request, "read_only.html", status=409)
        return None


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
