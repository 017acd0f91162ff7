"""Workbooks (.xlsx, .xlsm, Strict too): values by calamine, the signs by one streamed look at the XML.

The look comes first. It refuses what is not well-formed or spreads too far before calamine, which lays a
sheet out as a full rectangle, reserves memory for it; and it finds what calamine leaves out: hidden rows,
struck-through text, error values, formulas without a value, and dates that say no day.
"""

import posixpath
from io import BytesIO
from zipfile import ZipFile

from tasks.imports import xml_parts
from tasks.imports.limits import MAX_GAP, MAX_SHEETS
from tasks.imports.number_formats import BUILTIN_DATES, date_precision
from tasks.imports.readers.calamine import calamine_rows, open_calamine
from tasks.imports.readers.sheet_scan import Look, scan_sheet
from tasks.imports.refusals import Refused
from tasks.imports.sheets import Sheet
from tasks.imports.xml_parts import local


def read(data: bytes) -> list[Sheet]:
    with ZipFile(BytesIO(data)) as archive:
        xml_parts.check_prologs(archive)
        book = _Book(archive)
        values = open_calamine(data)
        sheets = []
        for name, state, part in book.sheets:
            if part is None:
                continue
            scan = scan_sheet(archive, part, name, book)
            is_hidden, is_empty = state != "visible", not scan.has_values
            sheets.append(
                Sheet(name, calamine_rows(values, name), scan.signs, is_hidden, is_empty, book.date_1904)
            )
        return sheets


class _Book(Look):
    """The workbook's list of sheets, its styles and its shared texts, as far as signs need them."""

    def __init__(self, archive: ZipFile) -> None:
        super().__init__()
        self.archive = archive
        self.names = {name.casefold(): name for name in archive.namelist()}
        self.date_1904 = False
        self.sheets: list[tuple[str, str, str | None]] = []  # name, state, part (None: a chart)
        self._read_workbook()
        for suffix, reader in (("styles", self._read_styles), ("sharedStrings", self._read_texts)):
            if part := self.part(f"xl/{suffix}.xml"):
                reader(part)

    def part(self, name: str) -> str | None:
        return self.names.get(name.lstrip("/").casefold())

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id → (last word of the type, target part)."""
        folder, name = posixpath.split(part)
        relations = {}

        def start(tag, attributes):
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                target = target if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                kind = attributes.get("Type", "").rpartition("/")[2]
                relations[attributes.get("Id")] = (kind, target)

        if part := self.part(f"{folder}/_rels/{name}.rels"):
            xml_parts.parse(self.archive, part, start)
        return relations

    def _read_workbook(self) -> None:
        workbook = self.part("xl/workbook.xml")
        if not workbook:
            raise Refused("not_workbook")
        relations = self._relations(workbook)
        listed = []

        def start(tag, attributes):
            tag = local(tag)
            if tag == "workbookPr":
                self.date_1904 = attributes.get("date1904") in ("1", "true")
            elif tag == "sheet":
                relation = next((v for k, v in attributes.items() if local(k) == "id"), None)
                listed.append((attributes.get("name", ""), attributes.get("state", "visible"), relation))

        xml_parts.parse(self.archive, workbook, start)
        if len(listed) > MAX_SHEETS:
            raise Refused("sheets", count=len(listed), limit=MAX_SHEETS)
        for name, state, relation in listed:
            kind, target = relations.get(relation, ("worksheet", ""))
            part = self.part(target)
            if kind == "worksheet" and not part:
                raise Refused("lost_sheet", name=name[:40])
            self.sheets.append((name, state, part if kind == "worksheet" else None))

    def _read_styles(self, part: str) -> None:
        struck_fonts, formats, fonts = set(), {}, 0
        section, styles = "", 0

        def start(tag, attributes):
            nonlocal section, fonts, styles
            tag = local(tag)
            if tag in ("fonts", "cellXfs", "cellStyleXfs", "dxfs", "numFmts"):
                section = tag
            elif tag == "numFmt" and section == "numFmts":
                formats[attributes.get("numFmtId")] = attributes.get("formatCode", "")
            elif tag == "font" and section == "fonts":
                fonts += 1
            elif tag == "strike" and section == "fonts" and _is_on(attributes):
                struck_fonts.add(str(fonts - 1))
            elif tag == "xf" and section == "cellXfs":
                style, number = str(styles), attributes.get("numFmtId", "0")
                styles += 1
                if attributes.get("fontId") in struck_fonts:
                    self.struck_styles.add(style)
                precision = (
                    date_precision(formats[number]) if number in formats else BUILTIN_DATES.get(number)
                )
                if precision and (precision != "day" or number in BUILTIN_DATES):
                    self.date_styles[style] = precision

        xml_parts.parse(self.archive, part, start)

    def _read_texts(self, part: str) -> None:
        """Shared texts of which every run is struck through, and how long each is in the XML."""
        runs = struck = begun = 0
        parser = None

        def prepare(made):
            nonlocal parser
            parser = made

        def close():
            if self.text_sizes:
                self.text_sizes[-1] = parser.CurrentByteIndex - begun
            if runs and runs == struck:
                self.struck_texts.add(str(len(self.text_sizes) - 1))

        def start(tag, attributes):
            nonlocal begun, runs, struck
            tag = local(tag)
            if tag == "si":
                close()
                self.text_sizes.append(0)
                begun, runs, struck = parser.CurrentByteIndex, 0, 0
            elif tag == "r":
                runs += 1
            elif tag == "strike" and _is_on(attributes):
                struck += 1

        xml_parts.parse(self.archive, part, start, prepare=prepare)
        close()
        self.longest_text = max(self.text_sizes, default=0)
        if self.longest_text > MAX_GAP:
            raise Refused("text_bomb", name="共享字符串")


def _is_on(attributes: dict) -> bool:
    return attributes.get("val", "1") not in ("0", "false")
