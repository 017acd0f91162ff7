"""Whatever is recorded, in whatever order and however late, the program and the oracle answer alike.

`ORACLE_EXAMPLES=500 pytest tests/oracle` asks for more histories, new ones each time, and shrinks what differs.
"""

import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle import program
from tests.oracle.comparing import Comparison
from tests.oracle.oracle import PROVINCE, Oracle
from tests.oracle.strategies import CITY, COUNTIES, FIRST, OTHERS, PILOT, Told, histories

pytestmark = pytest.mark.usefixtures("reference")
TODAY = date(2021, 3, 1)
MORE = os.environ.get("ORACLE_EXAMPLES")
CRITERIA = ("declared", "verified", "listed")
BASES = ("plan", "plan_original", "quota", "in_scope")
PLANS = [CITY, PILOT, *COUNTIES, *OTHERS]


def profile(examples: int) -> settings:
    return settings(
        max_examples=int(MORE) if MORE else examples,
        # The run of every day is the same each time, and says at once what differs.
        derandomize=not MORE,
        database=None,
        phases=[Phase.generate, Phase.shrink] if MORE else [Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True)
class Example:
    """A history, the days to ask about, and which turn of criteria and bases."""

    told: list[Told]
    days: list[date]
    turn: int

    def _repr_pretty_(self, printer, cycle) -> None:
        """What hypothesis prints: a fact a line."""
        lines = [f"{day} {json.dumps(fact, ensure_ascii=False)}" for day, fact in self.told]
        printer.text("\n".join([f"asked on {self.days}, turn {self.turn}", *lines]))


@st.composite
def examples(draw, knows: frozenset[str] = program.KNOWN) -> Example:
    """The days are mostly those on which something happened, or the ones before."""
    told = draw(histories(knows))
    days = [date.fromisoformat(fact.get("happened_on") or day.isoformat()) for day, fact in told]
    near = st.builds(lambda day, back: day - timedelta(days=back), st.sampled_from(days), st.integers(0, 1))
    edges = st.sampled_from([date(2018, 5, 25), date(2019, 12, 31), date(2020, 1, 1), date(2021, 1, 1)])
    asked = draw(st.lists(near | near | edges, min_size=2, max_size=2, unique=True))
    return Example(told, [max(day, FIRST) for day in asked], draw(st.integers(0, 11)))


def record(told: list[Told]) -> list[Told]:
    """Record all, and give back what the program took."""
    return [one for one in told if program.record(*one)]


def compare(oracle: Oracle, on: date, turn: int, folder: Path) -> Comparison:
    """Every kind of figure of one day. Of criteria, bases and checkpoints one pair or so a turn."""
    found, standing = Comparison(), oracle.standing(on)
    expected = oracle.obligations(on, standing=standing)
    found.obligations((on,), expected, program.obligations(on, PROVINCE, today=TODAY))
    for step, head in enumerate((PROVINCE, PROVINCE, CITY)):
        kind = turn + step * 5
        asked = (on, head, CRITERIA[kind % 3], BASES[kind % 4], ("T1", "T2")[kind // 2 % 2])
        expected_progress = oracle.progress(*asked, standing=standing)
        found.progress(asked, expected_progress, program.progress(*asked, today=TODAY))
    planned = oracle.progress(on, CITY, standing=standing)["total"]["planned"]
    summary = program.breakdown(on, CITY, folder / "table.xlsx", today=TODAY)
    found.row((on, CITY, "summary"), {"planned": planned}, summary)
    for code in (code for code in PLANS if code in oracle.history.plans):
        found.check(
            (on, code), oracle.check(on, code, standing=standing), program.check(on, code, today=TODAY)
        )
        if code != CITY:
            got = program.breakdown_of_county(on, code, folder / "table.xlsx", today=TODAY)
            found.breakdown((on, code), oracle.breakdown(on, code, standing=standing), got)
    return found


def reached(oracle: Oracle, accepted: list[Told]) -> Counter:
    """What the history came to, so that an idle run is seen."""
    standing = oracle.standing(TODAY)
    found = Counter(fact["fact"] for _recorded, fact in accepted)
    found["histories"] = 1
    found["late recordings"] = sum(fact.get("happened_on", "9") < day.isoformat() for day, fact in accepted)
    for code, target in standing.adjusted.items():
        found["plans in force"] += 1
        found["targets with tasks"] += bool(target)
        found["emptied targets"] += not target and bool(standing.original[code])
        found["tasks done"] += len(standing.done_days(target, "verified"))
        found["city plans with counties"] += code == CITY and len(target) > len(standing.original[code]) // 2
    marks = Counter(row["mark"] for row in oracle.obligations(date(2020, 1, 1)))
    return found + Counter({f"rows {mark}": count for mark, count in marks.items()})


def test_the_program_and_the_oracle_agree(tmp_path):
    seen, compared = Counter(), Comparison()

    @profile(6)
    @given(example=examples())
    def agree(example):
        with transaction.atomic():
            accepted = record(example.told)
            oracle = Oracle(accepted, today=TODAY)
            found = Comparison()
            for on in [*example.days, TODAY][: 2 + example.turn % 2]:
                found.add(compare(oracle, on, example.turn, tmp_path))
            transaction.set_rollback(True)
        compared.add(found)
        seen.update(reached(oracle, accepted))
        assert found.agrees, found.report()

    try:
        agree()
    finally:
        print(f"\n{compared.cells} cells compared, {compared.told} neither 0 nor null; reached {dict(seen)}")
    wanted = ["plans in force", "targets with tasks", "tasks done", "removed", "entered", "taken_back"]
    wanted += ["late recordings", "rows met", "rows overdue", "city plans with counties"]
    assert not [name for name in wanted if not seen[name]]
    assert seen["targets with tasks"] >= seen["histories"]


def test_what_happens_later_changes_no_past_day(tmp_path):
    """Corrections aside: they are recorded to change the past."""
    seen = Counter()

    @profile(3)
    @given(example=examples(program.KNOWN - {"day_corrected", "stage_corrected"}))
    def unchanged(example):
        cut = sorted(day for day, _fact in example.told)[len(example.told) // 2]
        before = [one for one in example.told if one[0] <= cut]
        after = [one for one in example.told if one[0] > cut and one[1]["happened_on"] > cut.isoformat()]
        days = sorted({cut, *(min(day, cut) for day in example.days)})
        with transaction.atomic():
            record(before)
            plans = sorted({fact["agency"] for _day, fact in before} & set(PLANS))
            first = [answers(day, plans, tmp_path) for day in days]
            seen["later facts"] += len(record(after))
            second = [answers(day, plans, tmp_path) for day in days]
            transaction.set_rollback(True)
        seen["days"] += len(days)
        for one, two in zip(first, second, strict=True):
            assert one.keys() == two.keys()
            changed = {name: (one[name], two[name]) for name in one if one[name] != two[name]}
            assert not changed

    unchanged()
    print(f"\n{dict(seen)}")
    assert seen["later facts"] > 20
    assert seen["days"] > 5


def answers(on: date, plans: list[str], folder: Path) -> dict:
    """What the program says of a day, in pieces that can be named."""
    found = {f"{r['agency']} {r['requirement']}": r for r in program.obligations(on, PROVINCE, today=TODAY)}
    for base in BASES:
        answer = program.progress(on, PROVINCE, "verified", base, "T1", today=TODAY)
        found |= {f"{base} {row['agency']}": row for row in answer["rows"]}
        found[f"{base} total"] = answer["total"]
    for code in plans:
        found[f"check {code}"] = program.check(on, code, today=TODAY)
        if code != CITY:
            table = program.breakdown_of_county(on, code, folder / "table.xlsx", today=TODAY)
            # No plan: the empty table shows today's register to be filled in.
            found[f"table {code}"] = table["read"] if table["source"] != "template" else {}
    return found
