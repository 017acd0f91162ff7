"""A month's journey: the county reports that nothing changed, the city confirms, the county corrects; the
frozen figures stay."""

from datetime import date

import pytest
from playwright.sync_api import expect

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import MineTask, MonthlyReport
from tasks.rules.steps import Step
from tests import factories
from tests.browser.hands import press

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"
PAGE = f"/months/2018-06/{COUNTY}/"
FROZEN = "Declared complete 1/2"


@pytest.fixture
def tasks(set_day):
    factories.take(factories.started_plan(COUNTY, mines=2), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    tasks = list(MineTask.objects.order_by("pk"))
    declare(tasks[0], date(2018, 6, 20), on=date(2018, 6, 20))
    set_day(7, 2)
    return tasks


def declare(task, day, on):
    with today_is(on):
        by = factories.membership(COUNTY)
        stages.record_stage(task=task, stage="declared", by=by, day=day, reference="申报书1号")


def test_a_frozen_month_stays_what_it_was(sit_down, set_day, tasks):
    clerk = sit_down(factories.membership(COUNTY), path="/months/")
    clerk.get_by_role("row", name="June 2018").get_by_role("button", name="Zero report").click()
    expect(clerk.locator(".gm-page-head")).to_contain_text("Reported, to confirm")
    expect(clerk.locator(".gm-page-head")).to_contain_text("zero report")

    reviewer = sit_down(factories.membership(CITY, Role.REVIEWER), path="/months/2018-06/")
    expect(reviewer.get_by_role("row", name="桐柏县")).to_contain_text("1/2")
    reviewer.locator("summary", has_text="Confirm the ticked").click()
    press(reviewer, "Confirm and freeze")
    expect(reviewer.get_by_role("row", name="桐柏县")).to_contain_text("Confirmed")

    set_day(7, 9)
    declare(tasks[1], date(2018, 6, 25), on=date(2018, 7, 9))
    clerk.goto(PAGE)
    kept = MonthlyReport.objects.get().content_hash
    clerk.get_by_role("link", name="Add a correction").click()
    clerk.get_by_label("Mine").select_option(label=tasks[1].mine.name)
    clerk.get_by_label("What is right").fill("6月25日已申报建成")
    clerk.get_by_label("Reason").fill("申报材料补录")
    press(clerk, "Add a correction")
    expect(clerk.get_by_text("6月25日已申报建成")).to_be_visible()
    expect(clerk.get_by_role("heading", name="Recorded after the freeze")).to_be_visible()
    for page in (clerk, reviewer):
        page.goto(PAGE)
        expect(page.get_by_text(FROZEN)).to_be_visible()
        expect(page.get_by_text(kept)).to_be_visible()
    reviewer.goto("/months/2018-06/")
    expect(reviewer.get_by_role("row", name="桐柏县")).to_contain_text("1/2")


def test_what_was_typed_stays_when_something_is_wrong(sit_down, tasks):
    clerk = sit_down(factories.membership(COUNTY), path=PAGE)
    first, second = (task.mine.name for task in tasks)
    clerk.get_by_label(f"{first} Work done").fill("六成")
    clerk.get_by_label(f"{second} Problem").fill("缺资金")
    press(clerk, "Send this month's report")
    expect(clerk.get_by_role("alert")).to_contain_text("whole number from 0 to 100")
    expect(clerk.get_by_label(f"{second} Problem")).to_have_value("缺资金")
    clerk.get_by_label(f"{first} Work done").fill("60%")
    press(clerk, "Send this month's report")
    expect(clerk.get_by_role("row", name=first)).to_contain_text("60%")


@pytest.mark.parametrize("path", ["/months/", PAGE, "/months/2018-06/"])
@pytest.mark.parametrize(("code", "role"), [(COUNTY, Role.FILER), (CITY, Role.REVIEWER)])
def test_nothing_scrolls_sideways_on_a_telephone(sit_down, tasks, path, code, role):
    page = sit_down(factories.membership(code, role), path=path, size={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_role("heading", level=1).count() == 1
