"""月报: the course of a month's report, the month as a period, and what a frozen month consists of.

>>> state_after([MonthStep.SUBMIT, MonthStep.RETURN])
<MonthState.RETURNED: 'returned'>
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tasks.rules.progress import DELISTED, STAGES


class MonthState(StrEnum):
    NONE = "none"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"


class MonthStep(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    CONFIRM = "confirm"


class MonthSide(StrEnum):
    """Where a person stands towards a report."""

    FILER = "filer"  # writes and submits for the bureau that owns the tasks
    REVIEWER = "reviewer"  # confirms or returns for the bureau above


STEPS: dict[tuple[MonthState, MonthStep], tuple[MonthSide, MonthState]] = {
    (MonthState.NONE, MonthStep.SUBMIT): (MonthSide.FILER, MonthState.SUBMITTED),
    (MonthState.RETURNED, MonthStep.SUBMIT): (MonthSide.FILER, MonthState.SUBMITTED),
    (MonthState.SUBMITTED, MonthStep.RETURN): (MonthSide.REVIEWER, MonthState.RETURNED),
    (MonthState.SUBMITTED, MonthStep.CONFIRM): (MonthSide.REVIEWER, MonthState.CONFIRMED),
}


class MonthRefused(Exception):
    """What is not open. `code` names the rule that refused, `detail` what it speaks of."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def state_after(steps: Iterable[MonthStep]) -> MonthState:
    """The state that recorded steps lead to, in the order in which they were recorded."""
    state = MonthState.NONE
    for step in steps:
        # On a past day an earlier step may be out of sight; what is left still tells where the report stood.
        _side, state = STEPS.get((state, step)) or next(to for (_at, one), to in STEPS.items() if one == step)
    return state


def steps_open_to(side: MonthSide | None, state: MonthState) -> list[MonthStep]:
    return [step for (at, step), (who, _next) in STEPS.items() if at == state and who == side]


def check_step(step: MonthStep, *, state: MonthState, side: MonthSide | None) -> MonthState:
    """The state that the step leads to. Raises MonthRefused `not_yours` or `not_open`."""
    if side not in {who for (_at, one), (who, _next) in STEPS.items() if one == step}:
        raise MonthRefused("not_yours", state=state)
    if (state, step) not in STEPS:
        raise MonthRefused("not_open", state=state)
    return STEPS[state, step][1]


# A month is named by its first day.


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    """
    >>> next_month(date(2018, 12, 1))
    datetime.date(2019, 1, 1)
    """
    return month_of(month + timedelta(days=31))


def previous_month(month: date) -> date:
    return month_of(month - timedelta(days=1))


def last_day(month: date) -> date:
    return next_month(month) - timedelta(days=1)


def seen_on(month: date, day: date) -> date:
    """The day on which a month is read as seen on `day`: its last one, or `day` while it is under way."""
    return min(last_day(month), day)


def is_over(month: date, day: date) -> bool:
    """Whether the month's last day has ended on the day.

    >>> is_over(date(2018, 6, 1), date(2018, 6, 30))
    False
    """
    return last_day(month) < day


def months_between(first: date, last: date) -> Iterator[date]:
    """Each month from the first to the last, both included."""
    month = first
    while month <= last:
        yield month
        month = next_month(month)


def parse_month(text: str) -> date | None:
    """
    >>> parse_month("2019-06")
    datetime.date(2019, 6, 1)
    """
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
    return date(int(found[1]), int(found[2]), 1) if found else None


def stage_on(facts: Iterable[tuple[str, date]], on: date) -> str:
    """The stage a task had reached on a day: the furthest since it was last delisted; "" before any.

    `facts` are (stage, day) pairs in the order of their days; read as `done_since` of rules/progress.py does.
    """
    reached = ""
    for stage, day in sorted(facts, key=lambda fact: fact[1]):
        if day > on:
            break
        if stage == DELISTED or reached in ("", DELISTED) or STAGES.index(stage) > STAGES.index(reached):
            reached = stage
    return reached


def content_hash(lines: list[dict[str, Any]], figures: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal, of what a frozen month consists of, whatever the order of its keys."""
    content = {"lines": lines, "figures": figures}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
