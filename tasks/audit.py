"""Which records keep the history of their fields. Filings, stages and decisions are facts of their own."""

from auditlog.registry import auditlog


def register():
    from tasks.models import Clause, Mine, Permit, PolicyDocument, Requirement

    for model in (PolicyDocument, Clause, Requirement, Permit):
        auditlog.register(model)
    auditlog.register(Mine, exclude_fields=["initials", "folded_name", "version"])
