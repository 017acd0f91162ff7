"""One rule says which version speaks on a day, and nothing of a later day shows on it."""

import json
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import filings
from tasks.models import PlanVersion, WorkPlan
from tasks.reports.desk import desk
from tasks.rules.steps import Step, StepRefused
from tasks.standing.breakdown import city_breakdown
from tasks.standing.filings import filing_on
from tasks.standing.progress import progress
from tasks.standing.task_rows import task_rows
from tests.factories import agency, client_as, day_of, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY, PROVINCE = "411330", "411300", "410000"


def on_days(**steps):
    """A county's plan of three mines, each step on its day of May 2018."""
    with today_is(date(2018, 5, 1)):
        plan = started_plan(COUNTY, mines=3)
    for step, day in steps.items():
        with today_is(date(2018, 5, day)):
            take(plan, Step(step))
    return plan


def looking_at(by, day):
    client = client_as(by)
    client.post("/day/", {"day": day, "next": "/"})
    return client


def test_a_version_taken_back_counts_on_its_days_and_is_opened_by_nobody_above():
    plan = on_days(submit=8, take_back=10)
    number = PlanVersion.objects.frozen().get().number
    ninth = day_of(date(2018, 5, 9), CITY)
    (row,) = [row for row in desk(ninth, agency(CITY)).rows if row.agency.code == COUNTY]
    assert (row.tasks, row.drafted, row.withheld) == (None, None, 3), "its number is known"
    found = city_breakdown(ninth, agency(CITY))
    assert (found.breakdown.drafted, len(found.rows)) == (0, 0), "its rows are in no workbook"
    assert not task_rows(ninth).exists(), "nor in the list"
    client = looking_at(membership(CITY, Role.REVIEWER), "2018-05-09")
    assert client.get(f"/work-plans/{plan.pk}/versions/{number}/").status_code == 404
    assert client.get(reverse("tasks:plan_export", args=[plan.pk])).status_code == 404
    book = load_workbook(BytesIO(client.get("/tasks/summary.xlsx").content))
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    mines = set(plan.versions.frozen().get().lines.values_list("task__mine__name", flat=True))
    assert not mines & cells
    own = looking_at(membership(COUNTY), "2018-05-09")
    assert own.get(f"/work-plans/{plan.pk}/versions/{number}/").status_code == 200
    assert task_rows(day_of(date(2018, 5, 9), COUNTY)).count() == 3


@pytest.mark.parametrize("code", [COUNTY, CITY, PROVINCE])
@pytest.mark.parametrize("day", [date(2018, 5, 1), date(2018, 5, 8), date(2018, 5, 12), date(2018, 5, 25)])
def test_desk_list_workbook_progress_and_command_ask_the_same_version(code, day, tmp_path):
    on_days(submit=8, open=9, **{"return": 11})
    with today_is(date(2018, 5, 13)):
        plan = WorkPlan.objects.get()
        take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    with today_is(max(day, date(2018, 5, 25))):
        seen = day_of(day, code)
        planned = 3 if day >= date(2018, 5, 13) else None
        drafted = 3 if planned is None and day >= date(2018, 5, 8) else 0
        assert task_rows(seen).filter(is_drafted=False).count() == (planned or 0)
        assert task_rows(seen).filter(is_drafted=True).count() == drafted
        total = desk(seen, agency(code)).total
        assert (total.planned, total.drafted) == (planned, drafted)
        assert progress(seen).base_counts["plan"] == planned
        if code != PROVINCE:
            out = StringIO()
            call_command(
                "export_breakdown", "--agency", code, "--output", str(tmp_path / "t.xlsx"),
                "--as-of", day.isoformat(), "--format", "json", stdout=out,
            )  # fmt: skip
            answer = json.loads(out.getvalue())
            assert (answer.get("planned"), answer.get("drafted")) == (planned, drafted)


def test_the_page_of_a_plan_shows_no_version_of_a_later_day():
    plan = on_days(submit=12, open=13, accept=14)
    client = looking_at(membership(CITY, Role.REVIEWER), "2018-05-10")
    page = client.get(plan.get_absolute_url())
    assert list(page.context["versions"]) == []
    assert page.context["version"] is None
    assert page.context["working"] is None
    assert client.get(f"/work-plans/{plan.pk}/versions/1/").status_code == 404
    for path in ("plan.pdf", "breakdown.xlsx"):
        assert client.get(f"/work-plans/{plan.pk}/versions/1/{path}").status_code == 404
    client.post("/day/", {"day": "2018-05-12", "next": "/"})
    assert [one.number for one in client.get(plan.get_absolute_url()).context["versions"]] == [1]


def test_a_day_before_a_plan_was_begun_leads_to_none():
    on_days(submit=12)
    with today_is(date(2018, 5, 25)):
        client = looking_at(membership(CITY, Role.REVIEWER), "2018-04-30")
        plan = WorkPlan.objects.get()
        assert plan.get_absolute_url() not in client.get("/").content.decode()
        own = looking_at(membership(COUNTY), "2018-04-30")
        assert plan.get_absolute_url() not in own.get("/").content.decode()


def test_the_paper_of_a_past_day_bears_no_number_of_a_later_one():
    from tasks.exports.plan_print import plan_context

    plan = on_days(submit=8, open=9, accept=10)
    with today_is(date(2018, 5, 15)):
        take(plan, Step.ISSUE, number="桐国土资〔2018〕12号")
    version = plan.versions.frozen().get()
    assert plan_context(version, date(2018, 5, 14))["number"] == ""
    assert plan_context(version, date(2018, 5, 15))["number"] == "桐国土资〔2018〕12号"


def check(code, day):
    out = StringIO()
    call_command("check_plan", "--agency", code, "--as-of", day, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_a_past_day_is_checked_by_the_version_that_spoke_then():
    plan = on_days(submit=8, open=9, accept=10)
    filings.revise(plan=plan, by=membership(COUNTY), reason="示例")
    plan.versions.working().get().lines.all().delete()
    assert "no_tasks" not in {row["code"] for row in check(COUNTY, "2018-05-10")}
    assert "no_tasks" in {row["code"] for row in check(COUNTY, "2018-05-25")}, "today the working copy"
    assert [row["code"] for row in check(COUNTY, "2018-05-07")] == ["no_version"]
    assert [row["code"] for row in check("411323", "2018-05-25")] == ["no_version"]


def filed():
    """Issued on 15 May, filed on 19 May."""
    plan = on_days(submit=8, open=9, accept=10)
    for step, day in ((Step.ISSUE, 15), (Step.SEND, 19)):
        with today_is(date(2018, 5, day)):
            take(plan, step)
    return plan


def correct(plan, step, day, reason="日期误录"):
    event = plan.events.get(step=step)
    filings.correct_day(
        event=event, by=membership(COUNTY, Role.LEADER), day=date(2018, 5, day), reason=reason
    )


def test_a_correction_keeps_the_order_of_what_rests_on_it():
    plan = filed()
    with pytest.raises(StepRefused) as refused:
        correct(plan, Step.ISSUE, 25)
    assert refused.value.code == "too_early"
    correct(plan, Step.ISSUE, 19)
    with pytest.raises(StepRefused):
        correct(plan, Step.SEND, 18)
    filing = filing_on(WorkPlan.objects.select_related("agency").with_events().get(), date(2018, 5, 25))
    assert [day.day for day in filing.act_dates.values()] == [8, 19, 19]


def test_every_day_that_stood_there_before_stays_in_sight():
    plan = filed()
    correct(plan, Step.SEND, 20, "第一次更正")
    correct(plan, Step.SEND, 21, "第二次更正")
    page = client_as(membership(COUNTY)).get(plan.get_absolute_url()).content.decode()
    for words in (
        "由2018年5月19日更正为2018年5月20日：第一次更正",
        "由2018年5月20日更正为2018年5月21日：第二次更正",
    ):
        assert words in page
