import json
import sys
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from tasks.actions.recording import FactRefused, record_fact
from tasks.management.report_command import ReportCommand
from tasks.rules.steps import StepRefused
from tasks.words import refusal


class Command(ReportCommand):
    help = "Record dated facts, one JSON object a line, through the same actions as the pages (docs/commands.md)."
    takes_as_of = False

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("facts", type=Path, help="a JSON Lines file, or - for standard input")

    def report(self, *, facts, **options):
        """All lines or none: the first refused one names its line and the rule."""
        text = sys.stdin.read() if str(facts) == "-" else facts.read_text(encoding="utf-8-sig")
        with transaction.atomic():
            return [
                self._line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()
            ]

    def _line(self, number: int, line: str) -> dict:
        try:
            return {"line": number, **record_fact(json.loads(line))}
        except StepRefused as refused:
            raise CommandError(f"第 {number} 行：{refusal(refused)}") from refused
        except ValidationError as refused:
            raise CommandError(f"第 {number} 行：{'；'.join(refused.messages)}") from refused
        except PermissionDenied as refused:
            raise CommandError(f"第 {number} 行：这个角色不能记录这件事。") from refused
        except (FactRefused, json.JSONDecodeError) as refused:
            raise CommandError(f"第 {number} 行：{refused}") from refused
