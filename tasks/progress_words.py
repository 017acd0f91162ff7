"""What the pages of 进度 call the changes between two days and the groups of open-pit mines, as in words.py."""

from django.utils.translation import pgettext_lazy

from tasks.models import StageFact, TargetChange
from tasks.standing.changes import Kind
from tasks.words import ON_THE_WAY, Word, standing_word

CHANGES = {
    Kind.JOINED: Word(pgettext_lazy("two days", "Joined the target"), "＋"),
    Kind.LEFT: Word(pgettext_lazy("two days", "Left the target"), "－"),
    Kind.EARLIER: Word(pgettext_lazy("two days", "Planned earlier"), "←"),
    Kind.LATER: Word(pgettext_lazy("two days", "Planned later"), "→"),
    Kind.GIVEN: Word(pgettext_lazy("two days", "Day given"), "◆"),
    Kind.TAKEN_AWAY: Word(pgettext_lazy("two days", "Day taken away"), "◇"),
    Kind.COMPLETED: Word(pgettext_lazy("two days", "Completed"), "✓", "good"),
    Kind.UNDONE: Word(pgettext_lazy("two days", "No longer done"), "↩", "warn"),
}
OPEN_PITS = {
    "existing_open": Word(pgettext_lazy("open pits", "Existing, not done yet"), "○"),
    "existing_done": Word(pgettext_lazy("open pits", "Existing, done"), "✓", "good"),
    "new_open": Word(pgettext_lazy("open pits", "New, not done yet"), "○"),
    "new_done": Word(pgettext_lazy("open pits", "New, done"), "✓", "good"),
    "unknown": Word(pgettext_lazy("open pits", "First permit unknown"), "◇", "warn"),
}
UNDECIDED = Word(pgettext_lazy("open pits", "Depends on the unknown ones"), "◇", "warn")


def reading_word(reading, bound) -> Word:
    """How the mines stand towards one date; while some are not sorted, "all of them" cannot be said."""
    word = standing_word(reading.standing)
    reached = reading.standing.slack is not None and reading.standing.slack >= 0
    if bound.unknown and reached:
        return UNDECIDED if reading.standing.on > reading.standing.due_on else ON_THE_WAY
    return word


def late_word(entry):
    """What a late entry is about: a stage, or a 调出 or 调入."""
    words = StageFact.Stage if entry.change is None else TargetChange.Kind
    return words(entry.what).label
