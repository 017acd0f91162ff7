"""文件: what each document demands of whom, as far as the reader's branch goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from agencies.models import Agency, Membership
from tasks.models import Clause, InspectionWindow, PolicyDocument, Requirement
from tasks.rules.document_numbers import normalise


@dataclass(frozen=True)
class Bound:
    """Whom a sentence names: those of the reader's branch by name, the others only counted."""

    branch: tuple[Agency, ...]
    others: int
    is_reader: bool

    @property
    def total(self) -> int:
        return len(self.branch) + self.others


@dataclass(frozen=True)
class ClauseRow:
    clause: Clause
    requirements: tuple[tuple[Requirement, Bound], ...]
    windows: tuple[tuple[InspectionWindow, Bound], ...]


@dataclass(frozen=True)
class Citation:
    """Another document that forwards or cites this one, as a whole or in one sentence."""

    document: PolicyDocument
    word: str
    clause: Clause | None = None


def documents(user, *, as_of: date, search: str = ""):
    """The documents that exist on the day, with their counts; those known by citation have no day."""
    found = PolicyDocument.objects.visible_to(user).filter(
        Q(signed_on__lte=as_of) | Q(signed_on=None, printed_on__lte=as_of) | Q(is_cited_only=True)
    )
    if text := search.strip():
        found = found.filter(pk__in=_named_like(text))
    return (
        found.annotate(
            clause_count=Count("clauses", distinct=True),
            requirement_count=Count("clauses__requirements", distinct=True),
        )
        .select_related("issuer")
        .prefetch_related("aliases__found_in", "relations__target", "related_from__source")
    )


def _named_like(text: str):
    """By number with any brackets, by title, by issuer, or by another name of it or of a list in it."""
    number = normalise(text)
    found = Q(number__icontains=number) | Q(title__icontains=text) | Q(issuer_name__icontains=text)
    found |= Q(aliases__alias__icontains=number) | Q(aliases__alias__icontains=text)
    found |= Q(aliases__canonical__icontains=text)
    return PolicyDocument.objects.filter(found).values("pk")


def clause_rows(document: PolicyDocument, by: Membership) -> list[ClauseRow]:
    """The sentences in order. The number of queries does not depend on how many they are."""
    agencies = list(Agency.objects.filing().order_by("code"))
    requirements = list(Requirement.objects.filter(clause__document=document).with_sources())
    windows = InspectionWindow.objects.filter(clause__document=document).prefetch_related(
        "addressees__agency", "addressees__group__agencies"
    )
    windows = list(windows)
    return [
        ClauseRow(
            clause,
            tuple((r, bound(r.binds, agencies, by)) for r in requirements if r.clause_id == clause.pk),
            tuple((w, bound(w.binds, agencies, by)) for w in windows if w.clause_id == clause.pk),
        )
        for clause in document.clauses.select_related("cites")
    ]


def bound(binds, agencies: Iterable[Agency], by: Membership) -> Bound:
    """Those of `agencies` whom `binds` names, as the reader may see them."""
    named = [agency for agency in agencies if binds(agency)]
    branch = tuple(agency for agency in named if by.agency.is_above_or_same(agency))
    return Bound(branch, len(named) - len(branch), any(agency.pk == by.agency_id for agency in branch))


def citations(document: PolicyDocument) -> list[Citation]:
    """What cites or forwards the document, each relation once, then the sentences that rest on it."""
    relations = document.related_from.select_related("source")
    found = [Citation(one.source, one.get_kind_display()) for one in relations]
    clauses = Clause.objects.filter(cites=document).select_related("document")
    return found + [Citation(clause.document, "", clause) for clause in clauses]


def issuers_disagree(document: PolicyDocument) -> bool:
    """Whether two texts name different issuers for it (domain.md, trap 17)."""
    return len({tuple(stated.names) for stated in document.issuer_lists.all()}) > 1
