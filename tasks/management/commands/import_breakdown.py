from pathlib import Path

from agencies.models import Membership, Role
from tasks.imports.breakdown import commit_breakdown, read_breakdown
from tasks.management.import_command import ImportCommand
from tasks.management.report_command import known_agency, known_programme


class Command(ImportCommand):
    help = "Read a 任务分解表 into an agency's working copy; a dry run unless --commit is given."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--agency", required=True, help="the code of the agency whose table it is")
        parser.add_argument("--programme", help="code; the first one set up without it")

    def compare(self, file: Path, *, agency: str, programme: str | None, **options):
        return read_breakdown(
            file.name, file, agency=known_agency(agency), programme=known_programme(programme)
        )

    def commit(self, comparison, *, source: str) -> None:
        by = Membership(agency=comparison.agency, role=Role.FILER)
        commit_breakdown(comparison, by=by, source=source)
