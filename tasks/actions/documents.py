"""Notices entered on screen: the document, then each sentence with what it demands of whom.

The issuer is the acting agency, and nobody outside its branch can be bound by it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, Level, Membership
from greenmine.clock import today
from tasks.models import (
    Clause,
    DocumentAlias,
    DocumentRelation,
    PolicyDocument,
    Programme,
    Requirement,
    RequirementAddressee,
)
from tasks.models.requirement import binds
from tasks.permissions import may_enter_documents
from tasks.rules.document_numbers import normalise

# A functional zone counts inside its city and files nothing (domain.md, trap 15).
FILING_LEVELS = [Level.CITY.value, Level.COUNTY.value]


@dataclass(frozen=True)
class Demand:
    """What a sentence demands, as a person confirmed it. The fields are those of Requirement."""

    summary: str
    kind: str
    acts: list[str] = field(default_factory=list)
    share: int | None = None
    mine_scope: str = ""
    existing_before: date | None = None
    phrase: str = ""
    warn_on: date | None = None
    due_on: date | None = None
    lifted_if_mine_free: bool = True


@transaction.atomic
def enter_document(
    *,
    programme: Programme,
    number: str,
    title: str,
    by: Membership,
    issuer_name: str = "",
    addressed_to: str = "",
    signed_on: date | None = None,
    printed_on: date | None = None,
    forwards: PolicyDocument | None = None,
) -> PolicyDocument:
    """Enter a notice of the acting agency. The number may be typed with any brackets.

    Raises ValidationError when the number is ill-formed or on file, also as an alias, or a day lies ahead.
    """
    if not may_enter_documents(by):
        raise PermissionDenied("documents")
    if any(day and day > today() for day in (signed_on, printed_on)):
        raise ValidationError(_("The day cannot lie in the future."))
    _refuse_known(number)
    document = PolicyDocument(
        programme=programme,
        number=normalise(number),
        title=title.strip(),
        issuer=by.agency,
        issuer_name=issuer_name.strip() or by.agency.bureau_name(signed_on or printed_on or today()),
        addressed_to=addressed_to.strip(),
        signed_on=signed_on,
        printed_on=printed_on,
    )
    document.full_clean()
    document.save()
    if forwards:
        DocumentRelation.objects.create(source=document, kind=DocumentRelation.Kind.FORWARDS, target=forwards)
    return document


def _refuse_known(number: str) -> None:
    """A number that another text spells differently is the same document still."""
    number = normalise(number)
    alias = DocumentAlias.objects.filter(alias=number).select_related("document").first()
    known = alias.document if alias else PolicyDocument.objects.filter(number=number).first()
    if known:
        raise ValidationError(
            {
                "number": _("This document is on file already: %(number)s %(title)s")
                % {"number": known.number, "title": known.title}
            }
        )


def may_add_to(by: Membership | None, document: PolicyDocument) -> bool:
    """Sentences are added by the issuing bureau, to a document whose text is at hand."""
    return may_enter_documents(by) and document.issuer_id == by.agency_id and not document.is_cited_only


def bound_by(addressees: Iterable[RequirementAddressee]) -> list[Agency]:
    """Whom a list of included and excluded sets would bind, in code order, wherever they are."""
    addressees = list(addressees)
    return [agency for agency in Agency.objects.filing().order_by("code") if binds(addressees, agency)]


def refuse_wrong_addressees(addressees: list[RequirementAddressee], by: Membership) -> list[Agency]:
    """Whom they bind; raises ValidationError when that is nobody, or anybody outside the branch."""
    bound = bound_by(addressees)
    outside = sum(not by.agency.is_above_or_same(agency) for agency in bound)
    if outside:
        raise ValidationError(
            ngettext(
                "%(n)d bureau outside your branch would be bound. A notice of your bureau binds its own branch alone.",
                "%(n)d bureaus outside your branch would be bound. A notice of your bureau binds its own branch alone.",
                outside,
            )
            % {"n": outside}
        )
    if not bound:
        raise ValidationError(_("This binds nobody. Name at least one bureau that files plans."))
    return bound


@transaction.atomic
def add_requirement(
    *,
    document: PolicyDocument,
    section: str,
    wording: str,
    demand: Demand,
    addressees: list[RequirementAddressee],
    by: Membership,
) -> Requirement:
    """Add a sentence with what it demands of whom (`addressees`: unsaved).

    A sentence that stands already, word for word, gets a further requirement. Codes follow the document:
    D12-1 is the first of document 12.
    """
    # One at a time for each document, or two would take the same code.
    document = PolicyDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if not may_add_to(by, document):
        raise PermissionDenied("documents")
    refuse_wrong_addressees(addressees, by)
    requirement = Requirement(
        code=_next_code(document), clause=_clause(document, section, wording), **asdict(demand)
    )
    if requirement.kind == Requirement.Kind.EACH_MINE and not (
        requirement.mine_scope and requirement.existing_before
    ):
        raise ValidationError(
            {"mine_scope": _("Say which mines, and before which day a permit makes a mine an existing one.")}
        )
    requirement.full_clean()
    requirement.save()
    for addressee in addressees:
        addressee.requirement = requirement
        addressee.levels = addressee.levels or FILING_LEVELS
        addressee.full_clean()
        addressee.save()
    return requirement


def _clause(document: PolicyDocument, section: str, wording: str) -> Clause:
    section = section.strip()
    # A sentence copied from a paper is broken where the paper's lines end.
    wording = "".join(line.strip() for line in wording.splitlines())
    known = document.clauses.filter(section=section, wording=wording).first()
    if known:
        return known
    clause = Clause(
        document=document,
        code=_next_code(document),
        section=section,
        wording=wording,
        position=document.clauses.count(),
    )
    clause.full_clean()
    clause.save()
    return clause


def _next_code(document: PolicyDocument) -> str:
    """The first free of D12-1, D12-2 …, whether clause or requirement took the others."""
    prefix = f"D{document.pk}-"
    taken = set(Clause.objects.filter(code__startswith=prefix).values_list("code", flat=True))
    taken |= set(Requirement.objects.filter(code__startswith=prefix).values_list("code", flat=True))
    return next(f"{prefix}{n}" for n in range(1, len(taken) + 2) if f"{prefix}{n}" not in taken)
