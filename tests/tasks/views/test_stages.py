"""Recording the life of a task on screen, the mine's page that shows it, and visits to a mine."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import GreenStandard, Inspection, MineTask, StageFact
from tasks.rules.steps import Step
from tests.factories import client_as, membership, pdf, started_plan, take

COUNTY, CITY, OTHER = "411330", "411300", "411323"
TODAY = date(2019, 6, 20)


@pytest.fixture
def task(reference):
    take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    with today_is(TODAY):
        yield MineTask.objects.get()


def post(client, path, **fields):
    return client.post(path, {"form_token": uuid4(), **fields})


def stage_fields(stage="declared", **fields):
    standard = GreenStandard.objects.first().pk
    given = {"stage": stage, "day": "2019-06-18", "reference": "自评1号", "standard": standard, "note": ""}
    return given | fields


def record_path(task):
    return reverse("tasks:stage_record", args=[task.pk])


def test_a_clerk_records_a_completion_with_files_and_the_page_shows_their_hash(task):
    clerk = client_as(membership(COUNTY))
    response = post(clerk, record_path(task), **stage_fields(reference="", files=[pdf("自评报告.pdf")]))
    assert response.status_code == 302
    page = clerk.get(task.mine.get_absolute_url()).content.decode()
    assert "自评报告.pdf" in page
    assert pdf().checked.sha256 in page
    assert str(GreenStandard.objects.first().number) in page


@pytest.mark.parametrize(
    ("who", "fields", "wrong"),
    [
        (COUNTY, {"reference": ""}, "reference"),
        (COUNTY, {"standard": ""}, "standard"),
        (COUNTY, {"day": "2019-06-21"}, "day"),
        (COUNTY, {"stage": "verified"}, "stage"),
        (CITY, {"stage": "listed", "reference": "第1批", "directory": ""}, "directory"),
        (CITY, {"stage": "listed", "reference": "", "directory": "national"}, "reference"),
        (CITY, {"stage": "delisted", "reference": "第2批", "note": ""}, "note"),
    ],
)
def test_what_is_missing_is_named_at_its_field(task, who, fields, wrong):
    """domain.md, trap 14: evidence names its standard and version."""
    by = membership(who, Role.REVIEWER if who == CITY else Role.FILER)
    response = post(client_as(by), record_path(task), **stage_fields(**fields))
    assert response.status_code == 422
    assert wrong in response.context["form"].errors
    assert not StageFact.objects.exists()


def test_a_hostile_file_is_not_kept(task):
    from django.core.files.uploadedfile import SimpleUploadedFile

    bad = SimpleUploadedFile("报告.pdf", b"<script>alert(1)</script>")
    response = post(client_as(membership(COUNTY)), record_path(task), **stage_fields(files=[pdf(), bad]))
    assert response.status_code == 422
    assert "files" in response.context["form"].errors
    assert not StageFact.objects.exists()


def test_a_standard_that_came_later_is_said_and_shown(task):
    """domain.md, trap 14: the standards of 2018 came into force only in October and December."""
    late = GreenStandard.objects.filter(in_force_on__isnull=False).first()
    clerk = client_as(membership(COUNTY))
    day = late.in_force_on.replace(month=6).isoformat()
    response = clerk.post(
        record_path(task), {"form_token": uuid4()} | stage_fields(day=day, standard=late.pk), follow=True
    )
    assert any(late.number in str(message) for message in response.context["messages"])


def test_a_skipped_stage_reads_as_not_recorded(task):
    with today_is(TODAY):
        city = membership(CITY, Role.REVIEWER)
        stages.record_stage(task=task, stage="verified", by=city, day=TODAY, reference="意见1号")
    (life,) = client_as(city).get(task.mine.get_absolute_url()).context["file"].lives
    course = {stage: reached for stage, reached, _day in life.course}
    assert (course["declared"], course["verified"], course["listed"]) == ("skipped", "reached", "ahead")


def test_the_form_offers_the_next_stage_and_only_those_of_the_hat(task):
    stages.record_stage(task=task, stage="building", by=membership(COUNTY), day=TODAY)
    form = client_as(membership(COUNTY)).get(record_path(task)).context["form"]
    assert form.initial["stage"] == "declared"
    assert [value for value, _label in form.fields["stage"].choices] == ["building", "declared", "assessed"]


def test_a_wrong_day_is_corrected_on_screen_and_both_stay(task):
    fact = stages.record_stage(task=task, stage="declared", by=membership(COUNTY), day=TODAY, reference="1")
    clerk = client_as(membership(COUNTY))
    path = reverse("tasks:stage_correct", args=[fact.pk])
    assert post(clerk, path, reason="抄错").status_code == 422, "a day or a withdrawal is needed"
    assert post(clerk, path, day="2019-06-01", reason="抄错").status_code == 302
    page = clerk.get(task.mine.get_absolute_url()).content.decode()
    assert "抄错" in page
    fact.refresh_from_db()
    assert (fact.happened_on, fact.day) == (TODAY, date(2019, 6, 1))


def test_a_stage_of_a_later_day_is_not_seen_on_an_earlier_one(task):
    stages.record_stage(task=task, stage="declared", by=membership(COUNTY), day=TODAY, reference="迟来的证明")
    clerk = client_as(membership(COUNTY))
    clerk.post(reverse("agencies:choose_day"), {"day": "2019-06-01"})
    page = clerk.get(task.mine.get_absolute_url()).content.decode()
    assert "迟来的证明" not in page


def test_a_visit_and_what_was_mended_stand_on_the_mines_page(task):
    city, clerk = client_as(membership(CITY, Role.REVIEWER)), client_as(membership(COUNTY))
    path = reverse("tasks:inspection_record", args=[task.mine_id])
    visit = {"kind": "spot_check", "day": "2019-06-10", "inspectors": "抽查一组"}
    refused = post(city, path, **visit, mend_by="2019-06-15")
    assert "findings" in refused.context["form"].errors
    assert post(city, path, **visit, findings="排土场未覆盖", mend_by="2019-06-15").status_code == 302
    inspection = Inspection.objects.get()
    (shown,) = clerk.get(task.mine.get_absolute_url()).context["file"].inspections
    assert shown == inspection
    mend = reverse("tasks:inspection_rectify", args=[inspection.pk])
    assert post(clerk, mend, day="2019-06-09", text="已覆盖").status_code == 422, "before the visit"
    assert post(clerk, mend, day="2019-06-14", text="已覆盖防尘网").status_code == 302
    assert "已覆盖防尘网" in city.get(task.mine.get_absolute_url()).content.decode()
    assert client_as(membership(OTHER)).get(mend).status_code == 404


def test_the_papers_of_the_plan_stand_on_the_mines_page(task):
    take(task.agency.plans.get(), Step.ISSUE, number="桐国土资〔2018〕12号")
    (paper,) = client_as(membership(COUNTY)).get(task.mine.get_absolute_url()).context["file"].papers
    assert paper.number == "桐国土资〔2018〕12号"
