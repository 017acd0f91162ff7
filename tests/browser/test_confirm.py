"""A button that asks first: its question lies in sight and within reach, on whatever side the button stands."""

import pytest
from playwright.sync_api import expect

from agencies.models import Role
from tasks.actions import ledger
from tasks.models import MineTask, TargetChange
from tasks.rules.steps import Step
from tests import factories
from tests.browser.hands import confirm

COUNTY, CITY = "411330", "411300"
SIZES = [(1366, 768), (1920, 1080), (390, 844)]


@pytest.fixture
def change(reference, set_day):
    factories.take(factories.started_plan(COUNTY, mines=2), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    by, task = factories.membership(COUNTY), MineTask.objects.first()
    return ledger.ask_change(task=task, kind="removal", cause="closed", reason="政策性关闭", by=by, day=None)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_question_lies_within_the_window_and_the_page(sit_down, change, width, height, script):
    reviewer = factories.membership(CITY, Role.REVIEWER)
    size = {"width": width, "height": height}
    page = sit_down(reviewer, path=f"/target-changes/{change.pk}/", size=size, java_script_enabled=script)
    page.locator("summary", has_text="Approve").click()
    panel = page.locator(".gm-confirm__panel").bounding_box()
    button = page.get_by_role("button", name="Approve", exact=True)
    main = page.locator("main").bounding_box()
    assert panel["x"] >= main["x"]
    assert panel["x"] + panel["width"] <= main["x"] + main["width"]
    assert panel["y"] >= 0
    assert panel["y"] + panel["height"] <= height
    # Not covered by anything: Playwright presses only what a mouse could.
    button.click(trial=True)
    # A press beside the question takes it away.
    page.mouse.click(width - 5, height - 5)
    expect(button).to_be_hidden()


def test_a_request_is_approved_with_the_mouse(sit_down, change):
    page = sit_down(factories.membership(CITY, Role.REVIEWER), path=f"/target-changes/{change.pk}/")
    confirm(page, "Approve")
    expect(page.locator(".gm-page-head")).to_contain_text("Approved")
    assert TargetChange.objects.get().approved_on
