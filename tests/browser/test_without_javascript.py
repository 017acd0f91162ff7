"""An old or locked-down browser: the same pages, without a script, up to the submission."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.hands import GOOD_PDF, confirm, expect_state, open_part, press, upload

COUNTY = "411330"


@pytest.mark.usefixtures("reference")
def test_a_plan_is_written_and_submitted_without_a_script(sit_down):
    mine = factories.mine(COUNTY, "示例东沟矿", size_class="large")
    clerk = sit_down(factories.membership(COUNTY), java_script_enabled=False)
    press(clerk, "Begin the work plan")
    clerk.get_by_label("Text").fill("全县持证矿山1座。")
    press(clerk, "Save and go on")
    clerk.get_by_label("政府引导、企业主建").check()
    press(clerk, "Save and go on")
    clerk.get_by_role("link", name="Add from the register").first.click()
    press(clerk, "Take the ticked mines over")
    clerk.get_by_label(f"{mine.name} Tier").select_option("baseline")
    planned = clerk.get_by_label(f"{mine.name} Planned completion")
    planned.fill("明年底")
    press(clerk, "Save")
    expect(clerk.get_by_role("row", name=mine.name)).to_contain_text("is not read as a date")
    expect(planned).to_have_value("明年底")
    planned.fill("2019年第三季度")
    press(clerk, "Save")
    expect(planned).to_have_value("2019年第三季度")
    open_part(clerk, "Attachments")
    upload(clerk, GOOD_PDF)
    confirm(clerk, "Submit to the city for review")
    expect_state(clerk, "Submitted, to review")
