"""The figures of a page as a reader sees them: the rows of its tables, by the agency that each leads to."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# A row's name leads to the mines behind it, or to its plan.
_CODE = re.compile(r"^/progress/(\d{6}(?:-[A-Z])?)/")
_VOID = {"input", "img", "br", "meta", "link", "hr", "col", "rect", "line", "path", "circle", "use"}


@dataclass
class TableRow:
    """`cells` by the heading that a narrow screen shows beside each; `name` the text of the row's own heading."""

    code: str = ""
    name: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    is_foot: bool = False

    def number(self, label: str) -> int | None:
        """The figure of a cell; None where it says that nothing is known."""
        found = re.match(r"[+−-]?\d+", self.cells.get(label, ""))
        return int(found[0].replace("−", "-")) if found else None

    def pair(self, label: str) -> tuple[int | None, int | None]:
        """n of N."""
        done, _slash, base = self.cells.get(label, "").partition("/")
        numbers = [
            int(text) if text.strip().isdigit() else None for text in (done, re.split(r"\D", base + " ")[0])
        ]
        return numbers[0], numbers[1]


class Tables(HTMLParser):
    """`Tables.of(html)` reads every row of every table that has a heading of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[TableRow] = []
        self.row: TableRow | None = None
        self.label: str | None = None
        self.in_name = self.in_foot = self.in_picture = False

    @classmethod
    def of(cls, html: str) -> list[TableRow]:
        reader = cls()
        reader.feed(html)
        return reader.rows

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "tfoot":
            self.in_foot = True
        elif tag == "tr":
            self.row = TableRow(is_foot=self.in_foot)
        elif tag == "svg":
            self.in_picture = True
        elif self.row is None:
            return
        elif tag == "th" or (tag == "td" and "data-label" not in given):
            self.in_name, self.label = not self.row.cells, None
        elif tag == "td":
            self.in_name, self.label = False, given["data-label"]
            self.row.cells[self.label] = ""
        elif tag == "a" and (found := _CODE.match(given.get("href", ""))) and not self.row.code:
            self.row.code = found[1]

    def handle_endtag(self, tag):
        if tag == "tr" and self.row:
            if self.row.cells:
                self.rows.append(self.row)
            self.row = None
        elif tag in ("td", "th"):
            self.label, self.in_name = None, False
        elif tag == "tfoot":
            self.in_foot = False
        elif tag == "svg":
            self.in_picture = False

    def handle_data(self, text):
        if self.row is None or self.in_picture:
            return
        if self.label is not None:
            self.row.cells[self.label] = f"{self.row.cells[self.label]} {text.strip()}".strip()
        elif self.in_name:
            self.row.name = f"{self.row.name} {text.strip()}".strip()


def by_code(rows: list[TableRow]) -> dict[str, TableRow]:
    return {row.code: row for row in rows if row.code and not row.is_foot}


def foot(rows: list[TableRow]) -> TableRow | None:
    return next((row for row in rows if row.is_foot), None)
