"""Journeys in the system's own Chromium, as a clerk's PC shows them; nothing is downloaded for them.

A journey takes `page` (nobody is signed in) or `sit_down` (somebody is), and need not mark itself. Each one
also fails when a page asked any other machine for something, or when the browser complained: a script error,
a missing file, a breach of the Content-Security-Policy. The screen is read in English here, since the words
of the Chinese catalogue may be bettered any day; test_in_chinese.py reads it in Chinese.
"""

import os
import shutil
from datetime import date
from urllib.parse import urlsplit

import pytest

from tests import factories

# Playwright runs an event loop in the thread of the test, and Django would refuse its database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
# Inside a container there is no namespace to build the sandbox from, and no graphics card.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# How the program answers a form with mistakes and a save from an older state: the browser reports both.
REFUSED_FORMS = ("status of 422", "status of 409")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    assert CHROMIUM, "No Chromium on this machine: `make setup-tests` installs it."
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 768},
    }


@pytest.fixture
def watch(live_server):
    """`watch(page)`: at the end the page must have asked this machine alone, and the browser be content."""
    home = urlsplit(live_server.url).netloc
    complaints, strangers = [], []

    def start(page):
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: strangers.append(asked.url) if is_abroad(asked.url, home) else None)
        return page

    yield start
    assert strangers == []
    assert complaints == []


@pytest.fixture
def page(page, watch):
    return watch(page)


@pytest.fixture
def sit_down(new_context, live_server, watch):
    """`sit_down(membership)`: a page in that person's own browser, signed in, at the desk unless another
    `path` is named; `size` is the window's, in px."""

    def start(by, path="/", language="en", size=None, **context_args):
        context = new_context(base_url=live_server.url, **context_args)
        session = factories.client_as(by).cookies["sessionid"].value
        for name, value in {"sessionid": session, "django_language": language}.items():
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = watch(context.new_page())
        if size:
            page.set_viewport_size(size)
        page.goto(path)
        return page

    return start


@pytest.fixture
def set_day(settings):
    """`set_day(5, 25)`: from now on it is that day of 2018."""

    def start(month, day):
        settings.GREENMINE_TODAY = date(2018, month, day)

    return start


def is_complaint(line) -> bool:
    return line.type in ("error", "warning") and not any(answer in line.text for answer in REFUSED_FORMS)


def is_abroad(url: str, home: str) -> bool:
    scheme, netloc = urlsplit(url)[:2]
    return scheme not in ("data", "blob", "about") and netloc != home
