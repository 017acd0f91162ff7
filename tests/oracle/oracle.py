"""The oracle: told the facts that the program has taken, it says what the program must answer for any day."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tests.oracle import obligations, plans, progress
from tests.oracle.history import History
from tests.oracle.reference import FIXTURES, read_reference
from tests.oracle.standing import Standing

PROVINCE = "410000"


class Oracle:
    """`facts`: (the day of recording, the fact as docs/commands.md has it), in the order of recording.

    `today` is the day on which it is asked: a working copy is seen on that day alone.
    """

    def __init__(
        self, facts: Iterable[tuple[date, dict]] = (), *, today: date, fixtures: Path = FIXTURES
    ) -> None:
        self.history = History(read_reference(fixtures))
        self.history.record_all(facts)
        self.today = today

    def record(self, recorded_on: date, fact: dict) -> None:
        self.history.record(recorded_on, fact)

    def standing(self, on: date) -> Standing:
        """All of one day: to be kept by whoever asks several questions about it, and dropped at the next fact."""
        return Standing(self.history, on)

    def obligations(
        self, on: date, agency: str = PROVINCE, *, standing: Standing | None = None
    ) -> list[dict]:
        return obligations.obligations(standing or self.standing(on), agency)

    def progress(
        self,
        on: date,
        agency: str = PROVINCE,
        criterion: str = "verified",
        base: str = "plan",
        checkpoint: str = "T1",
        *,
        standing: Standing | None = None,
    ) -> dict:
        """{rows, total} with the keys of docs/commands.md; days are dates."""
        requirement = self.history.reference.requirements[checkpoint]
        return progress.progress(standing or self.standing(on), agency, criterion, base, requirement)

    def breakdown(self, on: date, agency: str, *, standing: Standing | None = None) -> dict:
        """{planned, drafted, rows: [plans.Row]} of a county, a direct county or a city's own plan."""
        return plans.breakdown(standing or self.standing(on), agency, self.today)

    def check(self, on: date, agency: str, *, standing: Standing | None = None) -> dict[str, list[str]]:
        """{code: names of the mines}; `no_version` when no version spoke on the day."""
        return plans.check(standing or self.standing(on), agency, self.today)
