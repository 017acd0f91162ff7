"""The register: mines are entered and mended here, permits added, and nothing is ever deleted.

The only code that writes a mine. Each change leaves a state with its days behind (models/mine_state.py), so that
the register of any day can be asked.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.actions import mine_free
from agencies.models import Agency, Membership
from greenmine.clock import today
from tasks.models import Mine, MineState, MineTask, Permit, PlanEvent
from tasks.models.mine import REGISTER_FIELDS
from tasks.permissions import may_change_mine
from tasks.standing.targets import speaker_of, target_of


@transaction.atomic
def save_mine(
    *,
    mine: Mine,
    by: Membership,
    lock: int | None = None,
    since: date | None = None,
    said: Collection[str] | None = None,
) -> Mine:
    """Keep a new or mended mine, as the register has it from `since` on (today unless it is said).

    What holds from that day are the columns `said` (names of REGISTER_FIELDS), or, when None, those that changed: what
    the register has today may have been so earlier.

    Raises RecordModifiedError when it was changed since `lock`, PermissionDenied, and ValidationError for a day
    after today. The managing agency must lie in the acting branch. A mine that enters the register of an agency
    ends its 不涉矿 (decisions.md, "Who is bound").
    """
    stored = Mine.objects.select_for_update(of=("self",)).filter(pk=mine.pk).first()
    # Asked of the mine as it stands too: nobody takes one out of another bureau's register by naming their own.
    if not may_change_mine(by, mine) or (stored and not may_change_mine(by, stored)):
        raise PermissionDenied("register")
    since = since or today()
    if since > today():
        raise ValidationError(_("The day cannot lie in the future."))
    handed_over = stored is not None and stored.managed_by_id != mine.managed_by_id
    if handed_over:
        _check_it_may_be_handed_over(mine, since)
    if lock is not None:
        mine.version = lock
    mine.full_clean(exclude=["version", "folded_name", "initials"])
    mine.save()
    names = _changed(stored, mine) | set(said or ())
    _keep_states(mine, {name: getattr(mine, name) for name in names}, since, by)
    if handed_over and mine.managed_by:
        # The task follows the mine (decisions.md, "Plan, version, task, mine").
        mine.tasks.update(agency=mine.managed_by)
    if mine.managed_by and (stored is None or handed_over):
        reason = _("A mine entered the register: %s") % mine.name
        mine_free.end(agency=mine.managed_by, reason=reason, day=since)
    return mine


@transaction.atomic
def add_permit(*, permit: Permit, predecessors: list[Permit], by: Membership) -> Permit:
    """Add a permit to its mine, and the permits it replaces."""
    if not may_change_mine(by, permit.mine):
        raise PermissionDenied("register")
    permit.full_clean()
    permit.save()
    permit.predecessors.set(predecessors)
    return permit


def _changed(stored: Mine | None, mine: Mine) -> set[str]:
    """The columns that a new or mended mine has other than what was stored."""
    return {
        name for name in REGISTER_FIELDS if stored is None or getattr(stored, name) != getattr(mine, name)
    }


def _keep_states(mine: Mine, changed: dict, since: date, by: Membership) -> None:
    """What changed holds from `since` on, in each state that the register has from that day; earlier days keep
    what they had."""
    known = list(mine.states.filter(is_overruled=False).order_by("since", "pk"))
    if not known:
        _recorded(MineState.of(mine, mine=mine, since=since), by).save()
        return
    first = min(known, key=lambda state: state.since or date.min)
    if first.since is not None and since < first.since:
        # It was there earlier than anybody had written down.
        _recorded(MineState.of(first, mine=mine, since=since, until=first.since), by).save()
        known = list(mine.states.filter(is_overruled=False))
    touched = [state for state in known if state.until is None or state.until > since]
    if all(getattr(state, name) == value for state in touched for name, value in changed.items()):
        return
    renewed = [_from(state, since, changed) for state in touched]
    _give_way(touched, since)
    for state in renewed:
        _recorded(state, by).save()


def _from(state: MineState, since: date, changed: dict) -> MineState:
    """The state with what changed, from the day on (or from its own, where that is later)."""
    begins = since if state.since is None else max(since, state.since)
    renewed = MineState.of(state, mine=state.mine, since=begins, until=state.until)
    for name, value in changed.items():
        setattr(renewed, name, value)
    return renewed


def _give_way(states: Iterable[MineState], since: date) -> None:
    """End the states before the day; those that begin on or after it are overruled, and stay on record."""
    for state in states:
        if state.since is not None and state.since >= since:
            state.is_overruled = True
        else:
            state.until = since
        state.save(update_fields=["is_overruled", "until"])


def _recorded(state: MineState, by: Membership) -> MineState:
    state.recorded_by, state.recorded_for = by.person, by.agency
    return state


def _check_it_may_be_handed_over(mine: Mine, since: date) -> None:
    """A mine leaves a target by a recorded removal alone (domain.md, trap 13), not by another bureau's name: neither
    today's target nor that of any day from `since` on."""
    for task in MineTask.objects.filter(mine=mine).select_related("agency", "programme"):
        speaker = next(
            (found for day in _days_of_targets(task, since) if (found := _leaves(task, mine, day))), None
        )
        if speaker:
            raise ValidationError(
                {
                    "managed_by": _(
                        "The mine is in the target of %s. Have its removal approved first, then hand it over."
                    )
                    % speaker
                }
            )


def _leaves(task: MineTask, mine: Mine, day: date) -> Agency | None:
    """Whose target of the day the task would leave with the mine's new manager; None where it leaves none."""
    speaker = speaker_of(task, day)
    if speaker is None or (mine.managed_by and speaker.is_above_or_same(mine.managed_by)):
        return None
    return speaker if task.pk in (target_of(speaker, task.programme, day).tasks or ()) else None


def _days_of_targets(task: MineTask, since: date) -> list[date]:
    """`since`, each day after it on which a target that may hold the task changed, and today."""
    line = Agency.objects.line_of(task.agency)
    steps = PlanEvent.objects.filter(plan__agency__in=line, plan__programme=task.programme_id)
    days = {since, today(), *steps.values_list("happened_on", flat=True)}
    days |= {change.counts_from for change in task.target_changes.exclude(approved_on=None)}
    return sorted(day for day in days if since <= day <= today())
