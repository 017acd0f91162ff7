"""What was recorded, in the order of recording: the register, filings, stages, changes of targets, decisions.

`History.record` takes one fact in the format of docs/commands.md, "record", that the program has taken, and
the day on which it was recorded. Nothing is judged here: what a day shows is asked in standing.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tests.oracle.planned import last_day
from tests.oracle.reference import Reference

STAGES = ["building", "declared", "assessed", "verified", "publicised", "listed"]
STEPS = ["signed_off", "submitted", "taken_back", "opened", "returned", "accepted", "released"]
STEPS += ["issued", "filed", "supplement_asked", "receipted"]
DECISIONS = {"extension", "exemption", "internal_date", "leader_note"}
# They move none of the figures that are reckoned here.
WITHOUT_FIGURES = {"month_reported", "month_confirmed", "inspected", "rectified"}
FIELDS = ["holder", "mineral_name", "method", "size_class", "status", "output", "output_unit"]


@dataclass(frozen=True)
class Line:
    """A row of a plan: of which mine, with what tier, planned for when."""

    tier: str = ""
    planned_on: date | None = None


@dataclass
class Stage:
    name: str
    day: date
    withdrawn: bool = False


@dataclass(eq=False)
class Mine:
    """`states`: (from which day, which fields) in the order of recording; the first is the entry."""

    states: list[tuple[date, dict]] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)

    def on(self, day: date) -> dict | None:
        """The row of the register on the day; None before the mine entered it."""
        if self.states[0][0] > day:
            return None
        row: dict = {}
        for since, fields in self.states:
            if since <= day:
                row |= fields
        return row

    @property
    def now(self) -> dict:
        row: dict = {}
        for _since, fields in self.states:
            row |= fields
        return row


@dataclass(eq=False)
class Version:
    """What a plan says: its own lines and, of a city, the counties' versions that it takes up."""

    agency: str
    round: int
    lines: dict[Mine, Line] = field(default_factory=dict)
    includes: list["Version"] = field(default_factory=list)
    sections: dict[str, dict] = field(default_factory=dict)
    taken_back: bool = False

    def copy(self, round: int) -> "Version":
        return Version(
            self.agency,
            round,
            dict(self.lines),
            list(self.includes),
            {key: dict(section) for key, section in self.sections.items()},
        )

    @property
    def content(self) -> dict[Mine, Line]:
        """If a mine stands in both, the county's line is the one read."""
        found = dict(self.lines)
        for version in self.includes:
            found |= version.content
        return found


@dataclass
class Step:
    name: str
    day: date
    version: Version | None


@dataclass
class Plan:
    agency: str
    working: Version | None = None
    versions: list[Version] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    round: int = 1

    def submitted(self) -> Version | None:
        """The last version of the round that was sent and not taken back."""
        open_ones = [one for one in self.versions if one.round == self.round and not one.taken_back]
        return open_ones[-1] if open_ones else None

    def in_force(self, day: date) -> list[Version]:
        """The versions that came into force up to the day, in the order of recording."""
        return [
            step.version
            for step in self.steps
            if step.name in ("accepted", "released") and step.day <= day and step.version
        ]

    def shown(self, day: date) -> Version | None:
        """The last one submitted and not taken back by the day, whether accepted or not."""
        found: list[Version] = []
        for step in self.steps:
            if step.day <= day and step.version:
                if step.name in ("submitted", "released"):
                    found.append(step.version)
                elif step.name == "taken_back" and step.version in found:
                    found.remove(step.version)
        return found[-1] if found else None


@dataclass
class Change:
    """调出 (`kind` removed) or 调入 (entered) of a mine, in the target of `agency` and of those above it."""

    kind: str
    mine: Mine
    agency: str
    happened_on: date
    approved_on: date
    line: Line

    @property
    def counts_from(self) -> date:
        return max(self.happened_on, self.approved_on)


@dataclass
class MineFree:
    """不涉矿. Declared and confirmed are facts of their own; `entries` are the days of the mines that entered
    the agency's register and were recorded after the declaration."""

    declared_on: date
    confirmed_on: date | None = None
    entries: list[date] = field(default_factory=list)

    def in_force(self, day: date) -> bool:
        confirmed = self.confirmed_on is not None and self.confirmed_on <= day
        return confirmed and not any(entry <= day for entry in self.entries)


@dataclass
class Decision:
    kind: str
    requirement: str
    grantor: str
    agencies: list[str]
    day: date
    on_date: date | None


@dataclass
class History:
    reference: Reference
    mines: list[Mine] = field(default_factory=list)
    plans: dict[str, Plan] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    mine_free: dict[str, list[MineFree]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)

    def record_all(self, facts: Iterable[tuple[date, dict]]) -> None:
        for recorded_on, fact in facts:
            self.record(recorded_on, fact)

    def record(self, recorded_on: date, fact: dict) -> None:
        name = fact["fact"]
        day = date.fromisoformat(fact["happened_on"]) if fact.get("happened_on") else recorded_on
        if name == "started":
            self._start(fact["agency"], day, recorded_on)
        elif name in STEPS:
            self._step(fact, day)
        elif name in (*STAGES, "delisted"):
            self._mine(fact["agency"], fact["mine"]).stages.append(Stage(name, day))
        elif name in DECISIONS:
            self._decide(fact, day)
        elif name in ("removed", "entered"):
            self._change(name, fact, fact["mine"], day, recorded_on)
        elif name not in WITHOUT_FIGURES:
            getattr(self, f"_record_{name}")(fact, day, recorded_on)

    # The register

    def _record_mine(self, fact: dict, day: date, recorded_on: date) -> None:
        first = fact.get("first_permitted_on")
        row = {name: fact.get(name) for name in FIELDS} | {
            "name": fact["mine"],
            "managed_by": fact["agency"],
            "first_permitted_on": date.fromisoformat(first) if first else None,
        }
        self.mines.append(Mine([(day, row)]))
        self._enters(fact["agency"], day)

    def _enters(self, agency: str, day: date) -> None:
        """A mine that enters the register of an agency ends its 不涉矿 from the day of the entry."""
        for declaration in self.mine_free.get(agency, []):
            declaration.entries.append(day)

    def _mine(self, agency: str, name: str) -> Mine:
        found = [m for m in self.mines if m.now["name"] == name and m.now["managed_by"] == agency]
        if len(found) != 1:
            raise ValueError(f"{len(found)} mines of {agency} are called {name}")
        return found[0]

    def _record_mine_changed(self, fact: dict, day: date, recorded_on: date) -> None:
        mine = self._mine(fact["agency"], fact["mine"])
        fields = {name: fact[name] for name in (*FIELDS, "managed_by") if fact.get(name) is not None}
        if fact.get("first_permitted_on"):
            fields["first_permitted_on"] = date.fromisoformat(fact["first_permitted_on"])
        if fact.get("new_name"):
            fields["name"] = fact["new_name"]
        moved = fields.get("managed_by") not in (None, fact["agency"])
        mine.states.append((day, fields))
        if moved:
            self._enters(fields["managed_by"], day)

    # Filings

    def _start(self, agency: str, day: date, recorded_on: date) -> None:
        plan = self.plans.get(agency)
        if plan is None:
            self.plans[agency] = Plan(agency, working=Version(agency, 1), steps=[Step("started", day, None)])
            return
        self._revise(plan, recorded_on)
        plan.steps.append(Step("started", day, None))

    def _revise(self, plan: Plan, now: date) -> None:
        """修订: a copy of the version in force, in line with what was removed and entered so far."""
        in_force = plan.in_force(now)[-1]
        target = self.adjusted(plan.agency, now) or {}
        plan.round += 1
        plan.working = in_force.copy(plan.round)
        plan.working.lines = {mine: line for mine, line in plan.working.lines.items() if mine in target}
        for change in self.changes_of(plan.agency, now):
            entered = change.kind == "entered" and change.agency == plan.agency
            if entered and change.mine in target and change.mine not in plan.working.lines:
                plan.working.lines[change.mine] = change.line

    def _step(self, fact: dict, day: date) -> None:
        agency = fact["agency"]
        if agency not in self.plans:
            # A dated paper needs no draft: what was drawn up on paper begins with it.
            self._start(agency, day, day)
        plan, name = self.plans[agency], fact["fact"]
        if name in ("submitted", "released"):
            assert plan.working is not None
            plan.versions.append(plan.working)
            plan.working = None
        version = plan.submitted()
        plan.steps.append(Step(name, day, version))
        if name in ("returned", "taken_back"):
            assert version is not None
            plan.working = version.copy(plan.round)
        if name == "taken_back":
            self._take_back(version)

    def _take_back(self, version: Version) -> None:
        version.taken_back = True
        # It was never received: no city's draft may freeze it.
        for plan in self.plans.values():
            if plan.working and version in plan.working.includes:
                plan.working.includes.remove(version)

    def _record_counties(self, fact: dict, day: date, recorded_on: date) -> None:
        below = self.reference.below(fact["agency"])[1:]
        chosen = []
        for code in below:
            sent = [v for v in self.plans[code].versions if not v.taken_back] if code in self.plans else []
            chosen += sent[-1:]
        self._draft(fact).includes = chosen

    def _draft(self, fact: dict) -> Version:
        draft = self.plans[fact["agency"]].working
        assert draft is not None
        return draft

    def _record_section(self, fact: dict, day: date, recorded_on: date) -> None:
        said = {key: fact[key] for key in ("body", "principles", "departments") if fact.get(key) is not None}
        self._draft(fact).sections.setdefault(fact.get("section", "overview"), {}).update(said)

    def _record_task(self, fact: dict, day: date, recorded_on: date) -> None:
        draft, mine = self._draft(fact), self._mine(fact["agency"], fact["mine"])
        before = draft.lines.get(mine, Line())
        draft.lines[mine] = Line(
            fact.get("tier", before.tier), last_day(fact.get("planned_completion") or "")
        )

    def _record_day_corrected(self, fact: dict, day: date, recorded_on: date) -> None:
        steps = [step for step in self.plans[fact["agency"]].steps if step.name == fact["step"]]
        steps[-1].day = day

    # Stages

    def _record_stage_corrected(self, fact: dict, day: date, recorded_on: date) -> None:
        mine = self._mine(fact["agency"], fact["mine"])
        stage = [one for one in mine.stages if one.name == fact["stage"] and not one.withdrawn][-1]
        if fact.get("withdrawn"):
            stage.withdrawn = True
        else:
            stage.day = day

    # Targets

    def _change(self, kind: str, fact: dict, mine_name: str, day: date, recorded_on: date) -> None:
        mine = self._mine(fact["agency"], mine_name)
        approved = fact.get("approved_on")
        speaker = self.speaker(mine.now["managed_by"], recorded_on)
        assert speaker is not None
        line = Line(fact.get("tier", ""), last_day(fact.get("planned_completion") or ""))
        approved_on = date.fromisoformat(approved) if approved else day
        self.changes.append(Change(kind, mine, speaker, day, approved_on, line))

    def _record_merged(self, fact: dict, day: date, recorded_on: date) -> None:
        self._change("entered", fact, fact["into"], day, recorded_on)
        for name in fact["mines"]:
            self._change("removed", fact, name, day, recorded_on)

    def speaker(self, owner: str, day: date) -> str | None:
        """The nearest agency at or above the owner that has a plan in force on the day."""
        for code in self.reference.line(owner):
            if code in self.plans and self.plans[code].in_force(day):
                return code
        return None

    def changes_of(self, agency: str, day: date) -> list[Change]:
        """What has changed the agency's target by the day, in the order in which it is applied."""
        found = [
            change
            for change in self.changes
            if change.counts_from <= day and agency in self.reference.line(change.agency)
        ]
        return sorted(found, key=lambda change: change.happened_on)

    def adjusted(self, agency: str, day: date) -> dict[Mine, Line] | None:
        """The version in force on the day after removals and entries; None without one."""
        versions = self.plans[agency].in_force(day) if agency in self.plans else []
        if not versions:
            return None
        target = dict(versions[-1].content)
        for change in self.changes_of(agency, day):
            if change.kind == "entered":
                # A later revision holds a row of its own for it, and that one is read.
                target.setdefault(change.mine, change.line)
            else:
                target.pop(change.mine, None)
        return target

    # 不涉矿 and decisions

    def _record_mine_free_declared(self, fact: dict, day: date, recorded_on: date) -> None:
        self.mine_free.setdefault(fact["agency"], []).append(MineFree(day))

    def _record_mine_free_confirmed(self, fact: dict, day: date, recorded_on: date) -> None:
        next(one for one in self.mine_free[fact["agency"]] if not one.entries).confirmed_on = day

    def _decide(self, fact: dict, day: date) -> None:
        on_date = date.fromisoformat(fact["on_date"]) if fact.get("on_date") else None
        agencies = fact.get("agencies") or [fact["agency"]]
        grantor = fact.get("by_agency") or fact["grantor"]
        self.decisions.append(Decision(fact["fact"], fact["requirement"], grantor, agencies, day, on_date))
