"""Who owes what by when: the traps of the two notices (domain.md section 3), on the data as loaded."""

import json
from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.actions import mine_free
from agencies.models import Agency, AgencyGroup, Level, Role
from tasks.actions.decisions import record_decision
from tasks.models import InspectionWindow, PolicyDocument, Requirement
from tasks.reports import documents
from tasks.rules.deadlines import Act, Mark
from tasks.rules.steps import Step
from tasks.standing.day import Day
from tasks.standing.obligations import all_obligations
from tests.factories import agency, day_of, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")

PROVINCE, NANYANG, TONGBAI, NANZHAO, SHEQI = "410000", "411300", "411330", "411321", "411327"
DENGZHOU, JIYUAN, KAIFENG, ZHENGZHOU, SANMENXIA = "411381", "419001", "410200", "410100", "411200"
LINGBAO, XINMI, DENGFENG = "411282", "410183", "410185"
PILOTS = {LINGBAO, XINMI, TONGBAI, DENGFENG}
ZONES = {"411300-A", "411300-B", "411300-C", "411300-D"}
DAY = date(2018, 5, 25)


def owed(on=DAY, *codes):
    """{(agency code, requirement code): obligation} of all agencies, or of those named."""
    found = {(o.agency.code, o.requirement.code): o for o in all_obligations(Day(on))}
    return {key: one for key, one in found.items() if not codes or key[0] in codes}


def bound(requirement: str, on=DAY) -> set[str]:
    return {code for code, one in owed(on) if one == requirement}


def dated_acts(*codes, on=DAY) -> set[str]:
    """The requirements of acts by a day: P0 has none."""
    return {one for (_code, one), o in owed(on, *codes).items() if o.requirement.acts and o.dates.due_on}


def extended(requirement: str, *, by: str, for_: str, to: date, kind="extension"):
    return record_decision(
        kind=kind,
        requirement=Requirement.objects.get(code=requirement),
        agencies=[agency(for_)],
        by=membership(by, Role.REVIEWER),
        on_date=to,
        reason="汛期停工",
    )


def test_nanyang_itself_is_due_on_the_last_of_may():
    """domain.md, trap 1."""
    assert dated_acts(NANYANG) == {"P1"}
    assert owed(DAY, NANYANG)[NANYANG, "P1"].dates.due_on == date(2018, 5, 31)


def test_tongbai_is_late_for_the_city_and_in_time_for_the_province(on_day):
    """domain.md, trap 2: issued and filed on 25 May; each source keeps its own row and date."""
    with on_day(2018, 5, 15):
        plan = take(started_plan(TONGBAI), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    take(plan, Step.ISSUE, Step.SEND)
    found = owed(DAY, TONGBAI)
    assert found[TONGBAI, "C2"].mark == Mark.MET_LATE
    assert found[TONGBAI, "P1"].mark == Mark.MET
    assert found[TONGBAI, "C2"].met_on == found[TONGBAI, "P1"].met_on == DAY
    assert found[TONGBAI, "C2"].dates.due_on == date(2018, 5, 20)
    assert found[TONGBAI, "P1"].dates.due_on == date(2018, 5, 31)


def test_tongbai_submitted_alone_is_overdue_for_the_city_and_not_yet_for_the_province(on_day):
    """domain.md, trap 2."""
    with on_day(2018, 5, 15):
        take(started_plan(TONGBAI), Step.SUBMIT)
    found = owed(DAY, TONGBAI)
    assert found[TONGBAI, "C2"].mark == Mark.OVERDUE
    assert found[TONGBAI, "C2"].missing_acts == [Act.ISSUED, Act.FILED]
    assert found[TONGBAI, "P1"].mark == Mark.DUE_SOON


def test_an_ordinary_county_owes_the_drawing_up_and_is_never_late_for_not_filing(on_day):
    """domain.md, trap 3: 编制, 印发 and 备案 are three acts; ordinary counties have no filing duty."""
    with on_day(2018, 6, 9):
        take(started_plan(NANZHAO), Step.SUBMIT)
    found = owed(date(2018, 12, 31), NANZHAO)
    assert dated_acts(NANZHAO) == {"C1"}
    assert found[NANZHAO, "C1"].requirement.acts == [Act.DRAFTED]
    assert found[NANZHAO, "C1"].mark == Mark.MET
    assert Mark.OVERDUE not in {o.mark for o in found.values()}


def test_issuing_and_filing_are_two_days_and_a_supplement_undoes_neither(on_day):
    """domain.md, trap 4: 备案 can be sent back for supplements, not refused."""
    with on_day(2018, 5, 11):
        plan = take(started_plan(TONGBAI), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    take(plan, Step.ISSUE, day=date(2018, 5, 14))
    take(plan, Step.SEND, day=date(2018, 5, 16))
    before = owed(DAY, TONGBAI)[TONGBAI, "P1"]
    take(plan, Step.ASK_SUPPLEMENT)
    after = owed(DAY, TONGBAI)[TONGBAI, "P1"]
    assert before.act_dates[Act.ISSUED] == date(2018, 5, 14)
    assert before.act_dates[Act.FILED] == before.met_on == date(2018, 5, 16)
    assert (after.act_dates, after.mark) == (before.act_dates, Mark.MET)


def test_dengzhou_reports_to_the_province_and_owes_p2_not_c1():
    """domain.md, trap 5: the code's prefix is not the reporting line."""
    assert dated_acts(DENGZHOU) == {"P2"}
    assert owed(DAY, DENGZHOU)[DENGZHOU, "P2"].dates.due_on == date(2018, 6, 30)


def test_c1_binds_the_eleven_counties_of_nanyang_and_nobody_else():
    """domain.md, trap 5; decisions.md, "Who is bound"."""
    counties = set(Agency.objects.reporting_to(agency(NANYANG)).filing().values_list("code", flat=True))
    assert bound("C1") == counties - {TONGBAI}
    assert len(bound("C1")) == 11
    assert bound("C2") == {TONGBAI}


def test_there_are_eighteen_cities_with_jiyuan_and_ten_counties_of_the_province():
    """domain.md, trap 5."""
    reporting = Agency.objects.reporting_to(agency(PROVINCE))
    cities = set(reporting.filter(level=Level.CITY).values_list("code", flat=True))
    assert len(cities) == 18
    assert JIYUAN in cities
    direct = set(reporting.filter(level=Level.COUNTY).values_list("code", flat=True))
    assert len(direct) == 10
    assert bound("P2") == (cities | direct) - {NANYANG, ZHENGZHOU, SANMENXIA}
    assert len(bound("P2")) == 25


def test_four_pilots_lie_in_three_cities_and_all_seven_owe_p1():
    """domain.md, trap 6: 新密 and 登封 share 郑州."""
    group = AgencyGroup.objects.get(code="soil-pilots")
    assert set(group.agencies.values_list("code", flat=True)) == PILOTS
    assert {pilot.superior.code for pilot in group.agencies.all()} == {ZHENGZHOU, SANMENXIA, NANYANG}
    assert bound("P1") == PILOTS | {ZHENGZHOU, SANMENXIA, NANYANG}
    assert not bound("P1") & bound("P2")


def test_a_place_without_mines_owes_nothing_from_the_confirmed_day_on(on_day):
    """domain.md, trap 7: until then what was overdue is overdue."""
    with on_day(2018, 6, 25):
        declared = mine_free.declare(agency=agency(SHEQI), by=membership(SHEQI))
    with on_day(2018, 6, 27):
        mine_free.confirm(declaration=declared, by=membership(NANYANG, Role.REVIEWER))
    lifted = {"C1", "P0", "T1", "T2"}
    before, after = owed(date(2018, 6, 26), SHEQI), owed(date(2018, 6, 27), SHEQI)
    assert before[SHEQI, "C1"].mark == Mark.OVERDUE
    # The rows stay.
    assert {one for _code, one in after} == lifted
    assert {o.mark for o in after.values()} == {Mark.NOT_APPLICABLE}


def test_o2_keeps_both_readings_and_lists_mines_of_unknown_first_permit_apart():
    """domain.md, trap 10: 「2020年前」 is not 「2020年底」; decisions.md: unknown stays unknown."""
    mine(NANZHAO, first_permitted_on=date(2015, 1, 1))
    mine(NANZHAO, first_permitted_on=date(2018, 4, 16))
    mine(NANZHAO, first_permitted_on=date(2018, 4, 17))
    mine(NANZHAO)
    mine(NANZHAO, method="underground", first_permitted_on=date(2015, 1, 1))
    found = owed(DAY, NANZHAO, NANYANG)
    o1, o2 = found[NANZHAO, "O1"], found[NANZHAO, "O2"]
    assert (o2.dates.warn_on, o2.dates.due_on) == (date(2019, 12, 31), date(2020, 12, 31))
    assert (o2.tally.base, o2.tally.unknown) == (2, 1)
    assert (o1.tally.base, o1.tally.unknown) == (1, 1)
    assert o1.dates.all == []
    assert found[NANYANG, "O2"].tally.base == 2
    assert owed(date(2020, 1, 1), NANZHAO)[NANZHAO, "O2"].mark == Mark.WARNING
    assert owed(date(2021, 1, 1), NANZHAO)[NANZHAO, "O2"].mark == Mark.OVERDUE


def test_conditions_on_mines_bind_only_where_there_are_such_mines():
    """decisions.md, "Who is bound": O1 and O2 are shown for an agency that has such mines."""
    mine(NANZHAO, first_permitted_on=date(2015, 1, 1))
    assert bound("O2") == {NANZHAO, NANYANG}
    assert bound("O1") == set()


def test_functional_zones_owe_nothing():
    """domain.md, trap 15: no document names them; they count inside their city."""
    assert set(Agency.objects.values_list("code", flat=True)) >= ZONES
    assert not ZONES & {code for code, _one in owed()}


def test_a_bureau_has_the_name_of_the_day():
    """domain.md, trap 16."""
    city = agency(NANYANG)
    assert city.bureau_name(date(2018, 5, 25)) == "南阳市国土资源局"
    assert city.bureau_name(date(2019, 2, 28)) == "南阳市国土资源局"
    assert city.bureau_name(date(2019, 3, 1)) == "南阳市自然资源和规划局"


def test_two_texts_name_different_issuers_of_one_document_and_both_stand():
    """domain.md, trap 17: six in the one, five in the other."""
    plan = PolicyDocument.objects.get(number="豫国土资发〔2018〕19号")
    stated = {one.stated_in.number: len(one.names) for one in plan.issuer_lists.all()}
    assert stated == {"豫国土资办发〔2018〕38号": 6, "宛国资办〔2018〕25号": 5}
    assert documents.issuers_disagree(plan)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("豫国资办发（2018）38号", "豫国土资办发〔2018〕38号"),
        ("豫国土资办发[2018]38号", "豫国土资办发〔2018〕38号"),
        ("任务清单", "豫环攻坚办〔2018〕64号"),
        ("责任清单", "豫环攻坚办〔2018〕64号"),
    ],
)
def test_a_document_is_found_by_every_spelling_on_file(typed, number):
    """domain.md, trap 17 and section 1."""
    user = SimpleNamespace(acting=membership(NANZHAO))
    assert [one.number for one in documents.documents(user, as_of=DAY, search=typed)] == [number]


def test_every_deadline_carries_its_sentence_and_document():
    """domain.md, trap 18; the city notice has no headings, so no section."""
    for obligation in owed().values():
        clause = obligation.requirement.clause
        assert clause.wording
        assert clause.document.number
    assert owed(DAY, TONGBAI)[TONGBAI, "C2"].requirement.clause.section == ""
    assert owed(DAY, TONGBAI)[TONGBAI, "P1"].requirement.clause.section == "二"


def test_before_a_document_s_day_its_obligations_do_not_exist():
    assert owed(date(2018, 4, 16)) == {}
    assert dated_acts(TONGBAI, on=date(2018, 4, 17)) == {"P1"}
    assert dated_acts(TONGBAI, on=date(2018, 4, 27)) == {"P1"}
    assert dated_acts(TONGBAI, on=date(2018, 4, 28)) == {"P1", "C2"}


@pytest.mark.parametrize(
    ("by", "governs", "mark"),
    [(NANYANG, False, Mark.OVERDUE), (PROVINCE, True, Mark.UPCOMING)],
)
def test_only_the_issuer_or_one_above_moves_a_date(by, governs, mark):
    """A city cannot extend the province's date; its decision is kept and shown."""
    extended("P1", by=by, for_=TONGBAI, to=date(2018, 6, 15))
    found = owed(date(2018, 6, 1), TONGBAI)[TONGBAI, "P1"]
    assert found.mark == mark
    assert found.dates.due_on == date(2018, 5, 31)
    assert found.dates.extended_to == (date(2018, 6, 15) if governs else None)
    assert [decision.governs for decision in found.decisions] == [governs]


@pytest.mark.parametrize("by", [NANYANG, PROVINCE])
def test_the_city_s_own_date_is_extended_by_the_city_and_by_the_province(by):
    extended("C2", by=by, for_=TONGBAI, to=date(2018, 5, 30))
    assert owed(DAY, TONGBAI)[TONGBAI, "C2"].mark == Mark.WARNING
    assert owed(date(2018, 5, 31), TONGBAI)[TONGBAI, "C2"].mark == Mark.OVERDUE


def test_an_internal_date_warns_and_never_makes_overdue():
    extended("C1", by=NANYANG, for_=NANZHAO, to=date(2018, 5, 20), kind="internal_date")
    found = owed(DAY, NANZHAO)[NANZHAO, "C1"]
    assert found.mark == Mark.WARNING
    assert found.dates.internal_on == date(2018, 5, 20)


def test_the_windows_bind_whom_they_name_and_ask_for_nothing():
    """domain.md section 2: three kinds of record; S1 comes before any due date."""
    windows = {window.code: window for window in InspectionWindow.objects.all()}
    named = {
        code: {one.code for one in Agency.objects.all() if window.binds(one)}
        for code, window in windows.items()
    }
    assert named["S1"] == {ZHENGZHOU, SANMENXIA, NANYANG}
    assert len(named["S2"]) == 12
    assert named["S3"] == PILOTS
    assert windows["S3"].when(DAY) == "undated"
    assert windows["S1"].ends_on < min(o.dates.due_on for o in owed().values() if o.dates.due_on)


def test_another_notice_binds_whom_it_says(tmp_path):
    """Policy is data: a further file changes the answer and no code does."""
    notice = {
        "number": "宛国土资[2018]99号",
        "programme": "green-mines-2018",
        "title": "示例通知",
        "issuer": "411300",
        "signed_on": "2018-05-20",
        "clauses": [
            {
                "code": "X1",
                "wording": "应在8月底前完成",
                "requirements": [
                    {
                        "code": "X1",
                        "summary": "示例",
                        "kind": "acts",
                        "acts": ["issued"],
                        "due_on": "2018-08-31",
                        "addressees": [
                            {"selector": "agency", "agency": NANZHAO},
                            {"selector": "agency", "agency": TONGBAI},
                            {"selector": "group", "group": "soil-pilots", "excluded": True},
                        ],
                    }
                ],
            }
        ],
    }
    assert bound("X1") == set()
    (tmp_path / "documents.json").write_text(json.dumps([notice]), encoding="utf-8")
    call_command("load_reference", "--from", str(tmp_path), verbosity=0, stdout=StringIO())
    assert bound("X1") == {NANZHAO}
    found = owed(date(2018, 9, 1), NANZHAO)[NANZHAO, "X1"]
    assert found.mark == Mark.OVERDUE
    assert found.requirement.clause.document.number == "宛国土资〔2018〕99号"


def test_a_changed_date_in_the_data_changes_the_mark():
    Requirement.objects.filter(code="C2").update(warn_on=None, due_on=date(2018, 7, 1))
    assert owed(DAY, TONGBAI)[TONGBAI, "C2"].mark == Mark.UPCOMING


def test_a_county_and_the_province_are_answered_with_as_many_queries():
    counted = {}
    for code in (NANZHAO, PROVINCE):
        with CaptureQueriesContext(connection) as queries:
            all_obligations(day_of(DAY, code))
        counted[code] = len(queries)
    assert counted[NANZHAO] == counted[PROVINCE]
