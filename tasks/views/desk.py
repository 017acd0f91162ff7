"""工作台: the first page after signing in, each bureau its own."""

from django.shortcuts import redirect, render

from agencies.models import MineFreeDeclaration
from tasks.permissions import may_read_plans
from tasks.reports.desk import Desk, desk
from tasks.reports.waiting import waiting_for
from tasks.rules.steps import State
from tasks.views.readers import day_of
from tasks.words import KINDS, MINE_FREE, missing_word


def home(request):
    """A bureau with others below sees them side by side; a county sees its own duties and its plan."""
    acting = request.user.acting
    if acting is None:
        return render(request, "tasks/no_membership.html")
    if not may_read_plans(acting):
        return redirect("agencies:user_list")
    page = desk(day_of(request), acting.agency)
    context = {
        "desk": page,
        "waiting": waiting_for(acting, page),
        "programme": page.day.programme,
        "may_begin": page.own_filing.state == State.NONE,
    }
    if page.groups:
        return render(request, "tasks/desk_superior.html", context | table(page, request.GET.get("show", "")))
    declared = MineFreeDeclaration.objects.filter(agency=acting.agency, happened_on__lte=request.as_of)
    context["declaration"] = declared.open().first()
    return render(request, "tasks/desk_county.html", context)


def table(page: Desk, chosen: str) -> dict:
    """The table of bureaus, of one kind or all, and the line of counts above it, each a filter."""
    rows = [
        (group, [row for row in group.rows if not chosen or chosen in row.kinds]) for group in page.groups
    ]
    entries = [
        {
            "mark": word,
            "count": page.counts[kind],
            "detail": _overdue(page) if kind == "overdue" else "",
            "url": "?" if chosen == kind else f"?show={kind}",
            "active": chosen == kind,
        }
        for kind, word in KINDS.items()
        if page.counts[kind]
    ]
    return {
        "rows_by_group": [(group, kept) for group, kept in rows if kept],
        "entries": entries,
        "chosen": chosen,
        "mine_free_word": MINE_FREE,
    }


def _overdue(page: Desk) -> str:
    """Who is late with what, each once and named as long as there are few: 桐柏县 未备案."""
    late: dict[str, dict] = {}
    for obligation in page.overdue:
        late.setdefault(str(obligation.agency), {}).update(dict.fromkeys(obligation.missing_acts))
    if len(late) > 3:
        return ""
    return "，".join(f"{name} {'、'.join(missing_word(act) for act in acts)}" for name, acts in late.items())
