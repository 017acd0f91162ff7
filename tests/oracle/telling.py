"""Facts for small histories, in the format of docs/commands.md, each with the day of its recording."""

from datetime import date

Told = tuple[date, dict]
CITY, COUNTY, OTHER, FREE, PILOT, ZONE = "411300", "411322", "411325", "411327", "411330", "411300-A"
PIT = {"method": "open_pit", "size_class": "small", "first_permitted_on": "2015-03-01"}
SMALL = {"method": "underground", "size_class": "small"}


def fact(day: str, name: str, agency: str = COUNTY, recorded_on: str = "", **keys) -> Told:
    recorded = date.fromisoformat(recorded_on or day)
    return recorded, {"fact": name, "agency": agency, "happened_on": day} | keys


def mine(day: str, name: str, agency: str = COUNTY, **fields) -> Told:
    return fact(day, "mine", agency, mine=name, **fields)


def plan(day: str, *mines: str, agency: str = COUNTY, planned: str = "2019年6月") -> list[Told]:
    """Started, filled and filed on paper on one day: a county's still to be accepted, a city's in force."""
    keys = {"tier": "baseline", "planned_completion": planned}
    done = "released" if agency == CITY else "submitted"
    tasks = [fact(day, "task", agency, mine=name, **keys) for name in mines]
    return [fact(day, "started", agency), *tasks, fact(day, done, agency, channel="paper")]


def verified(day: str, name: str, agency: str = COUNTY) -> Told:
    return fact(day, "verified", agency, mine=name, reference="示例报告")


# Asked for on 12 March, approved and recorded on the 20th.
REMOVED = fact(
    "2019-03-12", "removed", recorded_on="2019-03-20", mine="甲矿", reason="关闭。", approved_on="2019-03-20"
)
