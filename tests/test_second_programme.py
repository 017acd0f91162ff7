"""A second programme, and one without checks of its own, break no page; one function says which is meant."""

import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from agencies.models import Role
from tasks.actions import filings
from tasks.models import Clause, PolicyDocument, Programme, Requirement, RequirementAddressee
from tasks.rules.steps import Step
from tasks.standing.programmes import programme_meant
from tests.factories import agency, client_as, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY, PROVINCE = "411330", "411300", "410000"
ROOT = Path(__file__).resolve().parent.parent
PAGES = ["/", "/obligations/", "/obligations/?view=calendar", "/obligations/?view=timeline", "/work-plans/", "/tasks/",
         "/mines/", "/progress/", "/progress/open-pits/", "/progress/compare/", "/target-ledger/", "/months/",
         "/quotas/", "/documents/", "/inspection-windows/", "/tasks/summary.xlsx", "/progress/report.xlsx"]  # fmt: skip


@pytest.fixture
def second():
    """Sorts before the first by its code; its notice was entered on screen, without checks."""
    programme = Programme.objects.create(code="a-second", name="另一项专项工作")
    document = PolicyDocument.objects.create(
        programme=programme,
        number="豫自然资发〔2018〕9号",
        title="示例",
        issuer=agency(PROVINCE),
        signed_on=date(2018, 5, 2),
    )
    clause = Clause.objects.create(
        document=document, code="second-1", wording="各县应编制方案，到2018年底完成70%"
    )
    acts = {"kind": "acts", "acts": ["drafted"], "due_on": date(2018, 6, 15)}
    share = {"kind": "share", "share": 70, "due_on": date(2018, 12, 31)}
    for code, fields in (("Z1", acts), ("Z2", share)):
        requirement = Requirement.objects.create(code=code, clause=clause, summary="示例", **fields)
        RequirementAddressee.objects.create(
            requirement=requirement, selector="below", agency=agency(PROVINCE)
        )
    return programme


@pytest.mark.parametrize(
    ("code", "role"),
    [(COUNTY, Role.FILER), (CITY, Role.REVIEWER), (PROVINCE, Role.REVIEWER), (PROVINCE, Role.VIEWER)],
)
def test_every_page_opens_with_a_plan_in_each(second, code, role):
    take(started_plan(COUNTY), Step.SUBMIT)
    other = filings.start(programme=second, agency=agency(COUNTY), by=membership(COUNTY))
    client = client_as(membership(code, role))
    for path in PAGES:
        assert client.get(path).status_code in (200, 302), path
    assert client.get(other.get_absolute_url()).status_code == 200
    if code == COUNTY:
        for key in ("overview", "principles", "schedule", "safeguards"):
            assert client.get(reverse("tasks:plan_section", args=[other.pk, key])).status_code == 200
        assert client.get(reverse("tasks:plan_breakdown", args=[other.pk])).status_code == 200


def check(*options):
    out = StringIO()
    call_command("check_plan", "--agency", COUNTY, "--format", "json", *options, stdout=out)
    return json.loads(out.getvalue())


def test_a_check_that_no_sentence_asks_for_stands_without_one(second):
    filings.start(programme=second, agency=agency(COUNTY), by=membership(COUNTY))
    rows = check("--programme", second.code)
    assert "no_tasks" in {row["code"] for row in rows}
    assert {row["wording"] for row in rows} == {None}


def test_the_first_that_was_set_up_is_meant_and_every_duty_is_shown(second):
    assert programme_meant() != second
    assert programme_meant(second.code) == second
    assert programme_meant("none-such") is None
    county = client_as(membership(COUNTY))
    shown = {
        row.obligation.requirement.code for row in county.get("/obligations/").context["table"].data.data
    }
    assert {"C2", "P1", "Z1", "Z2"} <= shown
    desk = county.get("/").context["desk"]
    assert {one.requirement.code for one in desk.own} == {"C2", "P1"}
    assert [share.code for share in desk.shares] == ["T1", "T2"]
    other = county.get("/", {"programme": second.code}).context["desk"]
    assert [one.requirement.code for one in other.own] == ["Z1"]


def test_no_page_chooses_a_programme_by_itself():
    """policy.md no. 4: nine places chose, in two ways."""
    choosing = re.compile(
        r"Programme\.objects\.(?:first|order_by)|Programme\.objects\.all\(\)\[0\]|Programme\.objects\.get\(\)"
    )
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("tasks", "agencies", "greenmine")
        for path in (ROOT / folder).rglob("*.py")
        if choosing.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["tasks/standing/programmes.py"]
