"""What came out of a table: its rows, what is to be said about them, and the verdict."""

from dataclasses import dataclass, field
from decimal import Decimal

from tasks.rules.planned_dates import PlannedDate

ACCEPT, WARN, REJECT = "accept", "warn", "reject"


@dataclass(frozen=True)
class Remark:
    """Something to tell the clerk. `row` and `column` as the spreadsheet shows them, None for the file."""

    level: str  # warning or error
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    sheet: str = ""

    def as_json(self) -> dict:
        return {"row": self.row, "column": self.column, "value": self.value, "message": self.message}


@dataclass(slots=True)
class TableRow:
    """One mine as the file has it. None is an empty or an unread cell; `output` is in `output_unit` a year."""

    sheet: str
    row: int
    mine: str | None = None
    county: str | None = None
    licence: str | None = None
    holder: str | None = None
    mineral: str | None = None
    method: str | None = None
    output: Decimal | None = None
    output_unit: str | None = None
    size_class: str | None = None
    tier: str | None = None
    planned: PlannedDate | None = None
    responsible: str | None = None
    note: str | None = None
    status: str | None = None  # of the mine: producing …
    level: str = ""  # "", warning, error
    same_as: int | None = None  # an earlier row that is the same mine
    shares_licence_with: int | None = None  # an earlier row of another mine with the same permit number
    task_id: str | None = None
    mine_id: str | None = None
    lock: str | None = None
    precision: str | None = None
    exported: PlannedDate | None = None  # the planned date if the cell is as it left, by `precision`
    source: str | None = None
    is_removed: bool = False  # of our own table: struck through, with the removal in its note

    def as_json(self) -> dict:
        return {
            "row": self.row,
            "mine": self.mine,
            "county": self.county,
            "licence": self.licence,
            "output": None if self.output is None else float(self.output),
            "planned_completion": self.planned.last_day.isoformat() if self.planned else None,
            "status": self.level or "ok",
        }


@dataclass
class TableReading:
    """`rows` holds the error rows too, in file order. `fields` are the columns that the file has."""

    rows: list[TableRow] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)  # said in the message, no reason to doubt
    is_own: bool = False  # our own workbook, with its hidden columns
    refusal: str = ""  # why the whole file is refused
    refusal_code: str = ""

    @property
    def accepted(self) -> list[TableRow]:
        return [row for row in self.rows if row.level != "error"]

    @property
    def warnings(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.level == "warning"]

    @property
    def errors(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.level == "error"]

    @property
    def verdict(self) -> str:
        if self.refusal:
            return REJECT
        return WARN if self.remarks else ACCEPT

    @property
    def message(self) -> str:
        """One sentence or two for the clerk."""
        if self.refusal:
            return self.refusal
        if not self.rows:
            return "".join(["文件里没有矿山的数据行，没有变化。", *self.notes])
        refused = len(self.rows) - len(self.accepted)
        doubtful = sum(1 for row in self.rows if row.level == "warning")
        if not self.remarks:
            return "".join([f"读出 {len(self.rows)} 座矿山，全部可以导入。", *self.notes])
        parts = [f"读出 {len(self.rows)} 座矿山，{len(self.accepted)} 座可以导入"]
        if doubtful:
            parts.append(f"其中 {doubtful} 座有需要核对之处")
        if refused:
            parts.append(f"{refused} 座有错误、不导入")
        shown = {(row.sheet, row.row) for row in self.rows}
        if others := len({(each.sheet, each.row) for each in self.errors} - shown):
            parts.append(f"另有 {others} 行不属于本单位、不导入")
        return "".join(["，".join(parts), "。请核对下列各条，确认后再导入。", *self.notes])

    def as_json(self) -> dict:
        """The contract of the import commands (design.md, "Commands")."""
        return self.summary() | {"preview": [row.as_json() for row in self.rows]}

    def summary(self) -> dict:
        """The contract without the rows."""
        return {
            "verdict": self.verdict,
            "message": self.message,
            "rows": len(self.rows),
            "accepted": 0 if self.refusal else len(self.accepted),
            "warnings": [remark.as_json() for remark in self.warnings],
            "errors": [remark.as_json() for remark in self.errors],
        }
