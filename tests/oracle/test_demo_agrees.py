"""The demo's story, told to the oracle too: every figure of the commands must be the oracle's."""

import csv
import json
import os
from calendar import monthrange
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from agencies.models import Agency
from tasks.management.commands import load_demo
from tests.conftest import load_reference
from tests.oracle import program
from tests.oracle.comparing import Comparison
from tests.oracle.oracle import PROVINCE, Oracle
from tests.oracle.reference import FIXTURES

# Only a marked test has a database made for it.
pytestmark = pytest.mark.django_db
TODAY = date(2021, 3, 1)
# With ORACLE_EXAMPLES set, every combination is asked instead of a fair part of them.
IN_FULL = "ORACLE_EXAMPLES" in os.environ
CRITERIA = ("declared", "verified", "listed")
BASES = ("plan", "plan_original", "quota", "in_scope")
MONTH_ENDS = [
    date(year, month, monthrange(year, month)[1])
    for year in (2018, 2019, 2020)
    for month in range(1, 13)
    if (year, month) >= (2018, 4)
]
# A submission that waits, the demo's own day, the middle and the end.
FEW_DAYS = [date(2018, 5, 9), date(2018, 5, 25), date(2019, 6, 30), date(2020, 12, 31)]
# The first days on which the checkpoints' own have ended.
EDGES = [date(2020, 1, 1), date(2021, 1, 1)]


@pytest.fixture(scope="module")
def _demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo is loaded once for this file and taken back at its end."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        if not Agency.objects.exists():
            load_reference()
        patch.setattr(load_demo, "PASSWORD", tmp_path_factory.mktemp("demo") / "password")
        call_command("load_demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def oracle(_demo) -> Oracle:
    lines = (FIXTURES / "demo.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines]
    told = [(date.fromisoformat(fact["happened_on"]), fact) for fact in facts]
    return Oracle([*told, *public_mines()], today=TODAY)


def public_mines() -> list[tuple[date, dict]]:
    """mines_public.csv as facts; a mine without a county waits and counts nowhere."""
    with (FIXTURES / "agencies.csv").open(encoding="utf-8-sig", newline="") as lines:
        codes = {row["name"]: row["code"] for row in csv.DictReader(lines)}
    methods = {"露天": "open_pit", "": None}
    found = []
    with (FIXTURES / "mines_public.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["县(市、区)"]:
                assert not row["规模级别"]
                fact = {"fact": "mine", "agency": codes[row["县(市、区)"]], "mine": row["矿山名称"]}
                fact |= {"method": methods[row["开采方式"]], "happened_on": "2018-01-01"}
                found.append((date(2018, 1, 1), fact))
    return found


@pytest.fixture
def comparison():
    found = Comparison()
    yield found
    print(f"\n{found.cells} cells compared, {found.told} of them neither 0 nor null")


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
