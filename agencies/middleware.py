"""Under which hat the request acts."""


class ActingMembershipMiddleware:
    """Puts the membership chosen in the top bar on the user, if it is still in force."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            # Asked at every request: a membership that ended yesterday opens nothing today.
            request.memberships = list(request.user.memberships.in_force().select_related("agency"))
            chosen = request.session.get("membership")
            by_id = {membership.pk: membership for membership in request.memberships}
            request.user.acting = by_id.get(chosen) or next(iter(request.memberships), None)
        return self.get_response(request)
