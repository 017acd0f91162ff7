"""Histories that could have been: a plan's own course in each of a few agencies, and what befalls the mines.

A history is a list of (the day of recording, the fact), in the order of recording. Much of it makes sense, so that
most plans come into force; some of it does not, and the program refuses it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.telling import CITY, FREE, PILOT, ZONE, Told

COUNTIES = ["411321", "411322", "411325"]
# A pilot of another city, and two that report to the province.
OTHERS = ["410183", "410181", "411381"]
WITHOUT_MINES = [FREE, "411328"]
FIRST, LAST = date(2018, 4, 20), date(2021, 2, 26)
FATES_FROM = FIRST + timedelta(days=60)
SHARED = ("fact", "agency", "happened_on")

planned = st.sampled_from(
    ["2018年12月", "2019年6月", "2019年第四季度", "2019年12月31日", "2020年6月", "2020年"]
)
tiers = st.sampled_from(["baseline", "self_imposed", "stretch"])
# Mostly recorded on the day itself.
lateness = st.sampled_from([0, 0, 0, 0, 0, 1, 2, 9, 40])
STAGE_NAMES = ["building", "declared", "declared", "assessed", "verified", "verified", "verified", "verified"]
STAGE_NAMES += ["publicised", "listed", "listed", "delisted"]


@dataclass
class Course:
    """The days of one agency's story, on which its facts are recorded one after the other."""

    draw: st.DrawFn
    agency: str
    day: date
    happened: date = FIRST

    def fact(self, name: str, longest: int = 12, **keys) -> Told:
        self.day = min(self.day + timedelta(days=self.draw(st.integers(0, longest))), LAST)
        late = timedelta(days=self.draw(lateness))
        happened = min(max(self.happened, self.day - late), self.day)
        if self.draw(st.integers(1, 50)) == 50:
            # Now and then a day out of all order.
            happened = FIRST + timedelta(days=self.draw(st.integers(0, (self.day - FIRST).days)))
        self.happened = max(self.happened, happened)
        return self.day, {"fact": name, "agency": self.agency, "happened_on": happened.isoformat()} | keys

    def chance(self, of_ten: int) -> bool:
        return self.draw(st.integers(1, 10)) <= of_ten


def mine_name(agency: str, number: int) -> str:
    return f"示例{agency}之{number}号矿"


@st.composite
def mine_fields(draw) -> dict:
    found = {
        "method": draw(st.sampled_from(["open_pit", "open_pit", "combined", "underground", None])),
        "size_class": draw(st.sampled_from(["large", "medium", "small", "tiny", None])),
        "first_permitted_on": draw(
            st.sampled_from(["2015-03-01", "2015-03-01", "2018-04-16", "2018-04-17", "2018-09-01", None])
        ),
        "status": draw(st.sampled_from([None, None, "producing", "closed"])),
    }
    return {name: value for name, value in found.items() if value}


@st.composite
def stories(draw, agency: str, mines: int) -> list[Told]:
    """One agency's mines and its plan, up to where it gets."""
    course = Course(draw, agency, FIRST + timedelta(days=draw(st.integers(0, 40))))
    told = [course.fact("mine", 5, mine=mine_name(agency, n), **draw(mine_fields())) for n in range(mines)]
    on_paper = course.chance(3)
    if course.chance(1):
        return told
    told.append(course.fact("started", 5))
    if not on_paper:
        told.append(course.fact("section", 3, section="overview", body="本地矿山基本情况。"))
    told += _tasks(course, range(mines - draw(st.integers(0, 1)) if mines > 1 else mines), on_paper)
    told += _submission(course, on_paper)
    told += _issue(course)
    for _round in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        told += _revision(course, mines)
    return told


def _tasks(course: Course, numbers, on_paper: bool) -> list[Told]:
    told = []
    for number in numbers:
        # The self-check lets no gap pass; a paper is taken as it is.
        keys = {"tier": course.draw(tiers), "planned_completion": course.draw(planned)}
        if on_paper:
            keys = {name: value for name, value in keys.items() if course.chance(8)}
        told.append(course.fact("task", 2, mine=mine_name(course.agency, number), **keys))
    return told


def is_direct(agency: str) -> bool:
    return agency in (CITY, "410181", "411381")


def _submission(course: Course, on_paper: bool = False) -> list[Told]:
    channel = {"channel": "paper"} if on_paper else {}
    if is_direct(course.agency):
        counties = [course.fact("counties", 20)] if course.agency == CITY else []
        return counties + ([course.fact("released", **channel)] if course.chance(9) else [])
    told = [course.fact("submitted", **channel)]
    if course.chance(2):
        told += [course.fact("taken_back", 6), course.fact("submitted", **channel)]
    if course.chance(2):
        told += [course.fact("opened", 3), course.fact("returned", comment="请补正。")]
        told += [course.fact("submitted", **channel)] if course.chance(8) else []
    if course.chance(2):
        told.append(_issued(course))
    return told + ([course.fact("accepted", 15)] if course.chance(9) else [])


def _issued(course: Course) -> Told:
    return course.fact("issued", 10, number="示国土资〔2018〕1号")


def _issue(course: Course) -> list[Told]:
    told = [_issued(course)] if course.chance(8) else []
    told += [course.fact("filed", 10)] if course.chance(7) else []
    if course.chance(2):
        told += [course.fact("supplement_asked", comment="缺附表。"), course.fact("filed")]
    return told + ([course.fact("receipted", number="1")] if course.chance(3) else [])


def _revision(course: Course, mines: int) -> list[Told]:
    told = [course.fact("started", 200, comment="目标调整。")]
    if mines and course.chance(7):
        told += _tasks(course, [course.draw(st.integers(0, mines - 1))], on_paper=False)
    return told + _submission(course) + _issue(course)


@dataclass
class Fate:
    """What befalls mines whose names and agencies are known, each on some day of the years."""

    draw: st.DrawFn
    mines: list[tuple[str, str]]
    knows: frozenset[str]
    entered: int = 100

    def facts(self) -> list[Told]:
        kinds = ["stage"] * 4 + ["life"] * 4 + ["removed"] * 4 + ["entered", "merged", "new", "new", "new"]
        kinds += ["decision", "decision", "free"]
        kinds += ["mine_changed"] * 4 if "mine_changed" in self.knows else []
        kinds += [name for name in ("day_corrected", "stage_corrected") if name in self.knows]
        return getattr(self, f"_{self.draw(st.sampled_from(kinds))}")()

    def _day(self, first: date) -> date:
        return first + timedelta(days=self.draw(st.integers(0, max(0, (LAST - first).days))))

    def _told(self, name: str, agency: str, first: date = FATES_FROM, **keys) -> Told:
        happened = self._day(first)
        recorded = min(happened + timedelta(days=self.draw(lateness)), LAST)
        return recorded, {"fact": name, "agency": agency, "happened_on": happened.isoformat()} | keys

    def _mine(self) -> tuple[str, str]:
        return self.draw(st.sampled_from(self.mines))

    def _stage(self) -> list[Told]:
        agency, mine = self._mine()
        name = self.draw(st.sampled_from(STAGE_NAMES))
        return [self._told(name, agency, mine=mine, reference="示例报告")]

    def _life(self) -> list[Told]:
        """A mine is listed, taken off the list, and perhaps verified anew."""
        agency, mine = self._mine()
        told, day = [], FATES_FROM
        for name in ["declared", "verified", "listed", "delisted", "verified"]:
            if self.draw(st.integers(1, 3)) > 1:
                told.append(self._told(name, agency, day, mine=mine, reference="示例报告"))
                day = date.fromisoformat(told[-1][1]["happened_on"])
        return told

    def _removed(self) -> list[Told]:
        agency, mine = self._mine()
        return [self._approved(self._told("removed", agency, mine=mine, reason="关闭。"))]

    def _entered(self) -> list[Told]:
        agency, mine = self._mine()
        return [self._approved(self._told("entered", agency, mine=mine, reason="新设。", **self._entry()))]

    def _approved(self, told: Told) -> Told:
        """Now and then approved on a later day than the change's own."""
        recorded, fact = told
        days = self.draw(st.sampled_from([0, 0, 0, 3, 30]))
        if not days:
            return told
        approved = min(date.fromisoformat(fact["happened_on"]) + timedelta(days=days), LAST)
        return max(recorded, approved), fact | {"approved_on": approved.isoformat()}

    def _entry(self) -> dict:
        return {"tier": self.draw(tiers), "planned_completion": self.draw(planned)}

    def _merged(self) -> list[Told]:
        agency, _name = self._mine()
        own = [name for code, name in self.mines if code == agency]
        if len(own) < 2:
            return []
        recorded, fact = self._registered(agency)
        gone = self.draw(st.permutations(own))[:2]
        keys = {"fact": "merged", "mines": gone, "into": fact["mine"], "reason": "整合。"} | self._entry()
        return [(recorded, fact), (recorded, {k: v for k, v in fact.items() if k in SHARED} | keys)]

    def _registered(self, agency: str) -> Told:
        """A mine that enters the register later."""
        self.entered += 1
        recorded, fact = self._told("mine", agency, mine=mine_name(agency, self.entered))
        return recorded, fact | self.draw(mine_fields())

    def _new(self) -> list[Told]:
        """A new mine, which mostly enters the target too."""
        agency, _name = self._mine()
        recorded, fact = self._registered(agency)
        if self.draw(st.integers(1, 4)) == 1:
            return [(recorded, fact)]
        entry = {k: v for k, v in fact.items() if k in SHARED} | {"fact": "entered", "reason": "新设。"}
        return [(recorded, fact), self._approved((recorded, entry | {"mine": fact["mine"]} | self._entry()))]

    def _decision(self) -> list[Told]:
        kind = self.draw(
            st.sampled_from(["extension", "extension", "internal_date", "exemption", "leader_note"])
        )
        requirement, due = self.draw(
            st.sampled_from([("C1", "2018-06-20"), ("C2", "2018-05-20"), ("P1", "2018-05-31")])
            | st.sampled_from([("T1", "2019-12-31"), ("T2", "2020-12-31"), ("O2", "2020-12-31")])
        )
        days = self.draw(st.integers(1, 60)) * (-1 if kind == "internal_date" else 1)
        keys = {"requirement": requirement, "grantor": self.draw(st.sampled_from(["410000", CITY]))}
        if kind in ("extension", "internal_date"):
            keys["on_date"] = (date.fromisoformat(due) + timedelta(days=days)).isoformat()
        agency, _mine = self._mine()
        recorded, fact = self._told(kind, agency, reason="示例", **keys)
        # Most are decided in the first weeks, while something is still owed.
        if self.draw(st.booleans()):
            recorded = FIRST + timedelta(days=self.draw(st.integers(0, 60)))
            fact["happened_on"] = recorded.isoformat()
        return [(recorded, fact)]

    def _free(self) -> list[Told]:
        """不涉矿, and perhaps a mine after all."""
        agency = self.draw(st.sampled_from(WITHOUT_MINES))
        recorded, fact = self._told("mine_free_declared", agency)
        confirmed = min(recorded + timedelta(days=self.draw(st.integers(0, 20))), LAST)
        told = [
            (recorded, fact),
            (confirmed, fact | {"fact": "mine_free_confirmed", "happened_on": confirmed.isoformat()}),
        ]
        if self.draw(st.booleans()):
            told.append(self._registered(agency))
        return told

    def _mine_changed(self) -> list[Told]:
        agency, mine = self._mine()
        keys = self.draw(mine_fields())
        if self.draw(st.integers(1, 4)) == 1:
            keys["managed_by"] = self.draw(st.sampled_from([*COUNTIES, ZONE, CITY]))
        return [self._told("mine_changed", agency, mine=mine, **keys)]

    def _day_corrected(self) -> list[Told]:
        agency, _mine = self._mine()
        step = self.draw(st.sampled_from(["issued", "filed", "accepted", "submitted", "released"]))
        recorded, fact = self._told("day_corrected", agency, step=step, reason="写错。")
        right = FIRST + timedelta(days=self.draw(st.integers(0, 120)))
        return [(max(recorded, right), fact | {"happened_on": right.isoformat()})]

    def _stage_corrected(self) -> list[Told]:
        agency, mine = self._mine()
        stage = self.draw(st.sampled_from(sorted(set(STAGE_NAMES))))
        recorded, fact = self._told("stage_corrected", agency, mine=mine, stage=stage, reason="写错。")
        if self.draw(st.booleans()):
            return [(recorded, fact)]
        return [(recorded, {k: v for k, v in fact.items() if k != "happened_on"} | {"withdrawn": True})]


@st.composite
def histories(draw, knows: frozenset[str]) -> list[Told]:
    """`knows`: names of facts that the program has learnt since, and that may be told."""
    counties = draw(st.permutations(COUNTIES))[: draw(st.integers(1, 2))]
    agencies = [*counties, draw(st.sampled_from(OTHERS))]
    agencies += [PILOT] if draw(st.booleans()) else []
    counts = {code: draw(st.integers(1, 4)) for code in agencies} | {CITY: draw(st.integers(0, 2))}
    told = [one for code, mines in counts.items() for one in draw(stories(code, mines))]
    zone = Course(draw, ZONE, FIRST)
    counts[ZONE] = draw(st.integers(0, 1))
    told += [zone.fact("mine", 30, mine=mine_name(ZONE, n), method="open_pit") for n in range(counts[ZONE])]
    mines = [(code, mine_name(code, number)) for code, count in counts.items() for number in range(count)]
    fate = Fate(draw, mines, knows)
    told += [one for _turn in range(draw(st.integers(6, 24))) for one in fate.facts()]
    # Told in the order of recording; what one story records on the same day keeps its order.
    return sorted(told, key=lambda one: one[0])
