"""Writing a section: whoever saves from an older state is told, but nobody stands in their own way."""

import pytest
from django.urls import reverse

from tasks.rules.steps import Step
from tests.factories import client_as, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY = "411330"


@pytest.fixture
def save():
    """Saves the overview as it was seen at the beginning, by the button or by itself (`htmx`)."""
    plan = started_plan(COUNTY)
    address = reverse("tasks:plan_section", args=[plan.pk, "overview"])
    section = plan.versions.working().get().sections.get(key="overview")
    client = client_as(membership(COUNTY))

    def save(body, htmx=False):
        headers = {"HX-Request": "true"} if htmx else {}
        return client.post(address, {"lock": section.lock, "body": body}, headers=headers)

    return save


def test_the_same_text_saved_twice_from_one_state_is_no_conflict(save):
    """The button is pressed on a slow line while the text is under way by itself."""
    assert save("全县持证矿山1座。", htmx=True).status_code == 200
    assert save("全县持证矿山1座。").status_code == 302


def test_another_text_from_an_older_state_is_shown_beside_what_is_kept(save):
    save("先存的。", htmx=True)
    answer = save("后写的。")
    assert answer.status_code == 409
    assert "先存的。" in answer.text
    assert "后写的。" in answer.text


def test_an_editor_address_after_the_submission_leads_to_the_plan_with_a_word(reference):
    plan = take(started_plan(COUNTY), Step.SUBMIT)
    clerk = client_as(membership(COUNTY))
    for name in ("breakdown", "attachments", "add_lines"):
        path = reverse(f"tasks:plan_{name}", args=[plan.pk])
        response = clerk.get(path, follow=True)
        assert response.redirect_chain == [(plan.get_absolute_url(), 302)], name
        assert len(list(response.context["messages"])) == 1
    section = reverse("tasks:plan_section", args=[plan.pk, "overview"])
    assert clerk.post(section, {"body": "改", "lock": 0}).status_code == 404, "nothing unsaved looks saved"
