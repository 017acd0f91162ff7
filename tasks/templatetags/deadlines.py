"""What the pages of deadlines and documents say of a day, an obligation or those bound."""

from django import template

from tasks import deadline_words, words
from tasks.rules.deadlines import Act
from tasks.rules.working_days import last_working_day_hint

register = template.Library()


@register.filter
def reading_word(reading):
    return deadline_words.READINGS[reading]


@register.filter
def working_day(day):
    """The last working day before a day that is none; nothing otherwise."""
    return last_working_day_hint(day) if day else None


@register.filter
def act_lines(obligation):
    """Each act that the sentence asks for, in the order of the sentence, with its day or None."""
    return [
        {"word": words.ACTS[Act(act)], "day": obligation.act_dates[Act(act)]}
        for act in obligation.requirement.acts
    ]


@register.filter
def act_words(requirement):
    return [words.ACTS[Act(act)] for act in requirement.acts]
