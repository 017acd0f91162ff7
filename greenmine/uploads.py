"""Stops a request that carries too much before it is read (security.md, G-02).

Django's own limit on the size of a request does not count files.
"""

from time import monotonic

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string

DRAIN_SECONDS = 10
CHUNK = 64 * 1024


class SizeLimitHandler(FileUploadHandler):
    """First in the row: refuses by the announced length, then counts, since the announcement may lie."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.received = self.files = 0
        if content_length > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files > settings.UPLOAD_MAX_FILES:
            self._close_files()
            raise TooManyFilesSent

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            self._close_files()
            raise RequestDataTooBig
        return raw_data

    def file_complete(self, file_size):
        return None

    def _close_files(self):
        # The file that is just being received; Django closes those that were complete.
        for handler in self.request.upload_handlers:
            if hasattr(handler, "file"):
                handler.file.close()


class TooLargeMiddleware:
    """Answers 413 with a page that says the limit; without it Django answers 400.

    Stands before CsrfViewMiddleware, which is the first to read a form, and so the first to stumble.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST":
            return None
        try:
            request.POST  # noqa: B018 - reading it is what parses the request
        except RequestDataTooBig:
            return _too_large(request, {"limit": settings.ATTACHMENT_MAX_BYTES})
        except TooManyFilesSent:
            return _too_large(request, {})
        return None


def _too_large(request, context):
    page = render_to_string("413.html", context, request).encode()
    response = StreamingHttpResponse(_page_then_rest(page, request), status=413)
    response.headers["Content-Length"] = str(len(page))
    return response


def _page_then_rest(page, request):
    """The page at once, then for a while the unread rest into nothing: a browser that is still sending when
    the connection closes shows "connection reset" in the place of our sentence."""
    yield page
    end = monotonic() + DRAIN_SECONDS
    try:
        while monotonic() < end and request.read(CHUNK):
            pass
    except OSError:
        return
