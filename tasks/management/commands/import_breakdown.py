from pathlib import Path

from django.core.management.base import CommandError

from agencies.models import Agency, Membership, Role
from tasks.imports.breakdown import commit_breakdown, read_breakdown
from tasks.management.import_command import ImportCommand
from tasks.models import Programme


class Command(ImportCommand):
    help = "Read a 任务分解表 into an agency's working copy; a dry run unless --commit is given."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--agency", required=True, help="the code of the agency whose table it is")
        parser.add_argument("--programme", help="the programme's code, when there is more than one")

    def compare(self, file: Path, *, agency: str, programme: str | None, **options):
        found = Agency.objects.filter(code=agency).first()
        if found is None:
            raise CommandError(f"没有代码为 {agency} 的机构。")
        programmes = Programme.objects.filter(code=programme) if programme else Programme.objects.all()
        if not programmes:
            raise CommandError("没有这个专项工作，请先运行 load_reference。")
        return read_breakdown(file.name, file, agency=found, programme=programmes[0])

    def commit(self, comparison, *, source: str) -> None:
        by = Membership(agency=comparison.agency, role=Role.FILER)
        commit_breakdown(comparison, by=by, source=source)
