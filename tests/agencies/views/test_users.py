"""The administration of people: who may, within which branch, and that passwords are shown once."""

from datetime import date
from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Membership, Role, User
from tests.factories import agency, client_as, membership, user

TONGBAI, NANZHAO, NANYANG, ZHENGZHOU, PROVINCE = "411330", "411321", "411300", "410100", "410000"

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def admin():
    return membership(NANYANG, Role.ADMINISTRATOR)


def token(**fields):
    return {"form_token": uuid4()} | fields


def url(name, *args):
    return reverse(f"agencies:{name}", args=args)


def people(by, **query):
    response = client_as(by).get(url("user_list"), query)
    assert response.status_code == 200
    return {person.username for person in response.context["table"].data.data}


def open_account(client, **changes):
    fields = {"username": "zhangsan", "name": "示例甲", "agency": agency(TONGBAI).pk, "role": "filer"}
    return client.post(url("user_create"), token(valid_from="2018-05-25") | fields | changes)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_an_administrator_sees_people(role):
    other = membership(TONGBAI)
    client = client_as(membership(NANYANG, role))
    pages = [url("user_list"), url("user_create"), url("audit_list"), url("user_detail", other.user_id)]
    pages.append(url("membership_end", other.pk))
    assert {client.get(page).status_code for page in pages} == {403}
    for name in ("membership_add", "user_reset_password", "user_set_active"):
        assert client.post(url(name, other.user_id), token()).status_code == 403


def test_people_outside_the_branch_do_not_exist(admin):
    outside = membership(ZHENGZHOU)
    client = client_as(admin)
    assert outside.user.username not in people(admin)
    assert client.get(url("user_detail", outside.user_id)).status_code == 404
    assert client.get(url("membership_end", outside.pk)).status_code == 404
    for name in ("membership_add", "user_reset_password", "user_set_active"):
        assert client.post(url(name, outside.user_id), token()).status_code == 404


def test_the_initial_password_is_shown_once_and_opens_the_account(admin):
    client = client_as(admin)
    answer = open_account(client)
    person = User.objects.get(username="zhangsan")
    assert answer.url == url("user_detail", person.pk)
    password = client.get(answer.url).context["one_time"]
    assert person.check_password(password)
    assert client.get(answer.url).context["one_time"] == ""
    assert password not in "".join(str(entry.changes) for entry in LogEntry.objects.all())
    signed_in = Client().post(reverse("login"), {"username": "zhangsan", "password": password})
    assert signed_in.status_code == 302


def test_a_second_press_opens_no_second_account_and_keeps_the_password(admin):
    client, once = client_as(admin), {"form_token": uuid4()}
    first, second = open_account(client, **once), open_account(client, **once)
    assert first.url == second.url
    person = User.objects.get(username="zhangsan")
    assert person.memberships.count() == 1
    assert person.check_password(client.get(first.url).context["one_time"])


@pytest.mark.parametrize(
    "wrong", [{"username": "ZHANGSAN"}, {"username": "张 三"}, {"username": ""}, {"name": ""}]
)
def test_a_wrong_account_is_refused(admin, wrong):
    user("zhangsan")
    assert open_account(client_as(admin), **({"username": "lisi"} | wrong)).status_code == 422
    assert not User.objects.filter(username="lisi").exists()


def test_an_account_is_opened_in_the_own_branch_only(admin):
    answer = open_account(client_as(admin), agency=agency(ZHENGZHOU).pk)
    assert answer.status_code == 422
    assert not User.objects.filter(username="zhangsan").exists()


def test_roles_are_given_with_their_days_and_not_twice(admin):
    client, person = client_as(admin), membership(TONGBAI).user
    form = {"agency": agency(NANZHAO).pk, "role": "reviewer", "valid_from": "2018-05-25", "valid_to": ""}
    address = url("membership_add", person.pk)
    assert client.post(address, token(**form)).status_code == 302
    assert client.post(address, token(**form)).status_code == 422
    assert Membership.objects.filter(user=person, role="reviewer").count() == 1
    backwards = form | {"role": "viewer", "valid_to": "2018-05-01"}
    assert client.post(address, token(**backwards)).status_code == 422


def test_a_role_ends_and_is_not_deleted(admin):
    hat = membership(TONGBAI)
    client = client_as(admin)
    assert client.post(url("membership_end", hat.pk), token(last_day="2018-05-24")).status_code == 302
    hat.refresh_from_db()
    assert hat.valid_to == date(2018, 5, 24)
    assert client_as(hat).get(reverse("tasks:mine_list")).status_code == 403
    answer = client.post(url("membership_end", hat.pk), token(last_day="2017-01-01"))
    assert answer.status_code == 422


def test_nobody_administers_the_own_account(admin):
    client = client_as(admin)
    form = {"agency": agency(NANYANG).pk, "role": "reviewer", "valid_from": "2018-05-25", "valid_to": ""}
    assert client.get(url("user_detail", admin.user_id)).status_code == 200
    assert client.post(url("membership_add", admin.user_id), token(**form)).status_code == 403
    assert client.post(url("membership_end", admin.pk), token(last_day="2018-05-25")).status_code == 403
    assert client.post(url("user_set_active", admin.user_id), token(active="0")).status_code == 403
    assert client.post(url("user_reset_password", admin.user_id), token()).status_code == 403


def test_an_account_that_also_acts_above_cannot_be_taken_over_from_below():
    hat = membership(TONGBAI)
    membership(NANYANG, Role.REVIEWER, who=hat.user)
    hat.user.set_password("before")
    hat.user.save()
    county = client_as(membership(TONGBAI, Role.ADMINISTRATOR))
    assert county.post(url("user_reset_password", hat.user_id), token()).status_code == 403
    assert county.post(url("user_set_active", hat.user_id), token(active="0")).status_code == 403
    hat.user.refresh_from_db()
    assert hat.user.check_password("before")
    shown = county.get(url("user_detail", hat.user_id)).context["memberships_shown"]
    assert [row[0].agency.code for row in shown] == [TONGBAI]
    city = client_as(membership(NANYANG, Role.ADMINISTRATOR))
    assert city.post(url("user_reset_password", hat.user_id), token()).status_code == 302


def test_a_reset_password_replaces_the_old_one_and_is_on_record(admin):
    hat = membership(TONGBAI)
    old = client_as(hat)
    client = client_as(admin)
    client.post(url("user_reset_password", hat.user_id), token())
    password = client.get(url("user_detail", hat.user_id)).context["one_time"]
    hat.user.refresh_from_db()
    assert hat.user.check_password(password)
    assert old.get(reverse("tasks:mine_list")).status_code == 302
    last = LogEntry.objects.get_for_object(hat.user).first()
    assert (last.actor, last.changes_dict) == (admin.user, {"password": ["", "***"]})


def test_a_closed_account_signs_in_no_more_until_it_is_opened_again(admin):
    client, hat = client_as(admin), membership(TONGBAI)
    for active in (False, True):
        client.post(url("user_set_active", hat.user_id), token(active="1" if active else "0"))
        hat.user.refresh_from_db()
        assert hat.user.is_active is active


def test_the_list_is_narrowed_by_name_role_agency_and_state(admin):
    filer, leader = membership(TONGBAI), membership(NANZHAO, Role.LEADER)
    assert people(admin, q="filer") == people(admin, agency=TONGBAI) == {filer.user.username}
    assert people(admin, role="leader") == {leader.user.username}
    assert people(admin, active="False") == set()


def test_the_list_asks_the_same_queries_for_one_row_and_for_twenty(admin):
    client, counts = client_as(admin), []
    for many in (1, 19):
        for _i in range(many):
            membership(TONGBAI, who=user())
        with CaptureQueriesContext(connection) as queries:
            client.get(url("user_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_sortable_column_sorts(admin):
    client = client_as(admin)
    membership(TONGBAI)
    table = client.get(url("user_list")).context["table"]
    for column in (column.name for column in table.columns if column.orderable):
        assert client.get(url("user_list"), {"sort": f"-{column}"}).status_code == 200


def test_a_person_changes_the_own_password():
    hat = membership(TONGBAI)
    hat.user.set_password("an-old-secret-1")
    hat.user.save()
    client = client_as(hat)
    new = "a-longer-secret-2018"
    form = {"old_password": "an-old-secret-1", "new_password1": new, "new_password2": new}
    assert client.post(url("password_change"), form).status_code == 302
    hat.user.refresh_from_db()
    assert hat.user.check_password(new)
    wrong = client.post(url("password_change"), form)
    assert wrong.status_code == 200
    assert wrong.context["form"].errors
