"""What a day asks is answered in tasks/standing/ alone: no page, export, command or import chooses a version, folds
events, counts lines or filters facts by the day for itself (standing/__init__.py)."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASKING = ("reports", "views", "exports", "templatetags", "management", "imports", "forms")
# Which version speaks, when it was frozen or taken back; and counts over lines, stages, steps and the register.
ALONE = re.compile(
    r"taken_back__|taken_back=|\.taken_back\b|\bin_force_id|\bsubmitted_id|frozen_at__|frozen_at="
    r"|(?:StageFact|PlanEvent|PlanLine|TargetChange|MineTask)\.objects[^\n]*(?:aggregate|annotate|happened_on__lte)"
    r"|(?:Count|Sum|Min|Max)\(\s*[\"'](?:stages|lines__|events__|tasks)"
    r"|planned_days\(|done_days\(|\bMineState\.objects\.filter\(since"
)
# Each exception with its reason.
ALLOWED = {
    # What was recorded after a month was frozen: the rows themselves, by when they were written down.
    "tasks/reports/month_late.py",
    # The verdict is on the submitted version itself, whatever speaks.
    "tasks/views/plan_review.py",
}


def test_only_standing_answers_as_of_a_day():
    found = {}
    for folder in ASKING:
        for path in (ROOT / "tasks" / folder).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            lines = [line for line in path.read_text(encoding="utf-8").splitlines() if ALONE.search(line)]
            if lines and name not in ALLOWED:
                found[name] = lines
    assert not found


def test_standing_asks_nothing_above_it():
    """It knows models and rules; pages, exports and actions know it."""
    for path in (ROOT / "tasks" / "standing").glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.match(
                r"from tasks\.(?:reports|views|exports|actions|imports|forms|words)\b", line
            ), (path.name, line)
