"""The same screen in the language of the office: a plan is submitted and, not yet opened, taken back."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.hands import confirm, expect_state, write

COUNTY = "411330"


@pytest.mark.usefixtures("reference")
def test_a_submission_is_taken_back_before_the_city_opens_it(sit_down):
    plan = factories.started_plan(COUNTY)
    clerk = sit_down(factories.membership(COUNTY), language="zh-hans")
    clerk.get_by_role("link", name="继续编制草稿").click()
    clerk.get_by_role("link", name="继续编制", exact=True).click()
    clerk.get_by_role("navigation", name="方案各部分").get_by_role("link", name="保障措施").click()
    write(clerk, "正文", "成立领导小组。")
    expect(clerk.locator("#save-state")).to_contain_text("已保存")
    confirm(clerk, "报送市局审核")
    expect_state(clerk, "已报待审")
    confirm(clerk, "撤回报送")
    expect_state(clerk, "草稿")
    expect(clerk.locator("main")).to_contain_text("成立领导小组。")
    clerk.get_by_role("button", name="English").first.click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text(f"Work plan of {plan.agency}")
