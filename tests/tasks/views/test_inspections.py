"""检查 on screen: the windows, and under them what was seen at the mines of the branch."""

from datetime import date

import pytest
from django.urls import reverse

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import inspections
from tests.factories import client_as, membership, mine

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
PAGE = reverse("tasks:inspection_window_list")


@pytest.fixture
def visits():
    """By county: an open finding, overdue on 25 May."""
    city = membership(CITY, Role.REVIEWER)
    with today_is(date(2018, 5, 2)):
        return {
            code: inspections.record_inspection(
                mine=mine(code),
                kind="spot_check",
                by=city,
                findings="破碎站未封闭",
                mend_by=date(2018, 5, 20),
            )
            for code in (COUNTY, OTHER)
        }


def shown(client):
    return [row["inspection"] for row in client.get(PAGE).context["visits"]]


def test_a_branch_sees_its_own_visits_and_an_administrator_none(visits):
    assert shown(client_as(membership(COUNTY))) == [visits[COUNTY]]
    assert set(shown(client_as(membership(CITY, Role.REVIEWER)))) == set(visits.values())
    administrator = client_as(membership(CITY, Role.ADMINISTRATOR))
    assert shown(administrator) == []
    assert "破碎站未封闭" not in administrator.get(PAGE).content.decode()


def test_what_waits_is_counted_and_leads_to_its_mending_for_those_who_may(visits):
    mend = reverse("tasks:inspection_rectify", args=[visits[COUNTY].pk])
    filer = client_as(membership(COUNTY)).get(PAGE)
    assert (filer.context["open"], filer.context["overdue"]) == (1, 1)
    assert mend in filer.content.decode()
    assert mend not in client_as(membership(COUNTY, Role.VIEWER)).get(PAGE).content.decode()


def test_a_past_day_shows_the_findings_as_they_stood(visits):
    client = client_as(membership(COUNTY))
    client.post("/day/", {"day": "2018-05-10", "next": "/"})
    context = client.get(PAGE).context
    assert (context["open"], context["overdue"]) == (1, 0)
    client.post("/day/", {"day": "2018-05-01", "next": "/"})
    assert shown(client) == []
