"""What the pace of the last half year lets expect by a progress's checkpoint. A forecast, never a plan."""

from tasks.reports.progress import Progress
from tasks.rules.standing import Forecast, forecast

# Days looked back; long enough to hold a winter's pause and the rush before a checkpoint.
WINDOW = 180


def forecast_of(progress: Progress) -> Forecast | None:
    """Mines done by the checkpoint's day under the progress's criterion, of its adjusted target.

    None while no plan is in force, too few mines were completed within the window, or the day has come.
    """
    if not progress.known:
        return None
    by = progress.checkpoint.due_on
    return forecast(progress.done.values(), on=progress.on, by=by, base=len(progress.tasks), window=WINDOW)
