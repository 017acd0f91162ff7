"""What day it is: pinned by GREENMINE_TODAY for demonstrations, else the real day in Asia/Shanghai."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.conf import settings
from django.utils import timezone

_pinned: ContextVar[date | None] = ContextVar("greenmine_today", default=None)


def today() -> date:
    """The day that counts as today: the default for acts and for every figure."""
    return _pinned.get() or settings.GREENMINE_TODAY or timezone.localdate()


def until_today(day: date) -> date:
    """The day that facts are counted on when `day` is looked at: nothing has happened after today."""
    return min(day, today())


@contextmanager
def today_is(day: date) -> Iterator[None]:
    """Live through another day: the demo's story and the tests act on the days they tell of."""
    token = _pinned.set(day)
    try:
        yield
    finally:
        _pinned.reset(token)
