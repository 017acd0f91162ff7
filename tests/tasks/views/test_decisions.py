"""Decisions on screen: the choices offered, what is said before saving, and that a second press does nothing."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.models import Role
from tasks.models import Decision
from tests.factories import agency, client_as, membership

pytestmark = pytest.mark.usefixtures("reference")
PROVINCE, NANYANG, TONGBAI, NANZHAO, KAIFENG = "410000", "411300", "411330", "411321", "410200"


def address(requirement=""):
    return reverse("tasks:decision_create") + (f"?requirement={requirement}" if requirement else "")


def post(requirement, codes, by=None, **changes):
    given = {"kind": "extension", "on_date": "2018-06-15", "day": "2018-05-25", "reason": "汛期停工"}
    given |= {"form_token": uuid4(), "agencies": [agency(code).pk for code in codes]} | changes
    return client_as(by or membership(NANYANG, Role.REVIEWER)).post(address(requirement), given)


@pytest.mark.parametrize("role", [Role.FILER, Role.LEADER, Role.VIEWER, Role.ADMINISTRATOR])
def test_only_a_reviewer_opens_the_page(role):
    assert client_as(membership(NANYANG, role)).get(address()).status_code == 403
    assert client_as(membership(NANYANG, Role.REVIEWER)).get(address()).status_code == 200


def test_first_the_requirements_that_bind_the_branch_are_offered():
    client = client_as(membership(KAIFENG, Role.REVIEWER))
    offered = {one.code for one in client.get(address()).context["binding"]}
    assert "P2" in offered
    assert not {"C1", "C2", "P1"} & offered


def test_then_those_of_the_branch_whom_it_binds():
    client = client_as(membership(NANYANG, Role.REVIEWER))
    fields = client.get(address("P1")).context["form"].fields
    assert [a.code for a in fields["agencies"].queryset] == [NANYANG, TONGBAI]


@pytest.mark.parametrize(
    ("by", "requirement", "governs"),
    [(NANYANG, "P1", False), (NANYANG, "C1", True), (PROVINCE, "P1", True), (PROVINCE, "C1", True)],
)
def test_the_page_says_before_saving_whether_the_date_moves(by, requirement, governs):
    response = client_as(membership(by, Role.REVIEWER)).get(address(requirement))
    assert response.context["governs"] is governs


def test_a_decision_is_recorded_for_those_chosen():
    assert post("C2", [TONGBAI]).status_code == 302
    decision = Decision.objects.get()
    assert (decision.grantor.code, decision.on_date) == (NANYANG, date(2018, 6, 15))
    assert [a.code for a in decision.agencies.all()] == [TONGBAI]


def test_a_second_press_records_nothing_more():
    token = uuid4()
    first, second = (post("C2", [TONGBAI], form_token=token) for _press in range(2))
    assert first.url == second.url
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("requirement", "codes", "wrong"),
    [
        ("P2", [KAIFENG], {}),
        ("C1", [TONGBAI], {}),
        ("C1", [], {}),
        ("C1", [NANZHAO], {"on_date": ""}),
        ("C1", [NANZHAO], {"on_date": "2018-06-20"}),
        ("C1", [NANZHAO], {"kind": "internal_date", "on_date": "2018-06-20"}),
        ("C1", [NANZHAO], {"reason": ""}),
        ("C1", [NANZHAO], {"day": "2018-05-26"}),
        ("P0", [NANZHAO], {}),
        ("C1", [NANZHAO], {"kind": "gift"}),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_kept(requirement, codes, wrong):
    by = membership(NANYANG, Role.REVIEWER)
    response = post(requirement, codes, by=by, **wrong)
    # P2 binds nobody of the branch: the first step is shown again.
    assert response.status_code == (200 if requirement == "P2" else 422)
    assert not Decision.objects.exists()
