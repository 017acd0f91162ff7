"""露天矿山: against both readings of the sentence, and the mines behind the figures."""

from django.core.paginator import Paginator
from django.shortcuts import render

from tasks.models import Mine, Requirement
from tasks.progress_words import OPEN_PITS, reading_word
from tasks.reports.open_pits import METHODS, Condition, conditions
from tasks.views.progress_query import ROWS_SHOWN, asked, with_choice


def _age(condition: Condition) -> str:
    existing = condition.requirement.mine_scope == Requirement.MineScope.EXISTING_OPEN_PIT
    return "existing" if existing else "new"


def _managed(branch):
    # The branch is what the reader may see of the agencies, so what they manage is his to see.
    return Mine.objects.filter(managed_by__in=branch)


def _unsorted(mines):
    """Open-pit mines whose first permit nobody knows: whether they are existing or new cannot be said."""
    return mines.filter(method__in=METHODS, first_permitted_on=None)


def open_pit_list(request):
    """Every open-pit mine that a sentence asks for; ?show= is one group of them."""
    found, _points, branch = asked(request)
    if found is None:
        return render(request, "tasks/progress_none.html")
    mines = _managed(branch).select_related("managed_by")
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
        "pits": [
            {"condition": one, "readings": [(r, reading_word(r, one.bound)) for r in one.readings]}
            for one in asked_for
        ],
        "unknown": counts["unknown"],
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
    return {key: sorted(pits.values()) for key, pits in found.items()}


def _mines_of(page, mines) -> list[dict]:
    pits = list(page)
    if pits and isinstance(pits[0], Mine):
        return [{"mine": mine} for mine in pits]
    named = mines.in_bulk([pit.mine for pit in pits])
    return [{"mine": named[pit.mine], "since": pit.done_since} for pit in pits if pit.mine in named]
