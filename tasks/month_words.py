"""What the states, steps and refusals of monthly reports are called on the screen, as in words.py."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tasks.rules.monthly import MonthRefused, MonthState, MonthStep
from tasks.rules.progress import Criterion
from tasks.words import Word

STATES = {
    MonthState.NONE: Word(pgettext_lazy("month", "Not reported"), "○", "neutral"),
    MonthState.SUBMITTED: Word(pgettext_lazy("month", "Reported, to confirm"), "●", "neutral"),
    MonthState.RETURNED: Word(pgettext_lazy("month", "Returned"), "↩", "warn"),
    MonthState.CONFIRMED: Word(pgettext_lazy("month", "Confirmed"), "■", "good"),
}
NOTHING_OWED = Word(pgettext_lazy("month", "Nothing to report"), "—", "muted")
ZERO = pgettext_lazy("month", "zero report")
NOT_STARTED = pgettext_lazy("month", "Not started")
# Whether the stored copy of a frozen month still has the hash that it was frozen with.
INTACT = Word(pgettext_lazy("month", "Check agrees"), "✓", "good")
BROKEN = Word(pgettext_lazy("month", "Check does not agree"), "▲", "warn")

# The figures that a frozen month keeps, as MonthRow.moved names them.
FIGURES = {
    "planned": _("Plan target, adjusted"),
    "planned_original": _("Plan target, original"),
    "quota": _("Quota"),
    Criterion.DECLARED: _("Declared complete"),
    Criterion.VERIFIED: _("Verified"),
    Criterion.LISTED: _("Listed"),
}

# What has happened, in a list of events.
EVENTS = {
    MonthStep.SUBMIT: pgettext_lazy("month", "Reported"),
    MonthStep.RETURN: pgettext_lazy("month", "Returned for correction"),
    MonthStep.CONFIRM: pgettext_lazy("month", "Confirmed and frozen"),
}
ZERO_EVENT = pgettext_lazy("month", "Reported: nothing changed (zero report)")

# Each names the rule that refused and what would satisfy it.
REFUSALS = {
    "not_open": _("This step is not open now: the report is “%(state)s”. Somebody may have acted meanwhile."),
    "not_yours": _(
        "A month is reported by the filer of its own bureau, and confirmed or returned by the reviewer of the "
        "bureau above. Switch to the right role in the top bar, if you hold it."
    ),
    "own_work": _("You filed this report under another role, so another person must answer it."),
    "nothing_owed": _(
        "Nothing is to be reported for this month: no task of the bureau's own was in a plan in force."
    ),
    "future_month": _("The month has not begun. It can be reported from its first day on."),
    "not_over": _("The month is not over yet. It can be confirmed from %(earliest)s on."),
    "tasks_changed": _(
        "The tasks of the month changed meanwhile: %(mines)s. Look at the rows again, then send the report."
    ),
    "not_zero": _(
        "You wrote something about this month, so it is no zero report. Send it as the month's report, or "
        "empty what you wrote."
    ),
    "frozen": _("The month is confirmed and frozen. What was wrong in it is said by a correction beside it."),
    "not_confirmed": _(
        "Only a confirmed month is corrected by an entry of its own. Before that, its bureau mends the report."
    ),
    "no_reason": _("Say why: the other side must know what to do."),
    "no_text": _("Say what is right."),
    "foreign_task": _("That mine is not in this month's report."),
    "bad_percent": _("Work done is a whole number from 0 to 100."),
    "in_future": _("The day lies in the future. A day up to today is accepted."),
    "only_today": _("This step happens when the button is pressed. No other day is accepted."),
    "too_early": _(
        "The day lies before the step that comes first (%(earliest)s). A day from then on is accepted."
    ),
}


def refusal(refused: MonthRefused) -> str:
    """The sentence for what was refused."""
    detail = {
        name: date_format(value) if isinstance(value, date) else value
        for name, value in refused.detail.items()
    }
    if "state" in detail:
        detail["state"] = STATES[detail["state"]].word
    return str(REFUSALS[refused.code]) % detail
