"""What goes wrong in an office: two people at one text, a second press, another day, the wrong file."""

import pytest
from playwright.sync_api import expect

from tasks.models import PlanEvent
from tasks.rules.steps import Step
from tests import factories
from tests.browser.hands import UPLOADS, expect_state, press, write

pytestmark = pytest.mark.usefixtures("reference")
COUNTY = "411330"


@pytest.fixture
def plan():
    return factories.started_plan(COUNTY)


def test_the_second_of_two_people_is_told_and_keeps_what_was_typed(sit_down, plan):
    overview = f"/work-plans/{plan.pk}/sections/overview/"
    first = sit_down(factories.membership(COUNTY), overview)
    second = sit_down(factories.membership(COUNTY, who=factories.user("colleague")), overview)
    write(first, "Text", "第一人写的。")

    second.get_by_label("Text").fill("第二人写的。")
    expect(second.locator("#save-state")).to_contain_text("somebody else changed this section")
    press(second, "Save and go on")
    expect(second.get_by_text("Somebody else saved this section meanwhile")).to_be_visible()
    expect(second.get_by_label("Text")).to_have_value("第二人写的。")
    expect(second.get_by_text("第一人写的。")).to_be_visible()

    second.get_by_label("Text").fill("第一人写的。第二人写的。")
    press(second, "Save and go on")
    first.reload()
    expect(first.get_by_label("Text")).to_have_value("第一人写的。第二人写的。")


def test_a_second_press_submits_once(sit_down, plan):
    clerk = sit_down(factories.membership(COUNTY), f"/work-plans/{plan.pk}/sections/overview/")
    clerk.locator("summary", has_text="Submit to the city for review").click()
    button = clerk.get_by_role("button", name="Submit to the city for review")
    form = {
        name: button.locator(f"xpath=../input[@name='{name}']").input_value()
        for name in ("csrfmiddlewaretoken", "form_token")
    }
    button.dblclick()
    expect_state(clerk, "Submitted, to review")
    # And once more what the browser sent, as after a broken connection.
    again = clerk.request.post(
        f"/work-plans/{plan.pk}/steps/submit/", form=form, headers={"Referer": clerk.url}
    )
    assert again.ok
    assert PlanEvent.objects.filter(plan=plan, step=Step.SUBMIT).count() == 1


def test_another_day_is_read_only_and_has_a_way_back(sit_down, plan):
    clerk = sit_down(factories.membership(COUNTY), f"/work-plans/{plan.pk}/")
    expect(clerk.get_by_role("link", name="Go on writing")).to_be_visible()
    clerk.locator("summary", has_text="Day looked at").click()
    clerk.get_by_label("Look at another day").fill("2018-05-12")
    press(clerk, "Show")
    band = clerk.get_by_role("status").filter(has_text="pages are read-only")
    expect(band).to_be_visible()
    expect(clerk.get_by_role("link", name="Go on writing")).to_have_count(0)
    press(clerk, "Back to today")
    expect(band).to_have_count(0)
    expect(clerk.get_by_role("link", name="Go on writing")).to_be_visible()


def test_what_is_typed_under_another_day_is_refused_with_the_way_back(sit_down, plan):
    """The day was changed in a second window while the editor stood open in the first."""
    editor = sit_down(factories.membership(COUNTY), f"/work-plans/{plan.pk}/sections/overview/")
    other = editor.context.new_page()
    other.goto("/")
    other.locator("summary", has_text="Day looked at").click()
    other.get_by_label("Look at another day").fill("2018-05-12")
    press(other, "Show")
    editor.get_by_label("Text").fill("写在另一天里。")
    press(editor, "Save and go on")
    expect(editor.get_by_role("heading", level=1)).to_contain_text("Nothing is written")
    press(editor, "Back to today")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("D22_page.html", "is not accepted. Accepted: PDF"), ("D12_zero_bytes.pdf", "is empty")],
)
def test_a_wrong_file_is_refused_with_its_reason_and_the_page_goes_on(sit_down, plan, name, reason):
    clerk = sit_down(factories.membership(COUNTY), f"/work-plans/{plan.pk}/attachments/")
    clerk.get_by_label("File", exact=True).set_input_files(UPLOADS / name)
    press(clerk, "Add the file")
    expect(clerk.get_by_role("alert")).to_contain_text(reason)
    clerk.get_by_label("File", exact=True).set_input_files(UPLOADS / "D27_good.pdf")
    press(clerk, "Add the file")
    expect(clerk.get_by_role("link", name="D27_good.pdf")).to_be_visible()
