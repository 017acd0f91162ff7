"""Working days, as a hint."""

from datetime import date, timedelta

import chinese_calendar


def last_working_day_hint(due: date) -> date | None:
    try:
        day = due
        while not chinese_calendar.is_workday(day):
            day -= timedelta(days=1)
    except NotImplementedError:
        return None
    return None if day == due else day
