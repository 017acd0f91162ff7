from tasks.management.report_command import ReportCommand, known_agency
from tasks.standing.day import Day
from tasks.standing.obligations import Obligation, all_obligations


class Command(ReportCommand):
    help = "Who owes what by when, and how it stands on a day: a row a requirement and agency."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--agency", help="code; covers that agency and those below it")

    def report(self, *, as_of, agency=None, **options):
        day = Day(as_of, known_agency(agency) if agency else None)
        return [as_row(one) for one in all_obligations(day)]


def as_row(obligation: Obligation) -> dict:
    """One obligation as plain values, with the keys of docs/commands.md."""
    requirement, dates = obligation.requirement, obligation.dates
    row = {
        "agency": obligation.agency.code,
        "agency_name": obligation.agency.name,
        "requirement": requirement.code,
        "document": requirement.clause.document.number,
        "section": requirement.clause.section,
        "wording": requirement.clause.wording,
        "acts": requirement.acts,
        "warn_on": dates.warn_on,
        "due_on": dates.due_on,
        "extended_to": dates.extended_to,
        "internal_on": dates.internal_on,
        "met_on": obligation.met_on,
        "after_warning": obligation.after_warning,
        "mark": obligation.mark,
        "act_dates": {act.value: day for act, day in obligation.act_dates.items()},
        "decided_by": [
            {
                "kind": decision.kind,
                "grantor": decision.grantor.code,
                "document": decision.document,
                "decided_on": decision.happened_on,
                "governs": decision.governs,
            }
            for decision in obligation.decisions
        ],
    }
    if requirement.share:
        row["share"] = requirement.share
    if obligation.tally:
        row |= {
            "base": obligation.tally.base,
            "done": obligation.tally.done,
            "required": obligation.tally.required,
        }
    return row
