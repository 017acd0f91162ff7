"""What the pace of the last half year lets expect by a progress's checkpoint. A forecast, never a plan."""

from tasks.rules.standing import Forecast, forecast
from tasks.standing.progress import AgencyProgress, Progress

# Days looked back; long enough to hold a winter's pause and the rush before a checkpoint.
WINDOW = 180


def forecast_of(found: Progress | AgencyProgress) -> Forecast | None:
    """Mines done by the checkpoint's day under its criterion, of the adjusted target of the whole or of one agency.

    None while no plan is in force, too few mines were completed within the window, or the day has come.
    """
    tasks = found.target.tasks if isinstance(found, AgencyProgress) else found.tasks if found.known else None
    if tasks is None:
        return None
    done = found.question.done_of(tasks, found.day.done)
    by = found.checkpoint.due_on
    return forecast(done.values(), on=found.on, by=by, base=len(tasks), window=WINDOW)
