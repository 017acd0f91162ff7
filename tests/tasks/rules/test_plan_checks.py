"""The self-check of a plan, one function a check; domain.md section 4 and traps 8 to 11."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.plan_checks import (
    CHECKS,
    CheckedLine,
    CheckedMine,
    Checkpoint,
    Inversion,
    PlanContent,
    Severity,
    check_plan,
)

HALF, ALL = Checkpoint(50, date(2019, 12, 31)), Checkpoint(100, date(2020, 12, 31))


def mine(n=1, **fields):
    return CheckedMine(id=n, name=f"示例{n}号", folded_name=fields.pop("folded_name", f"示例{n}号"), **fields)


def line(n=1, planned=date(2019, 6, 30), tier="baseline", **fields):
    return CheckedLine(mine(n, **fields), tier, planned)


def content(**fields):
    """A plan with nothing to find, but for what the test says."""
    whole = {
        "lines": (line(1), line(2)),
        "overview": "基本情况",
        "departments": ("县财政局",),
        "attachments": 1,
        "checkpoints": (HALF, ALL),
    }
    return PlanContent(**whole | fields)


def codes(**fields):
    return [finding.code for finding in check_plan(content(**fields)) if finding.code != "checkpoint_slack"]


def test_a_plan_with_nothing_wrong_finds_only_its_slack():
    (finding,) = check_plan(content())
    assert (finding.code, finding.params["slack"]) == ("checkpoint_slack", 1)


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("overview_empty", {"overview": "  "}),
        ("no_tasks", {"lines": ()}),
        ("task_without_tier", {"lines": (line(tier=""),)}),
        ("task_without_date", {"lines": (line(planned=None), line(2))}),
        ("task_after_end", {"lines": (line(planned=date(2021, 1, 1)), line(2))}),
        ("checkpoint_missed", {"lines": (line(1), line(2, date(2020, 6, 30)), line(3, date(2020, 6, 30)))}),
        ("duplicate_mine", {"lines": (line(1, folded_name="同名"), line(2, folded_name="同名"))}),
        ("foreign_mine", {"lines": (line(1, ours=False), line(2))}),
        ("number_ill_formed", {"number_ill_formed": "桐国土12号"}),
        ("scope_left_out", {"register": (mine(9, in_scope=True),)}),
        (
            "open_pit_after_strict",
            {
                "lines": (line(1), line(2, date(2020, 3, 31), open_pit=True, existing=True)),
                "open_pit_strict": date(2019, 12, 31),
            },
        ),
        ("baseline_below_quota", {"quota": 3}),
        ("closed_mine", {"lines": (line(1, closed=True), line(2))}),
        ("principle_missing", {"principles_missing": ("因地制宜、统筹推进",)}),
        ("departments_missing", {"departments": ()}),
        ("issued_before_acceptance", {"issued_on": date(2018, 5, 15)}),
        ("no_attachment", {"attachments": 0}),
        ("dates_inverted", {"inversion": Inversion(date(2018, 5, 31), date(2018, 6, 20))}),
        ("first_permit_unknown", {"lines": (line(1, open_pit=True, existing=None), line(2))}),
    ],
)
def test_each_check_finds_its_fault_and_nothing_else(code, fields):
    assert codes(**fields) == [code]


def test_every_check_is_tried_above_or_below():
    tried = {"checkpoint_slack"}
    tried |= {mark.args[1][i][0] for mark in _marks() for i in range(len(mark.args[1]))}
    assert tried == set(CHECKS)


def _marks():
    return [m for m in test_each_check_finds_its_fault_and_nothing_else.pytestmark if m.name == "parametrize"]


def test_five_tasks_need_three_by_the_half():
    """domain.md, trap 8."""
    two_of_five = (line(1), line(2), *[line(n, date(2020, 6, 30)) for n in (3, 4, 5)])
    (finding,) = [f for f in check_plan(content(lines=two_of_five)) if f.code == "checkpoint_missed"]
    assert (finding.params["required"], finding.params["short"]) == (3, 1)


def test_an_excused_mine_is_not_left_out_and_a_closed_one_not_asked_for():
    """domain.md, trap 11: in principle, so an exception needs a written reason and is never an error."""
    register = (mine(9, in_scope=True), mine(8, in_scope=True, closed=True))
    assert codes(register=register, excused=frozenset({9})) == []
    assert CHECKS["scope_left_out"][0] == Severity.WARNING


def test_an_unknown_quota_is_not_zero_and_nothing_is_measured_against_it():
    """domain.md, trap 9."""
    assert codes(quota=None) == []
    assert codes(quota=0) == []


def test_before_the_end_of_2020_and_before_2020_are_not_the_same():
    """domain.md, trap 10: both readings stand in the finding, and new mines are not meant."""
    pits = (line(1), line(2, date(2020, 3, 31), open_pit=True, existing=False))
    assert codes(lines=pits, open_pit_strict=date(2019, 12, 31), open_pit_due=date(2020, 12, 31)) == []


@given(
    planned=st.lists(st.dates(date(2018, 6, 1), date(2020, 12, 31)), min_size=1, max_size=30),
    share=st.integers(1, 99),
)
def test_a_checkpoint_is_either_missed_or_has_its_slack(planned, share):
    lines = tuple(line(n, day) for n, day in enumerate(planned))
    point = Checkpoint(share, date(2019, 12, 31))
    found = {f.code: f.params for f in check_plan(content(lines=lines, checkpoints=(point, ALL)))}
    done = sum(day <= point.due_on for day in planned)
    assert ("checkpoint_missed" in found) == (done * 100 < share * len(planned))
    assert ("checkpoint_slack" in found) != ("checkpoint_missed" in found)


def test_errors_stand_before_warnings_and_those_before_notes():
    worst = content(lines=(), departments=(), attachments=0)
    order = [list(Severity).index(finding.severity) for finding in check_plan(worst)]
    assert order == sorted(order)
    assert len(set(order)) == len(Severity)
