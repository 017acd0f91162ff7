"""What a person looks at and as whom: the day and the acting membership, both kept in the session."""

from datetime import date

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from greenmine.clock import today
from greenmine.ids import row_id


@require_POST
def choose_day(request):
    """Look at another day; an empty or unreadable day, or today itself, leads back to today.

    The page that one came from may not exist on that day: then the middleware of the day leads on to its list.
    """
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        day = today()
    if day == today() or not 1900 <= day.year <= 2200:
        request.session.pop("as_of", None)
    else:
        request.session["as_of"] = day.isoformat()
    back = _back(request)
    request.session["day_chosen_on"] = back
    return HttpResponseRedirect(back)


@require_POST
def choose_membership(request):
    membership = get_object_or_404(
        request.user.memberships.in_force(), pk=row_id(request.POST.get("membership"))
    )
    request.session["membership"] = membership.pk
    # The page one came from may not be this hat's to see.
    return redirect("tasks:home")


def _back(request) -> str:
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        to, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return to if safe else "/"
