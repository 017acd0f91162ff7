"""Page, workbook, curve and command hold the same figures; what is unknown is nowhere a 0."""

import json
from datetime import date
from io import BytesIO, StringIO
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import ledger
from tasks.exports.progress import share_of
from tasks.models import MineTask, Quota, StageFact
from tasks.rules.progress import Criterion
from tasks.rules.steps import Step
from tasks.standing.progress import Base
from tests.conftest import TODAY
from tests.factories import agency, client_as, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
UNKNOWN = {"未知", "—"}
# Keys of the command's rows → columns of the workbook, from 0.
COLUMNS = {
    "agency_name": 1,
    "base": 3,
    "planned_original": 4,
    "planned": 5,
    "quota": 6,
    "in_scope": 7,
    "required": 8,
    "done": 9,
}


def accepted(code, mines, **plan):
    return take(started_plan(code, mines=mines, **plan), Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def reviewer(day):
    client = client_as(membership(CITY, Role.REVIEWER))
    client.post("/day/", {"day": day.isoformat(), "next": "/"})
    return client


def book_of(client, **query):
    return load_workbook(BytesIO(client.get("/progress/report.xlsx", query).content))


def rows_of(sheet, first=7):
    """The numbered rows, and 合计."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(first)]
    return [row for row in rows if isinstance(row[0], int)], next((r for r in rows if r[0] == "合计"), None)


def asked_of_command(day, **options):
    out = StringIO()
    options = {"agency": CITY, "as_of": day.isoformat(), **options}
    arguments = [part for key, value in options.items() for part in (f"--{key.replace('_', '-')}", value)]
    call_command("progress", *arguments, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def agree(day, **query):
    """The four, asked the same question."""
    client = reviewer(day)
    page = client.get("/progress/", query).context
    curve = client.get(f"/progress/curve.json?{urlencode(query)}").json()
    answer = asked_of_command(day, **query)
    book = book_of(client, **query)
    places, total = rows_of(book["进度"])
    for cells, row in zip(places, answer["rows"], strict=True):
        for key, column in COLUMNS.items():
            assert cells[column] == row[key] if row[key] is not None else cells[column] in UNKNOWN, (key, row)
    assert [place.row.agency.name for place in page["places"]] == [
        row["agency_name"] for row in answer["rows"]
    ]
    found = page["progress"]
    assert [p.row.standing.done for p in page["places"]] == [row["done"] for row in answer["rows"]]
    assert answer["total"]["done"] == found.standing.done
    assert answer["total"]["base"] == found.standing.base
    assert answer["total"]["planned"] == found.base_counts["plan"]
    if found.known:
        assert total[5] == found.base_counts["plan"] == curve["target"]
        figures = [answer["total"][key] for key in ("base", "required", "done", "slack")]
        assert [
            None if cell in UNKNOWN else cell for cell in (total[3], total[8], total[9], total[11])
        ] == figures
    _agree_on_months(book, curve)
    _agree_on_tasks(book, found, curve, query.get("criterion", "verified"), day)
    return book


def _agree_on_months(book, curve):
    months, _total = rows_of(book["逐月"])
    shown = [
        [month[1].strftime("%Y-%m"), *(None if value in UNKNOWN else value for value in month[2:6])]
        for month in months
    ]
    keys = ("planned", "declared", "verified", "listed")
    assert shown == [[p["day"][:7], *(p[key] for key in keys)] for p in curve["points"]]


def _agree_on_tasks(book, found, curve, criterion, day):
    tasks, _total = rows_of(book["明细"])
    assert len(tasks) == len(found.tasks)
    column = 4 + list(Criterion).index(criterion)
    done = [task for task in tasks if task[column] not in UNKNOWN]
    assert len(done) == len(found.done)
    assert all(task[column].date() <= day for task in done)


_facts = st.lists(
    st.tuples(
        st.sampled_from(["building", "declared", "verified", "listed", "delisted"]),
        st.integers(0, 6),
        st.dates(date(2018, 6, 1), date(2020, 12, 31)),
    ),
    max_size=10,
)


# Each example makes four answers: shrinking a failure would take minutes.
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    facts=_facts,
    counties=st.tuples(st.integers(0, 4), st.integers(0, 3)),
    day=st.dates(date(2018, 5, 25), date(2021, 1, 15)),
    criterion=st.sampled_from(list(Criterion)),
    base=st.sampled_from(list(Base)),
)
def test_page_workbook_curve_and_command_agree(facts, counties, day, criterion, base):
    with transaction.atomic():
        for code, mines in zip((COUNTY, OTHER), counties, strict=True):
            if mines:
                accepted(code, mines, planned=date(2019, 6, 30))
        tasks = list(MineTask.objects.order_by("pk"))
        by = membership(CITY, Role.REVIEWER)
        for stage, number, on in facts:
            if number < len(tasks):
                StageFact.objects.create(
                    task=tasks[number], stage=stage, happened_on=on, recorded_on=on, **StageFact.recorded(by)
                )
        with today_is(date(2021, 1, 31)):
            agree(day, criterion=criterion.value, base=base.value)
        transaction.set_rollback(True)


def test_a_quota_and_a_removal_stand_in_their_columns():
    plan = accepted(COUNTY, 5)
    by = membership("410000", Role.REVIEWER)
    Quota.objects.create(
        programme=plan.programme, agency=plan.agency, count=10, happened_on=TODAY, **Quota.recorded(by)
    )
    day = date(2019, 3, 1)
    with today_is(day):
        task = MineTask.objects.first()
        filer, city = membership(COUNTY), membership(CITY, Role.REVIEWER)
        change = ledger.ask_change(task=task, kind="removal", cause="closed", reason="关闭", by=filer)
        ledger.approve_change(change=change, by=city)
        book = agree(day, base="quota")
    places, total = rows_of(book["进度"])
    (row,) = [row for row in places if row[1] == "桐柏县"]
    assert row[3:10] == [10, 5, 4, 10, 5, 5, 0]
    assert row[13] == "调出1"
    assert total[3] == "—", "one quota of many is known: the sum is not"
    assert total[5] == 4, "the whole counts each mine of the adjusted target once"


def test_what_is_not_known_is_never_a_nought():
    """domain.md, trap 9."""
    book = agree(TODAY)
    places, total = rows_of(book["进度"])
    assert {value for row in places for value in (*row[3:7], *row[8:12])} <= UNKNOWN
    assert {total[column] for column in (3, 5, 8, 9, 10, 11)} <= UNKNOWN


def test_the_sentence_of_the_checkpoint_stands_over_each_sheet():
    accepted(COUNTY, 1)
    for sheet in agree(TODAY):
        texts = "".join(str(cell.value) for row in sheet.iter_rows(1, 4) for cell in row if cell.value)
        for part in ("2019年12月31日", "50%", "豫国土资办发〔2018〕38号", "核查通过", "方案目标（调整后）"):
            assert part in texts, (sheet.title, part)


def test_places_that_have_not_reached_it_are_named():
    """domain.md, trap 8: a mean hides counties at 0."""
    accepted(COUNTY, 1)
    sheet = agree(TODAY)["进度"]
    assert any("尚未达到" in str(cell.value) and "桐柏县" in str(cell.value) for cell in sheet["A"])


def test_a_mine_called_like_a_formula_stays_text():
    plan = started_plan(COUNTY, mines=1)
    from tasks.actions import drafts
    from tasks.rules.planned_dates import PlannedDate

    named = mine(COUNTY, name="=1+1")
    by = membership(COUNTY)
    (line,) = drafts.add_lines(version=plan.versions.working().get(), mines=[named], by=by)
    day = PlannedDate(date(2019, 6, 30), "month")
    drafts.save_line(
        line=line, by=by, lock=line.lock, tier="baseline", planned=day, responsible="甲", note=""
    )
    take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    (cell,) = [cell for cell in agree(TODAY)["明细"]["C"] if cell.value == "=1+1"]
    assert cell.data_type == "s"


@pytest.mark.parametrize(
    ("done", "base", "share"), [(2999, 6000, 0.499), (1, 2, 0.5), (1, 3, 0.333), (0, 4, 0.0)]
)
def test_a_share_is_cut_and_never_rounded_up_to_what_is_required(done, base, share):
    assert share_of(done, base) == share
    assert share_of(0, None) is None


def test_a_county_at_nothing_under_a_city_is_found_by_two_presses():
    """domain.md, trap 8: the province's page lists cities; a city's page lists its counties."""
    accepted(COUNTY, 2)
    accepted(OTHER, 2)
    with today_is(date(2019, 6, 1)):
        by = membership(CITY, Role.REVIEWER)
        for task in MineTask.objects.filter(agency=agency(COUNTY)):
            StageFact.objects.create(
                task=task, stage="verified", happened_on=date(2019, 6, 1), **StageFact.recorded(by)
            )
        client = client_as(membership("410000", Role.REVIEWER))
        overview = client.get("/progress/")
        assert f"/progress/{CITY}/" in overview.content.decode()
        page = client.get(f"/progress/{CITY}/").context
    below = {place.row.agency.name: place.figures for place in page["places"]}
    assert (below["桐柏县"], below["西峡县"], below["方城县"]) == ("2/2", "0/2", "—")
    named = [row.agency.name for row in overview.context["below_first"] + overview.context["below_rest"]]
    assert named == ["西峡县"]


def test_a_places_page_says_who_approved_what_moved_its_target():
    accepted(COUNTY, 3)
    with today_is(date(2019, 3, 1)):
        filer, city = membership(COUNTY), membership(CITY, Role.REVIEWER)
        task = MineTask.objects.first()
        change = ledger.ask_change(task=task, kind="removal", cause="closed", reason="政策性关闭", by=filer)
        ledger.approve_change(change=change, by=city)
        page = client_as(membership(CITY, Role.REVIEWER)).get(f"/progress/{COUNTY}/")
    (shown,) = page.context["changes"]
    assert (shown.approved_by, shown.approved_on) == (city.user, date(2019, 3, 1))
    assert "政策性关闭" in page.content.decode()


def test_the_open_pits_stand_against_both_readings_and_lead_to_the_list():
    accepted(COUNTY, 1)
    old = mine(COUNTY, first_permitted_on=date(2012, 1, 1))
    client = reviewer(TODAY)
    (row,) = client.get("/progress/open-pits/").context["pits"][:1]
    assert [one.standing.base for one, _word in row["readings"]] == [1, 1]
    listed = client.get("/progress/open-pits/?show=existing_open").context["rows"]
    assert [one["mine"].mine for one in listed] == [old]
    unknown = client.get("/progress/open-pits/?show=unknown").context["rows"]
    assert [one["mine"].first_permitted_on for one in unknown] == [None]
