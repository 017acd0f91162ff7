"""Which programme is meant, where an address or a command names none."""

from tasks.models import Programme


def programme_meant(code: str | None = None) -> Programme | None:
    """The programme of the code; without one the first that was set up, which the offices have worked with longest.
    None where there is none of that code, or none at all.

    Every page and command that speaks of one programme asks here. What a bureau owes is shown for all of them.
    """
    known = Programme.objects.order_by("pk")
    return (known.filter(code=code) if code else known).first()
