"""Imports of the three kinds: the upload, the dry run that always comes before writing, and the commit.

Each address knows its kind; a breakdown belongs to a plan, mines and quotas to the acting agency.
"""

from dataclasses import dataclass

from concurrency.exceptions import RecordModifiedError
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from greenmine.once import once
from tasks.actions import imports
from tasks.actions.imports import ImportRefused
from tasks.exports.breakdown import breakdown_workbook, template_workbook
from tasks.exports.import_errors import errors_workbook
from tasks.exports.import_templates import mines_template, quotas_template
from tasks.forms.imports import ImportForm, MineImportForm, QuotaImportForm
from tasks.imports.breakdown import NoWorkingCopy
from tasks.imports.heading_list import CHOICES, headings_of
from tasks.imports.quotas import TITLES as QUOTA_TITLES
from tasks.imports.quotas import current_quotas
from tasks.imports.refusals import Refused
from tasks.models import ImportFile, PlanVersion, WorkPlan
from tasks.reports.dry_run import dry_run
from tasks.rules.steps import StepRefused
from tasks.views.readers import programme_shown
from tasks.views.work_plans import visible_plan
from tasks.words import refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = ImportFile.Kind
FORMS = {Kind.MINES: MineImportForm, Kind.QUOTAS: QuotaImportForm}
# Kind → the page of its list, and the first word of its addresses.
LISTS = {Kind.BREAKDOWN: "plan_breakdown", Kind.MINES: "mine_list", Kind.QUOTAS: "quota_list"}
PREFIX = {Kind.BREAKDOWN: "plan_import", Kind.MINES: "mine_import", Kind.QUOTAS: "quota_import"}
# A file that misses only a header may be mended by saying what its columns mean.
MENDABLE = {"no_header", "no_mine_column", "transposed"}


@dataclass(frozen=True)
class Target:
    """What is imported into."""

    kind: str
    plan: WorkPlan | None

    def url(self, part: str = "", kept: ImportFile | None = None) -> str:
        args = [self.plan.pk] if self.plan else []
        args += [kept.pk] if kept else []
        return reverse(f"tasks:{PREFIX[self.kind]}{part}", args=args)

    @property
    def list_url(self) -> str:
        return reverse(f"tasks:{LISTS[self.kind]}", args=[self.plan.pk] if self.plan else [])

    @property
    def template_url(self) -> str:
        return self.url("_template")

    @property
    def upload_url(self) -> str:
        return self.url()


def _target(request, kind, pk) -> Target:
    """404 for a plan outside the branch or without an open draft, 403 for who may not import."""
    plan = visible_plan(request, pk) if pk else None
    if not imports.may_import(request.user.acting, kind, plan):
        raise PermissionDenied("import")
    if plan:
        get_object_or_404(PlanVersion.objects.working(), plan=plan)
    return Target(kind, plan)


def _kept(request, kind, pk, file) -> tuple[Target, ImportFile]:
    target = _target(request, kind, pk)
    files = ImportFile.objects.visible_to(request.user).select_related("agency", "plan__programme")
    return target, get_object_or_404(files, pk=file, kind=kind, plan=target.plan)


@once
def upload(request, kind, pk=None):
    """Choose a file. One that must not be opened is refused with its reason and nothing of it is kept."""
    target = _target(request, kind, pk)
    form_class = FORMS.get(kind, ImportForm)
    form = form_class(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        kept = imports.keep_upload(
            kind=kind,
            name=file.name,
            data=file.content,
            by=request.user.acting,
            plan=target.plan,
            details=form.details(),
        )
        return redirect(target.url("_file", kept))
    context = {"target": target, "form": form, "kind": Kind(kind)}
    return render(request, "tasks/import_upload.html", context, status=422 if form.is_bound else 200)


@once
def file(request, kind, file, pk=None):
    """GET is the dry run, POST writes what it showed."""
    target, kept = _kept(request, kind, pk, file)
    if request.method != "POST":
        return _dry_run(request, target, kept)
    try:
        committed = imports.commit(
            kept=kept, by=request.user.acting, shown=request.POST.get("basis", ""), choices=_choices(request)
        )
    except ImportRefused as refused:
        return _dry_run(request, target, kept, refused=_words(refused.code), status=409)
    except RecordModifiedError:
        return _dry_run(request, target, kept, refused=_words("moved"), status=409)
    except NoWorkingCopy as refused:
        raise Http404 from refused
    except StepRefused as refused:
        return _dry_run(request, target, kept, refused=refusal(refused), status=409)
    except ValidationError as refused:
        return _dry_run(request, target, kept, refused=" ".join(refused.messages), status=422)
    messages.success(request, _("Imported from %(name)s: %(new)d new, %(changed)d changed.") % {
        "name": kept.name, "new": committed.result["new"], "changed": committed.result["changed"]
    })  # fmt: skip
    return redirect(f"{target.list_url}?imported={kept.pk}")


def _choices(request) -> dict:
    """Stale lines: field `line-<id>`, "file" or "now"; `others` for those that a long page did not show."""
    given = {
        key.removeprefix("line-"): value for key, value in request.POST.items() if key.startswith("line-")
    }
    choices = {int(key): value for key, value in given.items() if key.isascii() and key.isdigit()}
    return choices | ({None: "now"} if request.POST.get("others") == "now" else {})


def _words(code: str) -> str:
    return {
        "committed": _("This file was imported already. Nothing was written a second time."),
        "moved": _(
            "Nothing was written: what stands here has changed since this page was shown. Look at it again, then import."
        ),
        "unanswered": _(
            "Nothing was written yet: choose for each row that changed since the export which one counts."
        ),
        "refused": _("Nothing was written: the file cannot be taken."),
        "nothing": _("Nothing was written: the file changes nothing."),
        "damaged": _("The kept file is damaged. Send it again."),
    }[code]


def _dry_run(request, target, kept, *, refused: str = "", status: int = 200):
    try:
        comparison = imports.compare(kept)
    except (ImportRefused, FileNotFoundError):
        messages.error(request, _words("damaged"))
        return redirect(target.upload_url)
    page = dry_run(kept, comparison)
    earlier = (
        ImportFile.objects.visible_to(request.user)
        .committed()
        .filter(kind=kept.kind, plan=kept.plan, sha256=kept.sha256)
    )
    context = {
        "target": target,
        "kept": kept,
        "page": page,
        "refused": refused,
        "basis": imports.basis(comparison),
        "earlier": earlier.exclude(pk=kept.pk).first(),
        "columns_url": target.url("_columns", kept),
        "errors_url": target.url("_errors", kept) if page.refused.count or page.doubts.count else "",
        "may_mend": page.refusal_code in MENDABLE,
        "chosen": {f"line-{pk}": value for pk, value in _choices(request).items()},
    }
    return render(request, "tasks/import_file.html", context, status=status)


def columns(request, kind, file, pk=None):
    """Which heading means what, as read and as the clerk corrects it; remembered for the agency."""
    target, kept = _kept(request, kind, pk, file)
    is_quotas = kind == Kind.QUOTAS
    fields = QUOTA_TITLES if is_quotas else CHOICES
    try:
        data, mapping = imports.content(kept), imports.mapping_of(kept)
        listed = headings_of(kept.name, data, mapping, of_quotas=is_quotas)
    except (Refused, ImportRefused, FileNotFoundError) as refused:
        said = str(refused) if isinstance(refused, Refused) else _words("damaged")
        messages.error(request, said)
        return redirect(target.upload_url)
    if request.method == "POST":
        said = {
            each.key: None if chosen == each.automatic else chosen
            for number, each in enumerate(listed)
            if (chosen := request.POST.get(f"column-{number}")) in {"", *fields}
            and request.POST.get(f"heading-{number}") == each.key
        }
        imports.remember_mapping(kind=kind, by=request.user.acting, said=said, plan=target.plan)
        messages.success(request, _("The meaning of the columns is remembered for your bureau."))
        return redirect(target.url("_file", kept))
    context = {"target": target, "kept": kept, "headings": listed, "fields": fields.items()}
    return render(request, "tasks/import_columns.html", context)


def errors(request, kind, file, pk=None):
    """The clerk's own file with the problems marked in it."""
    _target_, kept = _kept(request, kind, pk, file)
    try:
        reading = imports.compare(kept).reading
        remarks = reading.errors + reading.warnings
        if not remarks:
            raise Http404
        book = errors_workbook(kept.name, imports.content(kept), remarks)
    except (Refused, ImportRefused, FileNotFoundError) as refused:
        raise Http404 from refused
    return _workbook(book, f"{kept.name.rpartition('.')[0][:80]}（错误）.xlsx")


def template(request, kind, pk=None):
    """The table to be filled in: of a plan the working copy's own, so that it comes back as one."""
    target = _target(request, kind, pk)
    agency = request.user.acting.agency
    if kind == Kind.MINES:
        return _workbook(mines_template(), f"{agency}矿山登记表模板.xlsx")
    if kind == Kind.QUOTAS:
        current = current_quotas(programme_shown(request), request.as_of)
        return _workbook(quotas_template(agency, current), f"{agency}省下达任务数模板.xlsx")
    version = target.plan.versions.working().select_related("plan__agency", "plan__programme").first()
    book = (
        breakdown_workbook(version, as_of=request.as_of)
        if version
        else template_workbook(target.plan.agency, target.plan.programme, request.as_of)
    )
    return _workbook(book, f"{agency}任务分解表模板.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        headers={
            "Content-Type": XLSX,
            "Content-Disposition": content_disposition_header(True, name),
            "X-Content-Type-Options": "nosniff",
        },
    )
