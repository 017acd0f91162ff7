from pathlib import Path

from agencies.models import Agency, Membership, Role
from tasks.imports.mines import commit_mines, read_mines
from tasks.management.import_command import ImportCommand
from tasks.management.report_command import read_day


class Command(ImportCommand):
    help = "Read a list of mines into the register; a dry run unless --commit is given."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--register-date", type=read_day, help="YYYY-MM-DD, the 台账截至日 of the file; default today"
        )

    def handle(self, *, register_date=None, **options):
        self.register_date = register_date
        super().handle(**options)

    def compare(self, file: Path, **options):
        return read_mines(file.name, file)

    def commit(self, comparison, *, source: str) -> None:
        # The province keeps mines of every place, and those that no place is known for yet.
        by = Membership(agency=Agency.objects.get_first_root_node(), role=Role.REVIEWER)
        commit_mines(comparison, by=by, source=source, since=self.register_date)
