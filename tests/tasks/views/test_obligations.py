"""期限: who sees which deadlines, in three views, and what they can be narrowed by."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Role
from tasks.actions.decisions import record_decision
from tasks.models import Requirement
from tasks.rules.deadlines import Mark
from tests.factories import agency, client_as, membership, mine

pytestmark = pytest.mark.usefixtures("reference")
PROVINCE, NANYANG, TONGBAI, NANZHAO, DENGZHOU = "410000", "411300", "411330", "411321", "411381"
VIEWS = ["table", "calendar", "timeline"]


def page(by, on=None, **query):
    client = client_as(by)
    if on:
        session = client.session
        session["as_of"] = on.isoformat()
        session.save()
    return client.get(reverse("tasks:obligation_list"), query)


def rows(response):
    return [
        (row.obligation.agency.code, row.obligation.requirement.code)
        for row in response.context["table"].data
    ]


def test_a_bureau_sees_its_branch_and_no_sibling():
    own = rows(page(membership(TONGBAI)))
    assert own == [(TONGBAI, code) for code in ("P0", "P1", "T1", "T2", "C2")]
    city = {code for code, _one in rows(page(membership(NANYANG, Role.REVIEWER)))}
    assert {NANYANG, TONGBAI, NANZHAO} <= city
    assert DENGZHOU not in city


def test_the_choices_offered_lie_in_the_branch():
    choices = page(membership(NANYANG, Role.REVIEWER)).context["filter"].fields["agency"].queryset
    assert {a.code[:4] for a in choices} == {"4113"}
    assert DENGZHOU not in {a.code for a in choices}
    assert "agency" not in page(membership(TONGBAI)).context["filter"].fields


@pytest.mark.parametrize("view", VIEWS)
def test_an_administrator_reads_no_deadlines(view):
    assert page(membership(PROVINCE, Role.ADMINISTRATOR), view=view).status_code == 403
    assert page(membership(NANYANG, Role.VIEWER), view=view).status_code == 200


@pytest.mark.parametrize("view", VIEWS)
def test_every_deadline_is_shown_with_its_sentence_and_document(view):
    """domain.md, trap 18."""
    text = page(membership(TONGBAI), view=view).content.decode()
    for words in (
        "要在5月底之前印发工作方案并报省厅备案",
        "豫国土资办发〔2018〕38号",
        "宛国资办〔2018〕25号",
    ):
        assert words in text


def test_o2_is_shown_with_both_readings():
    """domain.md, trap 10."""
    mine(TONGBAI, first_permitted_on=date(2015, 1, 1))
    for view in ("table", "timeline"):
        text = page(membership(TONGBAI), view=view, requirement="O2").content.decode()
        assert "2019年12月31日" in text
        assert "2020年12月31日" in text


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"requirement": "C2"}, {"C2"}),
        ({"kind": "share"}, {"T1", "T2"}),
        ({"mark": "overdue"}, {"C2"}),
        ({"missing": "filed"}, {"P1", "C2"}),
        ({"agency": TONGBAI, "missing": "drafted"}, {"P0", "C2"}),
    ],
)
def test_deadlines_are_narrowed(query, kept):
    found = rows(page(membership(NANYANG, Role.REVIEWER), **query))
    assert {one for _code, one in found} == kept


def test_an_agency_stands_for_all_below_it():
    province = membership(PROVINCE, Role.REVIEWER)
    found = {code for code, _one in rows(page(province, agency=NANYANG, requirement="C1"))}
    assert len(found) == 11
    assert rows(page(province, agency=TONGBAI, requirement="C1")) == []


def test_a_value_that_is_no_choice_narrows_nothing():
    everything = rows(page(membership(TONGBAI)))
    for query in ({"mark": "x"}, {"document": "999"}, {"requirement": "C1"}, {"view": "x"}):
        assert rows(page(membership(TONGBAI), **query)) == everything


def test_a_foreign_agency_cannot_be_asked_about():
    found = rows(page(membership(NANYANG, Role.REVIEWER), agency=DENGZHOU))
    assert DENGZHOU not in {code for code, _one in found}


@pytest.mark.parametrize("sort", ["agency", "mark", "requirement", "strict", "due", "met"])
def test_every_column_sorts_both_ways(sort):
    by = membership(NANYANG, Role.REVIEWER)
    up, down = rows(page(by, sort=sort)), rows(page(by, sort=f"-{sort}"))
    assert sorted(up) == sorted(down)
    assert up != down or sort == "met"


def test_the_most_pressing_comes_first_when_sorted_by_mark():
    table = page(membership(NANYANG, Role.REVIEWER), sort="mark").context["table"]
    assert next(iter(table.data)).obligation.mark == Mark.OVERDUE


def test_the_list_is_cut_into_leaves_of_fifty():
    table = page(membership(PROVINCE, Role.REVIEWER)).context["table"]
    assert len(table.page.object_list) == 50
    assert table.paginator.num_pages > 3


def test_the_counts_above_the_table_are_those_of_the_rows():
    response = page(membership(NANYANG, Role.REVIEWER))
    assert sum(entry["count"] for entry in response.context["entries"]) == len(rows(response))
    late = next(entry for entry in response.context["entries"] if entry["mark"].tone == "late")
    assert late["detail"] == "桐柏县 C2"


def test_the_calendar_shows_the_days_of_its_month():
    by = membership(TONGBAI)
    days = page(by, view="calendar").context["month"].entries
    assert [(d.day.day, d.reading, d.requirement.code) for d in days] == [
        (10, "strict", "C2"),
        (20, "due", "C2"),
        (31, "due", "P1"),
    ]
    december = page(by, view="calendar", month="2019-12").context["month"]
    assert [d.requirement.code for d in december.entries] == ["T1"]
    assert len({len(week) for week in december.weeks}) == 1
    assert page(by, view="calendar", month="2018-13").context["month"].first == date(2018, 5, 1)


def test_the_calendar_leaves_from_month_to_month():
    context = page(membership(TONGBAI), view="calendar", month="2018-12").context
    assert "month=2018-11" in context["previous_url"]
    assert "month=2019-01" in context["next_url"]


def test_the_line_runs_from_the_document_s_day_to_the_checkpoints():
    line = page(membership(NANYANG, Role.REVIEWER), view="timeline").context["line"]
    lanes = {lane.requirement.code: lane for lane in line.lanes}
    assert [tick.day for tick in line.later] == [date(2019, 12, 31), date(2020, 12, 31)]
    assert (line.months[0].day, line.months[-1].day) == (date(2018, 4, 1), date(2018, 12, 1))
    assert lanes["C1"].begins.day == date(2018, 4, 28)
    assert [tick.day for tick in lanes["C1"].ticks] == [date(2018, 6, 10), date(2018, 6, 20)]
    places = [float(tick.x.rstrip("%")) for tick in (*line.months, *line.later)]
    assert places == sorted(places)


def test_another_day_is_answered_for_that_day():
    assert rows(page(membership(TONGBAI), on=date(2018, 4, 16))) == []
    response = page(membership(TONGBAI), on=date(2018, 5, 20))
    marks = {row.obligation.requirement.code: row.obligation.mark for row in response.context["table"].data}
    assert marks["C2"] == Mark.WARNING


def test_an_extension_that_does_not_move_the_date_is_shown_beside_it():
    record_decision(
        kind="extension",
        requirement=Requirement.objects.get(code="P1"),
        agencies=[agency(TONGBAI)],
        by=membership(NANYANG, Role.REVIEWER),
        on_date=date(2018, 6, 15),
        document="宛国资办〔2018〕31号",
    )
    text = page(membership(TONGBAI), requirement="P1").content.decode()
    assert "2018年5月31日" in text
    assert "2018年6月15日" in text
    assert "宛国资办〔2018〕31号" in text


@pytest.mark.parametrize("view", VIEWS)
def test_a_county_and_the_province_cost_as_many_queries(view):
    counted = set()
    for by in (membership(NANYANG, Role.REVIEWER), membership(PROVINCE, Role.REVIEWER)):
        client = client_as(by)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("tasks:obligation_list"), {"view": view})
        counted.add(len(queries))
    assert len(counted) == 1
