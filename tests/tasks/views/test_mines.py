"""The register: who sees and keeps which mine, what is found, and that nothing typed is lost."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext

from agencies.models import MineFreeDeclaration, Role
from tasks.filters import SCOPES
from tasks.models import Mine, Mineral, Permit
from tasks.rules.steps import Step
from tests.factories import agency, change_mine, client_as, membership, mine, started_plan, take

TONGBAI, NANZHAO, NANYANG, ZHENGZHOU, PROVINCE = "411330", "411321", "411300", "410100", "410000"
NUMBER = "C4100002009053210015283"

pytestmark = pytest.mark.usefixtures("reference")


def found(by, **query):
    response = client_as(by).get(reverse("tasks:mine_list"), query)
    assert response.status_code == 200
    return [row.name for row in response.context["table"].data.data]


def typed(one: Mine | None = None, **changes):
    """What the form sends: the mine's fields, the changes, the token, and the state that was shown."""
    fields = [
        "name",
        "holder",
        "mineral_name",
        "method",
        "output",
        "output_unit",
        "size_class",
        "status",
        "area",
        "source",
        "note",
    ]
    values = {name: getattr(one, name) for name in fields} if one else dict.fromkeys(fields, "")
    if one:
        values |= {"county": one.county_id, "managed_by": one.managed_by_id, "lock": one.version}
    values |= {"form_token": uuid4()} | changes
    return {name: "" if value is None else value for name, value in values.items()}


def test_a_bureau_sees_the_mines_of_its_branch_and_no_sibling_s():
    here, there = mine(TONGBAI), mine(NANZHAO)
    assert found(membership(TONGBAI)) == [here.name]
    assert set(found(membership(NANYANG, Role.REVIEWER))) == {here.name, there.name}
    assert found(membership(ZHENGZHOU, Role.REVIEWER)) == []


def test_outside_the_branch_a_mine_is_not_found_and_inside_a_viewer_may_not_change_it():
    one = mine(TONGBAI)
    for name in ("mine_detail", "mine_edit", "mine_add_permit"):
        address = reverse(f"tasks:{name}", args=[one.pk])
        assert client_as(membership(NANZHAO)).get(address).status_code == 404
        expected = 200 if name == "mine_detail" else 403
        assert client_as(membership(TONGBAI, Role.VIEWER)).get(address).status_code == expected
        assert client_as(membership(NANYANG, Role.FILER)).get(address).status_code == expected
        assert client_as(membership(TONGBAI)).get(address).status_code == 200
    assert client_as(membership(TONGBAI, Role.VIEWER)).get(reverse("tasks:mine_create")).status_code == 403


def test_a_bureau_cannot_take_over_a_mine_that_another_manages_in_its_county():
    """domain.md, trap 15: the permit's county and the managing agency may differ."""
    one = mine(TONGBAI)
    one.managed_by = agency(NANYANG)
    one.save()
    client = client_as(membership(TONGBAI))
    assert client.get(reverse("tasks:mine_detail", args=[one.pk])).status_code == 200
    answer = client.post(reverse("tasks:mine_edit", args=[one.pk]), typed(one, managed_by=agency(TONGBAI).pk))
    one.refresh_from_db()
    assert (answer.status_code, one.managed_by.code) == (403, NANYANG)


@pytest.mark.parametrize("text", ["tbxlw", "TBXLW", "老湾金矿", "桐柏县 老湾", "示例矿业", "053210015283"])
def test_a_mine_is_found_by_name_holder_permit_and_initials(text):
    one = mine(TONGBAI, "桐柏县老湾金矿", holder="示例矿业有限公司")
    Permit.objects.create(mine=one, number=NUMBER)
    Permit.objects.create(mine=one, number="4113000012345")
    mine(TONGBAI, "示范石料场", holder="别的公司")
    assert found(membership(TONGBAI), q=text) == ["桐柏县老湾金矿"]


def test_the_filters_narrow_the_list():
    gold = mine(TONGBAI, "甲矿", method="underground", size_class="large", status="producing", is_sample=True)
    stone = mine(NANZHAO, "乙矿", method="open_pit", size_class="small")
    unknown = mine(TONGBAI, "丙矿", method="", size_class="")
    gold = change_mine(gold, mineral=Mineral.objects.create(code="test-gold", name="测试金"))
    city = membership(NANYANG, Role.REVIEWER)
    assert found(city, agency=NANZHAO) == [stone.name]
    assert found(city, mineral=gold.mineral_id) == [gold.name]
    assert found(city, method="open_pit") == [stone.name]
    assert found(city, method="unknown") == found(city, size_class="unknown") == [unknown.name]
    assert found(city, status="producing") == found(city, sample="True") == [gold.name]
    assert set(found(city, scope="yes")) == {gold.name, stone.name}
    assert found(city, scope="unknown") == [unknown.name]
    assert found(city, scope="no") == []


def test_scope_says_the_same_as_a_filter_and_as_a_property():
    """domain.md, trap 11."""
    for method in ["", *Mine.Method.values]:
        for size in ["", *Mine.SizeClass.values]:
            mine(TONGBAI, f"矿{method}{size}", method=method, size_class=size)
    inside = set(Mine.objects.filter(SCOPES["yes"]))
    assert inside == {one for one in Mine.objects.all() if one.is_in_scope}
    parts = [set(Mine.objects.filter(part)) for part in SCOPES.values()]
    assert sum(map(len, parts)) == Mine.objects.count() == len(set.union(*parts))


def test_another_branch_cannot_be_chosen_in_the_filter():
    mine(TONGBAI)
    assert found(membership(NANYANG, Role.REVIEWER), agency=ZHENGZHOU) == []


def test_the_list_asks_the_same_queries_for_one_row_and_for_twenty():
    client = client_as(membership(NANYANG, Role.REVIEWER))
    counts = []
    for many in (1, 19):
        for _i in range(many):
            mine(TONGBAI)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("tasks:mine_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_sortable_column_sorts_both_ways():
    for size, output in [("large", "300"), ("small", "5"), ("medium", None)]:
        mine(TONGBAI, size_class=size, output=output, output_unit="万吨/年" if output else "")
    client = client_as(membership(NANYANG, Role.REVIEWER))
    table = client.get(reverse("tasks:mine_list")).context["table"]
    for column in (column.name for column in table.columns if column.orderable):
        up = client.get(reverse("tasks:mine_list"), {"sort": column})
        down = client.get(reverse("tasks:mine_list"), {"sort": f"-{column}"})
        assert up.status_code == down.status_code == 200
        assert up.context["table"].data.data.query.order_by[-1] == "pk"
    by_output = client.get(reverse("tasks:mine_list"), {"sort": "-output"}).context["table"].data.data
    assert [row.output for row in by_output if row.output is not None] == [300, 5]


def test_htmx_gets_the_list_alone_and_caches_keep_the_two_apart():
    response = client_as(membership(TONGBAI)).get(reverse("tasks:mine_list"), headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_a_filer_enters_a_mine_once_however_often_the_button_is_pressed():
    client, form = client_as(membership(TONGBAI)), typed(name="桐柏县示例一矿", managed_by=agency(TONGBAI).pk)
    first = client.post(reverse("tasks:mine_create"), form)
    second = client.post(reverse("tasks:mine_create"), form)
    one = Mine.objects.get()
    assert first.status_code == second.status_code == 302
    assert first.url == second.url == one.get_absolute_url()
    assert one.output is None


def test_a_refused_entry_keeps_what_was_typed_and_leaves_the_token_free():
    client = client_as(membership(TONGBAI))
    form = typed(name="桐柏县示例一矿", managed_by=agency(TONGBAI).pk, output="12", note="打了很久的字")
    refused = client.post(reverse("tasks:mine_create"), form)
    assert refused.status_code == 422
    assert "打了很久的字" in refused.content.decode()
    form["output_unit"] = "万吨/年"
    assert client.post(reverse("tasks:mine_create"), form).status_code == 302


def test_a_filer_cannot_enter_a_mine_for_another_bureau():
    answer = client_as(membership(TONGBAI)).post(
        reverse("tasks:mine_create"), typed(name="别县的矿", managed_by=agency(NANZHAO).pk)
    )
    assert answer.status_code == 422
    assert not Mine.objects.exists()


def test_a_conflict_shows_both_texts_and_loses_neither():
    one = mine(TONGBAI, holder="原持有人")
    stale = typed(one, holder="我填的持有人", note="我的备注")
    reviewer = client_as(membership(NANYANG, Role.REVIEWER))
    reviewer.post(reverse("tasks:mine_edit", args=[one.pk]), typed(one, holder="市局填的持有人"))
    client = client_as(membership(TONGBAI))
    answer = client.post(reverse("tasks:mine_edit", args=[one.pk]), stale)
    one.refresh_from_db()
    assert (answer.status_code, one.holder) == (409, "市局填的持有人")
    shown = {(row["now"], row["yours"]) for row in answer.context["differences"]}
    assert shown == {("市局填的持有人", "我填的持有人"), ("", "我的备注")}
    assert str(answer.context["last"].actor) == "reviewer-411300"
    assert answer.context["form"]["note"].value() == "我的备注"
    # Having seen both, the person may save after all.
    again = stale | {"lock": answer.context["form"]["lock"].value()}
    assert client.post(reverse("tasks:mine_edit", args=[one.pk]), again).status_code == 302
    one.refresh_from_db()
    assert one.holder == "我填的持有人"


def test_a_mine_that_enters_the_register_ends_the_declaration_of_none():
    """domain.md, trap 7."""
    by = membership(TONGBAI)
    declared = MineFreeDeclaration.objects.create(
        agency=by.agency, happened_on="2018-05-03", **MineFreeDeclaration.recorded(by)
    )
    client_as(by).post(reverse("tasks:mine_create"), typed(name="新发现的矿", managed_by=by.agency_id))
    declared.refresh_from_db()
    assert declared.ended_on is not None


def test_the_page_of_a_mine_says_unknown_and_shows_the_hint_beside_the_class_on_file():
    one = mine(TONGBAI, method="open_pit", size_class="small", output="120", output_unit="万吨/年")
    mineral = Mineral.objects.create(
        code="test-stone",
        name="测试石灰岩",
        green_standard="DZ/T 0000",
        source="某文件",
        sizes=[{"method": None, "unit": "万吨/年", "large": "100", "medium": "50"}],
    )
    change_mine(one, mineral=mineral)
    context = client_as(membership(TONGBAI)).get(one.get_absolute_url()).context
    words = {str(entry["term"]): str(entry["value"]) for entry in context["entries"]}
    sizes = next(value for value in words.values() if "某文件" in value)
    assert str(Mine.SizeClass.SMALL.label) in sizes
    assert str(Mine.SizeClass.LARGE.label) in sizes
    assert any("DZ/T 0000" in value for value in words.values())
    assert list(words.values()).count(gettext("unknown")) >= 4


def test_the_page_shows_a_superior_no_draft_that_holds_the_mine():
    plan = started_plan(TONGBAI)
    one = Mine.objects.get()
    own = client_as(membership(TONGBAI)).get(one.get_absolute_url()).context["file"]
    above = client_as(membership(NANYANG, Role.REVIEWER)).get(one.get_absolute_url()).context["file"]
    assert (len(own.held), len(above.held)) == (1, 0)
    take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    above = client_as(membership(NANYANG, Role.REVIEWER)).get(one.get_absolute_url()).context["file"]
    assert [held.in_force for held in above.held] == [True]


def test_the_history_tells_old_and_new_value_in_words():
    one = mine(TONGBAI, method="open_pit", output="8", output_unit="万吨/年")
    client = client_as(membership(TONGBAI))
    client.post(reverse("tasks:mine_edit", args=[one.pk]), typed(one, method="underground", output="8.0"))
    latest = client.get(one.get_absolute_url()).context["file"].history[0]
    assert str(latest.log.actor) == "filer-411330"
    assert [(change.old, change.new) for change in latest.changes] == [
        (str(Mine.Method.OPEN_PIT.label), str(Mine.Method.UNDERGROUND.label))
    ]


def permit_form(**changes):
    return (
        {"number": NUMBER, "issued_by": "", "valid_from": "", "valid_to": "", "replaces": ""}
        | changes
        | {"form_token": uuid4()}
    )


def test_a_permit_is_added_with_those_it_replaces():
    one, other = mine(TONGBAI), mine(TONGBAI)
    old = [Permit.objects.create(mine=m, number=f"411300001234{i}") for i, m in enumerate((one, other))]
    client = client_as(membership(TONGBAI))
    address = reverse("tasks:mine_add_permit", args=[one.pk])
    assert client.post(address, permit_form(replaces="4113000012340\n4113000012341")).status_code == 302
    assert set(Permit.objects.get(number=NUMBER).predecessors.all()) == set(old)


def test_a_permit_of_an_odd_shape_is_kept_with_a_warning():
    one = mine(TONGBAI)
    client = client_as(membership(TONGBAI))
    address = reverse("tasks:mine_add_permit", args=[one.pk])
    answer = client.post(address, permit_form(number="豫采00123"), follow=True)
    assert Permit.objects.get().number == "豫采00123"
    assert "warning" in {message.level_tag for message in answer.context["messages"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "4.1E+22"},
        {"replaces": "4113000099999"},
        {"replaces": NUMBER},
        {"valid_from": "2018-05-01", "valid_to": "2017-05-01"},
    ],
)
def test_a_wrong_permit_is_refused(wrong):
    one = mine(TONGBAI)
    address = reverse("tasks:mine_add_permit", args=[one.pk])
    assert client_as(membership(TONGBAI)).post(address, permit_form(**wrong)).status_code == 422
    assert not Permit.objects.exists()


def test_a_permit_of_another_branch_cannot_be_named_as_replaced():
    one = mine(TONGBAI)
    Permit.objects.create(mine=mine(ZHENGZHOU), number="4113000012340")
    address = reverse("tasks:mine_add_permit", args=[one.pk])
    answer = client_as(membership(TONGBAI)).post(address, permit_form(replaces="4113000012340"))
    assert answer.status_code == 422
