"""Journeys in the system's own Chromium, as a clerk's PC shows them; nothing is downloaded for them.

A journey takes `page` and `live_server` and need not mark itself. Each one also fails when the page asked any
other machine for something, or when the browser complained: a script error, a missing file, a breach of the
Content-Security-Policy.
"""

import os
import shutil
from urllib.parse import urlsplit

import pytest

# Playwright runs an event loop in the thread of the test, and Django would refuse its database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
# Inside a container there is no namespace to build the sandbox from, and no graphics card.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


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
def page(page, live_server):
    home = urlsplit(live_server.url).netloc
    complaints, strangers = [], []
    page.on(
        "console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request", lambda request: strangers.append(request.url) if is_abroad(request.url, home) else None
    )
    yield page
    assert strangers == []
    assert complaints == []


def is_abroad(url: str, home: str) -> bool:
    scheme, netloc = urlsplit(url)[:2]
    return scheme not in ("data", "blob", "about") and netloc != home
