"""责任事项: every requirement × every agency it binds, as it stands on a day.

The one place that says who owes what and whether it is late: page, badge, export and command ask here.
Each source keeps its own row and its own dates; none is merged into another (domain.md, trap 2).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agencies.models import Agency
from tasks.models import Decision, Programme, Requirement
from tasks.rules import deadlines
from tasks.rules.deadlines import Act, Dates, Mark, required_count
from tasks.rules.progress import Criterion, met_since
from tasks.standing.day import Day
from tasks.standing.open_pits import bound_by
from tasks.standing.progress import Base, Question

CRITERION = Criterion.VERIFIED


@dataclass(frozen=True)
class Tally:
    """n of N: what is done of what, both None while it is unknown. `unknown` are mines not yet sorted."""

    done: int | None
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


def obligations(day: Day) -> list[Obligation]:
    """Those of the day's branch in the day's programme, by agency in code order, a row a source.

    The number of queries does not depend on the number of agencies.
    """
    decisions = _decisions(day)
    return [
        obligation
        for agency in day.planning_agencies
        for requirement in day.requirements
        if requirement.binds(agency)
        and (obligation := _obligation(day, agency, requirement, decisions[requirement.pk, agency.pk]))
    ]


def all_obligations(day: Day) -> list[Obligation]:
    """Those of the day's branch in every programme: what an agency owes it owes whatever it belongs to."""
    in_force = Requirement.objects.in_force(day.on).values("clause__document__programme")
    programmes = Programme.objects.filter(pk__in=in_force).order_by("pk")
    owed = [one for programme in programmes for one in obligations(day.of_programme(programme))]
    return sorted(owed, key=lambda one: (one.agency.code, one.requirement.pk))


def owes_act(owed: Iterable[Obligation], act: Act) -> bool:
    """Whether one of the obligations asks for the act: an ordinary county files nothing with the province (domain.md,
    trap 3)."""
    return any(act in one.requirement.acts for one in owed)


def _obligation(
    day: Day, agency: Agency, requirement: Requirement, decisions: list[Decision]
) -> Obligation | None:
    tally, met = _met(day, agency, requirement)
    if requirement.kind == Requirement.Kind.EACH_MINE and not tally.base:
        return None
    dates = _dates(requirement, decisions)
    exempt = any(d.kind == Decision.Kind.EXEMPTION and d.governs for d in decisions)
    lifted = requirement.lifted_if_mine_free and agency.pk in day.mine_free
    return Obligation(
        agency=agency,
        requirement=requirement,
        dates=dates,
        act_dates=day.filing(agency).act_dates,
        met_on=met,
        mark=deadlines.mark(dates, met=met, on=day.on, applicable=not (exempt or lifted)),
        decisions=tuple(decisions),
        tally=tally,
    )


def _met(day: Day, agency: Agency, requirement: Requirement) -> tuple[Tally | None, date | None]:
    match requirement.kind:
        case Requirement.Kind.SHARE:
            return _share(day, agency, requirement)
        case Requirement.Kind.EACH_MINE:
            bound = bound_by(requirement, day, [agency.path], CRITERION)
            base = len(bound.mines)
            return Tally(len(bound.done_days), base, base, len(bound.unknown)), bound.met_on
    acts = [Act(act) for act in requirement.acts]
    return None, deadlines.met_on(acts, day.filing(agency).act_dates)


def _share(day: Day, agency: Agency, requirement: Requirement) -> tuple[Tally, date | None]:
    """On the adjusted target, as 进度 counts it. Of an emptied target nothing is left to do."""
    target = day.target(agency)
    if target.tasks is None:
        return Tally(done=None, base=None), None
    done = Question(CRITERION, Base.PLAN, requirement).done_of(target.tasks, day.done)
    base = len(target.tasks)
    tally = Tally(done=len(done), base=base, required=required_count(requirement.share, base))
    return tally, target.empty_since or met_since(done.values(), share=requirement.share, base=base)


def _decisions(day: Day) -> dict[tuple[int, int], list[Decision]]:
    """(requirement, agency) → the decisions taken by the day, in their order."""
    agencies = {agency.pk for agency in day.planning_agencies}
    decisions = Decision.objects.filter(
        happened_on__lte=day.until, requirement__in=[requirement.pk for requirement in day.requirements]
    )
    if day.branch is not None:
        decisions = decisions.filter(agencies__path__startswith=day.branch.path).distinct()
    sources = decisions.select_related("grantor", "requirement__clause__document__issuer")
    found = defaultdict(list)
    for decision in sources.prefetch_related("agencies"):
        for agency in decision.agencies.all():
            if agency.pk in agencies:
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
