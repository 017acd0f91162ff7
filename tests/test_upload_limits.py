"""A request that carries too much is stopped before it is read (security.md, G-02)."""

import gc
from pathlib import Path

import pytest
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

MIDDLEWARE = "greenmine.uploads.TooLargeMiddleware"
pytestmark = pytest.mark.django_db


@pytest.fixture
def limits(settings, tmp_path):
    if MIDDLEWARE not in settings.MIDDLEWARE:
        at = settings.MIDDLEWARE.index("django.middleware.csrf.CsrfViewMiddleware")
        settings.MIDDLEWARE = [*settings.MIDDLEWARE[:at], MIDDLEWARE, *settings.MIDDLEWARE[at:]]
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.UPLOAD_MAX_BYTES = 100_000
    settings.UPLOAD_MAX_FILES = 3


def files(count: int, size: int) -> dict:
    return {f"file{n}": SimpleUploadedFile(f"{n}.pdf", b"x" * size) for n in range(count)}


def test_a_request_over_the_limit_gets_a_page_that_says_so(limits):
    response = Client(enforce_csrf_checks=True).post(reverse("login"), files(1, 100_001))
    page = b"".join(response.streaming_content)
    assert response.status_code == 413
    assert int(response.headers["Content-Length"]) == len(page)
    assert "50.0" in page.decode(), "the limit of one file"


def test_a_request_within_the_limit_goes_through(limits):
    assert Client().post(reverse("login"), files(1, 50_000)).status_code == 200


def test_too_many_files_in_one_request_are_refused(limits):
    assert Client().post(reverse("login"), files(3, 10)).status_code == 200
    assert Client().post(reverse("login"), files(4, 10)).status_code == 413


def test_an_announced_size_over_the_limit_is_refused_before_anything_is_read(limits):
    request = RequestFactory().post("/", files(1, 100_001))
    request._stream.read = lambda *args: pytest.fail("the body was read")
    with pytest.raises(RequestDataTooBig):
        assert request.POST


@pytest.mark.parametrize(
    ("count", "size", "error"), [(2, 60_000, RequestDataTooBig), (4, 5_000, TooManyFilesSent)]
)
def test_what_lies_about_its_size_is_counted_and_leaves_no_file_behind(limits, tmp_path, count, size, error):
    request = RequestFactory().post("/", files(count, size))
    request.META["CONTENT_LENGTH"] = "2000"
    gc.disable()
    try:
        with pytest.raises(error):
            assert request.POST
        assert list(Path(tmp_path).glob("*.upload*")) == []
    finally:
        gc.enable()
