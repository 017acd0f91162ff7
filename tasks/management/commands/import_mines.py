from pathlib import Path

from agencies.models import Agency, Membership, Role
from tasks.imports.mines import commit_mines, read_mines
from tasks.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Read a list of mines into the register; a dry run unless --commit is given."

    def compare(self, file: Path, **options):
        return read_mines(file.name, file)

    def commit(self, comparison, *, source: str) -> None:
        # The province keeps mines of every place, and those that no place is known for yet.
        by = Membership(agency=Agency.objects.get_first_root_node(), role=Role.REVIEWER)
        commit_mines(comparison, by=by, source=source)
