"""The demo's story, told to the program and to the oracle, for the files that ask both."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from agencies.models import Agency
from greenmine.clock import today_is
from tasks.management.commands import load_demo
from tests.conftest import load_reference
from tests.oracle.comparing import Comparison
from tests.oracle.demo import TODAY
from tests.oracle.oracle import Oracle
from tests.oracle.reference import FIXTURES


@pytest.fixture(scope="module")
def _demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo is loaded once for this file and taken back at its end."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        if not Agency.objects.exists():
            load_reference()
        patch.setattr(load_demo, "PASSWORD", tmp_path_factory.mktemp("demo") / "password")
        with today_is(TODAY):
            call_command("load_demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def oracle(_demo) -> Oracle:
    lines = (FIXTURES / "demo.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines]
    # A change is told as a whole on the day it was approved; the second reckoning reads the file for itself.
    days = [max(fact["happened_on"], fact.get("approved_on") or "") for fact in facts]
    told = list(zip(map(date.fromisoformat, days), facts, strict=True))
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
