"""The words of tasks/words.py and the way days are written, for templates."""

from collections import Counter

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tasks import check_words, score_words, words
from tasks.models import StageFact
from tasks.plan_parts import part_url
from tasks.rules import planned_dates
from tasks.rules.deadlines import Act, Mark
from tasks.rules.progress import Reached
from tasks.rules.steps import State, Step
from tasks.standing.agency_tasks import is_entered_later
from tasks.standing.obligations import owes_act

register = template.Library()


@register.filter
def state_word(filing):
    """The word of where a filing stands."""
    route = filing.plan.route if filing.plan else "reviewed"
    return words.state_word(filing.state, route)


@register.filter
def revision_word(filing):
    return words.STATES[filing.revision]


@register.filter
def mark_word(obligation, as_of):
    """The word of how an obligation stands in time; on the due day itself it says so."""
    due_today = obligation.dates.last_day == as_of
    if due_today and obligation.mark in (Mark.DUE_SOON, Mark.WARNING, Mark.UPCOMING):
        return words.DUE_TODAY
    return words.mark_word(obligation)


@register.filter
def window_word(window, as_of):
    return words.WINDOWS[window.when(as_of)]


@register.filter
def standing_word(standing):
    return words.standing_word(standing)


@register.filter
def criterion_word(criterion):
    return words.CRITERIA[criterion]


@register.filter
def base_word(base):
    return words.BASES[base]


@register.filter
def change_word(change, as_of):
    return words.change_word(change, as_of)


@register.filter
def answer(change, as_of):
    return change.answer_on(as_of)


@register.filter
def verdict_word(verdict):
    return score_words.outcome(verdict)


@register.filter
def missing_word(act):
    return words.missing_word(act)


@register.filter
def event_word(step):
    return words.EVENTS[Step(step)]


@register.filter
def button_word(step):
    return words.BUTTONS[Step(step)]


@register.filter
def needs_form(step):
    """Whether the step is recorded with more than the press of its button."""
    from tasks.forms.plans import STEP_FIELDS

    return Step(step) in STEP_FIELDS


@register.filter
def planned(line):
    """The planned completion in its own precision; empty while there is none."""
    if not line.planned_on:
        return ""
    return planned_dates.display(planned_dates.PlannedDate(line.planned_on, line.planned_precision))


@register.filter
def refused_row(row):
    return words.REFUSED_ROWS[row.reason] % {"value": row.value}


@register.filter
def days_late(day, as_of):
    """How many days after its last day something is; 0 up to that day."""
    return max((as_of - day).days, 0)


@register.filter
def days_left(day, as_of):
    """How far a day is, in words: 6 days left, today, 5 days over."""
    left = (day - as_of).days
    if left == 0:
        return _("due today")
    if left > 0:
        return ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}
    return ngettext("%(n)d day over", "%(n)d days over", -left) % {"n": -left}


@register.filter
def day(value, as_of=None):
    """A day within the year looked at needs no year: 5月20日. Where `as_of` is given, one of another year has it."""
    if not value:
        return ""
    return date_format(value, "DATE_FORMAT" if as_of and value.year != as_of.year else _("F j"))


@register.filter
def slack_words(slack):
    """富余 2, 刚好, or 还差 6: never a minus that has to be worked out. "" where it is unknown."""
    if slack is None:
        return ""
    if slack < 0:
        return _("%(n)d missing") % {"n": -slack}
    return _("%(n)d to spare") % {"n": slack} if slack else _("just enough")


@register.filter
def term_word(term):
    return words.TERMS[term]


@register.filter
def term_mines(total, term):
    """(id, name) of the mines of a term."""
    return total.mines(term)


@register.filter
def term_size(total, term):
    return total.size(term)


@register.filter
def signed(number):
    """How many more, how many fewer: +2, 0, −4 with the minus of print."""
    return f"−{-number}" if number < 0 else f"+{number}" if number else "0"


@register.filter
def size(number):
    """A number without its sign."""
    return abs(number)


register.filter("is_entered_later", is_entered_later)


@register.filter
def get(mapping, key):
    return mapping.get(key)


@register.filter
def owes(obligations, act):
    return owes_act(obligations, act)


@register.simple_tag
def filing_steps(filing, obligations):
    """The course of a filing for components/steps.html, with the day of each act. It ends with the issuing where
    nothing asks the bureau to file with the province (domain.md, trap 3)."""
    acts = filing.act_dates
    accepted = filing.last(Step.ACCEPT, Step.RELEASE)
    receipt = filing.last(Step.RECEIPT)
    course = [
        (words.ACTS["drafted"], acts["drafted"]),
        (
            words.state_word(State.ACCEPTED, filing.plan.route if filing.plan else "reviewed").word,
            accepted.day if accepted else None,
        ),
        (words.ACTS["issued"], acts["issued"]),
    ]
    if acts["filed"] or owes_act(obligations, Act.FILED):
        course += [
            (words.ACTS["filed"], acts["filed"]),
            (words.EVENTS[Step.RECEIPT], receipt.day if receipt else None),
        ]
    rows, now_given = [], False
    for word, on in course:
        state = "done" if on else "todo" if now_given else "now"
        now_given = now_given or not on
        rows.append({"word": word, "state": state, "on": on})
    return rows


@register.simple_tag
def life_steps(life):
    """The course of a task's life for components/steps.html: a skipped stage says that it is not recorded."""
    return [
        {
            "word": StageFact.Stage(stage).label,
            "state": "done" if reached == Reached.REACHED else "todo",
            "on": day,
            "note": _("not recorded") if reached == Reached.SKIPPED else "",
        }
        for stage, reached, day in life.course
    ]


@register.simple_tag
def score_of(life, fact):
    return life.scores.get(fact.pk)


@register.simple_tag
def timeline(filing):
    """The events of a filing for components/timeline.html, the latest first."""
    return [
        {
            "on": event.day,
            "word": words.EVENTS[Step(event.step)] + (f" {event.number}" if event.number else ""),
            "who": _who(event),
            "comment": _comment(event),
            "recorded_late": event.is_late_entry,
        }
        for event in reversed(filing.events)
    ]


def _who(event):
    name = str(event.recorded_by) if event.recorded_by else ""
    parts = [event.recorded_for.name, event.get_recorded_as_display(), name]
    if event.on_behalf_of:
        parts.append(_("for %s, from the paper") % event.on_behalf_of.name)
    return " · ".join(part for part in parts if part)


def _comment(event):
    return "\n".join([event.comment, *_corrections(event)]).strip()


def _corrections(event) -> list[str]:
    """Every day that stood there before, and why it was changed."""
    sentences, former = [], event.happened_on
    for correction in event.corrections.all():
        said = {"old": _day(former), "new": _day(correction.happened_on), "reason": correction.reason}
        sentences.append(_("Day corrected from %(old)s to %(new)s: %(reason)s") % said)
        former = correction.happened_on
    return sentences


def _day(value) -> str:
    return date_format(value, "DATE_FORMAT")


@register.simple_tag
def check_view(found, plan, parts):
    """A grounded finding for components/check.html; in the editor (`parts`) with where it is mended."""
    finding, clause = found.finding, found.clause
    text = check_words.CHECK_WORDS[finding.code]
    word, shape = check_words.SEVERITIES[finding.severity]
    tones = {"error": "neutral", "warning": "warn", "info": "muted"}
    return {
        "severity": finding.severity,
        "mark": words.Word(word, shape, tones[finding.severity]),
        "message": check_words.message(finding),
        "mines": _names(finding.mines),
        "wording": clause.wording if clause else "",
        "document": clause.document.number if clause else "",
        "section": clause.section if clause else "",
        "url": part_url(plan, text.part) if parts and finding.severity != "info" else "",
        "action": text.mend,
    }


def _names(mines, most=6) -> str:
    names = "、".join(mine.name for mine in mines[:most])
    return f"{names}…" if len(mines) > most else names


@register.simple_tag
def check_counts(findings):
    """✕ 1 ▲ 2 ● 1: how many of each severity."""
    counts = Counter(found.finding.severity for found in findings)
    return " ".join(
        f"{shape} {counts[severity]}"
        for severity, (_word, shape) in check_words.SEVERITIES.items()
        if counts[severity]
    )
