"""Which records keep the history of their fields. Steps of a filing are facts of their own."""

from auditlog.registry import auditlog


def register():
    from agencies.models import Agency, BureauName, Membership, MineFreeDeclaration, User

    auditlog.register(User, include_fields=["username", "name", "is_active"])
    for model in (Membership, BureauName, MineFreeDeclaration):
        auditlog.register(model)
    auditlog.register(Agency, exclude_fields=["path", "depth", "numchild", "initials"])
