"""What the days of a requirement are called on the screen, each with its shape."""

from django.utils.translation import pgettext_lazy

from tasks.reports.deadline_days import Reading
from tasks.words import Word

READINGS = {
    Reading.DUE: Word(pgettext_lazy("reading", "Due"), "■"),
    Reading.EXTENDED: Word(pgettext_lazy("reading", "Extended to"), "◆"),
    Reading.STRICT: Word(pgettext_lazy("reading", "Strict reading"), "▲"),
    Reading.INTERNAL: Word(pgettext_lazy("reading", "Internal date"), "◇"),
}
