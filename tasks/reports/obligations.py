"""责任事项: every requirement × every agency it binds, as it stands on a day.

The one place that says who owes what and whether it is late: page, badge, export and command ask here.
Each source keeps its own row and its own dates; none is merged into another (domain.md, trap 2).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from agencies.models import Agency, MineFreeDeclaration
from tasks.models import Decision, Mine, PlanLine, Requirement, StageFact, WorkPlan
from tasks.reports.filings import NO_FILING, Filing, filings_on
from tasks.rules import deadlines
from tasks.rules.deadlines import Act, Dates, Mark, required_count
from tasks.rules.progress import Criterion, done_since, met_since

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

    def next_date(self, on: date) -> date | None:
        return min((day for day in self.dates.all if day >= on), default=None)


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
        self.filings = filings_on(plans, as_of)
        self.mine_free = set(
            MineFreeDeclaration.objects.filter(agency__in=ids)
            .in_force(as_of)
            .values_list("agency_id", flat=True)
        )
        self.decisions = self._decisions(ids)
        self.done_days = _done_days(as_of)
        self.open_pits = list(
            Mine.objects.filter(method__in=[Mine.Method.OPEN_PIT, Mine.Method.COMBINED])
            .exclude(managed_by=None)
            .values_list("pk", "managed_by__path", "first_permitted_on")
        )
        self.targets = self._targets()

    def obligations(self) -> list[Obligation]:
        made = (
            self._obligation(agency, requirement)
            for agency in self.agencies
            for requirement in self.requirements
            if requirement.binds(agency)
        )
        return [obligation for obligation in made if obligation]

    def _obligation(self, agency: Agency, requirement: Requirement) -> Obligation | None:
        filing = self.filings.get(agency.pk, NO_FILING)
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
                return self._share(requirement.share, filing)
            case Requirement.Kind.EACH_MINE:
                return self._each_mine(agency, requirement)
        return None, deadlines.met_on([Act(act) for act in requirement.acts], filing.act_dates)

    def _share(self, share: int, filing: Filing) -> tuple[Tally, date | None]:
        mines = self.targets.get(filing.in_force_id)
        if mines is None:
            return Tally(done=0, base=None), None
        days = [self.done_days[mine] for mine in mines if mine in self.done_days]
        tally = Tally(done=len(days), base=len(mines), required=required_count(share, len(mines)))
        return tally, met_since(days, share=share, base=len(mines))

    def _each_mine(self, agency: Agency, requirement: Requirement) -> tuple[Tally, date | None]:
        """Existing means a first permit before the requirement's day; unknown is listed apart."""
        existing = requirement.mine_scope == Requirement.MineScope.EXISTING_OPEN_PIT
        mines, unknown = [], 0
        for pk, path, first_permit in self.open_pits:
            if not path.startswith(agency.path):
                continue
            if first_permit is None:
                unknown += 1
            elif (first_permit < requirement.existing_before) == existing:
                mines.append(pk)
        days = [self.done_days[mine] for mine in mines if mine in self.done_days]
        met = max(days) if mines and len(days) == len(mines) and not unknown else None
        return Tally(done=len(days), base=len(mines), required=len(mines), unknown=unknown), met

    def _targets(self) -> dict[int, set[int]]:
        """Version in force → the mines of its lines, those of the versions it froze included."""
        in_force = {filing.in_force_id for filing in self.filings.values() if filing.in_force_id}
        targets: dict[int, set[int]] = {version: set() for version in in_force}
        for relation in ("version", "version__included_in"):
            lines = PlanLine.objects.filter(**{f"{relation}__in": in_force})
            for version, mine in lines.values_list(relation, "task__mine"):
                targets[version].add(mine)
        return targets

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


def _done_days(as_of: date) -> dict[int, date]:
    """Mine → the day from which it is done under the criterion, for the mines that are."""
    stages = defaultdict(list)
    facts = StageFact.objects.filter(happened_on__lte=as_of)
    for mine, stage, day in facts.values_list("task__mine", "stage", "happened_on"):
        stages[mine].append((stage, day))
    days = {mine: done_since(pairs, CRITERION, on=as_of) for mine, pairs in stages.items()}
    return {mine: day for mine, day in days.items() if day}
