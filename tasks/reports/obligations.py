"""责任事项: every requirement × every agency it binds, as it stands on a day.

The one place that says who owes what and whether it is late: page, badge, export and command ask here.
Each source keeps its own row and its own dates; none is merged into another (domain.md, trap 2).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from agencies.models import Agency, MineFreeDeclaration
from tasks.models import Decision, Mine, Requirement, WorkPlan
from tasks.reports.filings import NO_FILING, Filing, filings_on
from tasks.reports.open_pits import open_pits
from tasks.reports.stages import done_days
from tasks.reports.target_tasks import targets_on
from tasks.rules import deadlines
from tasks.rules.deadlines import Act, Dates, Mark, required_count
from tasks.rules.progress import Criterion, met_since

CRITERION = Criterion.VERIFIED


@dataclass(frozen=True)
class Tally:
    """n of N: what is done of what, `base` None while it is unknown. `unknown` are mines not yet sorted."""

    done: int
    base: int | None
    required: int | None = None
    unknown: int = 0


@dataclass(frozen=True)
class Obligation:
    agency: Agency
    requirement: Requirement
    dates: Dates
    act_dates: dict[Act, date | None]
    met_on: date | None
    mark: Mark
    decisions: tuple[Decision, ...] = ()
    tally: Tally | None = None

    @property
    def after_warning(self) -> bool:
        return deadlines.is_after_warning(self.dates, self.met_on)

    @property
    def missing_acts(self) -> list[Act]:
        return [Act(act) for act in self.requirement.acts if not self.act_dates[Act(act)]]


def obligations(*, as_of: date, agencies) -> list[Obligation]:
    """All obligations of the given agencies (a queryset) on the day, in code order, a row a source.

    The number of queries does not depend on the number of agencies.
    """
    agencies = list(agencies.filing().order_by("code"))
    return _Day(as_of, agencies).obligations()


class _Day:
    """What is known on one day, fetched once for all the agencies asked about."""

    def __init__(self, as_of: date, agencies: list[Agency]):
        self.as_of = as_of
        self.agencies = agencies
        ids = [agency.pk for agency in agencies]
        self.requirements = list(Requirement.objects.in_force(as_of).with_sources())
        plans = WorkPlan.objects.filter(agency__in=ids).with_events()
        self.filings = {
            programme: filings_on([plan for plan in plans if plan.programme_id == programme], as_of)
            for programme in {_programme(one) for one in self.requirements}
        }
        self.mine_free = set(
            MineFreeDeclaration.objects.filter(agency__in=ids)
            .in_force(as_of)
            .values_list("agency_id", flat=True)
        )
        self.decisions = self._decisions(ids)
        self.done = {task: days.under(CRITERION) for task, days in done_days(as_of).items()}
        self.open_pits = open_pits(self.done, Mine.objects.all(), branch=(), elsewhere=self.done.get)
        self.targets = {
            programme: targets_on(agencies, self.filings[programme], as_of, programme=programme)
            for programme in {_programme(one) for one in self.requirements if one.share}
        }

    def obligations(self) -> list[Obligation]:
        made = (
            self._obligation(agency, requirement)
            for agency in self.agencies
            for requirement in self.requirements
            if requirement.binds(agency)
        )
        return [obligation for obligation in made if obligation]

    def _obligation(self, agency: Agency, requirement: Requirement) -> Obligation | None:
        filing = self.filings[_programme(requirement)].get(agency.pk, NO_FILING)
        decisions = self.decisions[requirement.pk, agency.pk]
        dates = _dates(requirement, decisions)
        tally, met = self._met(agency, requirement, filing)
        if requirement.kind == Requirement.Kind.EACH_MINE and not (tally.base or tally.unknown):
            return None
        exempt = any(d.kind == Decision.Kind.EXEMPTION and d.governs for d in decisions)
        lifted = requirement.lifted_if_mine_free and agency.pk in self.mine_free
        return Obligation(
            agency=agency,
            requirement=requirement,
            dates=dates,
            act_dates=filing.act_dates,
            met_on=met,
            mark=deadlines.mark(dates, met=met, on=self.as_of, applicable=not (exempt or lifted)),
            decisions=tuple(decisions),
            tally=tally,
        )

    def _met(
        self, agency: Agency, requirement: Requirement, filing: Filing
    ) -> tuple[Tally | None, date | None]:
        match requirement.kind:
            case Requirement.Kind.SHARE:
                return self._share(requirement, agency)
            case Requirement.Kind.EACH_MINE:
                return self._each_mine(agency, requirement)
        return None, deadlines.met_on([Act(act) for act in requirement.acts], filing.act_dates)

    def _share(self, requirement: Requirement, agency: Agency) -> tuple[Tally, date | None]:
        """On the adjusted target, as 进度 counts it."""
        tasks = self.targets[_programme(requirement)][agency.pk].tasks
        if tasks is None:
            return Tally(done=0, base=None), None
        days = [self.done[task] for task in tasks if self.done.get(task)]
        tally = Tally(done=len(days), base=len(tasks), required=required_count(requirement.share, len(tasks)))
        return tally, met_since(days, share=requirement.share, base=len(tasks))

    def _each_mine(self, agency: Agency, requirement: Requirement) -> tuple[Tally, date | None]:
        bound = self.open_pits.bound_by(requirement, [agency.path])
        base = len(bound.mines)
        tally = Tally(done=len(bound.done_days), base=base, required=base, unknown=bound.unknown)
        return tally, bound.met_on

    def _decisions(self, ids: list[int]) -> dict[tuple[int, int], list[Decision]]:
        found = defaultdict(list)
        decisions = Decision.objects.filter(happened_on__lte=self.as_of, agencies__in=ids).distinct()
        sources = decisions.select_related("grantor", "requirement__clause__document__issuer")
        for decision in sources.prefetch_related("agencies"):
            for agency in decision.agencies.all():
                found[decision.requirement_id, agency.pk].append(decision)
        return found


def _dates(requirement: Requirement, decisions: list[Decision]) -> Dates:
    """The requirement's own dates stay; decisions stand beside them (decisions.md, "Facts and days")."""
    extended = [d.on_date for d in decisions if d.kind == Decision.Kind.EXTENSION and d.governs]
    internal = [
        d.on_date
        for d in decisions
        if d.kind in (Decision.Kind.INTERNAL_DATE, Decision.Kind.LEADER_NOTE) and d.on_date
    ]
    return Dates(
        warn_on=requirement.warn_on,
        due_on=requirement.due_on,
        extended_to=extended[-1] if extended else None,
        internal_on=internal[-1] if internal else None,
    )


def _programme(requirement: Requirement) -> int:
    return requirement.clause.document.programme_id
