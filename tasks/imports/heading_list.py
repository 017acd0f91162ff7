"""The headings of a file as the clerk sees them, each with the field that it is taken for."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from tasks.imports import headings, quotas
from tasks.imports.containers import identify
from tasks.imports.headings import OWN_COLUMNS, SEARCHED_ROWS, TITLES, find_header, plain
from tasks.imports.sheets import Sheet, letter, open_sheets
from tasks.imports.values import text_of

# What a heading may be said to mean; the hidden columns of our own workbook are not for choosing.
CHOICES = {name: title for name, title in TITLES.items() if name not in OWN_COLUMNS | {"serial"}}


@dataclass(frozen=True)
class Heading:
    """`automatic` is what the common table makes of it, `field` what is taken now; "" is passed over."""

    text: str
    key: str
    column: str
    automatic: str
    field: str


def headings_of(name: str, data: bytes, mapping: Mapping[str, str], *, of_quotas: bool) -> list[Heading]:
    """The headings of the first visible sheet with a header. Raises Refused for a file that cannot be read."""
    sheets = [one for one in open_sheets(identify(name, data)) if not one.is_hidden and not one.is_empty]
    listed = []
    for sheet in sheets:
        rows = list(islice(sheet.rows(), SEARCHED_ROWS))
        listed = _listed(sheet, rows, mapping, of_quotas=of_quotas)
        if any(each.field for each in listed):
            break
    return listed


def _listed(sheet: Sheet, rows, mapping, *, of_quotas: bool) -> list[Heading]:
    if of_quotas:
        found = quotas.find_header(sheet, mapping)
        row = dict(rows).get(found[0], []) if found else _fullest(rows)
        names = {key: quotas.FIELDS.get(key, "") for key in map(plain, map(text_of, row))}
    else:
        header = find_header(rows, sheet.signs.merges, mapping)
        if header:
            return _of_header(header, mapping)
        row = _fullest(rows)
        names = {plain(text_of(v)): headings.field_of(text_of(v)) or "" for v in row}
    listed = [
        _heading(text_of(value), letter(index), names[plain(text_of(value))], mapping)
        for index, value in enumerate(row)
    ]
    return _once(listed)


def _of_header(header, mapping) -> list[Heading]:
    columns = [*header.columns, *header.repeated]
    listed = [
        _heading(column.heading, letter(column.index), _automatic(column, mapping), mapping)
        for column in sorted(columns, key=lambda one: one.index)
        if column.field not in OWN_COLUMNS | {"serial"}
    ]
    return _once(
        listed + [_heading(text, "", headings.field_of(text) or "", mapping) for text in header.unread]
    )


def _automatic(column, mapping) -> str:
    if plain(column.heading) in mapping:
        return headings.field_of(column.heading) or ""
    return column.field


def _heading(text: str, column: str, automatic: str, mapping) -> Heading:
    key = plain(text)
    return Heading(text.strip()[:80], key, column, automatic, mapping.get(key, automatic))


def _once(listed: list[Heading]) -> list[Heading]:
    found = {each.key: each for each in reversed(listed) if each.key}
    return [each for each in listed if each.key and found[each.key] is each][:60]


def _fullest(rows) -> list:
    """Where no header is known: the first row with as many texts as any."""
    texts = [(sum(1 for v in row if isinstance(v, str) and v.strip()), -number) for number, row in rows]
    return rows[texts.index(max(texts))][1] if rows else []
