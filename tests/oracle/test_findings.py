"""Small histories, each with one figure that was once wrong: worked out by hand, said by the oracle, and asked of
the program. README.md names the finding that each expresses and what the program answered."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.oracle import program
from tests.oracle.comparing import OBLIGATION_KEYS, plain
from tests.oracle.oracle import Oracle
from tests.oracle.plans import Row
from tests.oracle.telling import (
    CITY,
    COUNTY,
    FREE,
    OTHER,
    PIT,
    REMOVED,
    SMALL,
    Told,
    fact,
    mine,
    plan,
    verified,
)

pytestmark = pytest.mark.usefixtures("reference")
TODAY = date(2021, 3, 1)


@dataclass
class Answers:
    """The same question to both, as plain values."""

    oracle: Oracle

    def obligation(self, on: date, agency: str, requirement: str) -> tuple[dict | None, dict | None]:
        both = self.oracle.obligations(on, agency), program.obligations(on, agency, today=TODAY)
        rows = [
            [row for row in plain(answer) if (row["agency"], row["requirement"]) == (agency, requirement)]
            for answer in both
        ]
        first, second = (
            {name: row[0].get(name) for name in OBLIGATION_KEYS} if row else None for row in rows
        )
        return first, second

    def progress(self, on: date, agency: str, base: str = "plan", part: str = "rows") -> tuple:
        asked = (on, agency, "verified", base, "T1")
        return plain(self.oracle.progress(*asked))[part], program.progress(*asked, today=TODAY)[part]

    def table(self, on: date, file: Path, agency: str = COUNTY) -> tuple[dict, dict]:
        rows = {row.mine: row for row in self.oracle.breakdown(on, agency)["rows"]}
        return rows, program.breakdown_of_county(on, agency, file, today=TODAY)["read"]

    def check(self, on: date, agency: str = COUNTY) -> tuple[dict, dict]:
        return self.oracle.check(on, agency), program.check(on, agency, today=TODAY)


def tell(*facts: Told) -> Answers:
    """Record all of them; the program must take each."""
    for recorded_on, one in sorted(facts, key=lambda told: told[0]):
        assert program.record(recorded_on, one), one
    return Answers(Oracle(sorted(facts, key=lambda told: told[0]), today=TODAY))


# Finding 1: the register of mines has days


def test_a_mine_that_enters_later_is_not_in_scope_before():
    answers = tell(mine("2018-05-02", "甲矿", **PIT), mine("2020-12-01", "乙矿", **PIT))
    expected, got = answers.progress(date(2018, 5, 25), COUNTY)
    assert [row["in_scope"] for row in expected] == [1]
    assert [row["in_scope"] for row in got] == [1]


def test_a_mine_that_enters_later_is_no_existing_pit_before():
    answers = tell(mine("2018-05-02", "甲矿", **PIT), mine("2020-12-01", "乙矿", **PIT))
    expected, got = answers.obligation(date(2018, 5, 25), COUNTY, "O2")
    assert expected["base"] == 1
    assert got == expected


def test_a_mine_that_enters_a_register_without_mines_ends_the_declaration_on_its_own_day():
    """Recorded in August, there since June."""
    answers = tell(
        fact("2018-05-03", "mine_free_declared", FREE),
        fact("2018-05-09", "mine_free_confirmed", FREE),
        fact("2018-06-12", "mine", FREE, "2018-08-01", mine="甲矿", **PIT),
    )
    for on, mark in ((date(2018, 6, 11), "not_applicable"), (date(2018, 6, 12), "warning")):
        expected, got = answers.obligation(on, FREE, "C1")
        assert expected["mark"] == mark
        assert got == expected


# Finding 2


def test_o2_is_met_when_the_pit_of_unknown_age_is_done_too():
    unknown = {name: value for name, value in PIT.items() if name != "first_permitted_on"}
    answers = tell(
        mine("2018-05-02", "甲矿", **PIT),
        mine("2018-05-02", "乙矿", **unknown),
        *plan("2018-05-03", "甲矿", "乙矿"),
        verified("2019-10-01", "甲矿"),
        verified("2020-02-01", "乙矿"),
    )
    expected, got = answers.obligation(date(2021, 1, 1), COUNTY, "O2")
    assert (expected["base"], expected["done"]) == (1, 1)
    assert (expected["mark"], expected["met_on"]) == ("met", "2020-02-01")
    assert got == expected


# Findings 3 and 8


@pytest.fixture
def changed() -> Answers:
    return tell(
        mine("2018-05-02", "甲矿", **PIT),
        mine("2018-05-02", "乙矿", **PIT),
        *plan("2018-05-03", "甲矿", "乙矿"),
        fact("2018-05-10", "accepted"),
        REMOVED,
        mine("2019-05-02", "丙矿", **PIT),
        fact(
            "2019-05-16",
            "entered",
            mine="丙矿",
            reason="新设。",
            tier="stretch",
            planned_completion="2020年6月",
        ),
    )


def test_the_table_strikes_out_what_was_removed_and_adds_what_was_entered(changed, tmp_path):
    expected, got = changed.table(date(2020, 12, 31), tmp_path / "table.xlsx")
    assert expected == {
        "甲矿": Row("甲矿", "removed", "baseline", date(2019, 6, 30)),
        "乙矿": Row("乙矿", "kept", "baseline", date(2019, 6, 30)),
        "丙矿": Row("丙矿", "entered", "stretch", date(2020, 6, 30)),
    }
    assert got == expected


def test_a_change_counts_from_its_approval(changed, tmp_path):
    for on, planned in ((date(2019, 3, 19), 2), (date(2019, 3, 20), 1), (date(2019, 5, 16), 2)):
        expected, got = changed.progress(on, COUNTY)
        assert (expected[0]["planned"], expected[0]["planned_original"]) == (planned, 2)
        assert (got[0]["planned"], got[0]["planned_original"]) == (planned, 2)


def test_the_workbooks_count_what_progress_counts(changed, tmp_path):
    on, file = date(2019, 4, 1), tmp_path / "table.xlsx"
    expected, _got = changed.progress(on, CITY, part="total")
    assert expected["planned"] == 1
    assert program.breakdown(on, COUNTY, file, today=TODAY).get("planned") == 1
    assert program.breakdown(on, CITY, file, today=TODAY).get("planned") == 1


# Findings 7 and 12


@pytest.fixture
def taken_back() -> Answers:
    """Submitted on 8 May with one mine, taken back on 10 May, and since with two in the working copy."""
    return tell(
        mine("2018-05-02", "甲矿", **PIT),
        mine("2018-05-02", "乙矿", **PIT),
        *plan("2018-05-08", "甲矿"),
        fact("2018-05-10", "taken_back"),
        fact("2018-05-11", "task", mine="乙矿", tier="baseline", planned_completion="2020年10月"),
    )


def test_a_version_that_was_taken_back_is_in_the_table_on_the_days_it_spoke(taken_back, tmp_path):
    for on, names in ((date(2018, 5, 9), ["甲矿"]), (date(2018, 5, 10), []), (TODAY, ["乙矿", "甲矿"])):
        expected, got = taken_back.table(on, tmp_path / "table.xlsx")
        assert sorted(expected) == names
        # No version spoke: the empty table, with the register's mines to be filled in, has no draft in it.
        assert {name for name, row in got.items() if row.status == "drafted"} == set(names)


def test_the_self_check_of_a_past_day_reads_the_version_that_spoke(taken_back):
    expected, got = taken_back.check(date(2018, 5, 9))
    assert expected["scope_left_out"] == ["乙矿"]
    assert got.get("scope_left_out") == ["乙矿"]


def test_the_self_check_says_that_no_version_spoke(taken_back):
    expected, got = taken_back.check(date(2018, 5, 10))
    assert expected == {"no_version": []}
    assert list(got) == ["no_version"]


def test_the_self_check_of_today_reads_the_working_copy(taken_back):
    expected, got = taken_back.check(TODAY)
    assert expected["open_pit_after_strict"] == ["乙矿"]
    assert got.get("open_pit_after_strict") == ["乙矿"]


# Finding 9


def test_what_places_must_reach_counts_the_city_s_own_tasks():
    """3 of the city and 5 of a county: 2 + 3, where the whole must reach 4."""
    own, below = [f"市{n}矿" for n in range(3)], [f"县{n}矿" for n in range(5)]
    answers = tell(
        *(mine("2018-05-02", name, CITY, **SMALL) for name in own),
        *(mine("2018-05-02", name, **SMALL) for name in below),
        *plan("2018-05-03", *below),
        fact("2018-05-10", "accepted"),
        *plan("2018-05-11", *own, agency=CITY),
    )
    expected, got = answers.progress(date(2018, 5, 25), CITY, part="total")
    assert (expected["planned"], expected["required"], expected["required_of_places"]) == (8, 4, 5)
    assert got["required_of_places"] == 5


# Finding 11


def test_an_emptied_target_is_met_since_it_was_emptied():
    answers = tell(
        mine("2018-05-02", "甲矿", **SMALL),
        *plan("2018-05-03", "甲矿"),
        fact("2018-05-10", "accepted"),
        REMOVED,
    )
    on = date(2020, 1, 1)
    expected, got = answers.obligation(on, COUNTY, "T1")
    assert (expected["mark"], expected["base"], expected["met_on"]) == ("met", 0, "2019-03-20")
    assert got == expected
    expected, got = answers.progress(on, COUNTY)
    assert (expected[0]["met"], expected[0]["met_on"]) == (True, "2019-03-20")
    assert got == expected
    expected, got = answers.progress(on, COUNTY, part="total")
    assert (expected["base"], expected["slack"], expected["met"]) == (0, 0, True)
    assert got == expected


# Finding 13


def test_a_corrected_day_takes_the_place_of_the_first():
    answers = tell(
        *plan("2018-05-03"),
        fact("2018-05-10", "accepted"),
        fact("2018-05-12", "issued", number="示国土资〔2018〕1号"),
        fact("2018-05-15", "filed"),
        fact("2018-05-14", "day_corrected", recorded_on="2018-06-01", step="issued", reason="写错。"),
    )
    expected, got = answers.obligation(date(2018, 6, 1), COUNTY, "P0")
    assert expected["act_dates"] == {"drafted": "2018-05-03", "issued": "2018-05-14", "filed": "2018-05-15"}
    assert got == expected


# Finding 14


def test_base_in_scope_counts_mines_of_the_scope_alone():
    answers = tell(
        mine("2018-05-02", "甲矿", **PIT),
        mine("2018-05-02", "乙矿", **SMALL),
        *plan("2018-05-03", "甲矿", "乙矿"),
        fact("2018-05-10", "accepted"),
        verified("2019-01-10", "甲矿"),
        verified("2019-01-11", "乙矿"),
    )
    for part in ("rows", "total"):
        expected, got = answers.progress(date(2020, 1, 1), COUNTY, "in_scope", part)
        row = expected if part == "total" else expected[0]
        assert (row["base"], row["done"], row["slack"], row["met"]) == (1, 1, 0, True)
        assert got == expected


def test_base_in_scope_needs_no_plan_and_may_be_nought():
    answers = tell(mine("2018-05-02", "甲矿", **PIT), mine("2018-05-02", "乙矿", OTHER, **SMALL))
    for agency, base, slack, met in ((COUNTY, 1, -1, False), (OTHER, 0, 0, True)):
        expected, got = answers.progress(date(2020, 1, 1), agency, "in_scope")
        row = expected[0]
        assert (row["planned"], row["base"], row["done"], row["slack"], row["met"]) == (
            None,
            base,
            0,
            slack,
            met,
        )
        assert got == expected


# Finding 17


def test_a_condition_on_mines_has_no_row_without_such_mines():
    """A pit of unknown age may be a new one; of known ones there is none."""
    answers = tell(mine("2018-05-02", "甲矿", method="open_pit"))
    assert answers.obligation(date(2018, 5, 25), COUNTY, "O1") == (None, None)


def test_the_head_of_a_branch_is_not_below_itself():
    answers = tell(
        mine("2018-05-02", "甲矿", **SMALL),
        mine("2018-05-02", "乙矿", CITY, **SMALL),
        *plan("2018-05-03", "甲矿"),
        fact("2018-05-10", "accepted"),
        *plan("2018-05-11", "乙矿", agency=CITY),
    )
    expected, got = answers.progress(date(2018, 5, 25), CITY, part="total")
    assert expected["places_below"] == ["方城县"]
    assert got["places_below"] == ["方城县"]


# Not in the list of findings


def test_a_mine_taken_in_again_stands_in_the_table_as_its_entry_says(tmp_path):
    answers = tell(
        mine("2018-05-02", "甲矿", **SMALL),
        *plan("2018-05-03", "甲矿"),
        fact("2018-05-10", "accepted"),
        REMOVED,
        fact(
            "2019-06-03",
            "entered",
            mine="甲矿",
            reason="复产。",
            tier="stretch",
            planned_completion="2020年6月",
        ),
    )
    expected, got = answers.table(date(2020, 1, 1), tmp_path / "table.xlsx")
    assert expected == {"甲矿": Row("甲矿", "kept", "stretch", date(2020, 6, 30))}
    assert (got["甲矿"].tier, got["甲矿"].planned_on) == ("stretch", date(2020, 6, 30))


def test_without_a_target_it_is_not_known_what_is_done_of_it():
    """docs/commands.md: what is unknown is null, never 0. The rows of `progress` say so."""
    answers = tell(mine("2018-05-02", "甲矿", **PIT))
    on = date(2018, 5, 25)
    expected, got = answers.progress(on, COUNTY, part="total")
    assert (expected["planned"], expected["done"]) == (None, None)
    assert got["done"] is None
    expected, got = answers.obligation(on, COUNTY, "T1")
    assert (expected["base"], expected["done"]) == (None, None)
    assert got == expected


def test_an_extension_that_does_not_govern_moves_nothing():
    """decisions.md, "Who files": it governs the mark only if the grantor is the issuer or above it."""
    keys = {"requirement": "T1", "grantor": CITY, "on_date": "2020-03-31", "reason": "示例"}
    answers = tell(fact("2019-12-01", "extension", **keys))
    expected, got = answers.obligation(date(2020, 1, 1), COUNTY, "T1")
    assert (expected["due_on"], expected["extended_to"], expected["mark"]) == ("2019-12-31", None, "overdue")
    assert got == expected


def test_a_mine_handed_to_where_nobody_has_a_plan_stays_in_the_original_target():
    answers = tell(
        mine("2018-05-02", "甲矿", **PIT),
        mine("2018-05-02", "乙矿", **PIT),
        *plan("2018-05-09", "甲矿", "乙矿"),
        fact("2018-05-24", "accepted"),
        fact("2018-06-19", "removed", mine="甲矿", reason="关闭。"),
        fact("2019-02-25", "mine_changed", mine="甲矿", managed_by=OTHER),
    )
    expected, got = answers.progress(date(2019, 12, 31), CITY, "plan_original", "total")
    assert (expected["base"], expected["planned"]) == (2, 1)
    assert (got["base"], got["planned"]) == (2, 1)
