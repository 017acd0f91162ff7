"""Who there is and what is asked of whom: read from fixtures/ alone (docs/commands.md, "load_reference")."""

import csv
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@dataclass(frozen=True)
class Agency:
    code: str
    name: str
    level: str
    reports_to: str


@dataclass(frozen=True)
class Requirement:
    code: str
    kind: str
    binds_from: date
    issuer: str
    addressees: tuple
    acts: tuple = ()
    share: int | None = None
    mine_scope: str = ""
    existing_before: date | None = None
    warn_on: date | None = None
    due_on: date | None = None
    lifted_if_mine_free: bool = True


@dataclass
class Reference:
    agencies: dict[str, Agency]
    groups: dict[str, list[str]]
    requirements: dict[str, Requirement] = field(default_factory=dict)

    def line(self, code: str) -> list[str]:
        """The agency, the one that it reports to, and so on up to the province."""
        found = []
        while code:
            found.append(code)
            code = self.agencies[code].reports_to
        return found

    def below(self, code: str) -> list[str]:
        """The agency and all below it, in the order of the codes."""
        return sorted(one for one in self.agencies if code in self.line(one))

    def filing(self, code: str) -> list[str]:
        """Those of `below` that draw up plans: zones count inside their city, the province has none."""
        return [one for one in self.below(code) if self.agencies[one].level in ("city", "county")]

    def reports_to_province(self, code: str) -> bool:
        return len(self.line(code)) == 2

    def is_bound(self, requirement: Requirement, code: str) -> bool:
        """Bound are all that some addressee includes and none excludes."""
        included = [one for one in requirement.addressees if not one.get("excluded")]
        excluded = [one for one in requirement.addressees if one.get("excluded")]
        return any(self._names(one, code) for one in included) and not any(
            self._names(one, code) for one in excluded
        )

    def _names(self, addressee: dict, code: str) -> bool:
        agency = self.agencies[code]
        if addressee.get("levels") and agency.level not in addressee["levels"]:
            return False
        match addressee["selector"]:
            case "agency":
                return code == addressee["agency"]
            case "reporting_to":
                return agency.reports_to == addressee["agency"]
            case "below":
                return addressee["agency"] in self.line(code)[1:]
            case "group":
                return code in self.groups[addressee["group"]]
            case "superiors_of_group":
                return code in {self.agencies[one].reports_to for one in self.groups[addressee["group"]]}
        raise ValueError(addressee)


def read_reference(folder: Path = FIXTURES) -> Reference:
    with (folder / "agencies.csv").open(encoding="utf-8-sig", newline="") as lines:
        agencies = {row["code"]: Agency(**row) for row in csv.DictReader(lines)}
    groups = {row["code"]: row["agencies"] for row in _json(folder / "groups.json")}
    reference = Reference(agencies, groups)
    for document in _json(folder / "documents.json"):
        for clause in document.get("clauses", []):
            for row in clause.get("requirements", []):
                reference.requirements[row["code"]] = _requirement(row, document)
    return reference


def _requirement(row: dict, document: dict) -> Requirement:
    return Requirement(
        code=row["code"],
        kind=row["kind"],
        # Before a document's date its obligations do not exist (decisions.md, "Facts and days").
        binds_from=date.fromisoformat(document.get("signed_on") or document["printed_on"]),
        issuer=document.get("issuer") or "",
        addressees=tuple(row["addressees"]),
        acts=tuple(row.get("acts", ())),
        share=row.get("share"),
        mine_scope=row.get("mine_scope", ""),
        existing_before=_day(row.get("existing_before")),
        warn_on=_day(row.get("warn_on")),
        due_on=_day(row.get("due_on")),
        lifted_if_mine_free=row.get("lifted_if_mine_free", True),
    )


def _json(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
