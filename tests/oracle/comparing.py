"""Two answers side by side: which cells differ, and how many were compared."""

import json
from dataclasses import dataclass, field

OBLIGATION_KEYS = ["warn_on", "due_on", "extended_to", "internal_on", "act_dates", "met_on", "after_warning"]
OBLIGATION_KEYS += ["mark", "base", "done", "required"]
# Findings that follow from the facts alone; the others rest on texts and files.
CHECK_CODES = ["no_version", "overview_empty", "no_tasks", "task_without_tier", "task_without_date"]
CHECK_CODES += ["task_after_end", "checkpoint_missed", "foreign_mine", "scope_left_out"]
CHECK_CODES += ["open_pit_after_strict", "closed_mine"]


@dataclass
class Comparison:
    """`told` counts the cells that say something: neither 0, null, false nor empty."""

    cells: int = 0
    told: int = 0
    differences: list[tuple] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not self.differences

    def add(self, other: "Comparison") -> None:
        self.cells += other.cells
        self.told += other.told
        self.differences += other.differences

    def row(self, where: tuple, expected: dict, got: dict | None) -> None:
        """Each value of `expected`, already plain; a key that `got` lacks is null."""
        self.cells += len(expected)
        self.told += sum(1 for value in expected.values() if value)
        for name, value in expected.items():
            answer = got.get(name) if got is not None else "no row"
            if answer != value:
                self.differences.append((*where, name, value, answer))

    def obligations(self, where: tuple, expected: list[dict], got: list[dict]) -> None:
        expected = [{k: row[k] for k in ("agency", "requirement", *OBLIGATION_KEYS)} for row in expected]
        theirs = {(row["agency"], row["requirement"]): row for row in got}
        for row in plain(expected):
            key = row["agency"], row["requirement"]
            self.row((*where, *key), row, theirs.pop(key, None))
        self.differences += [(*where, *key, "row", "no row", "a row") for key in theirs]

    def progress(self, where: tuple, expected: dict, got: dict) -> None:
        expected = plain(expected)
        theirs = {row["agency"]: row for row in got["rows"]}
        for row in expected["rows"]:
            self.row((*where, row["agency"]), row, theirs.get(row["agency"]))
        self.row((*where, "total"), expected["total"], got["total"])
        codes, read = ([row["agency"] for row in answer["rows"]] for answer in (expected, got))
        self.row(where, {"order": codes}, {"order": read})

    def breakdown(self, where: tuple, expected: dict, got: dict) -> None:
        rows = {row.mine: row for row in expected["rows"]}
        # No plan yet: the empty table with the register's mines is not a plan's.
        read = {} if got["source"] == "template" else got["read"]
        numbers = {name: expected[name] for name in ("planned", "drafted")}
        self.row(where, numbers, {name: got.get(name, "missing") for name in numbers})
        self.row(where, {"mines": sorted(rows)}, {"mines": sorted(read)})
        for name in rows.keys() & read.keys():
            self.row((*where, name), plain(vars(rows[name])), plain(vars(read[name])))

    def check(self, where: tuple, expected: dict, got: dict) -> None:
        answer = {code: got.get(code, "not found") for code in CHECK_CODES}
        answer["other"] = [code for code in got if code.startswith("failed")]
        wanted = {code: expected.get(code, "not found") for code in CHECK_CODES}
        self.row(where, wanted | {"other": []}, answer)

    def report(self, examples: int = 3) -> str:
        """How many cells of each column differ, with a few of them."""
        columns: dict[str, list[tuple]] = {}
        for difference in self.differences:
            columns.setdefault(difference[-3], []).append(difference)
        lines = [f"{len(self.differences)} of {self.cells} cells differ"]
        for column, found in columns.items():
            lines.append(f"{column}: {len(found)}")
            for *where, value, answer in found[:examples]:
                place = " ".join(map(str, where[:-1]))
                lines.append(f"    {place}: {value!r} by the oracle, {answer!r} by the program")
        return "\n".join(lines)


def plain(value):
    """As it comes back from JSON: days are text, tuples are lists."""
    return json.loads(json.dumps(value, default=str))
