"""文件: what a document demands of whom, as each reader may see it, and a notice entered from end to end."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Role
from tasks.models import PolicyDocument, Requirement
from tasks.standing.day import Day
from tasks.standing.obligations import all_obligations
from tests.factories import agency, client_as, membership

pytestmark = pytest.mark.usefixtures("reference")
PROVINCE, NANYANG, TONGBAI, NANZHAO, KAIFENG = "410000", "411300", "411330", "411321", "410200"
CITY_NOTICE, PROVINCE_NOTICE = "宛国资办〔2018〕25号", "豫国土资办发〔2018〕38号"


def document(number):
    return PolicyDocument.objects.get(number=number)


def detail(by, number=PROVINCE_NOTICE):
    return client_as(by).get(reverse("tasks:document_detail", args=[document(number).pk]))


def bound(response, code):
    return next(b for row in response.context["rows"] for r, b in row.requirements if r.code == code)


def reviewer(code=NANYANG):
    return membership(code, Role.REVIEWER)


def new_notice(client=None, **changes):
    given = {
        "number": "宛国土资[2018]99号",
        "title": "示例通知",
        "issuer_name": "南阳市国土资源局",
        "signed_on": "2018-05-20",
        "programme": document(CITY_NOTICE).programme_id,
        "form_token": uuid4(),
    }
    return (client or client_as(reviewer())).post(reverse("tasks:document_create"), given | changes)


def sentence(**changes):
    """The page as a clerk leaves it: bound are the counties of the city, except 桐柏."""
    given = {
        "form_token": uuid4(),
        "press": "save",
        "wording": "应在六月中旬前完成编制",
        "section": "",
        "phrase": "六月中旬前",
        "warn_on": "2018-06-10",
        "due_on": "2018-06-20",
        "summary": "完成编制",
        "kind": "acts",
        "acts": ["drafted"],
        "who-TOTAL_FORMS": 2,
        "who-INITIAL_FORMS": 0,
        "who-0-selector": "reporting_to",
        "who-0-agency": agency(NANYANG).pk,
        "who-1-excluded": "yes",
        "who-1-selector": "agency",
        "who-1-agency": agency(TONGBAI).pk,
    }
    return given | changes


@pytest.fixture
def notice():
    """An address to which sentences are sent, and the client that sends them."""
    client = client_as(reviewer())
    assert new_notice(client).status_code == 302
    address = reverse("tasks:document_add_requirement", args=[document("宛国土资〔2018〕99号").pk])
    return lambda **changes: client.post(address, sentence(**changes))


def test_everybody_who_acts_reads_the_documents_and_finds_them_by_any_name():
    """domain.md, trap 17."""
    client = client_as(membership(NANZHAO))
    listed = client.get(reverse("tasks:document_list")).context["documents"]
    assert listed.count() == PolicyDocument.objects.count()
    found = client.get(reverse("tasks:document_list"), {"q": "豫国资办发[2018]38号"}).context["documents"]
    assert [one.number for one in found] == [PROVINCE_NOTICE]


def test_the_list_counts_sentences_and_requirements():
    listed = client_as(reviewer()).get(reverse("tasks:document_list")).context["documents"]
    counts = {one.number: (one.clause_count, one.requirement_count) for one in listed}
    assert counts[CITY_NOTICE] == (3, 2)


def test_a_document_is_not_listed_before_its_day():
    client = client_as(reviewer())
    session = client.session
    session["as_of"] = "2018-04-20"
    session.save()
    numbers = {one.number for one in client.get(reverse("tasks:document_list")).context["documents"]}
    assert PROVINCE_NOTICE in numbers
    assert CITY_NOTICE not in numbers


def test_a_county_sees_whether_it_is_bound_and_how_many_others():
    own, other = bound(detail(membership(TONGBAI)), "P1"), bound(detail(membership(NANZHAO)), "P1")
    assert (own.is_reader, [a.code for a in own.branch], own.others) == (True, [TONGBAI], 6)
    assert (other.is_reader, other.branch, other.others) == (False, (), 7)


def test_no_name_outside_the_branch_is_shown():
    county, city = detail(membership(NANZHAO)).content.decode(), detail(reviewer()).content.decode()
    for name in ("开封市", "灵宝市"):
        assert name not in county
        assert name not in city
    assert "桐柏县" in city
    assert "桐柏县" not in county


def test_a_superior_sees_those_of_its_branch_by_name():
    found = bound(detail(reviewer()), "P1")
    assert [a.code for a in found.branch] == [NANYANG, TONGBAI]
    assert bound(detail(reviewer(PROVINCE)), "P1").others == 0
    assert bound(detail(reviewer(PROVINCE)), "P2").total == 25


def test_both_issuer_lists_and_both_names_stand_on_the_page():
    """domain.md, trap 17."""
    response = detail(reviewer(), "豫国土资发〔2018〕19号")
    assert response.context["disagree"]
    assert "河南证监局" in response.content.decode()
    assert "责任清单" in detail(reviewer(), "豫环攻坚办〔2018〕64号").content.decode()


def test_a_document_names_what_cites_it():
    citing = [
        (c.document.number, bool(c.clause))
        for c in detail(reviewer(), "豫国土资发〔2018〕19号").context["citations"]
    ]
    assert (PROVINCE_NOTICE, True) in citing
    assert ("宛国土资〔2018〕52号", False) in citing


def test_o2_shows_both_readings():
    """domain.md, trap 10."""
    text = detail(membership(NANZHAO)).content.decode()
    assert "2019年12月31日" in text
    assert "2020年12月31日" in text


def test_the_page_costs_as_many_queries_for_a_county_as_for_the_province():
    counted = set()
    for by in (membership(NANZHAO), reviewer(PROVINCE)):
        client, address = client_as(by), reverse("tasks:document_detail", args=[document(PROVINCE_NOTICE).pk])
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counted.add(len(queries))
    assert len(counted) == 1


@pytest.mark.parametrize(
    ("code", "role", "status"),
    [
        (NANYANG, Role.REVIEWER, 200),
        (NANYANG, Role.FILER, 403),
        (NANYANG, Role.ADMINISTRATOR, 403),
        (TONGBAI, Role.REVIEWER, 403),
    ],
)
def test_who_enters_a_notice(code, role, status):
    assert client_as(membership(code, role)).get(reverse("tasks:document_create")).status_code == status


def test_sentences_are_added_by_the_issuer_alone():
    address = reverse("tasks:document_add_requirement", args=[document(CITY_NOTICE).pk])
    assert client_as(reviewer()).get(address).status_code == 200
    for by in (reviewer(PROVINCE), reviewer(KAIFENG), membership(NANZHAO)):
        assert client_as(by).get(address).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "99号"},
        {"number": "豫国资办发（2018）38号"},
        {"signed_on": ""},
        {"signed_on": "2018-05-26"},
        {"title": ""},
    ],
)
def test_a_notice_that_cannot_stand_is_refused(wrong):
    known = PolicyDocument.objects.count()
    assert new_notice(**wrong).status_code == 422
    assert PolicyDocument.objects.count() == known


def test_the_dates_of_the_sentence_are_read_and_offered(notice):
    response = notice(press="read-0", phrase="", warn_on="", due_on="")
    assert response.status_code == 200
    offered = response.context["form"].initial
    assert (offered["warn_on"], offered["due_on"]) == (date(2018, 6, 10), date(2018, 6, 20))
    assert offered["summary"] == "完成编制"
    assert not response.context["form"].errors


def test_a_sentence_with_two_dates_offers_each(notice):
    response = notice(press="read-1", wording="应在六月中旬前完成编制，7月底前印发")
    assert [one.phrase for one in response.context["deadlines"]] == ["六月中旬前", "7月底前"]
    assert response.context["form"].initial["due_on"] == date(2018, 7, 31)
    assert response.context["form"].initial["warn_on"] is None


def test_a_sentence_without_a_deadline_leaves_what_was_typed(notice):
    response = notice(press="read-0", wording="要统筹推进", due_on="2018-07-01")
    assert response.context["deadlines"] == []
    assert response.context["form"].initial["due_on"] == "2018-07-01"


def test_who_is_bound_is_shown_before_anything_is_saved(notice):
    response = notice(press="who")
    assert len(response.context["bound"]) == 11
    # Pressed at once, without having seen them.
    unseen = notice(shown="")
    assert unseen.status_code == 422
    assert not Requirement.objects.filter(code__startswith="D").exists()


def test_what_was_seen_is_saved_and_binds(notice):
    response = notice(shown=notice(press="who").context["shown"])
    assert response.status_code == 302
    requirement = Requirement.objects.get(code__startswith="D")
    assert (requirement.warn_on, requirement.due_on, requirement.acts) == (
        date(2018, 6, 10),
        date(2018, 6, 20),
        ["drafted"],
    )
    owed = all_obligations(Day(date(2018, 5, 25)))
    codes = {o.agency.code for o in owed if o.requirement == requirement}
    assert len(codes) == 11
    assert TONGBAI not in codes
    # It is a notice to all: a bureau elsewhere reads it too, and sees that it binds others.
    assert bound(detail(membership(KAIFENG), "宛国土资〔2018〕99号"), requirement.code).others == 11


def test_a_second_press_saves_nothing_more(notice):
    shown, token = notice(press="who").context["shown"], uuid4()
    first, second = (notice(shown=shown, form_token=token) for _press in range(2))
    assert first.url == second.url
    assert Requirement.objects.filter(code__startswith="D").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"acts": []},
        {"kind": "share", "share": ""},
        {"kind": "each_mine", "mine_scope": "existing_open_pit"},
        {"warn_on": "2018-06-20"},
        {"due_on": ""},
        {"wording": ""},
        {"who-0-selector": ""},
        {"who-0-agency": ""},
        {"who-TOTAL_FORMS": "x"},
    ],
)
def test_a_sentence_that_cannot_stand_is_refused(notice, wrong):
    assert notice(**({"shown": notice(press="who").context["shown"]} | wrong)).status_code == 422
    assert not Requirement.objects.filter(code__startswith="D").exists()


def test_agencies_outside_the_branch_cannot_be_chosen(notice):
    choices = notice(press="who").context["who"].forms[0].fields["agency"].queryset
    assert {one.code[:4] for one in choices} == {"4113"}
    response = notice(**{"press": "who", "who-1-excluded": "", "who-1-agency": agency(KAIFENG).pk})
    assert response.context["bound"] == []
    assert response.context["refusal"]


def test_one_more_row_is_given_on_request(notice):
    assert len(notice(press="more").context["who"].forms) == 3
