"""How everything stands at the end of one day: the register, targets, speakers, and what is done."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tests.oracle.history import STAGES, History, Line, Mine

OPEN_PIT = ("open_pit", "combined")


@dataclass
class Standing:
    history: History
    on: date

    @cached_property
    def register(self) -> dict[Mine, dict]:
        rows = {mine: mine.on(self.on) for mine in self.history.mines}
        return {mine: row for mine, row in rows.items() if row is not None}

    def managed_below(self, agency: str) -> dict[Mine, dict]:
        """The mines that the agency and those below it manage on the day."""
        line = self.history.reference.line
        return {mine: row for mine, row in self.register.items() if agency in line(row["managed_by"])}

    @cached_property
    def in_scope(self) -> dict[str, list[Mine]]:
        """By agency, with those below it: 大中型 of any method, and open-pit or combined of any size."""
        found: dict[str, list[Mine]] = {}
        for mine, row in self.register.items():
            if row["size_class"] in ("large", "medium") or row["method"] in OPEN_PIT:
                for code in self.history.reference.line(row["managed_by"]):
                    found.setdefault(code, []).append(mine)
        return found

    @cached_property
    def adjusted(self) -> dict[str, dict[Mine, Line]]:
        """By agency with a plan in force: the version in force after removals and entries."""
        found = {code: self.history.adjusted(code, self.on) for code in self.history.plans}
        return {code: target for code, target in found.items() if target is not None}

    @cached_property
    def original(self) -> dict[str, dict[Mine, Line]]:
        """By agency with a plan in force: what its first version in force held."""
        plans = self.history.plans.values()
        versions = {plan.agency: plan.in_force(self.on) for plan in plans}
        return {code: found[0].content for code, found in versions.items() if found}

    def owner(self, mine: Mine) -> str:
        """Who manages the mine on the day; of one that is not in the register yet, who entered it."""
        row = self.register.get(mine)
        return row["managed_by"] if row else mine.states[0][1]["managed_by"]

    def speaker(self, mine: Mine) -> str | None:
        """The nearest agency at or above the owner that has a plan in force."""
        line = self.history.reference.line(self.owner(mine))
        return next((code for code in line if code in self.adjusted), None)

    def spoken_for(self, head: str, targets: dict[str, dict[Mine, Line]]) -> dict[Mine, str]:
        """The tasks of the branch, each once, with who speaks for it: those that its speaker's target holds. One that
        was handed to where nobody of the branch has a plan keeps its place in the plan that holds it."""
        branch = set(self.history.reference.below(head))
        found = {}
        for code in sorted(branch & set(targets)):
            for mine in targets[code]:
                speaker = self.speaker(mine) if self.owner(mine) in branch else None
                if speaker not in branch or speaker == code:
                    found[mine] = code
        return found

    def done_since(self, mine: Mine, criterion: str) -> date | None:
        """The first day after the last delisting on which the stage, or a later one, was reached."""
        enough = STAGES[STAGES.index(criterion) :]
        since = None
        for stage in sorted(mine.stages, key=lambda one: one.day):
            if stage.day > self.on or stage.withdrawn:
                continue
            if stage.name == "delisted":
                since = None
            elif stage.name in enough and since is None:
                since = stage.day
        return since

    def done_days(self, mines, criterion: str) -> list[date]:
        """The days on which those of the mines that are done were done, in order."""
        days = [self.done_since(mine, criterion) for mine in mines]
        return sorted(day for day in days if day)

    def is_mine_free(self, agency: str) -> bool:
        return any(one.in_force(self.on) for one in self.history.mine_free.get(agency, []))

    def empty_since(self, agency: str) -> date | None:
        """From which day on the agency's target, empty on this day, has been empty without a break."""
        plan = self.history.plans[agency]
        days = {step.day for step in plan.steps} | {one.counts_from for one in self.history.changes}
        since = None
        for day in sorted((day for day in days if day <= self.on), reverse=True):
            if self.history.adjusted(agency, day) != {}:
                break
            since = day
        return since


def required_of(count: int, share: int) -> int:
    """The share rounded up to whole mines: 50 % of 5 is 3 (domain.md, trap 8)."""
    return -(-count * share // 100)


def reached_on(days: list[date], required: int) -> date | None:
    """The day on which enough were done, of the days in order."""
    return days[required - 1] if 0 < required <= len(days) else None
