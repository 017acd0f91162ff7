"""Working days, as a hint: no due date moves for a weekend (domain.md section 2)."""

from datetime import date, timedelta

import chinese_calendar


def last_working_day_hint(due: date) -> date | None:
    """The last working day on or before `due`; None when `due` is one itself, or its year is not known.

    The public holidays and the weekends worked for them count. The calendar ends with the last year whose
    holidays were announced.

    >>> last_working_day_hint(date(2018, 6, 10))
    datetime.date(2018, 6, 8)
    """
    try:
        day = due
        while not chinese_calendar.is_workday(day):
            day -= timedelta(days=1)
    except NotImplementedError:
        return None
    return None if day == due else day
