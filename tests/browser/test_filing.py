"""The main journey: a county's plan is written, returned, mended, accepted, issued and filed, each by the
person whose step it is and on the day it happens."""

import re

import pytest
from playwright.sync_api import expect

from agencies.models import Role
from tests import factories
from tests.browser.hands import (
    GOOD_PDF,
    confirm,
    expect_state,
    open_part,
    press,
    source,
    upload,
    write,
)

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"
CITY_SENTENCE = "应在五月中旬前完成方案编制印发工作并报省厅备案"
PROVINCE_SENTENCE = "要在5月底之前印发工作方案并报省厅备案"


@pytest.fixture
def mines():
    return [factories.mine(COUNTY, f"示例{name}矿", size_class="large") for name in ("东沟", "西岭")]


def test_late_for_the_city_and_on_time_for_the_province(sit_down, set_day, mines):
    """domain.md, trap 2: issued on 15 May, filed on 25 May."""
    set_day(5, 4)
    clerk = sit_down(factories.membership(COUNTY))
    write_the_plan(clerk, mines)
    confirm(clerk, "Submit to the city for review")
    expect_state(clerk, "Submitted, to review")

    set_day(5, 7)
    reviewer = sit_down(factories.membership(CITY, Role.REVIEWER))
    return_with_a_comment(reviewer)

    set_day(5, 9)
    mend_and_submit_again(clerk)

    set_day(5, 11)
    accept(reviewer)

    leader = sit_down(factories.membership(COUNTY, Role.LEADER))
    issue_and_file(leader, set_day)
    expect(source(leader, CITY_SENTENCE)).to_contain_text("Done late")
    expect(source(leader, PROVINCE_SENTENCE)).to_contain_text("On time")


def write_the_plan(clerk, mines):
    press(clerk, "Begin the work plan")
    write(clerk, "Text", "全县持证矿山2座，均为露天开采。")
    expect(clerk.locator("#save-state")).to_contain_text("Saved at")
    press(clerk, "Save and go on")
    clerk.get_by_label("政府引导、企业主建").check()
    clerk.get_by_label("Joint departments, one a line").fill("县财政局\n县环境保护局")
    press(clerk, "Save and go on")
    clerk.get_by_role("link", name="Add from the register").first.click()
    press(clerk, "Take the ticked mines over")
    fill_the_rows_by_keyboard(clerk, mines)
    open_part(clerk, "Safeguards")
    write(clerk, "Text", "成立领导小组。")
    open_part(clerk, "Attachments")
    upload(clerk, GOOD_PDF)
    expect(clerk.get_by_role("link", name=GOOD_PDF.name)).to_be_visible()


def fill_the_rows_by_keyboard(clerk, mines):
    clerk.get_by_label(f"{mines[0].name} Tier").focus()
    for month in ("2019年6月", "2019年12月"):
        row = clerk.locator("tr:focus-within")
        clerk.keyboard.press("ArrowDown")
        clerk.keyboard.press("Tab")
        clerk.keyboard.type(month)
        clerk.keyboard.press("Tab")
        clerk.keyboard.type("示例责任人")
        clerk.keyboard.press("Tab")
        # Each cell that is left is saved: the last of them is under way while an earlier one is said to be.
        expect(row).not_to_have_class(re.compile("htmx-request"))
        expect(row.get_by_role("status")).to_contain_text("Saved")
        # Over the note and the button that takes the mine out.
        for _press in range(2):
            clerk.keyboard.press("Tab")
        if month != "2019年12月":
            clerk.keyboard.press("Tab")
    clerk.reload()
    for mine, month in zip(mines, ("2019年6月", "2019年12月"), strict=True):
        expect(clerk.get_by_label(f"{mine.name} Tier")).to_have_value("baseline")
        expect(clerk.get_by_label(f"{mine.name} Planned completion")).to_have_value(month)
        expect(clerk.get_by_label(f"{mine.name} Responsible")).to_have_value("示例责任人")


def return_with_a_comment(reviewer):
    reviewer.get_by_role("row", name="桐柏县").get_by_role("link", name="Review").click()
    press(reviewer, "Begin the review")
    section = reviewer.locator("#section-safeguards")
    section.get_by_label("Comment, sent with the verdict").fill("请写明资金来源。")
    expect(section.get_by_role("status")).to_contain_text("Kept, not sent yet")
    reviewer.get_by_role("link", name="Return for correction").click()
    reviewer.get_by_label("What is to be mended").fill("请补正保障措施。")
    press(reviewer, "Return for correction")
    expect_state(reviewer, "Returned")


def mend_and_submit_again(clerk):
    clerk.goto("/")
    clerk.get_by_role("link", name="Mend what was returned").click()
    clerk.get_by_role("link", name="Go on writing").click()
    open_part(clerk, "Safeguards")
    expect(clerk.get_by_text("请写明资金来源。")).to_be_visible()
    write(clerk, "Text", "成立领导小组，资金列入财政预算。")
    confirm(clerk, "Submit to the city for review")
    expect_state(clerk, "Mended, to review")


def accept(reviewer):
    reviewer.goto("/")
    reviewer.get_by_role("link", name="Review the mended plan of 桐柏县").click()
    press(reviewer, "Begin the review")
    expect(reviewer.get_by_text("资金列入财政预算")).to_be_visible()
    reviewer.get_by_role("link", name="Accept", exact=True).click()
    press(reviewer, "Accept")
    expect_state(reviewer, "Accepted")


def issue_and_file(leader, set_day):
    set_day(5, 15)
    leader.goto("/")
    leader.get_by_role("link", name="Issue the accepted plan").click()
    leader.get_by_role("link", name="Record the issue").click()
    leader.get_by_label("Document number").fill("桐国土资[2018]12号")
    press(leader, "Record the issue")
    expect_state(leader, "Issued")
    set_day(5, 25)
    leader.reload()
    leader.get_by_role("link", name="Record the sending to the province").click()
    press(leader, "Record the sending to the province")
    expect_state(leader, "Sent to file")
