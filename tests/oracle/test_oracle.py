"""The oracle itself, by cases that were worked out by hand. Nothing of the program runs here."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.oracle.obligations import mark
from tests.oracle.oracle import PROVINCE, Oracle
from tests.oracle.planned import last_day
from tests.oracle.plans import Row
from tests.oracle.reference import read_reference
from tests.oracle.standing import reached_on, required_of
from tests.oracle.telling import (
    CITY,
    COUNTY,
    OTHER,
    PILOT,
    PIT,
    REMOVED,
    SMALL,
    ZONE,
    fact,
    mine,
    plan,
    verified,
)

TODAY = date(2021, 3, 1)


def told(*facts) -> Oracle:
    return Oracle(sorted(facts, key=lambda one: one[0]), today=TODAY)


def row_of(oracle: Oracle, on: date, agency: str, base: str = "plan", criterion: str = "verified") -> dict:
    return oracle.progress(on, agency, criterion, base)["rows"][0]


def obligation(oracle: Oracle, on: date, agency: str, requirement: str) -> dict:
    rows = oracle.obligations(on, agency)
    return next(row for row in rows if (row["agency"], row["requirement"]) == (agency, requirement))


def test_the_oracle_runs_without_the_program():
    program = {"django", "tasks", "agencies", "greenmine"}
    code = f"import sys, tests.oracle.oracle; sys.exit(bool({program} & {{m.split('.')[0] for m in sys.modules}}))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


@pytest.mark.parametrize(
    ("requirement", "count"), [("C1", 11), ("C2", 1), ("P1", 7), ("P2", 25), ("T1", 175), ("P0", 175)]
)
def test_how_many_are_bound(requirement, count):
    """decisions.md, "Who is bound"; 18 cities and 157 counties draw up plans."""
    reference = read_reference()
    bound = [
        one for one in reference.agencies if reference.is_bound(reference.requirements[requirement], one)
    ]
    assert len(bound) == count


def test_nanyang_is_due_in_may_and_dengzhou_in_june():
    """domain.md, traps 1 and 5."""
    reference = read_reference()
    bound = {
        code: {name for name, one in reference.requirements.items() if reference.is_bound(one, code)}
        for code in (CITY, "411381", ZONE)
    }
    assert {"P1", "P2", "C1"} & bound[CITY] == {"P1"}
    assert {"P1", "P2", "C1"} & bound["411381"] == {"P2"}
    assert not bound[ZONE]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019年6月", date(2019, 6, 30)),
        ("2019年第四季度", date(2019, 12, 31)),
        ("2020年2月29日", date(2020, 2, 29)),
        ("2019年上半年", date(2019, 6, 30)),
        ("2020年底", date(2020, 12, 31)),
        ("", None),
    ],
)
def test_a_period_means_its_last_day(text, day):
    assert last_day(text) == day


@pytest.mark.parametrize(
    ("on", "word"),
    [
        ("2018-05-02", "upcoming"),
        ("2018-05-03", "due_soon"),
        ("2018-05-10", "due_soon"),
        ("2018-05-11", "warning"),
        ("2018-05-20", "warning"),
        ("2018-05-21", "overdue"),
    ],
)
def test_a_date_s_own_day_is_still_in_time(on, word):
    strict, due = date(2018, 5, 10), date(2018, 5, 20)
    assert mark(date.fromisoformat(on), [strict, None], due, None) == word
    assert mark(date(2018, 6, 1), [strict], due, due) == "met"
    assert mark(date(2018, 6, 1), [strict], due, date(2018, 5, 21)) == "met_late"


def test_issued_and_filed_on_25_may_is_late_for_the_city_and_on_time_for_the_province():
    """domain.md, trap 2."""
    oracle = told(
        *plan("2018-05-12", agency=PILOT),
        fact("2018-05-25", "issued", PILOT, number="桐国土资〔2018〕12号"),
        fact("2018-05-25", "filed", PILOT),
    )
    on = date(2018, 5, 26)
    assert obligation(oracle, on, PILOT, "C2")["mark"] == "met_late"
    assert obligation(oracle, on, PILOT, "P1")["mark"] == "met"
    assert obligation(oracle, date(2018, 5, 24), PILOT, "P1")["act_dates"] == {
        "drafted": date(2018, 5, 12),
        "issued": None,
        "filed": None,
    }


def test_what_was_taken_back_is_drafted_only_until_then():
    oracle = told(
        *plan("2018-05-08"),
        fact("2018-05-10", "taken_back"),
        fact("2018-05-15", "submitted", channel="paper"),
    )
    days = (date(2018, 5, 9), date(2018, 5, 10), date(2018, 5, 15))
    drafted = [obligation(oracle, on, COUNTY, "C1")["met_on"] for on in days]
    assert drafted == [date(2018, 5, 8), None, date(2018, 5, 15)]


def test_a_share_is_rounded_up_to_whole_mines():
    assert [required_of(count, 50) for count in (0, 1, 4, 5)] == [0, 1, 2, 3]
    days = [date(2019, 1, 1), date(2019, 2, 2)]
    assert reached_on(days, 2) == date(2019, 2, 2)
    assert reached_on(days, 3) is None


def test_done_begins_anew_after_a_delisting():
    stages = [("verified", "2019-02-01"), ("listed", "2019-03-01"), ("delisted", "2019-06-01")]
    oracle = told(
        mine("2018-05-02", "甲矿", **PIT),
        *plan("2018-05-03", "甲矿"),
        fact("2018-05-10", "accepted"),
        *(fact(day, name, mine="甲矿", reference="示例") for name, day in stages),
        verified("2020-02-01", "甲矿"),
    )
    days = [date(2019, 1, 31), date(2019, 2, 1), date(2019, 6, 1), date(2020, 2, 1)]
    assert [row_of(oracle, on, COUNTY)["done"] for on in days] == [0, 1, 0, 1]
    assert [row_of(oracle, on, COUNTY, criterion="listed")["done"] for on in days] == [0, 0, 0, 0]
    assert row_of(oracle, date(2020, 3, 1), COUNTY)["met_on"] == date(2020, 2, 1)
    assert obligation(oracle, date(2019, 3, 1), COUNTY, "T1")["met_on"] == date(2019, 2, 1)


def test_a_change_of_the_register_leaves_the_days_before_it():
    """Recorded late, it holds for all later days too."""
    oracle = told(
        mine("2018-05-02", "甲矿", **PIT),
        fact("2019-06-01", "mine_changed", mine="甲矿", method="underground"),
        fact("2019-01-01", "mine_changed", recorded_on="2019-07-01", mine="甲矿", method="combined"),
        fact("2020-01-01", "mine_changed", mine="甲矿", managed_by=ZONE, new_name="新甲矿"),
    )
    pits = [row_of(oracle, date(year, 12, 31), COUNTY)["in_scope"] for year in (2018, 2019, 2020)]
    assert pits == [1, 1, 0]
    assert [row_of(oracle, date(year, 12, 31), CITY)["in_scope"] for year in (2018, 2019, 2020)] == [1, 1, 1]
    oracle = told(
        mine("2018-05-02", "甲矿", **PIT),
        fact("2019-06-01", "mine_changed", mine="甲矿", method="underground"),
    )
    assert [row_of(oracle, date(2019, 5, 31), COUNTY)["in_scope"]] == [1]
    assert [row_of(oracle, date(2019, 6, 1), COUNTY)["in_scope"]] == [0]


def test_corrections_put_the_right_day_in_the_place_of_the_wrong():
    oracle = told(
        mine("2018-05-02", "甲矿", **PIT),
        *plan("2018-05-03", "甲矿"),
        fact("2018-05-10", "accepted"),
        fact("2018-05-12", "issued", number="示国土资〔2018〕1号"),
        fact("2018-05-11", "day_corrected", recorded_on="2018-06-01", step="issued", reason="写错。"),
        verified("2019-02-01", "甲矿"),
        fact("2019-01-15", "stage_corrected", recorded_on="2019-03-01", mine="甲矿", stage="verified"),
    )
    assert obligation(oracle, date(2018, 5, 11), COUNTY, "P0")["act_dates"]["issued"] == date(2018, 5, 11)
    assert row_of(oracle, date(2019, 1, 15), COUNTY)["done"] == 1
    withdrawn = {"fact": "stage_corrected", "agency": COUNTY, "mine": "甲矿", "stage": "verified"}
    oracle.record(date(2019, 4, 1), withdrawn | {"withdrawn": True, "reason": "误登。"})
    assert row_of(oracle, date(2019, 2, 1), COUNTY)["done"] == 0


@pytest.fixture
def city() -> Oracle:
    """The city freezes a county's plan on 20 May; the county's own comes into force on 10 June; another county's
    task stands in the city's plan alone, and its zone's mine enters it."""
    return told(
        mine("2018-05-02", "甲矿", **PIT),
        mine("2018-05-02", "乙矿", OTHER, **PIT),
        mine("2018-05-02", "市矿", CITY, **SMALL),
        mine("2018-05-02", "区矿", ZONE, **PIT),
        *plan("2018-05-08", "甲矿"),
        *plan("2018-05-09", "乙矿", agency=OTHER),
        *plan("2018-05-20", "市矿", agency=CITY)[:-1],
        fact("2018-05-20", "counties", CITY),
        fact("2018-05-20", "released", CITY),
        fact("2018-06-10", "accepted"),
        fact("2019-04-01", "entered", ZONE, mine="区矿", reason="新设。", tier="stretch"),
    )


def test_a_city_s_target_is_its_own_lines_and_what_it_froze_of_the_counties(city):
    rows = {row["agency"]: row for row in city.progress(date(2018, 5, 21), CITY)["rows"]}
    assert rows[CITY]["planned"] == rows[CITY]["planned_original"] == 3
    assert rows[COUNTY]["planned"] is None
    assert row_of(city, date(2019, 4, 1), CITY)["planned"] == 4
    assert row_of(city, date(2019, 4, 1), CITY)["planned_original"] == 3


def test_the_whole_counts_each_task_once_by_who_speaks_for_it(city):
    total = city.progress(date(2019, 4, 1), PROVINCE)["total"]
    # 甲矿 by its county; 乙矿, 市矿 and the zone's by the city: 1 + 2 where the whole needs 2.
    assert (total["planned"], total["required"], total["required_of_places"]) == (4, 2, 3)
    assert total["places_below"] == ["南阳市", "方城县"]
    assert city.progress(date(2019, 4, 1), CITY)["total"]["places_below"] == ["方城县"]


def test_a_revision_begins_with_the_target_as_it_is():
    oracle = told(
        mine("2018-05-02", "甲矿", **PIT),
        mine("2018-05-02", "乙矿", **PIT),
        *plan("2018-05-03", "甲矿", "乙矿"),
        fact("2018-05-10", "accepted"),
        REMOVED,
        fact("2019-04-01", "started", comment="目标调整。"),
        fact("2019-04-02", "submitted", channel="paper"),
        fact("2019-04-05", "accepted"),
    )
    kept = Row("乙矿", "kept", "baseline", date(2019, 6, 30))
    before = oracle.breakdown(date(2019, 4, 4), COUNTY)
    assert before["planned"] == 1
    struck_out = Row("甲矿", "removed", "baseline", date(2019, 6, 30))
    assert before["rows"] == [kept, struck_out]
    # The new version does not hold it; the table goes on saying how 2 became 1.
    assert oracle.breakdown(date(2019, 4, 5), COUNTY) == {
        "planned": 1,
        "drafted": 0,
        "rows": [kept, struck_out],
    }
    assert row_of(oracle, date(2019, 4, 5), COUNTY)["planned_original"] == 2


def test_a_target_is_empty_since_the_last_mine_left_it():
    oracle = told(
        mine("2018-05-02", "甲矿", **PIT),
        *plan("2018-05-03", "甲矿"),
        fact("2018-05-10", "accepted"),
        REMOVED,
        *plan("2018-05-03", agency=OTHER),
        fact("2018-05-11", "accepted", OTHER),
    )
    on = date(2020, 2, 1)
    assert (row_of(oracle, on, COUNTY)["base"], row_of(oracle, on, COUNTY)["met_on"]) == (
        0,
        date(2019, 3, 20),
    )
    # A paper without a mine: empty from the day on which it came into force.
    assert obligation(oracle, on, OTHER, "T1")["met_on"] == date(2018, 5, 11)
    assert row_of(oracle, on, COUNTY, "plan_original")["met"] is False
    assert row_of(oracle, on, OTHER, "plan_original")["met_on"] is None


def test_nothing_is_met_before_the_checkpoint_s_day_has_ended(city):
    for on, met in ((date(2019, 12, 31), None), (date(2020, 1, 1), False)):
        assert row_of(city, on, CITY)["met"] is met
        assert city.progress(on, CITY)["total"]["met"] is met


def test_the_self_check_names_what_is_missing():
    keys = {"tier": "baseline", "planned_completion": "2021年"}
    oracle = told(
        *(mine("2018-05-02", name, **PIT) for name in ("甲矿", "乙矿", "丙矿")),
        fact("2018-05-03", "started"),
        fact("2018-05-03", "task", mine="甲矿", **keys),
        fact("2018-05-03", "task", mine="乙矿"),
        fact("2018-05-04", "submitted", channel="paper"),
    )
    assert oracle.check(date(2018, 5, 3), COUNTY) == {"no_version": []}
    assert oracle.check(date(2018, 5, 4), COUNTY) == {
        "task_without_tier": ["乙矿"],
        "task_without_date": ["乙矿"],
        "task_after_end": ["甲矿"],
        "open_pit_after_strict": ["甲矿"],
        "scope_left_out": ["丙矿"],
        "overview_empty": [],
        "checkpoint_missed": [],
    }
