"""The pages of monthly reports: who may do what, what is prefilled, and what a refused form keeps."""

from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from django.utils.translation import gettext
from openpyxl import load_workbook

from agencies.models import Role
from greenmine.clock import today_is
from tasks import month_words
from tasks.actions import monthly, stages
from tasks.actions.monthly import Entry
from tasks.models import MineTask, MonthlyReport, Programme
from tasks.rules.monthly import MonthRefused
from tasks.rules.steps import Step
from tests.factories import agency, client_as, membership, started_plan, take, user

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY, PROVINCE = "411330", "411323", "411300", "410000"
MAY, DAY = "2018-05", date(2018, 6, 4)
PAGE = f"/months/{MAY}/{COUNTY}/"


@pytest.fixture
def tasks(settings):
    """County A's plan is in force since 25 May 2018, with two mines; it is 4 June."""
    take(started_plan(COUNTY, mines=2), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    settings.GREENMINE_TODAY = DAY
    return list(MineTask.objects.filter(agency=agency(COUNTY)))


@pytest.fixture
def filer(tasks):
    return client_as(membership(COUNTY))


@pytest.fixture
def reviewer(tasks):
    return client_as(membership(CITY, Role.REVIEWER))


def form_of(tasks, **said):
    """A filled-in form, `said` for the first mine."""
    form = {"form_token": uuid4()}
    for task in tasks:
        form |= {f"t{task.pk}-{name}": "" for name in ("percent", "done", "problem")}
        form[f"t{task.pk}-shown"] = "True"
    return form | {f"t{tasks[0].pk}-{name}": value for name, value in said.items()}


def token(**more):
    return {"form_token": uuid4(), **more}


def report():
    return MonthlyReport.objects.get()


def send(code=COUNTY, month=date(2018, 5, 1), **said):
    given = {"programme": Programme.objects.get(), "agency": agency(code), "month": month}
    if not said:
        return monthly.submit_zero(by=membership(code), **given).report
    entries = {task.pk: Entry(**said) for task in MineTask.objects.filter(agency=agency(code))}
    return monthly.submit(entries=entries, by=membership(code), **given).report


def test_a_county_fills_in_its_month_and_sends_it(filer, tasks):
    response = filer.post(PAGE, form_of(tasks, percent="６０％", done="道路硬化", problem="缺资金"))
    assert response.headers["Location"] == PAGE
    line = report().lines.get(task=tasks[0])
    assert (line.percent, line.done, line.problem) == (60, "道路硬化", "缺资金")
    page = filer.get(PAGE)
    assert page.context["forms"] == []
    assert "道路硬化" in page.content.decode()


def test_the_form_begins_with_what_was_reported_last(filer, tasks, settings):
    send(percent=40, done="道路硬化", problem="缺资金")
    settings.GREENMINE_TODAY = date(2018, 7, 2)
    forms = filer.get(f"/months/2018-06/{COUNTY}/").context["forms"]
    assert [form.initial for form in forms] == [{"percent": 40, "done": "", "problem": "缺资金"}] * 2


def test_a_returned_month_begins_with_what_was_sent(filer, tasks, reviewer):
    send(percent=40, done="道路硬化", problem="缺资金")
    response = reviewer.post(f"{PAGE}return/", token(comment="请写明资金来源"))
    assert response.headers["Location"] == f"/months/{MAY}/"
    page = filer.get(PAGE)
    assert "请写明资金来源" in page.content.decode()
    assert page.context["forms"][0].initial == {"percent": 40, "done": "道路硬化", "problem": "缺资金"}
    as_shown = form_of(tasks, percent="40", done="道路硬化", problem="缺资金")
    assert filer.post(PAGE, as_shown | {"zero": "1"}).status_code == 422, "it would drop what is on the page"
    emptied = form_of(tasks)
    assert filer.post(PAGE, emptied | {"zero": "1"}).status_code == 302
    assert [event.step for event in report().events.all()] == ["submit", "return", "submit"]


@pytest.mark.parametrize("percent", ["101", "-1", "六十", "1.5", "1e1"])
def test_a_wrong_percentage_is_told_and_nothing_typed_is_lost(filer, tasks, percent):
    response = filer.post(PAGE, form_of(tasks, percent=percent, done="道路硬化"))
    assert response.status_code == 422
    page = response.content.decode()
    assert f'value="{percent}"' in page
    assert "道路硬化" in page
    assert tasks[0].mine.name in page
    assert not MonthlyReport.objects.exists()


def test_a_mine_that_was_not_on_the_page_is_not_reported_unseen(filer, tasks):
    form = form_of(tasks)
    del form[f"t{tasks[1].pk}-shown"]
    response = filer.post(PAGE, form)
    assert response.status_code == 422
    assert tasks[1].mine.name in response.context["refused"]


def test_a_zero_report_is_one_click_on_the_form_and_on_the_list(filer, tasks, settings):
    assert filer.post(PAGE, form_of(tasks, zero="") | {"zero": "1"}).status_code == 302
    assert report().events.get().is_zero
    settings.GREENMINE_TODAY = date(2018, 7, 2)
    rows = filer.get("/months/").context["rows"]
    assert [(f"{row.month:%Y-%m}", row.state) for row in rows] == [
        ("2018-07", "none"),
        ("2018-06", "none"),
        ("2018-05", "submitted"),
    ]
    assert filer.post(f"/months/2018-06/{COUNTY}/zero/", token()).status_code == 302
    assert MonthlyReport.objects.filter(events__is_zero=True).count() == 2


def test_who_wrote_something_does_not_send_a_zero_report_by_mistake(filer, tasks):
    response = filer.post(PAGE, form_of(tasks, done="道路硬化") | {"zero": "1"})
    assert response.status_code == 422
    assert "道路硬化" in response.content.decode()
    assert not MonthlyReport.objects.exists()


def test_a_second_press_sends_nothing_twice(filer, tasks):
    """security.md, L-01."""
    form = form_of(tasks)
    answers = {filer.post(PAGE, form).headers["Location"] for _press in range(3)}
    assert answers == {PAGE}
    assert report().events.count() == 1


def test_the_city_confirms_and_the_month_shows_its_frozen_figures(reviewer):
    send()
    page = reviewer.get(f"/months/{MAY}/")
    assert page.context["can_confirm"] == {agency(COUNTY).pk}
    assert reviewer.post(f"{PAGE}confirm/", token()).headers["Location"] == f"/months/{MAY}/"
    assert report().frozen_at
    (row,) = reviewer.get(f"/months/{MAY}/").context["rows"]
    assert row.is_frozen
    assert report().content_hash in reviewer.get(PAGE).content.decode()


def test_the_ticked_ones_are_confirmed_together_and_one_refused_holds_up_no_other(reviewer, settings):
    settings.GREENMINE_TODAY = date(2018, 5, 25)
    take(started_plan(OTHER), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    settings.GREENMINE_TODAY = DAY
    send(OTHER)
    # County A has sent nothing, and 邓州 is not this city's.
    reviewer.post(f"/months/{MAY}/confirm/", token(code=[COUNTY, OTHER, "411381"]))
    assert [one.agency.code for one in MonthlyReport.objects.exclude(frozen_at=None)] == [OTHER]
    person = user("双岗确认员")
    given = {"programme": Programme.objects.get(), "agency": agency(COUNTY), "month": date(2018, 5, 1)}
    monthly.submit_zero(by=membership(COUNTY, who=person), **given)
    both = client_as(membership(CITY, Role.REVIEWER, who=person))
    assert both.get(f"/months/{MAY}/").context["can_confirm"] == set()
    assert both.post(f"/months/{MAY}/confirm/", token(code=[COUNTY])).status_code == 302
    assert not MonthlyReport.objects.get(agency=agency(COUNTY)).frozen_at


def test_a_correction_stands_beside_the_frozen_month(filer, reviewer, tasks):
    send(percent=40)
    reviewer.post(f"{PAGE}confirm/", token())
    before = list(report().lines.values()), report().figures, report().content_hash
    form = token(task=tasks[0].pk, text="实为50%", reason="笔误", day="2018-06-04")
    assert filer.post(f"{PAGE}correct/", form).headers["Location"] == PAGE
    assert (list(report().lines.values()), report().figures, report().content_hash) == before
    page = filer.get(PAGE)
    (correction,) = page.context["file"].corrections
    assert (correction.text, correction.task) == ("实为50%", tasks[0])
    assert filer.post(PAGE, form_of(tasks)).status_code == 422, "a frozen month takes no report"


def test_a_correction_of_an_open_month_is_refused_with_what_was_typed(filer, tasks):
    send()
    response = filer.post(f"{PAGE}correct/", token(text="实为50%", reason="笔误", day="2018-06-04"))
    assert response.status_code == 422
    assert "实为50%" in response.content.decode()
    assert filer.post(f"{PAGE}correct/", token(text="", reason="", day="")).status_code == 422


EVERYBODY = {
    "filer": (COUNTY, Role.FILER),
    "leader": (COUNTY, Role.LEADER),
    "viewer": (COUNTY, Role.VIEWER),
    "neighbour": (OTHER, Role.FILER),
    "city": (CITY, Role.REVIEWER),
    "city filer": (CITY, Role.FILER),
    "city viewer": (CITY, Role.VIEWER),
    "other city": ("411200", Role.REVIEWER),
    "province": (PROVINCE, Role.REVIEWER),
    "administrator": (CITY, Role.ADMINISTRATOR),
}
OUTSIDE = {"neighbour", "other city"}


def answer(who, allowed, success):
    if who == "administrator":
        return 403
    if who in OUTSIDE:
        return 404
    return success if who in allowed else 403


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_page_and_step_is_for_those_whose_it_is(who, tasks):
    """Outside the scope 404 as if it did not exist, inside it without the right 403."""
    client = client_as(membership(*EVERYBODY[who]))
    reads = set(EVERYBODY) - OUTSIDE
    assert client.get(PAGE).status_code == answer(who, reads, 200)
    export = client.get(f"/months/{MAY}/report.xlsx?agency={COUNTY}")
    assert export.status_code == answer(who, reads, 200)
    assert client.get(f"/months/{MAY}/?agency={CITY}").status_code == {
        "city": 200,
        "city filer": 200,
        "city viewer": 200,
        "province": 200,
        "administrator": 403,
    }.get(who, 404)
    for path, form in [(PAGE, form_of(tasks)), (f"{PAGE}zero/", token())]:
        before = MonthlyReport.objects.count()
        response = client.post(path, form)
        assert response.status_code == answer(who, {"filer"}, 302), path
        assert (MonthlyReport.objects.count() > before) == (who == "filer" and path == PAGE)
    MonthlyReport.objects.exists() or send()
    for path, form in [(f"{PAGE}return/", token(comment="补正")), (f"{PAGE}confirm/", token())]:
        response = client.post(path, form)
        assert response.status_code == answer(who, {"city"}, 302), path
    correct = client.get(f"{PAGE}correct/")
    assert correct.status_code == answer(who, {"filer", "city"}, 200)
    assert client.get(f"{PAGE}return/").status_code == answer(who, {"city"}, 200)


@pytest.mark.parametrize("who", EVERYBODY)
def test_several_are_confirmed_by_the_reviewer_of_their_city_alone(who, tasks):
    send()
    client = client_as(membership(*EVERYBODY[who]))
    response = client.post(f"/months/{MAY}/confirm/", token(code=[COUNTY]))
    expected = {"city": 302, "neighbour": 302, "other city": 302}.get(who, 403)
    assert response.status_code == expected
    assert bool(report().frozen_at) == (who == "city")


def test_no_page_of_another_branch_says_a_word_of_the_county(tasks):
    send(done="标记甲7f3a")
    for who in ("neighbour", "other city"):
        client = client_as(membership(*EVERYBODY[who]))
        for path in ("/months/", f"/months/{MAY}/", f"/months/{MAY}/?show=submitted"):
            page = client.get(path, follow=True).content.decode()
            assert "桐柏县" not in page, (who, path)
            assert "标记甲7f3a" not in page, (who, path)


@pytest.mark.parametrize("month", ["2018-07", "2018-13", "abc", "2018-5", "²018-05"])
def test_a_month_that_is_none_or_has_not_begun_is_not_found(filer, month):
    for path in (f"/months/{month}/", f"/months/{month}/{COUNTY}/", f"/months/{month}/report.xlsx"):
        assert filer.get(path).status_code == 404
    assert filer.post(f"/months/{month}/{COUNTY}/zero/", token()).status_code == 404


def test_the_chooser_leads_to_the_month(filer, reviewer):
    assert filer.get(f"/months/?month={MAY}&code={COUNTY}").headers["Location"] == PAGE
    assert filer.get(f"/months/?month={MAY}", follow=True).redirect_chain[-1][0] == PAGE
    assert (
        reviewer.get(f"/months/?month={MAY}&agency={CITY}").headers["Location"].startswith(f"/months/{MAY}/")
    )
    assert filer.get("/months/?month=abc").status_code == 200
    assert filer.get(f"/months/?month={MAY}&code={OTHER}").status_code == 404


def test_a_past_day_shows_how_it_stood_and_takes_nothing(filer, tasks, settings):
    send()
    settings.GREENMINE_TODAY = date(2018, 6, 9)
    filer.post("/day/", {"day": "2018-06-03", "next": "/"})
    page = filer.get(PAGE)
    assert page.context["row"].state == "none"
    assert page.context["forms"] == []
    assert filer.post(f"{PAGE}zero/", token()).status_code == 409


def test_who_has_not_reported_can_be_shown_alone(reviewer):
    page = reviewer.get(f"/months/{MAY}/?show=none")
    assert [row.agency.code for row in page.context["rows"]] == [COUNTY]
    entry = page.context["entries"][0]
    assert (entry["count"], entry["detail"]) == (1, "桐柏县")
    assert reviewer.get(f"/months/{MAY}/?show=confirmed").context["rows"] == []
    assert reviewer.get(f"/months/{MAY}/?show=x").status_code == 200


def test_the_workbook_says_the_same_as_the_page(reviewer, tasks):
    send(percent=40, done="=1+1", problem="缺资金")
    with today_is(DAY):
        monthly.confirm(report=report(), by=membership(CITY, Role.REVIEWER))
    response = reviewer.get(f"/months/{MAY}/report.xlsx")
    assert "%E5%8D%97%E9%98%B3%E5%B8%82" in response.headers["Content-Disposition"]
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    shown = [row[2].value for row in sheet.iter_rows(min_row=5, max_row=6)]
    assert shown == [one.name for one in reviewer.get(PAGE).context["file"].lines]


def test_a_mine_that_changed_hands_takes_no_page_down(tasks, settings):
    take_over = agency(OTHER)
    settings.GREENMINE_TODAY = date(2018, 5, 25)
    other = started_plan(OTHER, mines=1)
    line = other.versions.working().get().lines.get()
    take(other, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    settings.GREENMINE_TODAY = DAY
    # A row of the one bureau's plan in force, kept by the other.
    MineTask.objects.filter(pk=tasks[0].pk).update(agency=take_over)
    MineTask.objects.filter(pk=line.task_id).update(agency=agency(COUNTY))
    for code in (COUNTY, OTHER):
        for path in ("/", "/months/", f"/months/{MAY}/{code}/"):
            assert client_as(membership(code)).get(path).status_code == 200, (code, path)


def test_a_month_that_is_not_over_is_not_offered_for_confirmation(filer, reviewer, tasks):
    june = f"/months/2018-06/{COUNTY}/"
    assert filer.post(f"{june}zero/", token()).status_code == 302
    page = reviewer.get(june)
    assert (page.context["may_return"], page.context["may_confirm"]) == (True, False)
    assert f"{june}confirm/" not in page.content.decode()
    assert reviewer.get("/months/2018-06/").context["can_confirm"] == set()
    after = reviewer.post(f"{june}confirm/", token(), follow=True)
    why = month_words.refusal(MonthRefused("not_over", earliest=date(2018, 7, 1)))
    assert [str(one) for one in after.context["messages"]] == [why]
    assert not report().frozen_at


@pytest.fixture
def frozen(tasks, reviewer):
    send()
    reviewer.post(f"{PAGE}confirm/", token())
    return report()


def test_a_frozen_month_says_whether_its_stored_copy_still_has_its_hash(frozen, filer):
    page = filer.get(PAGE)
    assert page.context["file"].is_intact is True
    assert str(month_words.INTACT.word) in page.content.decode()
    frozen.lines.filter(pk=frozen.lines.first().pk).update(percent=99)
    page = filer.get(PAGE)
    assert page.context["file"].is_intact is False
    assert str(month_words.BROKEN.word) in page.content.decode()
    assert str(month_words.INTACT.word) not in page.content.decode()
    assert gettext("The stored copy is not the one that was frozen") in page.content.decode()


def test_tampered_figures_are_noticed_too(frozen, filer):
    MonthlyReport.objects.update(figures=frozen.figures | {"planned": 1})
    assert str(month_words.BROKEN.word) in filer.get(PAGE).content.decode()


def test_a_frozen_months_page_shows_what_is_otherwise_today_and_why(frozen, filer, tasks, settings):
    by_now = gettext("As recorded by now")
    assert by_now not in filer.get(PAGE).content.decode()
    settings.GREENMINE_TODAY = date(2018, 6, 20)
    by = membership(CITY, Role.REVIEWER)
    given = {"task": tasks[1], "by": by, "day": date(2018, 5, 30)}
    stages.record_stage(stage="verified", reference="验收意见7号", **given)
    page = filer.get(PAGE)
    assert page.context["row"].moved == {"declared": (0, 1), "verified": (0, 1)}
    assert by_now in page.content.decode()
    assert "验收意见7号" in page.content.decode()


@pytest.mark.parametrize("path", ["/months/", f"/months/{MAY}/", f"/months/{MAY}/411300-A/"])
def test_a_functional_zone_is_told_who_reports_its_mines(tasks, path):
    """decisions.md: zones count inside their city."""
    zone = client_as(membership("411300-A"))
    page = zone.get(path, follow=True)
    assert page.status_code == 200
    assert page.context["reported_by"] == agency(CITY)
    assert "南阳市" in page.content.decode()
    assert zone.get(f"/months/?month={MAY}&code=411300-A", follow=True).status_code == 200
    assert zone.get(PAGE).status_code == 404


def test_a_bureau_above_counties_has_a_month_of_its_branch_instead_of_its_own(tasks):
    province = client_as(membership(PROVINCE, Role.REVIEWER))
    page = province.get(f"/months/{MAY}/{PROVINCE}/", follow=True)
    assert page.context["overview"].agency == agency(PROVINCE)
    zone = province.get(f"/months/{MAY}/?agency=411300-A")
    assert zone.context["reported_by"] == agency(CITY)
