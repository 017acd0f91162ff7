"""The parts in which a plan is written, in their order, and where each is."""

from django.urls import reverse

from tasks.models import PlanSection, WorkPlan
from tasks.rules.steps import Route


def part_keys(plan: WorkPlan) -> list[str]:
    """A city also chooses the versions of its counties."""
    has_counties = plan.route == Route.DIRECT and not plan.agency.is_leaf()
    counties = ["counties"] if has_counties else []
    return ["overview", "principles", *counties, "breakdown", "schedule", "safeguards", "attachments"]


def part_url(plan: WorkPlan, key: str) -> str:
    if key in PlanSection.Key:
        return reverse("tasks:plan_section", args=[plan.pk, key])
    return reverse(f"tasks:plan_{key}", args=[plan.pk])
