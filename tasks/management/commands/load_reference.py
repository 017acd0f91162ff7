from pathlib import Path

from auditlog.context import disable_auditlog
from django.conf import settings
from django.core.management.base import CommandError

from tasks.actions import reference
from tasks.management.report_command import ReportCommand


class Command(ReportCommand):
    help = "Load agencies, documents, requirements and minerals; can be repeated (format: docs/commands.md)."
    takes_as_of = False

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--from", dest="folder", type=Path, default=settings.BASE_DIR / "fixtures")

    def report(self, *, folder, **options):
        try:
            with disable_auditlog():
                return reference.load(folder)
        except (FileNotFoundError, LookupError, ValueError) as error:
            raise CommandError(f"参考数据没有载入：{error}") from error
