"""露天矿山: against both readings of the sentence, and the mines behind the figures."""

from django.core.paginator import Paginator
from django.shortcuts import render

from tasks.models import MineState, Requirement
from tasks.progress_words import OPEN_PITS, reading_word
from tasks.standing.open_pits import Condition, OpenPit, conditions
from tasks.views.progress_query import ROWS_SHOWN, asked, with_choice


def _age(condition: Condition) -> str:
    existing = condition.requirement.mine_scope == Requirement.MineScope.EXISTING_OPEN_PIT
    return "existing" if existing else "new"


def open_pit_list(request):
    """Every open-pit mine that a sentence asks for; ?show= is one group of them."""
    found, _points = asked(request)
    if found is None:
        return render(request, "tasks/progress_none.html")
    asked_for = conditions(found)
    groups = _groups(asked_for) | {"unknown": _of_unknown_age(found.day)}
    filled = [key for key, pits in groups.items() if pits]
    chosen = request.GET.get("show") if request.GET.get("show") in groups else (filled or ["unknown"])[0]
    page = Paginator(groups[chosen], ROWS_SHOWN).get_page(request.GET.get("page"))
    context = {
        "progress": found,
        "pits": [
            {"condition": one, "readings": [(r, reading_word(r, one.bound)) for r in one.readings]}
            for one in asked_for
        ],
        "unknown": len(groups["unknown"]),
        "entries": [
            {
                "mark": OPEN_PITS[key],
                "count": len(pits),
                "url": with_choice(request, show=key),
                "active": key == chosen,
            }
            for key, pits in groups.items()
        ],
        "page": page,
        "rows": _mines_of(page, found.day),
    }
    return render(request, "tasks/progress_open_pits.html", context)


def _of_unknown_age(day) -> list[OpenPit]:
    """Those whose first permit nobody knows: whether they are existing or new cannot be said."""
    pits = [mine for mine in day.register.open_pits if mine.first_permitted_on is None]
    return [OpenPit(mine.path, mine.mine, None, None) for mine in pits]


def _groups(asked_for: list[Condition]) -> dict[str, list[OpenPit]]:
    """Group → its mines, each once: two sentences may ask for the same."""
    found: dict[str, dict] = {key: {} for key in OPEN_PITS if key != "unknown"}
    for condition in asked_for:
        for pit in condition.bound.mines:
            found[f"{_age(condition)}_{'done' if pit.done_since else 'open'}"][pit.mine] = pit
    return {key: sorted(pits.values(), key=lambda pit: (pit.path, pit.mine)) for key, pits in found.items()}


def _mines_of(page, day) -> list[dict]:
    """The mines as the register had them on the day."""
    pits = list(page)
    states = MineState.objects.in_force(day.until).filter(mine__in=[pit.mine for pit in pits])
    named = {state.mine_id: state for state in states.select_related("mine", "managed_by")}
    return [{"mine": named[pit.mine], "since": pit.done_since} for pit in pits]
