"""露天矿山 on 进度: the card under the places, and the mines behind its figures."""

from django.core.paginator import Paginator
from django.shortcuts import render

from tasks.models import Mine, Requirement
from tasks.progress_words import OPEN_PITS, reading_word
from tasks.reports.open_pits import METHODS, Condition, conditions
from tasks.views.progress_query import NAMES_SHOWN, ROWS_SHOWN, asked, with_choice


def open_pits_card(request, found, branch) -> dict:
    """For tasks/_progress_open_pits.html: the first names alone, the list has them all."""
    mines = _managed(request, branch)
    asked_for = conditions(found, agencies=branch, mines=mines)
    first = {pit.mine for one in asked_for for pit in one.bound.still_open[:NAMES_SHOWN]}
    named = mines.in_bulk(first)
    unknown = max((one.bound.unknown for one in asked_for), default=0)
    return {
        "open_pits": [_row(one, named) for one in asked_for],
        "open_pits_unknown": unknown,
        # Not in the order of the places: sorting all of them costs more than the rest of the card.
        "open_pits_unsorted": _unsorted(mines).order_by("pk")[:NAMES_SHOWN] if unknown else (),
    }


def _row(condition: Condition, named: dict[int, Mine]) -> dict:
    still_open = condition.bound.still_open
    shown = [named[pit.mine] for pit in still_open[:NAMES_SHOWN] if pit.mine in named]
    return {
        "condition": condition,
        "readings": [(one, reading_word(one, condition.bound)) for one in condition.readings],
        "open": shown,
        "open_count": len(still_open),
        "more": len(still_open) - len(shown),
        "group": f"{_age(condition)}_open",
    }


def _age(condition: Condition) -> str:
    existing = condition.requirement.mine_scope == Requirement.MineScope.EXISTING_OPEN_PIT
    return "existing" if existing else "new"


def _managed(request, branch):
    return Mine.objects.visible_to(request.user).filter(managed_by__in=branch)


def _unsorted(mines):
    """Open-pit mines whose first permit nobody knows: whether they are existing or new cannot be said."""
    return mines.filter(method__in=METHODS, first_permitted_on=None)


def open_pit_list(request):
    """Every open-pit mine that a sentence asks for; ?show= is one group of them."""
    found, _points, branch = asked(request)
    if found is None:
        return render(request, "tasks/progress_none.html")
    mines = _managed(request, branch).select_related("managed_by")
    asked_for = conditions(found, agencies=branch, mines=mines)
    unsorted = _unsorted(mines).order_by("managed_by__path", "pk")
    groups = _groups(asked_for) | {"unknown": unsorted}
    counts = {key: len(pits) for key, pits in groups.items() if key != "unknown"}
    counts["unknown"] = unsorted.count()
    filled = [key for key, count in counts.items() if count]
    chosen = request.GET.get("show") if request.GET.get("show") in groups else (filled or ["unknown"])[0]
    page = Paginator(groups[chosen], ROWS_SHOWN).get_page(request.GET.get("page"))
    context = {
        "progress": found,
        "conditions": asked_for,
        "entries": [
            {
                "mark": OPEN_PITS[key],
                "count": count,
                "url": with_choice(request, show=key),
                "active": key == chosen,
            }
            for key, count in counts.items()
        ],
        "page": page,
        "rows": _mines_of(page, mines),
    }
    return render(request, "tasks/progress_open_pits.html", context)


def _groups(asked_for: list[Condition]) -> dict[str, list]:
    """Group → its mines, each once: two sentences may ask for the same."""
    found: dict[str, dict] = {key: {} for key in OPEN_PITS if key != "unknown"}
    for condition in asked_for:
        for pit in condition.bound.mines:
            found[f"{_age(condition)}_{'done' if pit.done_since else 'open'}"][pit.mine] = pit
    return {key: list(pits.values()) for key, pits in found.items()}


def _mines_of(page, mines) -> list[dict]:
    pits = list(page)
    if pits and isinstance(pits[0], Mine):
        return [{"mine": mine} for mine in pits]
    named = mines.in_bulk([pit.mine for pit in pits])
    return [{"mine": named[pit.mine], "since": pit.done_since} for pit in pits if pit.mine in named]
