"""The first thing a clerk sees: it arrives whole from this machine, and a slip of the finger costs nothing."""

import pytest
from playwright.sync_api import expect

from tests import factories

PASSWORD = "Shan-Qing-2018"


@pytest.fixture
def clerk(reference):
    person = factories.membership("411330").user
    person.set_password(PASSWORD)
    person.save()
    return person


def test_a_clerk_signs_in_at_the_second_try(page, live_server, clerk):
    page.goto(live_server.url)
    name, password = page.get_by_label("用户名"), page.get_by_label("密码")
    name.fill(clerk.username)
    password.fill("Shan-Qing-2081")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(name).to_have_value(clerk.username)
    password.fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="登录")).to_have_count(0)
    expect(page.get_by_role("navigation").first).to_be_visible()


def test_the_library_s_style_sheet_is_served(page, live_server):
    page.goto(f"{live_server.url}/login/")
    radius = "() => getComputedStyle(document.documentElement).getPropertyValue('--tblr-border-radius')"
    assert page.evaluate(radius).strip()
