"""The demo's story, told to the oracle too: every figure of the commands must be the oracle's."""

from datetime import date

import pytest

from tests.oracle import program
from tests.oracle.demo import BASES, CRITERIA, IN_FULL, MONTH_ENDS, TODAY
from tests.oracle.oracle import PROVINCE

# Only a marked test has a database made for it.
pytestmark = pytest.mark.django_db
# A submission that waits, the demo's own day, the middle and the end.
FEW_DAYS = [date(2018, 5, 9), date(2018, 5, 25), date(2019, 6, 30), date(2020, 12, 31)]
# The first days on which the checkpoints' own have ended.
EDGES = [date(2020, 1, 1), date(2021, 1, 1)]


def test_obligations(oracle, comparison):
    for on in sorted({*MONTH_ENDS, *FEW_DAYS, *EDGES}):
        got = program.obligations(on, PROVINCE, today=TODAY)
        comparison.obligations((on,), oracle.obligations(on), got)
    assert comparison.told > 70_000
    assert comparison.agrees, comparison.report()


@pytest.mark.parametrize("base", BASES)
def test_progress_of_the_province(oracle, comparison, base):
    for number, on in enumerate([*MONTH_ENDS, *EDGES]):
        standing = oracle.standing(on)
        # The original target and the quota differ from the plan in few cells: one criterion a day, in turn.
        in_turn = base in ("plan_original", "quota") and on not in EDGES and not IN_FULL
        for criterion in (CRITERIA[number // 2 % 3],) if in_turn else CRITERIA:
            for point in ("T1", "T2") if IN_FULL or on in EDGES else (("T1", "T2")[number % 2],):
                asked = (on, PROVINCE, criterion, base, point)
                got = program.progress(*asked, today=TODAY)
                comparison.progress(asked, oracle.progress(*asked, standing=standing), got)
    assert comparison.told > 20_000
    assert comparison.agrees, comparison.report()


def test_progress_of_cities_and_counties(oracle, comparison):
    """What a branch comes to is asked of its head: rows alone do not show it."""
    for on in FEW_DAYS:
        standing = oracle.standing(on)
        for number, code in enumerate(oracle.history.plans):
            for base in BASES if IN_FULL else {BASES[number % 4], "plan"}:
                asked = (on, code, "verified", base, "T1")
                expected = oracle.progress(*asked, standing=standing)
                comparison.progress(asked, expected, program.progress(*asked, today=TODAY))
    assert comparison.told > 2_000
    assert comparison.agrees, comparison.report()


def test_breakdown_of_counties(oracle, comparison, tmp_path):
    for on in [*FEW_DAYS, TODAY]:
        standing = oracle.standing(on)
        for code in oracle.history.plans:
            if oracle.history.reference.agencies[code].level == "county":
                expected = oracle.breakdown(on, code, standing=standing)
                got = program.breakdown_of_county(on, code, tmp_path / "breakdown.xlsx", today=TODAY)
                comparison.breakdown((on, code), expected, got)
    assert comparison.told > 1_000
    assert comparison.agrees, comparison.report()


def test_breakdown_of_cities_holds_what_progress_counts(oracle, comparison, tmp_path):
    for on in [*MONTH_ENDS[::3], *FEW_DAYS]:
        for code in ("410100", "411200", "411300"):
            expected = oracle.progress(on, code)["total"]["planned"]
            got = program.breakdown(on, code, tmp_path / "summary.xlsx", today=TODAY)
            comparison.row((on, code), {"planned": expected}, got)
    assert comparison.told > 20
    assert comparison.agrees, comparison.report()


def test_check_plan(oracle, comparison):
    for on in [*FEW_DAYS, TODAY]:
        standing = oracle.standing(on)
        for code in oracle.history.plans:
            expected = oracle.check(on, code, standing=standing)
            comparison.check((on, code), expected, program.check(on, code, today=TODAY))
    assert comparison.told > 500
    assert comparison.agrees, comparison.report()
