from pathlib import Path

from django.utils import translation

from tasks.management.guide_page import GuidePage
from tasks.rules.steps import STEPS, Move, Route, State, Step, side_for
from tasks.words import BUTTONS, state_word

SIDES = {"filer": "填报人", "leader": "局领导", "reviewer": "市局审核人", "receiver": "省厅审核人"}
ROUTES = {
    Route.REVIEWED: ("县（市、区）方案", "由市局审核，再由本局印发、报省厅备案。"),
    Route.DIRECT: ("市级和省直管县（市）方案", "没有审核环节：本局领导签发，再印发、报省厅备案。"),
}


class Command(GuidePage):
    help = "Draw docs/workflow.md, the course of a filing, from the table that the buttons and actions read."
    path = Path("docs/workflow.md")

    def text(self):
        with translation.override("zh-hans"):
            lines = [
                "# 报送流程",
                "",
                "由 `manage.py draw_workflow` 从 `tasks/rules/steps.py` 生成，请勿手改。",
                "",
            ]
            for route, (title, words) in ROUTES.items():
                lines += [f"## {title}", "", words, "", *_diagram(route), "", *_table(route), ""]
            return "\n".join([*lines, *NOTES, ""])


NOTES = [
    "## 说明",
    "",
    "- 开始审核后，县局不能再撤回；撤回的那次报送不算已编制。",
    "- 审核是工作惯例，不是印发的法定前提：审核通过之前也可以登记印发，方案自查会提醒。",
    "- 审核通过与印发的先后不影响报送状态，印发之后仍可补作审核通过。",
    "- 启用“送局领导签发”的县局，由填报人送签，局领导报送。",
    "- 备案是告知留存，不是审批：省厅可以要求补充材料，不能否决。",
]


def _moves(route: Route) -> list[tuple[State, Step, Move]]:
    return [(state, step, move) for (state, step), move in STEPS.items() if route in move.routes]


def _diagram(route: Route) -> list[str]:
    """A Mermaid state diagram; a step that leads back to its own state is left to the table."""
    moves = [one for one in _moves(route) if one[0] != one[2].leads_to]
    states = [state for state in State if any(state in (at, move.leads_to) for at, _step, move in moves)]
    names = [
        f'    state "{state_word(state, route).word}" as {state}' for state in states if state != State.NONE
    ]
    arrows = [f"    {_node(at)} --> {move.leads_to}: {BUTTONS[step]}" for at, step, move in moves]
    return ["```mermaid", "stateDiagram-v2", *names, *arrows, "```"]


def _node(state: State) -> str:
    return "[*]" if state == State.NONE else str(state)


def _table(route: Route) -> list[str]:
    rows = [
        f"| {state_word(state, route).word} | {BUTTONS[step]} | {_who(step, move)} "
        f"| {state_word(move.leads_to, route).word} |"
        for state, step, move in _moves(route)
    ]
    return ["| 状态 | 步骤 | 谁办理 | 之后 |", "|---|---|---|---|", *rows]


def _who(step: Step, move: Move) -> str:
    usual, signed = (side_for(step, move, signs_off=signs_off) for signs_off in (False, True))
    return SIDES[usual] if usual == signed else f"{SIDES[usual]}（启用送签时为{SIDES[signed]}）"
