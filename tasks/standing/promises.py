"""What plans promise by when: the planned days of the lines of their versions, a city's those it froze."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from tasks.models import PlanLine, Requirement
from tasks.rules.deadlines import required_count


@dataclass(frozen=True)
class Promise:
    """How many tasks a plan promises to complete by a checkpoint's day, and how many it must."""

    requirement: Requirement
    planned: int
    base: int

    @property
    def required(self) -> int:
        return required_count(self.requirement.share, self.base)

    @property
    def slack(self) -> int:
        return self.planned - self.required

    @property
    def percent(self) -> int | None:
        return 100 * self.planned // self.base if self.base else None


def planned_days(
    version_ids: Iterable[int], tasks: Collection[int] | None = None
) -> dict[int, dict[int, date | None]]:
    """Version → task → its planned completion, the counties' versions that a city froze included; two queries.

    `tasks` (ids): of these alone.
    """
    ids = set(version_ids)
    days: dict[int, dict[int, date | None]] = defaultdict(dict)
    # In this order: where a city wrote a line for a county that has its own by now, the county's stands.
    for relation in ("version", "version__included_in"):
        lines = PlanLine.objects.filter(**{f"{relation}__in": ids}).order_by()
        if tasks is not None:
            lines = lines.filter(task__in=tasks)
        for version, task, day in lines.values_list(relation, "task", "planned_on"):
            days[version][task] = day
    return dict(days)


def promises(days: Collection[date | None], shares: Iterable[Requirement]) -> list[Promise]:
    """One promise a checkpoint. A task without a day is promised for none."""
    return [
        Promise(
            requirement=share,
            planned=sum(1 for day in days if day and day <= share.due_on),
            base=len(days),
        )
        for share in shares
    ]
