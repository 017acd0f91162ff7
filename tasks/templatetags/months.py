"""The words of tasks/month_words.py, for templates."""

from django import template

from tasks import month_words
from tasks.models import StageFact
from tasks.rules.monthly import MonthState, MonthStep

register = template.Library()


@register.filter
def month_word(row):
    """Where a bureau's month stands; a month for which nothing is owed says so."""
    return month_words.STATES[row.state] if row.is_owed else month_words.NOTHING_OWED


@register.filter
def stage_word(stage):
    """The stage of a line; a task without any fact has not been started."""
    return StageFact.Stage(stage).label if stage else month_words.NOT_STARTED


@register.simple_tag
def month_events(row):
    """The steps of one month, for components/timeline.html."""
    return [
        {
            "on": event.happened_on,
            "word": _event_word(event),
            "who": " ".join(str(one) for one in (event.recorded_for, event.recorded_by) if one),
            "comment": event.comment,
            "recorded_late": event.is_late_entry,
        }
        for event in row.events
    ]


def _event_word(event):
    return month_words.ZERO_EVENT if event.is_zero else month_words.EVENTS[MonthStep(event.step)]


@register.filter
def seal_word(file):
    """Whether a frozen month is still what was frozen, for components/status.html."""
    return month_words.INTACT if file.is_intact else month_words.BROKEN


@register.filter
def moved_figures(row):
    """Of a frozen month the figures that are others today: a list of {word, frozen, now}."""
    return [
        {"word": month_words.FIGURES[name], "frozen": frozen, "now": now}
        for name, (frozen, now) in row.moved.items()
    ]


@register.filter
def states_below(counts):
    """How the bureaus below stand, for components/status.html: a list of {mark, count}."""
    return [
        {"mark": month_words.STATES[state], "count": counts[state]} for state in MonthState if counts[state]
    ]
