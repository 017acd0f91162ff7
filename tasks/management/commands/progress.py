from django.core.management.base import CommandError

from tasks.management.report_command import ReportCommand, known_agency
from tasks.models import Requirement
from tasks.rules.progress import Criterion
from tasks.standing.day import Day
from tasks.standing.progress import AgencyProgress, Base, Progress, progress


class Command(ReportCommand):
    help = "How each place stands towards a checkpoint, under a named criterion and base (docs/commands.md)."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--agency", required=True, help="code; covers that agency and those below it")
        parser.add_argument("--criterion", choices=[c.value for c in Criterion], default=Criterion.VERIFIED)
        parser.add_argument("--base", choices=[b.value for b in Base], default=Base.PLAN)
        parser.add_argument("--checkpoint", help="code of a share requirement; default the next one due")

    def report(self, *, as_of, agency, criterion, base, checkpoint=None, **options):
        point = None
        if checkpoint:
            shares = Requirement.objects.filter(kind=Requirement.Kind.SHARE)
            point = shares.filter(code=checkpoint).select_related("clause__document__programme").first()
            if point is None:
                raise CommandError(f"没有比例要求 {checkpoint}。")
        found = progress(
            Day(as_of, known_agency(agency), point and point.clause.document.programme),
            criterion=Criterion(criterion),
            base=Base(base),
            checkpoint=point,
        )
        if found is None:
            raise CommandError("这一天还没有任何目标节点。")
        return {
            "as_of": as_of,
            "criterion": criterion,
            "rows": [as_row(row) for row in found.rows],
            "total": total(found),
        }

    def write_table(self, result):
        for row in result["rows"]:
            self.stdout.write("\t".join("" if v is None else str(v) for v in row.values()))


def as_row(row: AgencyProgress) -> dict:
    standing = row.standing
    return {
        "agency": row.agency.code,
        "agency_name": row.agency.name,
        "planned": row.planned,
        "planned_original": row.original,
        "quota": row.quota,
        "in_scope": row.in_scope,
        # Where nothing is known of it: unknown, not 0.
        "done": standing.done,
        "checkpoint": row.checkpoint.due_on,
        "base_name": row.base,
        "base": row.base_count,
        "share": row.checkpoint.share,
        "required": standing.required,
        "slack": standing.slack,
        "met": standing.met,
        "met_on": standing.reached_on,
    }


def total(found: Progress) -> dict:
    standing = found.standing
    return {
        "planned": found.base_counts[Base.PLAN],
        "base": standing.base,
        "done": standing.done,
        "required": standing.required,
        "required_of_places": found.required_of_agencies,
        "slack": standing.slack,
        "met": standing.met,
        "places_below": [row.agency.name for row in found.below],
    }
