"""No input makes a 500 (security.md, K-01 and F-07): what is wrong is not found, refused, or passed over."""

from uuid import uuid4

import pytest

from agencies.models import Role
from tests.factories import client_as, membership, started_plan

pytestmark = pytest.mark.usefixtures("reference")


@pytest.mark.parametrize(
    "path",
    [
        "/mines/?per_page=-1",
        "/mines/?per_page=99999999999",
        "/mines/?page=1000000000",
        "/documents/?q=%00",
        "/progress/a%00b/",
        "/mines/?sort=password",
    ],
)
def test_an_odd_address_is_answered(path):
    assert client_as(membership("411300", Role.REVIEWER)).get(path).status_code < 500


@pytest.mark.parametrize("value", ["abc", "²", "9" * 30, "", "-1"])
def test_an_odd_number_of_a_row_finds_nothing(value):
    client = client_as(membership("411330"))
    token = {"form_token": uuid4()}
    assert client.post("/work-plans/start/", token | {"programme": value}).status_code == 404
    assert client.post("/membership/", {"membership": value}).status_code == 404
    plan = started_plan("411330")
    form = {"form_token": uuid4(), "mine": value}
    assert client.post(f"/work-plans/{plan.pk}/breakdown/add/", form).status_code == 302
    lock = {"lock": "9" * 25, "body": "x"}
    assert client.post(f"/work-plans/{plan.pk}/sections/overview/", lock).status_code == 422


def test_a_day_out_of_any_calendar_leads_back_to_today():
    client = client_as(membership("411330"))
    for day in ("9999-12-31", "0001-01-01", "abc"):
        assert client.post("/day/", {"day": day, "next": "abc"}).status_code == 302
        assert client.get("/obligations/?view=calendar").status_code == 200


def test_another_persons_form_token_is_a_bad_request():
    token = uuid4()
    form = {"form_token": token, "programme": 1}
    from tasks.models import Programme

    form["programme"] = Programme.objects.get().pk
    assert client_as(membership("411330")).post("/work-plans/start/", form).status_code == 302
    assert client_as(membership("411323")).post("/work-plans/start/", form).status_code == 400


def test_a_form_in_an_odd_encoding_is_read_as_utf8_or_refused():
    client = client_as(membership("411330"))
    for charset in ("utf-7", "hex", "idna"):
        kind = f"application/x-www-form-urlencoded; charset={charset}"
        assert client.generic("POST", "/day/", b"day=%2B2AA-", content_type=kind).status_code < 500
