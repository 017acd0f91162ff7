"""The register has its days: what is entered or mended later changes no earlier figure (decisions.md, "Facts and
days")."""

import json
from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import ledger
from tasks.actions.mines import save_mine
from tasks.models import Mine, MineState
from tasks.rules.steps import Step
from tasks.standing.breakdown import rows_of_register
from tasks.standing.obligations import obligations
from tasks.standing.progress import Base, progress
from tests.factories import agency, change_mine, client_as, day_of, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
IN_2018, IN_2020 = date(2018, 5, 25), date(2020, 12, 1)


def figures(on, code=CITY):
    """in_scope, and n of N of both conditions on open-pits."""
    conditions = {
        one.requirement.code: (one.tally.done, one.tally.base)
        for one in obligations(day_of(on, code))
        if one.requirement.mine_scope and one.agency.code == code
    }
    row = progress(day_of(on, code), base=Base.IN_SCOPE).row(agency(code))
    return row.in_scope, conditions


def record(*facts):
    from tasks.actions.recording import record_fact

    for fact in facts:
        record_fact(fact)


def test_a_mine_recorded_in_2020_changes_no_figure_of_2018():
    with today_is(IN_2018):
        record(
            {
                "fact": "mine",
                "agency": COUNTY,
                "mine": "示例一号",
                "method": "open_pit",
                "happened_on": "2018-05-02",
            }
        )
        before = figures(IN_2018)
    with today_is(IN_2020):
        record(
            {"fact": "mine", "agency": COUNTY, "mine": "示例二号", "method": "open_pit", "size_class": "large",
             "first_permitted_on": "2012-01-01", "happened_on": "2020-12-01"}
        )  # fmt: skip
    assert figures(IN_2018) == before == (1, {})
    assert figures(IN_2020) == (2, {"O2": (0, 1)})


def test_another_size_class_counts_from_its_day():
    one = mine(COUNTY, method="underground", size_class="small")
    with today_is(IN_2020):
        change_mine(one, size_class="large")
    assert [figures(on)[0] for on in (IN_2018, date(2020, 11, 30), IN_2020)] == [0, 0, 1]


def test_a_correction_holds_from_the_day_that_it_names_and_both_stay_on_record():
    one = mine(COUNTY, method="underground", size_class="small", since=date(2018, 5, 1))
    with today_is(date(2019, 3, 1)):
        change_mine(one, status="suspended")
    with today_is(IN_2020):
        change_mine(one, since=date(2018, 9, 1), size_class="large")
    days = [date(2018, 8, 31), date(2018, 9, 1), date(2019, 3, 1), IN_2020]
    states = [MineState.objects.in_force(on).get() for on in days]
    assert [(state.size_class, state.status) for state in states] == [
        ("small", ""),
        ("large", ""),
        ("large", "suspended"),
        ("large", "suspended"),
    ]
    assert states[1].is_late_entry, "written down long after its day"
    overruled = MineState.objects.filter(is_overruled=True)
    assert [state.size_class for state in overruled] == ["small"], "what stood there stays"


def test_it_may_turn_out_to_have_been_there_earlier():
    one = mine(COUNTY, since=date(2018, 9, 1))
    assert figures(IN_2018)[0] == 0
    with today_is(IN_2020):
        change_mine(one, since=date(2018, 5, 1))
    assert figures(IN_2018)[0] == 1
    assert MineState.objects.in_force(IN_2018).get().is_late_entry


def test_an_ordinary_edit_asks_for_nothing_new_and_counts_from_today():
    one = mine(COUNTY, size_class="small", method="underground", since=date(2018, 5, 1))
    client = client_as(membership(COUNTY))
    with today_is(date(2018, 6, 1)):
        form = client.get(f"/mines/{one.pk}/edit/").context["form"]
        data = {name: field.value() or "" for name, field in ((f.name, f) for f in form)}
        data |= {"size_class": "large", "form_token": form["form_token"].value()}
        answer = client.post(f"/mines/{one.pk}/edit/", data)
    assert answer.status_code == 302
    assert [state.since for state in one.states.order_by("pk")] == [date(2018, 5, 1), date(2018, 6, 1)]
    assert Mine.objects.get(pk=one.pk).size_class == "large"


def test_two_edits_on_one_day_leave_the_last_and_keep_the_first():
    one = mine(COUNTY, since=IN_2018)
    for size in ("medium", "large"):
        change_mine(one, size_class=size)
    assert MineState.objects.in_force(IN_2018).get().size_class == "large"
    assert one.states.count() == 3


@pytest.mark.parametrize("fact", ["mine", "mine_changed"])
def test_a_day_after_today_is_refused_by_the_command(fact, tmp_path):
    mine(COUNTY, "示例一号")
    line = {
        "fact": fact,
        "agency": COUNTY,
        "mine": "示例一号",
        "size_class": "large",
        "happened_on": "2018-05-26",
    }
    path = tmp_path / "facts.jsonl"
    path.write_text(json.dumps(line), encoding="utf-8")
    with pytest.raises(CommandError, match="第 1 行"):
        call_command("record", str(path), stdout=StringIO())


def test_a_day_after_today_is_refused_by_the_action_the_form_and_the_import():
    one = mine(COUNTY)
    by = membership(COUNTY)
    with pytest.raises(ValidationError):
        save_mine(mine=one, by=by, since=date(2018, 5, 26))
    client = client_as(by)
    form = client.get(f"/mines/{one.pk}/edit/").context["form"]
    data = {field.name: field.value() or "" for field in form} | {"since": "2018-05-26"}
    answer = client.post(f"/mines/{one.pk}/edit/", data)
    assert answer.status_code == 422
    assert "since" in answer.context["form"].errors
    from tasks.forms.imports import MineImportForm

    form = MineImportForm({"day": "2018-05-26"})
    assert "day" in form.errors
    assert one.states.count() == 1


def test_an_import_counts_from_its_register_date(tmp_path):
    path = tmp_path / "mines.csv"
    path.write_text("矿山名称,县（市、区）,开采方式\n示例甲矿,桐柏县,露天\n", encoding="utf-8")
    call_command("import_mines", str(path), "--commit", "--register-date", "2018-04-30", stdout=StringIO())
    assert MineState.objects.get().since == date(2018, 4, 30)
    assert [figures(on)[0] for on in (date(2018, 4, 29), date(2018, 4, 30))] == [0, 1]


def test_the_list_and_the_page_of_a_mine_read_the_day():
    one = mine(COUNTY, "示例旧名矿", size_class="small", since=date(2018, 5, 1))
    later = mine(COUNTY, "示例后来矿", since=date(2018, 5, 20))
    change_mine(one, name="示例新名矿", size_class="large")
    client = client_as(membership(COUNTY))
    client.post("/day/", {"day": "2018-05-10", "next": "/"})
    page = client.get("/mines/").content.decode()
    assert "示例旧名矿" in page
    assert "示例新名矿" not in page
    assert "示例后来矿" not in page
    assert client.get(later.get_absolute_url()).status_code == 404, "on that day it was not there"
    page = client.get(one.get_absolute_url()).content.decode()
    assert "示例旧名矿" in page
    assert "示例新名矿" not in page


def test_a_mine_counts_where_it_was_managed_and_opens_by_todays_scope():
    one = mine(COUNTY, since=date(2018, 5, 1))
    change_mine(one, managed_by=agency(OTHER), county=agency(OTHER))
    past = date(2018, 5, 10)
    assert [figures(past, code)[0] for code in (COUNTY, OTHER)] == [1, 0]
    assert [figures(IN_2018, code)[0] for code in (COUNTY, OTHER)] == [0, 1]
    client = client_as(membership(COUNTY))
    client.post("/day/", {"day": past.isoformat(), "next": "/"})
    assert one.name in client.get("/mines/").content.decode(), "it was its own then"
    assert client.get(one.get_absolute_url()).status_code == 404, "it is another's now"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(
            st.dates(date(2018, 5, 1), date(2019, 12, 31)),  # recorded on
            st.integers(0, 400),  # how many days earlier it holds from
            st.sampled_from(["small", "medium", "large", "tiny"]),
        ),
        max_size=6,
    )
)
def test_the_states_of_a_mine_say_what_a_list_of_corrections_says(changes):
    """The last written of those that hold on a day counts, whatever the order of their days."""
    from django.db import transaction

    entry = date(2017, 1, 1)
    with transaction.atomic():
        one = mine(COUNTY, size_class="", since=entry)
        told = [(entry, "")]
        for recorded, earlier, size in sorted(changes):
            holds_from = date.fromordinal(recorded.toordinal() - earlier)
            with today_is(recorded):
                changed = Mine.objects.get(pk=one.pk).size_class != size
                change_mine(one, since=holds_from, size_class=size)
            if changed:
                told.append((max(holds_from, entry), size))
        for on in [entry, *(date.fromordinal(d.toordinal() - e) for d, e, _s in changes), date(2020, 1, 1)]:
            if on >= entry:
                expected = [size for since, size in told if since <= on][-1]
                assert MineState.objects.in_force(on).get(mine=one).size_class == expected
        transaction.set_rollback(True)


def test_what_the_register_has_today_may_turn_out_to_have_been_so_earlier():
    """The commonest correction: a change that was written down too late."""
    one = mine(COUNTY, since=date(2018, 5, 1), size_class="small")
    with today_is(date(2020, 12, 1)):
        change_mine(one, size_class="large")
        client = client_as(membership(COUNTY))
        form = client.get(f"/mines/{one.pk}/edit/").context["form"]
        typed = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}
        typed |= {"form_token": uuid4(), "since": "2018-09-01"}
        assert client.post(f"/mines/{one.pk}/edit/", typed).status_code == 302
    sizes = [
        MineState.objects.in_force(on).get(mine=one).size_class
        for on in (date(2018, 8, 31), date(2018, 9, 1))
    ]
    assert sizes == ["small", "large"]


def test_a_mine_cannot_be_handed_over_out_of_a_target_of_the_past():
    plan = take(started_plan(COUNTY, mines=2), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    task = plan.versions.get().lines.first().task
    city = membership(CITY, Role.REVIEWER)
    with today_is(date(2020, 3, 1)):
        asked = {"kind": "removal", "cause": "closed", "reason": "关闭", "by": membership(COUNTY)}
        ledger.approve_change(change=ledger.ask_change(task=task, **asked), by=city)
    with today_is(date(2020, 6, 1)):
        for since in (date(2018, 4, 1), date(2018, 6, 1), date(2020, 2, 29)):
            task.mine.managed_by = agency(OTHER)
            with pytest.raises(ValidationError):
                save_mine(mine=task.mine, by=city, since=since)
        save_mine(mine=task.mine, by=city, since=date(2020, 3, 1))


def test_a_list_of_a_past_day_is_searched_by_what_stood_there_then():
    one = mine(COUNTY, since=date(2018, 5, 1), name="示例旧名矿")
    with today_is(date(2020, 1, 1)):
        change_mine(one, name="示例新名矿")
    client = client_as(membership(COUNTY))
    client.post("/day/", {"day": "2018-05-10", "next": "/"})
    pages = [client.get("/mines/", {"q": text}).content.decode() for text in ("旧名", "新名")]
    assert ["示例旧名矿" in page for page in pages] == [True, False]
    assert not any("示例新名矿" in page for page in pages)


def test_a_mine_that_was_taken_over_later_is_not_in_the_list_of_a_day_before():
    one = mine(COUNTY, since=date(2018, 5, 1))
    with today_is(date(2020, 1, 1)):
        change_mine(one, managed_by=agency(OTHER), county=agency(OTHER))
        former, later = client_as(membership(COUNTY)), client_as(membership(OTHER))
        for client in (former, later):
            client.post("/day/", {"day": "2018-05-10", "next": "/"})
        page = former.get("/mines/").content.decode()
        assert one.name in page
        assert one.get_absolute_url() not in page, "it would open nothing"
        assert one.name not in later.get("/mines/").content.decode()


def test_the_table_of_a_past_day_bears_the_permit_of_that_day():
    one = mine(COUNTY, since=date(2018, 5, 1))
    one.permits.create(number="C1", valid_from=date(2015, 1, 1))
    one.permits.create(number="C2", valid_from=date(2020, 1, 1))
    numbers = [
        rows_of_register(day_of(on, COUNTY), agency(COUNTY))[0].permit for on in (IN_2018, date(2020, 6, 1))
    ]
    assert numbers == ["C1", "C2"]
