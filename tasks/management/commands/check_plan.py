from django.core.management.base import CommandError

from tasks.check_words import message
from tasks.management.report_command import ReportCommand
from tasks.models import WorkPlan
from tasks.reports.filings import filing_on, shown_version
from tasks.reports.self_check import grounded


class Command(ReportCommand):
    help = (
        "What the self-check of a plan finds, each finding with the sentence it stands on (docs/commands.md)."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--agency", required=True, help="code of the agency that owes the plan")

    def report(self, *, as_of, agency, **options):
        """The working copy if there is one, else the version that speaks for the plan."""
        plan = (
            WorkPlan.objects.filter(agency__code=agency)
            .select_related("agency", "programme")
            .with_events()
            .first()
        )
        if plan is None:
            raise CommandError(f"机构 {agency} 还没有工作方案。")
        version = plan.versions.working().first() or shown_version(plan, filing_on(plan, as_of))
        return [
            {
                "code": found.finding.code,
                "severity": found.finding.severity,
                "document": found.clause.document.number,
                "section": found.clause.section,
                "wording": found.clause.wording,
                "message": message(found.finding),
                "mines": [mine.name for mine in found.finding.mines],
            }
            for found in grounded(version, on=as_of)
        ]
