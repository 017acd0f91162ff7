"""The agencies' pages: the tree, the leader's signature, 不涉矿, and the audit log of the branch."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Agency, MineFreeDeclaration, Role
from tests.factories import agency, client_as, membership, mine

TONGBAI, NANZHAO, NANYANG, ZHENGZHOU, PROVINCE = "411330", "411321", "411300", "410100", "410000"
DENGZHOU = "411381"

pytestmark = pytest.mark.usefixtures("reference")


def url(name, *args):
    return reverse(f"agencies:{name}", args=args)


def token(**fields):
    return {"form_token": uuid4()} | fields


def test_the_list_is_the_branch_in_the_order_of_the_tree():
    rows = client_as(membership(NANYANG, Role.ADMINISTRATOR)).get(url("agency_list")).context["rows"]
    codes = [row["agency"].code for row in rows]
    assert codes[0] == NANYANG
    assert {TONGBAI, NANZHAO} <= set(codes)
    assert ZHENGZHOU not in codes
    assert {row["superior"] for row in rows[1:]} == {"南阳市"}


def test_a_direct_county_stands_under_the_province():
    """domain.md, trap 5."""
    rows = client_as(membership(PROVINCE, Role.VIEWER)).get(url("agency_list")).context["rows"]
    superior = {row["agency"].code: row["superior"] for row in rows}
    assert (superior[DENGZHOU], superior[TONGBAI]) == ("河南省", "南阳市")


def test_the_bureau_name_is_that_of_the_day():
    """domain.md, trap 16."""
    client = client_as(membership(TONGBAI))
    names = {client.get(url("agency_detail", TONGBAI)).context["bureau"]}
    session = client.session
    session["as_of"] = "2021-05-01"
    session.save()
    names.add(client.get(url("agency_detail", TONGBAI)).context["bureau"])
    assert len(names) == 2


def test_the_list_asks_the_same_queries_for_a_city_and_for_the_province():
    counts = []
    for code in (NANYANG, PROVINCE):
        client = client_as(membership(code, Role.ADMINISTRATOR))
        client.get(url("agency_list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("agency_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_agency_outside_the_branch_is_not_found():
    client = client_as(membership(NANYANG, Role.ADMINISTRATOR))
    assert client.get(url("agency_detail", ZHENGZHOU)).status_code == 404
    assert client.post(url("agency_detail", ZHENGZHOU), token(signs_off="1")).status_code == 404


def test_the_administrator_alone_lets_the_leader_sign():
    for role in (Role.FILER, Role.LEADER, Role.REVIEWER, Role.VIEWER):
        answer = client_as(membership(TONGBAI, role)).post(
            url("agency_detail", TONGBAI), token(signs_off="1")
        )
        assert answer.status_code == 403
    client = client_as(membership(TONGBAI, Role.ADMINISTRATOR))
    for wanted in (True, False):
        client.post(url("agency_detail", TONGBAI), token(signs_off="1" if wanted else "0"))
        assert agency(TONGBAI).signs_off is wanted


def test_a_county_declares_and_its_city_confirms():
    """domain.md, trap 7."""
    county, city = client_as(membership(TONGBAI)), client_as(membership(NANYANG, Role.REVIEWER))
    form = token(day="2018-05-20", statement="本县无持证矿山")
    assert county.post(url("mine_free_declare"), form).status_code == 302
    assert county.post(url("mine_free_declare"), form).status_code == 302
    declared = MineFreeDeclaration.objects.get()
    assert city.get(url("agency_detail", TONGBAI)).context["may_confirm"] == declared
    confirm = url("mine_free_confirm", declared.pk)
    assert county.get(confirm).status_code == 403
    assert client_as(membership(ZHENGZHOU, Role.REVIEWER)).get(confirm).status_code == 404
    assert client_as(membership(PROVINCE, Role.REVIEWER)).get(confirm).status_code == 403
    assert city.post(confirm, token(day="2018-05-19")).status_code == 422
    assert city.post(confirm, token(day="2018-05-24")).status_code == 302
    declared.refresh_from_db()
    assert declared.confirmed_on == date(2018, 5, 24)
    assert city.post(confirm, token(day="2018-05-25")).status_code == 422


def test_who_holds_mines_is_told_so_before_declaring_none():
    mine(TONGBAI)
    assert client_as(membership(TONGBAI)).get(url("mine_free_declare")).context["mines"] == 1
    for role in (Role.REVIEWER, Role.VIEWER, Role.ADMINISTRATOR):
        assert client_as(membership(TONGBAI, role)).get(url("mine_free_declare")).status_code == 403


def entries(by, **query):
    response = client_as(by).get(url("audit_list"), query)
    assert response.status_code == 200
    return [row.record for row in response.context["table"].paginated_rows]


def test_the_audit_log_shows_the_branch_alone_by_what_was_changed():
    here, there = mine(TONGBAI, "本县的矿"), mine(NANZHAO, "邻县的矿")
    seen = {entry.object_repr for entry in entries(membership(TONGBAI, Role.ADMINISTRATOR))}
    assert here.name in seen
    assert there.name not in seen
    city = {entry.object_repr for entry in entries(membership(NANYANG, Role.ADMINISTRATOR))}
    assert {here.name, there.name} <= city


def test_what_a_person_did_under_a_hat_elsewhere_is_not_in_the_log_of_this_branch():
    hat = membership(TONGBAI)
    other = membership(NANZHAO, who=hat.user)
    one = mine(NANZHAO, "邻县的矿")
    form = token(name="改过的邻县的矿", managed_by=other.agency_id, lock=one.version)
    assert client_as(other).post(reverse("tasks:mine_edit", args=[one.pk]), form).status_code == 302
    seen = {entry.object_repr for entry in entries(membership(TONGBAI, Role.ADMINISTRATOR))}
    assert not any("邻县" in name for name in seen)


def test_the_audit_log_is_narrowed_by_person_kind_and_day():
    hat = membership(TONGBAI)
    one = mine(TONGBAI, "本县的矿")
    form = token(name=one.name, holder="新持有人", managed_by=hat.agency_id, lock=one.version)
    client_as(hat).post(reverse("tasks:mine_edit", args=[one.pk]), form)
    admin = membership(TONGBAI, Role.ADMINISTRATOR)
    found = entries(admin, actor=hat.user_id, kind="tasks.mine")
    assert [entry.actor for entry in found] == [hat.user]
    assert ("", "新持有人") in [(change.old, change.new) for change in found[0].in_words]
    assert entries(admin, kind="tasks.permit") == []
    assert entries(admin, until="2001-01-01") == []


def test_the_audit_log_sorts_and_asks_no_query_a_row():
    admin = membership(TONGBAI, Role.ADMINISTRATOR)
    client, counts = client_as(admin), []
    for many in (1, 15):
        for _i in range(many):
            mine(TONGBAI)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("audit_list")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    table = client.get(url("audit_list")).context["table"]
    for column in (column.name for column in table.columns if column.orderable):
        assert client.get(url("audit_list"), {"sort": column}).status_code == 200


def test_everybody_reads_the_own_branch_of_the_tree():
    assert client_as(membership(TONGBAI, Role.VIEWER)).get(url("agency_list")).status_code == 200
    assert Agency.objects.visible_to(membership(TONGBAI).user).count() == 1
