"""Rows of a file beside the mines on register: which mine a row is, and what it would change.

A mine is found by the hidden id of our own workbook, else by its permit number, else by its name with white
space and brackets folded. Nothing here writes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from agencies.models import Agency
from tasks.imports.places import Places
from tasks.imports.reading import TableReading, TableRow
from tasks.models import Mine, Mineral, Permit
from tasks.rules.mine_names import fold

BATCH = 500
# Field of the model → column of the file.
MINE_FIELDS = {
    "name": "mine",
    "holder": "holder",
    "mineral_name": "mineral",
    "method": "method",
    "output": "output",
    "output_unit": "output_unit",
    "size_class": "size_class",
    "status": "status",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: column of the file, what stands on record, what the file says."""

    field: str
    old: Any
    new: Any


def county_places(own: Iterable[Agency] | None = None, default: str | None = None) -> Places:
    """Every place that mines can lie in; `own` narrows what the file may bring."""
    names = [agency.name for agency in Agency.objects.all() if agency.is_leaf()]
    return Places(names, None if own is None else [agency.name for agency in own], default)


def agencies_by_name() -> dict[str, Agency]:
    return {agency.name: agency for agency in Agency.objects.all() if agency.is_leaf()}


class Register:
    """The mines that a file may speak of, fetched once: the number of queries grows by batches only."""

    def __init__(self, mines, reading: TableReading) -> None:
        """`mines` is a queryset that has gone through the caller's scope."""
        self._by_id: dict[int, Mine] = {}
        self._by_permit: dict[str, Mine] = {}
        self._by_name: dict[str, list[Mine]] = defaultdict(list)
        for mine in mines.select_related("county", "managed_by", "mineral").prefetch_related("permits"):
            self._by_id[mine.pk] = mine
            self._by_name[mine.folded_name].append(mine)
            for permit in mine.permits.all():
                self._by_permit[permit.number] = mine
        self._taken = self._permits_elsewhere(reading)

    def _permits_elsewhere(self, reading: TableReading) -> set[str]:
        """Permit numbers of the file that belong to a mine outside the scope; whose, is not said."""
        unknown = {row.licence for row in reading.rows if row.licence} - self._by_permit.keys()
        found: set[str] = set()
        for batch in _batches(sorted(unknown)):
            found.update(Permit.objects.filter(number__in=batch).values_list("number", flat=True))
        return found

    def find(self, row: TableRow) -> Mine | None:
        own_id = row.mine_id or ""
        if own_id.isascii() and own_id.isdigit() and (mine := self._by_id.get(int(own_id[:18]))):
            return mine
        if row.licence and (mine := self._by_permit.get(row.licence)):
            return mine
        named = self._by_name.get(fold(row.mine or "")[:120], [])
        same = [
            mine
            for mine in named
            if row.county is None or mine.county is None or mine.county.name == row.county
        ]
        # A namesake with another permit is another mine.
        free = [mine for mine in same if not row.licence or not mine.permits.all()]
        return free[0] if len(free) == 1 else None

    def is_taken_elsewhere(self, licence: str | None) -> bool:
        return licence in self._taken


def mine_changes(mine: Mine, row: TableRow, fields: set[str], *, clears: bool) -> list[Change]:
    """What the row would change of a known mine. `clears`: an empty cell empties the field, as in our own
    workbook; in any other file it says nothing."""
    changes = []
    for name, column in MINE_FIELDS.items():
        if column not in fields and not (column == "output_unit" and "output" in fields):
            continue
        old, new = getattr(mine, name), getattr(row, column)
        if new is None:
            if not clears or column == "mine" or old in ("", None):
                continue
            new = None if name == "output" else ""
        if old != new:
            changes.append(Change(column, old, new))
    return changes


class MineralNames:
    """The mineral class behind a name as written, where one is known."""

    def __init__(self) -> None:
        self._by_name: dict[str, Mineral] = {}
        for mineral in Mineral.objects.all():
            for word in [mineral.name, *mineral.synonyms]:
                self._by_name[fold(word)] = mineral

    def find(self, name: str) -> Mineral | None:
        return self._by_name.get(fold(name))


def apply_to_mine(mine: Mine, row: TableRow, changes: Iterable[Change], minerals: MineralNames) -> None:
    names = {column: name for name, column in MINE_FIELDS.items()}
    for change in changes:
        setattr(mine, names[change.field], change.new)
        if change.field == "mineral":
            mine.mineral = minerals.find(change.new or "")


def new_mine(row: TableRow, place: Agency | None, minerals: MineralNames, source: str) -> Mine:
    """An unsaved mine as the row has it; what is empty stays unknown."""
    given = {
        name: value for name, column in MINE_FIELDS.items() if (value := getattr(row, column)) is not None
    }
    return Mine(
        **given, county=place, managed_by=place, mineral=minerals.find(row.mineral or ""), source=source[:200]
    )


def _batches(items: list) -> Iterator[list]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
