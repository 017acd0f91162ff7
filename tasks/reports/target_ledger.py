"""目标台账: what each place's target was and is, side by side, with every change that moved it."""

from dataclasses import dataclass
from datetime import date

from tasks.models import TargetChange
from tasks.standing.progress import AgencyProgress, Progress


@dataclass(frozen=True)
class LedgerRow:
    """One place on one day: quota, original and adjusted target, in-scope register; None is unknown."""

    place: AgencyProgress
    removed: int
    entered: int

    @property
    def is_balanced(self) -> bool:
        """Whether the original target and the changes since explain the adjusted one.

        A revision (修订) of the plan replaces the rows as well; then they need not.
        """
        if self.place.planned is None or self.place.original is None:
            return True
        return self.place.planned == self.place.original - self.removed + self.entered


def target_ledger(found: Progress) -> list[LedgerRow]:
    """A row for each place of the progress, in its order."""
    return [LedgerRow(place, len(place.removed), len(place.entered)) for place in found.rows]


def changes_seen_by(user, *, on: date) -> list[TargetChange]:
    """The changes asked for by the day in the user's branch: those that wait first, then the latest."""
    changes = TargetChange.objects.visible_to(user).asked_by(on)
    changes = changes.select_related(
        "task__mine",
        "task__agency",
        "recorded_by",
        "recorded_for",
        "approved_by",
        "approved_for",
        "agency",
        "linked_to__task__mine",
    ).prefetch_related("linked_from__task__mine")
    ordered = changes.order_by("-happened_on", "-pk")
    return sorted(ordered, key=lambda one: one.answer_on(on) != "asked")
