from tasks.check_words import message
from tasks.management.report_command import ReportCommand, known_agency, known_programme
from tasks.models import PlanVersion
from tasks.reports.self_check import GroundedFinding, grounded
from tasks.standing.day import Day


class Command(ReportCommand):
    help = "What the self-check of an agency's plan finds, errors first, with the sentences (docs/checks.md)."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--agency", required=True, help="code")
        parser.add_argument("--programme", help="code; the first one set up without it")

    def report(self, *, as_of, agency, programme=None, **options):
        """Of the working copy, while it is today and there is one; else of the version that spoke on the day."""
        day = Day(as_of, known_agency(agency), known_programme(programme))
        version = _version(day)
        if version is None:
            return [_row("no_version", "info", None, "这一天该机构的工作方案还没有可以检查的版本。", [])]
        return [_as_row(found) for found in grounded(version, on=as_of)]


def _version(day: Day) -> PlanVersion | None:
    chosen = day.draft(day.branch)
    if chosen is None and (speaking := day.speaking.get(day.branch.pk)):
        chosen = speaking.version
    return PlanVersion.objects.select_related("plan__agency", "plan__programme").filter(pk=chosen).first()


def _as_row(found: GroundedFinding) -> dict:
    mines = [mine.name for mine in found.finding.mines]
    return _row(found.finding.code, found.finding.severity, found.clause, message(found.finding), mines)


def _row(code: str, severity: str, clause, message: str, mines: list[str]) -> dict:
    return {
        "code": code,
        "severity": severity,
        "document": clause.document.number if clause else None,
        "section": clause.section if clause else None,
        "wording": clause.wording if clause else None,
        "message": message,
        "mines": mines,
    }
