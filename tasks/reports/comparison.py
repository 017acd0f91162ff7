"""Two versions of a plan side by side: which words and which mines changed."""

import difflib
from dataclasses import dataclass

from tasks.models import PlanLine, PlanVersion

COMPARED = ["tier", "planned_on", "planned_precision", "responsible", "note"]


@dataclass(frozen=True)
class TextChange:
    """One line of a section: `kind` is same, gone or new."""

    kind: str
    text: str


@dataclass(frozen=True)
class LineChange:
    """One mine: `kind` is joined, left or changed; `fields` are those that differ."""

    kind: str
    mine: str
    before: PlanLine | None
    after: PlanLine | None
    fields: tuple[str, ...] = ()

    @property
    def moved(self) -> str:
        """earlier, later or "": whether the planned completion moved."""
        if not (self.before and self.after and self.before.planned_on and self.after.planned_on):
            return ""
        if self.before.planned_on == self.after.planned_on:
            return ""
        return "earlier" if self.after.planned_on < self.before.planned_on else "later"


@dataclass(frozen=True)
class Comparison:
    before: PlanVersion
    after: PlanVersion
    sections: list[tuple[str, list[TextChange]]]
    lines: list[LineChange]

    @property
    def is_empty(self) -> bool:
        return not self.sections and not self.lines


def compare(before: PlanVersion, after: PlanVersion) -> Comparison:
    return Comparison(before, after, _sections(before, after), _lines(before, after))


def _sections(before: PlanVersion, after: PlanVersion) -> list[tuple[str, list[TextChange]]]:
    old = {section.key: section for section in before.sections.all()}
    changed = []
    for section in after.sections.all():
        former = _text(old.get(section.key))
        if former != (current := _text(section)):
            changed.append((section.get_key_display(), _diff(former, current)))
    return changed


def _text(section) -> list[str]:
    if section is None:
        return []
    return [*section.principles, *section.departments, *section.body.splitlines()]


def _diff(old: list[str], new: list[str]) -> list[TextChange]:
    kinds = {"  ": "same", "- ": "gone", "+ ": "new"}
    return [TextChange(kinds[line[:2]], line[2:]) for line in difflib.ndiff(old, new) if line[:2] in kinds]


def _lines(before: PlanVersion, after: PlanVersion) -> list[LineChange]:
    old, new = _by_task(before), _by_task(after)
    changes = []
    for task in sorted(old.keys() | new.keys()):
        former, current = old.get(task), new.get(task)
        name = (current or former).task.mine.name
        if former is None or current is None:
            changes.append(LineChange("joined" if former is None else "left", name, former, current))
        elif fields := tuple(f for f in COMPARED if getattr(former, f) != getattr(current, f)):
            changes.append(LineChange("changed", name, former, current, fields))
    return changes


def _by_task(version: PlanVersion) -> dict[int, PlanLine]:
    lines = PlanLine.objects.of_version(version).select_related("task__mine")
    return {line.task_id: line for line in lines}
