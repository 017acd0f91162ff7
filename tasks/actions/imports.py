"""Imports: a file is kept, read for a dry run as often as one likes, and written once.

A commit reads the kept file again in its own transaction, so that nothing is written that was not compared
with what stands at that moment.
"""

import hashlib
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from agencies.models import Membership, Role
from greenmine.clock import today
from tasks.actions.quotas import may_set_quotas
from tasks.imports.breakdown import commit_breakdown, read_breakdown
from tasks.imports.containers import suffix_of
from tasks.imports.headings import plain
from tasks.imports.mines import commit_mines
from tasks.imports.own_mines import read_own_mines
from tasks.imports.quotas import commit_quotas, read_quotas
from tasks.models import ColumnMapping, ImportFile, Mine, WorkPlan
from tasks.permissions import may_edit
from tasks.standing.programmes import programme_meant

Kind = ImportFile.Kind


class ImportRefused(Exception):
    """`code`: committed, moved (what stands has changed since the dry run), unanswered, refused, nothing,
    damaged (the kept file is not what was uploaded)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def may_import(by: Membership | None, kind: str, plan: WorkPlan | None = None) -> bool:
    """A breakdown: the plan's filer. Mines: who keeps the register of a whole branch. Quotas: a reviewer
    with bureaus below."""
    if by is None:
        return False
    if kind == Kind.BREAKDOWN:
        return plan is not None and may_edit(by, plan)
    if kind == Kind.QUOTAS:
        return may_set_quotas(by)
    return by.role == Role.REVIEWER or (by.role == Role.FILER and by.agency.is_leaf())


@transaction.atomic
def keep_upload(
    *,
    kind: str,
    name: str,
    data: bytes,
    by: Membership,
    plan: WorkPlan | None = None,
    details: dict | None = None,
) -> ImportFile:
    """Keep an upload under a generated name, for the acting agency alone."""
    if not may_import(by, kind, plan):
        raise PermissionDenied("import")
    kept = ImportFile(
        kind=kind,
        agency=by.agency,
        plan=plan,
        name="".join(c for c in name if c.isprintable())[-255:],
        sha256=hashlib.sha256(data).hexdigest(),
        details=details or {},
        uploaded_by=by.person,
    )
    kept.file.save(f"import.{suffix_of(name)}", ContentFile(data), save=False)
    kept.save()
    return kept


def content(kept: ImportFile) -> bytes:
    """The bytes of the upload. Raises ImportRefused when they are no longer what was uploaded."""
    with kept.file.open("rb") as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != kept.sha256:
        raise ImportRefused("damaged")
    return data


def compare(kept: ImportFile):
    """The dry run: what the file would change of what stands now. Writes nothing."""
    data, mapping = content(kept), mapping_of(kept)
    if kept.kind == Kind.BREAKDOWN:
        return read_breakdown(
            kept.name, data, agency=kept.agency, programme=kept.plan.programme, mapping=mapping
        )
    if kept.kind == Kind.MINES:
        return read_own_mines(kept.name, data, agency=kept.agency, mapping=mapping)
    return read_quotas(
        kept.name, data, agency=kept.agency, programme=programme_meant(), on=today(), mapping=mapping
    )


def mapping_of(kept: ImportFile) -> dict[str, str]:
    """What the agency said of its headings: folded heading → field, "" to pass over."""
    said = ColumnMapping.objects.filter(agency=kept.agency, kind=kept.kind)
    return dict(said.values_list("heading", "field"))


@transaction.atomic
def remember_mapping(
    *, kind: str, by: Membership, said: dict[str, str | None], plan: WorkPlan | None = None
) -> None:
    """Remember, for the agency, which field a heading means: "" passes it over, None forgets it."""
    if not may_import(by, kind, plan):
        raise PermissionDenied("import")
    for heading, field in said.items():
        known = {"agency": by.agency, "kind": kind, "heading": plain(heading)}
        if field is None:
            ColumnMapping.objects.filter(**known).delete()
        else:
            ColumnMapping.objects.update_or_create(**known, defaults={"field": field})


def is_stale(change) -> bool:
    return getattr(change, "is_stale", False)


def to_write(comparison) -> list:
    """The rows that a commit writes: new and changed ones, stale ones left out."""
    return [each for each in [*comparison.new, *comparison.changed] if not is_stale(each)]


def basis(comparison) -> str:
    """A fingerprint of what a dry run showed: rows, what each is, and the locks of what stands."""
    seen = hashlib.sha256()
    for each in comparison.rows:
        row = getattr(each.row, "row", each.row)
        mine, line = getattr(each, "mine", None), getattr(each, "line", None)
        state = (row, mine and (mine.pk, mine.version), line and (line.pk, line.lock))
        seen.update(repr((state, getattr(each, "current", None), is_stale(each))).encode())
    return seen.hexdigest()[:32]


@transaction.atomic
def commit(
    *, kept: ImportFile, by: Membership, shown: str, choices: dict[int | None, str] | None = None
) -> ImportFile:
    """Write the file, all of its accepted rows or none, once.

    `shown` is the basis of the dry run that was confirmed; `choices` says for each stale line "file" or
    "now", under None for those that are not listed. Raises ImportRefused, PermissionDenied, and what the engine's commits raise.
    """
    kept = ImportFile.objects.select_for_update().get(pk=kept.pk)
    if kept.agency_id != by.agency_id or not may_import(by, kept.kind, kept.plan):
        raise PermissionDenied("import")
    if kept.committed_at:
        raise ImportRefused("committed")
    comparison = compare(kept)
    if comparison.reading.refusal:
        raise ImportRefused("refused")
    if basis(comparison) != shown:
        raise ImportRefused("moved")
    _answer(comparison, choices or {})
    todo = to_write(comparison)
    if not todo:
        raise ImportRefused("nothing")
    counts = {"new": len(comparison.new), "changed": len(todo) - len(comparison.new)}
    before = Mine.objects.aggregate(last=Max("pk"))["last"] or 0
    _write(kept, comparison, by)
    # The register's commit does not say which mines it made: they are those with this file as their source.
    made = Mine.objects.filter(pk__gt=before, source=_source(kept)).values_list("pk", flat=True)
    kept.mines.set({each.mine.pk for each in todo if getattr(each, "mine", None)}.union(made))
    kept.result = {"verdict": comparison.reading.verdict, **counts}
    kept.committed_at = timezone.now()
    kept.save(update_fields=["result", "committed_at"])
    return kept


def _answer(comparison, choices: dict[int | None, str]) -> None:
    """A row that changed since the export is written only when the file's was chosen."""
    for each in comparison.rows:
        if not is_stale(each):
            continue
        chosen = choices.get(each.line.pk, choices.get(None))
        if chosen not in ("file", "now"):
            raise ImportRefused("unanswered")
        each.is_stale = chosen == "now"


def _source(kept: ImportFile) -> str:
    return f"导入：{kept.name}"[:200]


def _write(kept: ImportFile, comparison, by: Membership) -> None:
    source = _source(kept)
    if kept.kind == Kind.BREAKDOWN:
        commit_breakdown(comparison, by=by, source=source)
        return
    day = date.fromisoformat(kept.details["day"]) if kept.details.get("day") else today()
    if kept.kind == Kind.MINES:
        commit_mines(comparison, by=by, source=source, since=day)
    else:
        commit_quotas(comparison, by=by, day=day, document=kept.details.get("document", ""))
