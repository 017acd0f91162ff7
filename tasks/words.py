"""One word for one thing: what states, marks, steps, acts and refusals are called on the screen.

A status is a word with a shape, so that black-and-white paper says the same as the screen; its tone is
red for overdue alone, amber for what warns, grey for the rest (design.md, "Look").
"""

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tasks import check_words
from tasks.reports.inspections import Standing
from tasks.rules.deadlines import Act, Mark
from tasks.rules.progress import Criterion
from tasks.rules.steps import Route, State, Step
from tasks.standing.totals import Term


@dataclass(frozen=True)
class Word:
    word: str
    shape: str
    tone: str = "neutral"  # neutral, good, warn, late, muted


STATES = {
    State.NONE: Word(pgettext_lazy("state", "Not filed"), "○", "muted"),
    State.DRAFT: Word(pgettext_lazy("state", "Draft"), "◐", "neutral"),
    State.SUBMITTED: Word(pgettext_lazy("state", "Submitted, to review"), "●", "neutral"),
    State.RETURNED: Word(pgettext_lazy("state", "Returned"), "↩", "warn"),
    State.RESUBMITTED: Word(pgettext_lazy("state", "Mended, to review"), "●", "neutral"),
    State.ACCEPTED: Word(pgettext_lazy("state", "Accepted"), "✓", "good"),
    State.ISSUED: Word(pgettext_lazy("state", "Issued"), "◆", "good"),
    State.SENT: Word(pgettext_lazy("state", "Sent to file"), "➤", "good"),
    State.SUPPLEMENT: Word(pgettext_lazy("state", "Supplement asked"), "↩", "warn"),
    State.RECEIPTED: Word(pgettext_lazy("state", "Filed"), "■", "good"),
}
# A bureau without a reviewer releases its own draft: the same state under its own word.
RELEASED = Word(pgettext_lazy("state", "Released"), "✓", "good")

MARKS = {
    Mark.NOT_APPLICABLE: Word(pgettext_lazy("mark", "Not applicable"), "—", "muted"),
    Mark.MET: Word(pgettext_lazy("mark", "On time"), "✓", "good"),
    Mark.MET_LATE: Word(pgettext_lazy("mark", "Done late"), "✓", "warn"),
    Mark.OVERDUE: Word(pgettext_lazy("mark", "Overdue"), "✕", "late"),
    Mark.WARNING: Word(pgettext_lazy("mark", "Past the strict date"), "▲", "warn"),
    Mark.DUE_SOON: Word(pgettext_lazy("mark", "Due soon"), "◔", "neutral"),
    Mark.UPCOMING: Word(pgettext_lazy("mark", "Not due yet"), "·", "muted"),
}
DUE_TODAY = Word(pgettext_lazy("mark", "Due today"), "◔", "warn")

MINE_FREE = Word(pgettext_lazy("state", "No mines"), "—", "muted")
WINDOWS = {
    "before": Word(pgettext_lazy("window", "To come"), "○", "muted"),
    "during": Word(pgettext_lazy("window", "Open now"), "●", "good"),
    "after": Word(pgettext_lazy("window", "Over"), "■", "muted"),
    "undated": Word(pgettext_lazy("window", "Recurring"), "↻", "muted"),
}
VISITS = {
    Standing.OVERDUE: Word(pgettext_lazy("visit", "Overdue to mend"), "✕", "late"),
    Standing.OPEN: Word(pgettext_lazy("visit", "To be mended"), "○", "warn"),
    Standing.MENDED: Word(pgettext_lazy("visit", "Mended"), "✓", "good"),
    Standing.CLEAN: Word(pgettext_lazy("visit", "Nothing found"), "—", "muted"),
}
# The kinds of reports/desk.py by which the table of bureaus is filtered.
KINDS = {
    "overdue": Word(_("Overdue"), "✕", "late"),
    "to_review": Word(_("To review"), "●"),
    "to_receipt": Word(_("To receipt"), "➤"),
    "returned": Word(_("Returned"), "↩"),
    "supplement": Word(pgettext_lazy("state", "Supplement asked"), "↩"),
    "not_filed": Word(_("Not filed yet"), "○"),
    "done": Word(_("Accepted and after"), "✓", "good"),
    "mine_free": Word(_("No mines"), "—", "muted"),
}

ACTS = {
    Act.DRAFTED: pgettext_lazy("act", "Drawn up"),
    Act.ISSUED: pgettext_lazy("act", "Issued"),
    Act.FILED: pgettext_lazy("act", "Filed with the province"),
}


def missing_word(act: Act) -> str:
    """未备案: that the act has not been done."""
    return gettext("%(act)s missing") % {"act": ACTS[act]}


CRITERIA = {
    Criterion.DECLARED: _("Declared complete"),
    Criterion.VERIFIED: _("Verified"),
    Criterion.LISTED: _("Listed"),
}
BASES = {
    "plan": _("Plan target, adjusted"),
    "plan_original": _("Plan target, original"),
    "quota": _("Quota"),
    "in_scope": _("Mines of the whole scope"),
}
MET = Word(pgettext_lazy("standing", "Met"), "✓", "good")
MET_LATE = Word(pgettext_lazy("standing", "Met late"), "✓", "warn")
NOT_MET = Word(pgettext_lazy("standing", "Not met"), "✕", "late")
AHEAD = Word(pgettext_lazy("standing", "Reached already"), "✓", "good")
ON_THE_WAY = Word(pgettext_lazy("standing", "On the way"), "·", "muted")
NO_TARGET = Word(pgettext_lazy("standing", "No target yet"), "○", "muted")

CHANGES = {
    "asked": Word(pgettext_lazy("change", "Waits for approval"), "○", "warn"),
    "approved": Word(pgettext_lazy("change", "Approved"), "✓", "good"),
    "declined": Word(pgettext_lazy("change", "Declined"), "✕", "muted"),
}

FILLED = Word(_("filled in"), "✓", "good")
WRONG = Word(_("something to mend"), "✕", "warn")
UNFILLED = Word(_("empty"), "○", "muted")

REFUSED_ROWS = {
    "unknown_mine": _(
        "“%(value)s” is not in your register. Enter the mine there first, or write its registered name."
    ),
    "twice": _("“%(value)s” stands twice."),
    "unread_tier": _("“%(value)s” is no tier. Accepted: 底线任务, 自我加压, 增量."),
    "unread_date": _("“%(value)s” is not read as a date. Accepted: 2019年12月, 2019年第三季度, 2019-12-31."),
}

# What has happened, in a list of events.
EVENTS = {
    Step.START: pgettext_lazy("event", "Begun"),
    Step.SIGN_OFF: pgettext_lazy("event", "Handed to the leader to sign"),
    Step.SUBMIT: pgettext_lazy("event", "Submitted to the city"),
    Step.TAKE_BACK: pgettext_lazy("event", "Taken back"),
    Step.OPEN: pgettext_lazy("event", "Review begun"),
    Step.RETURN: pgettext_lazy("event", "Returned for correction"),
    Step.ACCEPT: pgettext_lazy("event", "Accepted"),
    Step.RELEASE: pgettext_lazy("event", "Released by the leader"),
    Step.ISSUE: pgettext_lazy("event", "Issued"),
    Step.SEND: pgettext_lazy("event", "Sent to the province to file"),
    Step.ASK_SUPPLEMENT: pgettext_lazy("event", "Supplement asked for"),
    Step.RECEIPT: pgettext_lazy("event", "Receipt given, on file"),
}

# What a button does.
BUTTONS = {
    Step.START: _("Begin the work plan"),
    Step.SIGN_OFF: _("Hand to the leader to sign"),
    Step.SUBMIT: _("Submit to the city for review"),
    Step.TAKE_BACK: _("Take the submission back"),
    Step.OPEN: _("Begin the review"),
    Step.RETURN: _("Return for correction"),
    Step.ACCEPT: _("Accept"),
    Step.RELEASE: _("Release the plan"),
    Step.ISSUE: _("Record the issue"),
    Step.SEND: _("Record the sending to the province"),
    Step.ASK_SUPPLEMENT: _("Ask for a supplement"),
    Step.RECEIPT: _("Give the receipt"),
}

# Each names the rule that refused and what would satisfy it.
REFUSALS = {
    "not_open": _("This step is not open now: the plan is “%(state)s”. Somebody may have acted meanwhile."),
    "not_yours": _(
        "This step belongs to another role. Switch to the right one in the top bar, if you hold it."
    ),
    "already_opened": _("The city has begun to read this submission. Ask it to return the plan instead."),
    "incomplete": _("The plan cannot be submitted yet: %(missing)s"),
    "no_scan": _("A paper filing is recorded with its scan. Add the scanned paper."),
    "no_reason": _("Say why: the other side must know what to do."),
    "bad_number": _("“%(number)s” is not a document number. Write it like 桐国土资〔2018〕12号."),
    "own_work": _("You filed this plan under another role, so another person must review it."),
    "in_future": _("The day lies in the future. A day up to today is accepted."),
    "only_today": _(
        "This step happens when the button is pressed. Another day is accepted only of a scanned paper."
    ),
    "too_early": _(
        "The day lies before the step that comes first (%(earliest)s). A day from then on is accepted."
    ),
    "nothing_in_force": _("There is no version in force to revise. Go on with the plan itself."),
    "revision_open": _("A revision is under way already."),
    "no_evidence": _("A completion needs its evidence: the number of the list, report or protocol."),
    "recorded_already": _("This stage is recorded for that day already."),
}


# A share is reached, not reported: the marks of time in its own words.
SHARE_MARKS = {
    Mark.MET: MET,
    Mark.MET_LATE: MET_LATE,
    Mark.OVERDUE: NOT_MET,
}


def mark_word(obligation) -> Word:
    """How an obligation stands in time."""
    shared = SHARE_MARKS if obligation.requirement.share else {}
    return shared.get(obligation.mark, MARKS[obligation.mark])


# Why a total is not the sum of the rows above it (standing/totals.py).
TERMS = {
    Term.TWICE: _("in two rows, counted once"),
    Term.BEYOND: _("in plans that have no row here"),
    Term.REPLACED: _("no longer in the plan of the bureau itself"),
}


def standing_word(standing) -> Word:
    """How a place stands towards a checkpoint; red only once its day has ended without it."""
    if standing.slack is None:
        return NO_TARGET
    if standing.met_late:
        return MET_LATE
    if standing.met is not None:
        return MET if standing.met else NOT_MET
    return AHEAD if standing.slack >= 0 else ON_THE_WAY


def change_word(change, on) -> Word:
    """Whether a change of the target was approved by the day; until then it counts nowhere."""
    return CHANGES[change.answer_on(on)]


def state_word(state: State, route: Route = Route.REVIEWED) -> Word:
    return RELEASED if state == State.ACCEPTED and route == Route.DIRECT else STATES[state]


def refusal(error) -> str:
    """The sentence for a StepRefused."""
    detail = dict(error.detail)
    if "state" in detail:
        detail["state"] = STATES[detail["state"]].word
    if "missing" in detail:
        detail["missing"] = " ".join(check_words.message(finding) for finding in detail["missing"])
    return str(REFUSALS[error.code]) % detail
