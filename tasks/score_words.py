"""What verdicts, reasons and refusals of score sheets are called on the screen."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tasks.rules.score_sheets import Code, Reason, ScoreRefused, Verdict, shown_share
from tasks.words import Word

OUTCOMES = {
    True: Word(pgettext_lazy("verdict", "Reaches the mark"), "✓", "good"),
    # Red is for what is overdue alone.
    False: Word(pgettext_lazy("verdict", "Falls short"), "✕", "warn"),
    None: Word(pgettext_lazy("verdict", "Cannot be said"), "○", "muted"),
}
REACHED = {
    True: Word(pgettext_lazy("item", "reached"), "✓", "good"),
    False: Word(pgettext_lazy("item", "short"), "✕", "warn"),
    None: Word(pgettext_lazy("item", "unknown"), "○", "muted"),
}
HOLDS = {
    True: Word(pgettext_lazy("precondition", "Holds"), "✓", "good"),
    False: Word(pgettext_lazy("precondition", "Does not hold"), "✕", "warn"),
    None: Word(pgettext_lazy("precondition", "Unknown"), "○", "muted"),
}
REASONS = {
    Code.PRECONDITION: gettext_lazy("A precondition does not hold: %(title)s"),
    Code.TOTAL: gettext_lazy("Total %(points)s/%(of)s, at least %(needed)s is needed"),
    Code.ITEM: gettext_lazy("%(title)s %(points)s/%(of)s (%(share)s), at least %(needed)s%% is needed"),
    Code.MISSING: gettext_lazy("Not entered: %(titles)s"),
    Code.NO_MOST: gettext_lazy(
        "The points of %(titles)s are not known, so nobody can say whether %(needed)s%% of them is reached"
    ),
    Code.NO_PASS_MARK: gettext_lazy("No pass mark of this edition is known, so no verdict is drawn"),
}
# These name all their items in one sentence.
TOGETHER = {Code.MISSING, Code.NO_MOST}
REFUSALS = {
    "negative": gettext_lazy("Points are 0 or more."),
    "no_number": gettext_lazy("Enter a number such as 85 or 85.5."),
    "too_fine": gettext_lazy("One place after the point is accepted, such as 85.5."),
    "above": gettext_lazy("This item gives %(most)s points at most; the points below it count together."),
    "above_rest": gettext_lazy(
        "The items whose points are not known share %(most)s points; what is entered for them is more."
    ),
    "two_levels": gettext_lazy("Enter either this item or those below it: an item is the sum of its own."),
    "unknown": gettext_lazy("This edition has no such item. Open the page anew."),
}


def outcome(verdict: Verdict) -> Word:
    return OUTCOMES[verdict.passed]


def reasons(verdict: Verdict) -> list[str]:
    """The reasons as sentences, in the order in which they decide."""
    sentences, told = [], set()
    for reason in verdict.reasons:
        if reason.code not in TOGETHER:
            sentences.append(_sentence(reason, [reason]))
        elif reason.code not in told:
            told.add(reason.code)
            sentences.append(_sentence(reason, [one for one in verdict.reasons if one.code == reason.code]))
    return sentences


def _sentence(reason: Reason, alike: list[Reason]) -> str:
    return str(REASONS[reason.code]) % {
        "title": reason.title,
        "titles": "、".join(f"{one.number} {one.title}" for one in alike),
        "points": plain(reason.points),
        "of": reason.of,
        "needed": reason.needed,
        "share": shown_share(reason.points, reason.of, reason.needed),
    }


def refusal(refused: ScoreRefused) -> str:
    return str(REFUSALS[refused.code]) % {"most": refused.most}


def plain(points) -> str:
    """Points as people write them: 85.0 reads 85. Unknown is said, not left blank."""
    return _("unknown") if points is None else f"{points.normalize():f}"
