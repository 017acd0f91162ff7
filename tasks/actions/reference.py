"""Reference data from files: agencies, groups, documents with all that hangs on them, minerals, standards,
score sheets.

Loading again changes rows in place, by their codes and numbers, and removes nothing. The format is
described in docs/commands.md.
"""

import csv
import json
from datetime import date
from pathlib import Path

from django.db import transaction

from agencies.models import Agency, AgencyGroup, BureauName
from tasks.models import (
    Clause,
    DocumentAlias,
    DocumentRelation,
    GreenStandard,
    InspectionWindow,
    IssuerList,
    Mineral,
    PolicyDocument,
    Programme,
    Requirement,
    RequirementAddressee,
    ScoreItem,
    ScoreSheet,
    WindowAddressee,
)
from tasks.reports.scores import as_sheet
from tasks.rules import score_sheets
from tasks.rules.document_numbers import normalise
from tasks.rules.mine_names import initials

AGENCIES, BUREAUS = "agencies.csv", "bureau_names.csv"
GROUPS, PROGRAMMES, DOCUMENTS, MINERALS = (
    "groups.json",
    "programmes.json",
    "documents.json",
    "minerals.json",
)
STANDARDS, SCORE_SHEETS = "standards.json", "score_sheets.json"


@transaction.atomic
def load(folder: Path) -> dict[str, int]:
    """Load what the folder holds, in the order in which one file needs another. Returns rows per file.

    Raises FileNotFoundError when none of the files is there, LookupError when a row names an agency,
    a group or a document that is not known, ValueError when the points of a score sheet disagree.
    """
    loaders = {
        AGENCIES: _agencies,
        BUREAUS: _bureau_names,
        GROUPS: _groups,
        PROGRAMMES: _programmes,
        DOCUMENTS: _documents,
        MINERALS: _minerals,
        STANDARDS: _standards,
        SCORE_SHEETS: _score_sheets,
    }
    present = {name: loader for name, loader in loaders.items() if (folder / name).exists()}
    if not present:
        raise FileNotFoundError(f"{folder} holds none of {', '.join(loaders)}")
    return {name: loader(_rows(folder / name)) for name, loader in present.items()}


def _rows(path: Path) -> list[dict]:
    text = path.read_text(encoding="utf-8-sig")
    return json.loads(text) if path.suffix == ".json" else list(csv.DictReader(text.splitlines()))


def _agencies(rows: list[dict]) -> int:
    known = {agency.code: agency for agency in Agency.objects.all()}
    # A superior stands in the tree before those that report to it, whatever the order of the file.
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if not row["reports_to"] or row["reports_to"] in known]
        if not ready:
            raise LookupError(f"no superior {waiting[0]['reports_to']} for {waiting[0]['code']}")
        for row in ready:
            known[row["code"]] = _agency(row, known)
        waiting = [row for row in waiting if row["code"] not in known]
    return len(rows)


def _agency(row: dict, known: dict[str, Agency]) -> Agency:
    fields = {"name": row["name"], "level": row["level"], "initials": initials(row["name"])}
    agency = known.get(row["code"])
    if agency is None:
        parent = Agency.objects.get(pk=known[row["reports_to"]].pk) if row["reports_to"] else None
        new = Agency(code=row["code"], **fields)
        return (
            Agency.objects.add_child(parent, instance=new)
            if parent
            else Agency.objects.add_root(instance=new)
        )
    for name, value in fields.items():
        setattr(agency, name, value)
    agency.save()
    return agency


def _bureau_names(rows: list[dict]) -> int:
    """A row with a level names all bureaus of that level: the agency's name and the suffix. A row with
    a code names one, whose suffix then is the whole name, and which then keeps its own rows alone."""
    own = {row["code"] for row in rows if row["code"]}
    names = []
    for agency in Agency.objects.all():
        for row in rows:
            if row["code"] == agency.code:
                names.append((agency, row["suffix"], row))
            elif row["level"] == agency.level and agency.code not in own:
                names.append((agency, agency.name + row["suffix"], row))
    existing = set(BureauName.objects.values_list("agency_id", "name"))
    BureauName.objects.bulk_create(
        BureauName(
            agency=agency, name=name, valid_from=_day(row, "valid_from"), valid_to=_day(row, "valid_to")
        )
        for agency, name, row in names
        if (agency.pk, name) not in existing
    )
    return len(rows)


def _groups(rows: list[dict]) -> int:
    for row in rows:
        group, _created = AgencyGroup.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "label": row["label"]}
        )
        group.agencies.set([_known_agency(code) for code in row["agencies"]])
    return len(rows)


def _programmes(rows: list[dict]) -> int:
    for row in rows:
        Programme.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "principles": row.get("principles", [])}
        )
    return len(rows)


def _minerals(rows: list[dict]) -> int:
    for row in rows:
        fields = {
            name: row.get(name) or "" for name in ("name", "green_standard", "henan_standard", "source")
        }
        fields |= {"synonyms": row.get("synonyms", []), "sizes": row.get("sizes", [])}
        Mineral.objects.update_or_create(code=row["code"], defaults=fields)
    return len(rows)


def _standards(rows: list[dict]) -> int:
    for row in rows:
        GreenStandard.objects.update_or_create(
            number=row["number"], defaults={"title": row["title"], "in_force_on": _day(row, "in_force_on")}
        )
    return len(rows)


def _score_sheets(rows: list[dict]) -> int:
    for row in rows:
        fields = {"title": row["title"], "points": row["points"]}
        fields |= _said(row, "source", "pass_points", "item_share")
        fields |= {"dated_on": day} if (day := _day(row, "dated_on")) else {}
        sheet, _created = ScoreSheet.objects.update_or_create(code=row["code"], defaults=fields)
        conditions = [{**one, "is_precondition": True} for one in row.get("preconditions", [])]
        places = _places(sheet, [*conditions, *row["items"]])
        for one in [*conditions, *row["items"]]:
            _score_item(sheet, None, one, places)
        if faults := score_sheets.faults(as_sheet(sheet)):
            raise ValueError(f"{sheet.code}：{'；'.join(faults)}")
    return len(rows)


def _places(sheet: ScoreSheet, rows: list[dict]) -> dict[str, int]:
    """Where each number stands: in the order of the file; in a file that names only some of the items,
    what is known keeps its place and what is new comes after it."""
    known = dict(sheet.items.values_list("number", "position"))
    numbers = _numbers(rows)
    if known.keys() <= set(numbers):
        return {number: place for place, number in enumerate(numbers)}
    last = max(known.values()) + 1
    return {number: last + place for place, number in enumerate(numbers)} | known


def _numbers(rows: list[dict]) -> list[str]:
    return [number for row in rows for number in [row["number"], *_numbers(row.get("items", []))]]


def _score_item(sheet: ScoreSheet, parent: ScoreItem | None, row: dict, places: dict[str, int]) -> None:
    """The item and all below it."""
    fields = {"title": row["title"], "parent": parent, "position": places[row["number"]]}
    fields |= {"is_precondition": row.get("is_precondition", False)} | _said(row, "points")
    item, _created = ScoreItem.objects.update_or_create(sheet=sheet, number=row["number"], defaults=fields)
    for one in row.get("items", []):
        _score_item(sheet, item, one, places)


def _said(row: dict, *names: str) -> dict:
    """What the row says. A null takes away nothing that an office has filled in from its own file."""
    return {name: row[name] for name in names if row.get(name) is not None}


def _documents(rows: list[dict]) -> int:
    # All documents stand before any of them points to another.
    documents = [(row, _document(row)) for row in rows]
    for row, document in documents:
        for alias in row.get("aliases", []):
            DocumentAlias.objects.update_or_create(
                document=document,
                alias=alias["alias"],
                found_in=_known_document(alias["found_in"]),
                defaults={"canonical": alias["canonical"]},
            )
        for relation in row.get("relations", []):
            DocumentRelation.objects.get_or_create(
                source=document, kind=relation["kind"], target=_known_document(relation["target"])
            )
        for issuers in row.get("issuer_lists", []):
            IssuerList.objects.update_or_create(
                document=document,
                stated_in=_known_document(issuers["stated_in"]),
                defaults={"names": issuers["names"]},
            )
        for position, clause in enumerate(row.get("clauses", [])):
            _clause(document, clause, position)
    return len(rows)


def _document(row: dict) -> PolicyDocument:
    fields = {name: row.get(name) or "" for name in ("title", "issuer_name", "addressed_to")}
    fields |= {
        "programme": Programme.objects.get(code=row["programme"]),
        "issuer": _known_agency(row["issuer"]) if row.get("issuer") else None,
        "signed_on": _day(row, "signed_on"),
        "printed_on": _day(row, "printed_on"),
        "is_cited_only": row.get("is_cited_only", False),
    }
    document, _created = PolicyDocument.objects.update_or_create(
        number=normalise(row["number"]), defaults=fields
    )
    return document


def _clause(document: PolicyDocument, row: dict, position: int) -> None:
    fields = {
        "document": document,
        "section": row.get("section", ""),
        "wording": row["wording"],
        "cites": _known_document(row["cites"]) if row.get("cites") else None,
        "position": position,
        "checks": row.get("checks", []),
    }
    clause, _created = Clause.objects.update_or_create(code=row["code"], defaults=fields)
    for requirement in row.get("requirements", []):
        _requirement(clause, requirement)
    for window in row.get("windows", []):
        _window(clause, window)


def _requirement(clause: Clause, row: dict) -> None:
    fields = {
        "clause": clause,
        "summary": row["summary"],
        "kind": row["kind"],
        "acts": row.get("acts", []),
        "share": row.get("share"),
        "mine_scope": row.get("mine_scope", ""),
        "existing_before": _day(row, "existing_before"),
        "phrase": row.get("phrase", ""),
        "warn_on": _day(row, "warn_on"),
        "due_on": _day(row, "due_on"),
        "lifted_if_mine_free": row.get("lifted_if_mine_free", True),
    }
    requirement, _created = Requirement.objects.update_or_create(code=row["code"], defaults=fields)
    _addressees(RequirementAddressee, "requirement", requirement, row)


def _window(clause: Clause, row: dict) -> None:
    fields = {"clause": clause, "kind": row["kind"], "inspector": row["inspector"]}
    fields |= {"starts_on": _day(row, "starts_on"), "ends_on": _day(row, "ends_on")}
    window, _created = InspectionWindow.objects.update_or_create(code=row["code"], defaults=fields)
    _addressees(WindowAddressee, "window", window, row)


def _addressees(model, owner_name: str, owner, row: dict) -> None:
    # Addressees have no key of their own: the file's list replaces the former one.
    model.objects.filter(**{owner_name: owner}).delete()
    for one in row["addressees"]:
        model.objects.create(
            **{owner_name: owner},
            selector=one["selector"],
            excluded=one.get("excluded", False),
            agency=_known_agency(one["agency"]) if one.get("agency") else None,
            group=_known_group(one["group"]) if one.get("group") else None,
            levels=one.get("levels", []),
        )


def _known_group(code: str) -> AgencyGroup:
    group = AgencyGroup.objects.filter(code=code).first()
    if group is None:
        raise LookupError(f"no group {code}")
    return group


def _known_agency(code: str) -> Agency:
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise LookupError(f"no agency {code}")
    return agency


def _known_document(number: str) -> PolicyDocument:
    document = PolicyDocument.objects.filter(number=normalise(number)).first()
    if document is None:
        raise LookupError(f"no document {number}")
    return document


def _day(row: dict, name: str) -> date | None:
    return date.fromisoformat(row[name]) if row.get(name) else None
