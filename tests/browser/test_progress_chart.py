"""进度 in a browser: the chart is drawn in the drawing's place, and without a script the drawing stands."""

from datetime import date

import pytest
from playwright.sync_api import expect

from agencies.models import Role
from tasks.rules.steps import Step
from tests import factories

COUNTY, CITY = "411330", "411300"


@pytest.fixture
def reviewer(reference, settings):
    factories.take(factories.started_plan(COUNTY, mines=5), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    settings.GREENMINE_TODAY = date(2019, 7, 15)
    return factories.membership(CITY, Role.REVIEWER)


def test_the_chart_is_drawn_and_paper_keeps_the_drawing(sit_down, reviewer):
    page = sit_down(reviewer, path="/progress/")
    expect(page.locator(".gm-burn-box canvas")).to_be_visible()
    expect(page.locator(".gm-burn")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".gm-burn")).to_be_visible()
    expect(page.locator(".gm-burn-box canvas")).to_be_hidden()


def test_the_chart_follows_the_width_of_the_window(sit_down, reviewer):
    page = sit_down(reviewer, path="/progress/")
    expect(page.locator(".gm-burn-box canvas")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        "document.querySelector('.gm-burn-box canvas').clientWidth <= document.querySelector('.gm-burn-box').clientWidth"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_place_of_the_map_leads_to_its_mines(sit_down, reviewer):
    page = sit_down(reviewer, path="/progress/?criterion=verified")
    page.locator("svg.gm-map").get_by_role("link", name="桐柏县").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/progress/{COUNTY}/?criterion=verified")


def test_without_a_script_the_drawing_the_map_and_the_table_are_there(sit_down, reviewer):
    page = sit_down(reviewer, path="/progress/", java_script_enabled=False)
    expect(page.locator(".gm-burn")).to_be_visible()
    expect(page.locator(".gm-burn-box canvas")).to_have_count(0)
    expect(page.locator("svg.gm-map")).to_be_visible()
    page.locator("summary", has_text="The numbers as a table").click()
    expect(page.get_by_role("row", name="December 2019")).to_be_visible()


def test_figures_that_do_not_come_leave_the_drawing(new_context, live_server, reviewer):
    context = new_context(base_url=live_server.url)
    session = factories.client_as(reviewer).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.route("**/curve.json*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto("/progress/")
    expect(page.locator(".gm-burn")).to_be_visible()
    expect(page.locator(".gm-burn-box canvas")).to_have_count(0)
