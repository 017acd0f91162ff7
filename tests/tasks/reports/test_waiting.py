"""What waits for whom: each role sees its own, in the state that asks for it."""

import pytest

from agencies.actions import mine_free
from agencies.models import Role
from tasks.actions import filings
from tasks.reports.desk import desk
from tasks.reports.waiting import waiting_for
from tasks.rules.steps import Step
from tests.conftest import TODAY
from tests.factories import agency, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY, PROVINCE = "411330", "411300", "410000"


def waiting(code, role):
    by = membership(code, role)
    return [one.url for one in waiting_for(by, desk(agency=by.agency, as_of=TODAY))]


def test_a_plan_waits_for_one_after_the_other():
    plan = started_plan(COUNTY)
    page, review = f"/work-plans/{plan.pk}/", f"/work-plans/{plan.pk}/review/"
    assert waiting(COUNTY, Role.FILER) == [page]
    take(plan, Step.SUBMIT)
    assert (waiting(COUNTY, Role.FILER), waiting(CITY, Role.REVIEWER)) == ([], [review])
    take(plan, Step.OPEN, Step.RETURN)
    assert (waiting(COUNTY, Role.FILER), waiting(CITY, Role.REVIEWER)) == ([page], [])
    take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    assert waiting(COUNTY, Role.LEADER) == [page]
    take(plan, Step.ISSUE, Step.SEND)
    assert (waiting(COUNTY, Role.LEADER), waiting(PROVINCE, Role.REVIEWER)) == ([], [page])
    take(plan, Step.ASK_SUPPLEMENT)
    assert waiting(COUNTY, Role.LEADER) == [page]
    assert waiting(COUNTY, Role.VIEWER) == []


def test_where_the_leader_signs_the_draft_waits_for_the_leader_once_it_was_handed_over():
    place = agency(COUNTY)
    place.signs_off = True
    place.save()
    plan = started_plan(COUNTY)
    assert waiting(COUNTY, Role.LEADER) == []
    filings.take_step(plan=plan, step=Step.SIGN_OFF, by=membership(COUNTY))
    assert waiting(COUNTY, Role.LEADER) == [f"/work-plans/{plan.pk}/"]
    filings.take_step(plan=plan, step=Step.SUBMIT, by=membership(COUNTY, Role.LEADER))
    assert waiting(CITY, Role.REVIEWER) == [f"/work-plans/{plan.pk}/review/"]


def test_a_declaration_waits_for_the_superior_until_it_is_confirmed():
    declared = mine_free.declare(agency=agency("411327"), by=membership("411327"))
    assert waiting(CITY, Role.REVIEWER) == [f"/mine-free/{declared.pk}/confirm/"]
    mine_free.confirm(declaration=declared, by=membership(CITY, Role.REVIEWER))
    assert waiting(CITY, Role.REVIEWER) == []
