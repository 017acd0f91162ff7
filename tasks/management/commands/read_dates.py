import argparse
import re
import sys
from dataclasses import asdict
from datetime import date

from django.utils.translation import gettext as _

from tasks.management.report_command import ReportCommand
from tasks.rules.date_phrases import read_dates


class Command(ReportCommand):
    help = "Reads the deadlines and periods of a Chinese text; TEXT may be - for standard input."
    takes_as_of = False
    # Only reads its arguments: it must answer where no database stands.
    requires_system_checks = []

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("text", metavar="TEXT")
        parser.add_argument(
            "--document-date",
            type=_day,
            required=True,
            help="YYYY-MM-DD, the date of the document that the text stands in",
        )

    def report(self, *, text, document_date, **options):
        """{phrase, strict, due} for a deadline, {phrase, start, end} for a period, as they stand."""
        text = sys.stdin.read() if text == "-" else text
        return [asdict(found) for found in read_dates(text, document_date)]

    def write_table(self, result):
        for row in result:
            kind = _("deadline") if "due" in row else _("period")
            phrase, *days = ("" if value is None else str(value) for value in row.values())
            self.stdout.write("\t".join([phrase, kind, *days]))


def _day(text: str) -> date:
    """Strictly YYYY-MM-DD: date.fromisoformat alone also takes 20180428 and 2018-W17-6."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        message = _("“%(text)s” is not a day; write it as in 2018-04-28.") % {"text": text}
        raise argparse.ArgumentTypeError(message) from error
