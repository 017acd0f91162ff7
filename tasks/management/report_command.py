"""Base of the commands that other programs read: `--as-of`, `--format table|json`.

JSON goes to standard output alone; errors go to standard error with a non-zero exit.
"""

import json
from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from agencies.models import Agency
from greenmine.clock import today
from tasks.models import Programme
from tasks.standing.programmes import programme_meant


class ReportCommand(BaseCommand):
    takes_as_of = True

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["table", "json"], default="table")
        if self.takes_as_of:
            parser.add_argument("--as-of", type=read_day, default=None, help="YYYY-MM-DD, default today")

    def handle(self, *args, **options):
        if self.takes_as_of:
            options["as_of"] = options["as_of"] or today()
        result = self.report(**options)
        if options["format"] == "json":
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2, default=str))
        else:
            self.write_table(result)

    def report(self, **options):
        """The answer as plain lists and dicts of text, numbers, days and None."""
        raise NotImplementedError

    def write_table(self, result):
        for row in result if isinstance(result, list) else [result]:
            self.stdout.write("\t".join("" if value is None else str(value) for value in row.values()))


def known_agency(code: str) -> Agency:
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise CommandError(f"没有代码为 {code} 的机构。")
    return agency


def known_programme(code: str | None) -> Programme:
    """The programme of the code, else the one that is meant without a name (standing/programmes.py)."""
    programme = programme_meant(code)
    if programme is None:
        names = "、".join(Programme.objects.values_list("code", flat=True)) or "无，请先运行 load_reference"
        raise CommandError(f"没有这个专项工作，请用 --programme 给出代码（现有：{names}）。")
    return programme


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} 不是日期，请写成 2018-05-25 的样子。") from error
