"""Which entries of the audit log a branch may see.

By what was changed, not by who changed it: a person may hold a second role in another branch, and what
they did there is not this administrator's to read.
"""

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from agencies.models import Agency, BureauName, Membership, MineFreeDeclaration, User


def entries_visible_to(user: User) -> QuerySet[LogEntry]:
    """Entries about records of the acting branch; about records without a place (notices, requirements)
    those that people of the branch made."""
    if not user.acting:
        return LogEntry.objects.none()
    branch = Agency.objects.visible_to(user)
    scoped = {
        Agency: branch,
        User: User.objects.visible_to(user),
        Membership: Membership.objects.visible_to(user),
        BureauName: BureauName.objects.filter(agency__in=branch),
        MineFreeDeclaration: MineFreeDeclaration.objects.visible_to(user),
    }
    seen = Q()
    for model in auditlog.get_models():
        kind = ContentType.objects.get_for_model(model)
        rows = scoped.get(model)
        if rows is None:
            rows = _placed(model, branch)
        if rows is not None:
            seen |= Q(content_type=kind, object_id__in=rows.values("pk"))
        else:
            seen |= Q(content_type=kind, actor__in=User.objects.visible_to(user).values("pk"))
    return LogEntry.objects.filter(seen)


def _placed(model, branch: QuerySet[Agency]) -> QuerySet | None:
    """The branch's rows of a model that belongs to a place; None for what every bureau reads alike.

    An administrator may read who changed a mine, though not the register itself.
    """
    names = {field.name for field in model._meta.fields}
    for relation in ("managed_by", "mine__managed_by"):
        if relation.split("__")[0] in names:
            return model.objects.filter(**{f"{relation}__in": branch})
    return None
