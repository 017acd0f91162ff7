"""docs/workflow.md is drawn from the table of steps, and says all of it."""

import pytest
from django.core.management import CommandError, call_command

from tasks.management.commands import draw_workflow
from tasks.rules.steps import STEPS, State


def test_the_page_is_up_to_date():
    call_command("draw_workflow", "--check")


def test_a_stale_page_is_told(monkeypatch):
    monkeypatch.setitem(draw_workflow.SIDES, "leader", "别的角色")
    with pytest.raises(CommandError):
        call_command("draw_workflow", "--check")


def test_each_move_of_each_route_has_its_row():
    text = draw_workflow.Command().text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    headings = 2
    assert len(rows) == sum(len(move.routes) for move in STEPS.values()) + headings
    for state in State:
        assert str(draw_workflow.state_word(state).word) in text
