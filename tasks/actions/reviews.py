"""What a reviewer writes beside the sections. It leaves the bureau only with the verdict."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Membership
from tasks.models import PlanVersion, ReviewComment
from tasks.permissions import sides_of
from tasks.rules.steps import Side


@transaction.atomic
def write_comment(*, version: PlanVersion, section: str, body: str, by: Membership) -> ReviewComment | None:
    """Write, change or (with an empty text) drop the unsent comment on a section."""
    if Side.REVIEWER not in sides_of(by, version.plan):
        raise PermissionDenied("review")
    unsent = ReviewComment.objects.filter(version=version, section=section, agency=by.agency, sent_with=None)
    if not body.strip():
        unsent.delete()
        return None
    comment, _created = ReviewComment.objects.update_or_create(
        version=version,
        section=section,
        agency=by.agency,
        sent_with=None,
        defaults={"body": body.strip(), "by": by.person},
    )
    return comment
