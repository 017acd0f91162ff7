"""A telephone: no page scrolls sideways, and each says with one heading what it is."""

import pytest
from django.urls import reverse

from agencies.models import Role
from tasks.rules.steps import Step
from tests import factories

COUNTY = "411330"
PAGES = ["home", "work_plan_list", "task_list", "mine_list", "document_list", "obligation_list", "progress"]
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture
def plan(reference):
    return factories.started_plan(COUNTY, mines=3)


@pytest.mark.parametrize(
    ("code", "role"),
    [(COUNTY, Role.FILER), ("411300", Role.REVIEWER), ("410000", Role.REVIEWER)],
    ids=["county", "city", "province"],
)
def test_nothing_scrolls_sideways(sit_down, plan, code, role):
    own = [
        reverse("tasks:plan_breakdown", args=[plan.pk]),
        reverse("tasks:plan_section", args=[plan.pk, "overview"]),
    ]
    if role == Role.REVIEWER:
        factories.take(plan, Step.SUBMIT)
        own = [reverse("tasks:plan_review", args=[plan.pk])] if code == "411300" else []
    paths = [*(reverse(f"tasks:{name}") for name in PAGES), plan.get_absolute_url(), *own]
    page = sit_down(factories.membership(code, role), size=TELEPHONE)
    for path in paths:
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= TELEPHONE["width"], f"{path} is {width} px wide"
        assert page.get_by_role("heading", level=1).count() == 1, path
