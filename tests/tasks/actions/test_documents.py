"""Notices entered on screen: whose they are, whom they may bind, and the codes they get."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Agency, AgencyGroup, Role
from tasks.actions.documents import Demand, add_requirement, enter_document
from tasks.models import Clause, PolicyDocument, Programme, Requirement, RequirementAddressee
from tasks.standing.day import Day
from tasks.standing.obligations import all_obligations
from tests.factories import agency, membership

pytestmark = pytest.mark.usefixtures("reference")
NANYANG, TONGBAI, NANZHAO, KAIFENG, PROVINCE = "411300", "411330", "411321", "410200", "410000"
DEMAND = Demand(summary="补报", kind="acts", acts=["issued"], phrase="8月底前", due_on=date(2018, 8, 31))


def reviewer(code=NANYANG, role=Role.REVIEWER):
    return membership(code, role)


def enter(by=None, **changes):
    given = {"number": "宛国土资[2018]99号", "title": "示例通知", "signed_on": date(2018, 5, 20)} | changes
    return enter_document(programme=Programme.objects.get(), by=by or reviewer(), **given)


def one(selector="agency", code=NANZHAO, group=None, **fields):
    return RequirementAddressee(
        selector=selector,
        agency=agency(code) if not group else None,
        group=AgencyGroup.objects.get(code=group) if group else None,
        **fields,
    )


def add(document, *addressees, by=None, demand=DEMAND, wording="应在8月底前印发"):
    return add_requirement(
        document=document,
        section="",
        wording=wording,
        demand=demand,
        addressees=list(addressees) or [one()],
        by=by or reviewer(),
    )


def bound(requirement, on=date(2018, 5, 25)):
    found = all_obligations(Day(on))
    return {o.agency.code for o in found if o.requirement == requirement}


def test_a_notice_is_issued_by_the_acting_agency_under_its_name_of_the_day():
    document = enter()
    assert document.number == "宛国土资〔2018〕99号"
    assert (document.issuer.code, document.issuer_name) == (NANYANG, "南阳市国土资源局")


@pytest.mark.parametrize("number", ["宛国资办(2018)25号", "豫国资办发[2018]38号"])
def test_a_number_on_file_in_whatever_spelling_is_refused(number):
    """domain.md section 1: 38号 is on file under two spellings."""
    with pytest.raises(ValidationError) as refused:
        enter(number=number)
    assert "number" in refused.value.message_dict


@pytest.mark.parametrize(
    "wrong", [{"number": "第99号"}, {"signed_on": None}, {"signed_on": date(2018, 5, 26)}, {"title": " "}]
)
def test_an_incomplete_notice_is_refused(wrong):
    known = PolicyDocument.objects.count()
    with pytest.raises(ValidationError):
        enter(**wrong)
    assert PolicyDocument.objects.count() == known


@pytest.mark.parametrize(
    ("code", "role"),
    [(NANYANG, Role.FILER), (NANYANG, Role.ADMINISTRATOR), (TONGBAI, Role.REVIEWER)],
)
def test_only_a_reviewer_with_others_below_enters_a_notice(code, role):
    with pytest.raises(PermissionDenied):
        enter(by=reviewer(code, role))


def test_a_requirement_binds_whom_it_says_from_the_document_s_day_on():
    requirement = add(enter(), one("reporting_to", NANYANG), one("agency", TONGBAI, excluded=True))
    counties = set(Agency.objects.reporting_to(agency(NANYANG)).filing().values_list("code", flat=True))
    assert bound(requirement) == counties - {TONGBAI}
    assert bound(requirement, on=date(2018, 5, 19)) == set()


@pytest.mark.parametrize(
    "addressee",
    [
        {"code": KAIFENG},
        {"selector": "below", "code": PROVINCE},
        {"group": "soil-pilots", "selector": "group"},
        {"code": "411300-A"},
    ],
)
def test_nobody_outside_the_branch_can_be_bound_and_somebody_must_be(addressee):
    """domain.md, trap 15: a functional zone owes nothing, so it alone is nobody."""
    with pytest.raises(ValidationError):
        add(enter(), one(**addressee))
    assert not Requirement.objects.filter(code__startswith="D").exists()
    assert not Clause.objects.filter(code__startswith="D").exists()


def test_a_group_that_reaches_further_may_be_excepted():
    requirement = add(enter(), one("reporting_to", NANYANG), one("group", group="soil-pilots", excluded=True))
    assert TONGBAI not in bound(requirement)
    assert NANZHAO in bound(requirement)


def test_codes_follow_the_document_and_a_sentence_stands_once():
    document = enter()
    first, second = add(document), add(document, one("agency", TONGBAI), wording="应在8月底前印发\n")
    third = add(document, wording="另一句")
    assert [r.code for r in (first, second, third)] == [f"D{document.pk}-{n}" for n in (1, 2, 3)]
    assert first.clause == second.clause
    assert document.clauses.count() == 2


def test_only_the_issuer_adds_sentences_and_never_to_a_text_that_is_not_on_file():
    for number, by in (
        ("豫国土资办发〔2018〕38号", NANYANG),
        ("宛国资办〔2018〕25号", PROVINCE),
        ("宛国土资〔2018〕52号", NANYANG),
    ):
        with pytest.raises(PermissionDenied):
            add(PolicyDocument.objects.get(number=number), by=reviewer(by))


@pytest.mark.parametrize(
    "wrong",
    [
        {"acts": []},
        {"acts": ["sung"]},
        {"kind": "share", "acts": [], "share": 120},
        {"kind": "share", "acts": [], "share": 50, "due_on": None},
        {"kind": "each_mine", "acts": [], "mine_scope": "existing_open_pit"},
        {"warn_on": date(2018, 9, 1)},
    ],
)
def test_an_incomplete_demand_is_refused(wrong):
    with pytest.raises(ValidationError):
        add(enter(), demand=replace(DEMAND, **wrong))
