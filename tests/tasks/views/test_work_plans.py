"""Steps as a person takes them: what is refused keeps what was typed, a posted paper comes with its scan."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Role
from tasks.models import PlanEvent, Programme, WorkPlan
from tasks.rules.deadlines import Act
from tasks.rules.steps import State, Step
from tasks.standing.filings import filing_on
from tests.conftest import TODAY
from tests.factories import client_as, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"
PDF = Path(__file__).parents[2] / "files/uploads/D27_good.pdf"


def post(client, plan, step, query="", **form):
    return client.post(f"/work-plans/{plan.pk}/steps/{step}/{query}", {"form_token": uuid4(), **form})


def fresh(plan):
    return filing_on(WorkPlan.objects.select_related("agency").with_events().get(pk=plan.pk), TODAY)


def test_a_refused_field_says_what_is_accepted_and_keeps_what_was_typed():
    plan = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    client = client_as(membership(COUNTY, Role.LEADER))
    response = post(client, plan, "issue", number="桐国土资12号", day="2018-05-25", comment="已盖章")
    assert response.status_code == 422
    page = response.content.decode()
    assert "桐国土资〔2018〕12号" in page
    assert "桐国土资12号" in page
    assert "已盖章" in page
    assert fresh(plan).state == State.ACCEPTED


def test_a_return_carries_the_section_comments_and_the_county_reads_them():
    plan = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN)
    city, county = client_as(membership(CITY, Role.REVIEWER)), client_as(membership(COUNTY))
    city.post(f"/work-plans/{plan.pk}/review/safeguards/", {"body": "缺资金来源"})
    assert "缺资金来源" not in county.get(f"/work-plans/{plan.pk}/").content.decode(), "not sent yet"
    post(city, plan, "return", comment="请补正保障措施")
    page = county.get(f"/work-plans/{plan.pk}/sections/safeguards/").content.decode()
    assert "缺资金来源" in page
    assert "请补正保障措施" in page


def test_a_city_records_a_posted_paper_with_its_scan_and_the_county_sees_it():
    """decisions.md, "Facts and days"."""
    city = client_as(membership(CITY, Role.REVIEWER))
    form = {"form_token": uuid4(), "programme": Programme.objects.get().pk, "agency": COUNTY}
    assert city.post("/work-plans/start/", form).status_code == 302
    plan = WorkPlan.objects.get()
    assert post(city, plan, "submit", "?channel=paper", day="2018-05-08").status_code == 422
    scan = SimpleUploadedFile("扫描件.pdf", PDF.read_bytes())
    assert post(city, plan, "submit", "?channel=paper", day="2018-05-08", scan=scan).status_code == 302
    assert fresh(plan).act_dates[Act.DRAFTED] == date(2018, 5, 8)
    event = PlanEvent.objects.get(step=Step.SUBMIT)
    assert (event.on_behalf_of.code, event.is_late_entry) == (COUNTY, True)
    county = client_as(membership(COUNTY))
    assert "补录" in county.get(f"/work-plans/{plan.pk}/").content.decode()
    download = county.get(f"/attachments/{event.scan_id}/")
    assert b"".join(download.streaming_content) == PDF.read_bytes()


def test_a_plan_begun_twice_at_once_is_one_plan():
    client = client_as(membership(COUNTY))
    form = {"programme": Programme.objects.get().pk}
    first = client.post("/work-plans/start/", form | {"form_token": uuid4()})
    second = client.post("/work-plans/start/", form | {"form_token": uuid4()})
    assert (first.status_code, second.status_code) == (302, 302)
    assert WorkPlan.objects.count() == 1
    assert PlanEvent.objects.count() == 1


def test_a_form_without_its_token_is_a_bad_request():
    client = client_as(membership(COUNTY))
    assert client.post("/work-plans/start/", {"programme": 1}).status_code == 400


def test_a_row_of_the_breakdown_tells_the_second_writer_and_keeps_the_first():
    plan = started_plan(COUNTY)
    line = plan.versions.get().lines.get()
    client = client_as(membership(COUNTY))
    form = {f"l{line.pk}-lock": line.lock, f"l{line.pk}-tier": "stretch", f"l{line.pk}-planned": "2019年6月"}
    assert "hx-swap-oob" in client.post(f"/work-plans/{plan.pk}/lines/{line.pk}/", form).content.decode()
    late = form | {f"l{line.pk}-planned": "2019年3月"}
    answer = client.post(f"/work-plans/{plan.pk}/lines/{line.pk}/", late).content.decode()
    assert 'data-gm-state="failed"' in answer
    line.refresh_from_db()
    assert line.planned_on == date(2019, 6, 30)


def test_pasted_rows_are_taken_all_or_none():
    plan = started_plan(COUNTY, mines=1)
    mine = plan.versions.get().lines.get().task.mine
    client = client_as(membership(COUNTY))
    url = f"/work-plans/{plan.pk}/breakdown/paste/"
    wrong = f"{mine.name}\t增量\t2019年3月\n不存在的矿\t底线"
    response = client.post(url, {"form_token": uuid4(), "rows": wrong})
    assert response.status_code == 422
    assert "不存在的矿" in response.content.decode()
    right = f"{mine.name}\t增量\t2019年3月"
    assert client.post(url, {"form_token": uuid4(), "rows": right}).status_code == 302
    assert plan.versions.get().lines.get().tier == "stretch"


def test_a_saved_row_is_not_locked_by_the_refusal_of_another():
    plan = started_plan(COUNTY, mines=2)
    good, wrong = plan.versions.get().lines.order_by("pk")
    client = client_as(membership(COUNTY))
    url = f"/work-plans/{plan.pk}/breakdown/"

    def rows(date_of_wrong, locks):
        return {
            f"l{good.pk}-lock": locks[good.pk], f"l{good.pk}-tier": "stretch", f"l{good.pk}-planned": "2019年6月",
            f"l{wrong.pk}-lock": locks[wrong.pk], f"l{wrong.pk}-tier": "baseline",
            f"l{wrong.pk}-planned": date_of_wrong,
        }  # fmt: skip

    response = client.post(url, rows("尽快", {good.pk: good.lock, wrong.pk: wrong.lock}))
    assert response.status_code == 422
    shown = {form.line.pk: form["lock"].value() for form in response.context["forms"]}
    assert client.post(url, rows("2019年3月", shown)).status_code == 302


def test_a_written_reason_reaches_the_reviewer():
    from tasks.actions import drafts
    from tests.factories import mine

    plan = started_plan(COUNTY)
    out = mine(COUNTY, size_class="large")
    drafts.excuse_mine(version=plan.versions.get(), mine=out, reason="拟于年内关闭", by=membership(COUNTY))
    take(plan, Step.SUBMIT, Step.OPEN)
    page = client_as(membership(CITY, Role.REVIEWER)).get(f"/work-plans/{plan.pk}/review/")
    assert "拟于年内关闭" in page.content.decode()


def test_a_day_before_the_plan_shows_nothing_of_it():
    plan = take(started_plan(COUNTY), Step.SUBMIT)
    client = client_as(membership(COUNTY))
    client.post("/day/", {"day": "2018-05-01", "next": "/"})
    assert client.get(f"/work-plans/{plan.pk}/").context["version"] is None


def test_who_stands_on_no_side_of_a_plan_is_shown_no_form_and_leaves_no_file():
    from tasks.models import Attachment

    plan = started_plan(COUNTY)
    for code, role in ((COUNTY, Role.VIEWER), (CITY, Role.VIEWER)):
        client = client_as(membership(code, role))
        assert client.get(f"/work-plans/{plan.pk}/steps/submit/?channel=paper").status_code == 403
        assert client.get(f"/work-plans/{plan.pk}/revise/").status_code == 403
        scan = SimpleUploadedFile("扫描件.pdf", PDF.read_bytes())
        assert post(client, plan, "submit", "?channel=paper", day="2018-05-08", scan=scan).status_code == 403
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(("code", "files"), [("411325", False), (COUNTY, True)])
def test_the_course_of_a_plan_ends_where_the_duties_of_its_bureau_end(code, files):
    """An ordinary county owes the province no filing; Tongbai, a pilot, does (domain.md, trap 3)."""
    plan = take(started_plan(code), Step.SUBMIT, Step.OPEN, Step.ACCEPT, Step.ISSUE)
    client = client_as(membership(code, Role.LEADER))
    page = client.get(f"/work-plans/{plan.pk}/").content.decode()
    assert ("出具备案回执" in page) == files
    # It may send the plan all the same, and is not urged to.
    button = f'href="/work-plans/{plan.pk}/steps/send/"'
    assert (f'class="btn btn-primary" {button}' in page) == files
    assert button in page
    assert ("出具备案回执" in client.get("/").content.decode()) == files
