"""Writing a plan: sections with autosave, the breakdown as an editable table, files, counties' versions.

Each address takes a whole form (without JavaScript) and the single change that htmx sends; both go
through the same actions. Whoever saves from an older state keeps what was typed and is told.
"""

from functools import wraps

from concurrency.exceptions import RecordModifiedError
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.clock import today
from greenmine.ids import row_ids
from greenmine.once import once
from tasks.actions import drafts
from tasks.check_words import CHECK_WORDS
from tasks.forms.plans import AttachmentForm, LineForm, PasteForm, PrinciplesForm, SectionForm
from tasks.imports.pasted_rows import read_rows
from tasks.models import (
    Attachment,
    ImportFile,
    Mine,
    PlanLine,
    PlanSection,
    PlanVersion,
    Requirement,
)
from tasks.permissions import may_edit, sides_of
from tasks.plan_parts import part_keys, part_url
from tasks.reports.self_check import grounded
from tasks.rules.plan_checks import Severity
from tasks.rules.steps import State, Step, open_steps
from tasks.standing.filings import filing_on
from tasks.standing.obligations import obligations
from tasks.views.readers import day_of
from tasks.views.work_plans import visible_plan
from tasks.words import FILLED, UNFILLED, WRONG


def editing(view):
    """Gives the view the plan and its working copy: 404 outside the branch, 403 for a reader.

    After the submission nothing is open: an address that somebody kept leads to the plan, with a word. What
    is sent to it then is not found, so that no unsaved text looks saved.
    """

    @wraps(view)
    def wrapped(request, pk, **parts):
        plan = visible_plan(request, pk)
        if not may_edit(request.user.acting, plan):
            raise PermissionDenied(_("The working copy is written by the filer of its own bureau."))
        version = plan.versions.working().first()
        if version:
            return view(request, plan, version, **parts)
        if request.method != "GET" or request.htmx or not plan.events.exists():
            raise Http404
        messages.info(
            request, _("This version was sent and cannot be changed. Take it back, or begin a revision.")
        )
        return redirect(plan)

    return wrapped


def _page(request, plan, version, current: str, **more) -> dict:
    """What every page of the editor shows around its own part."""
    filing = filing_on(plan, request.as_of)
    findings = grounded(version, on=today())
    errors = [found for found in findings if found.finding.severity == Severity.ERROR]
    sides = sides_of(request.user.acting, plan)
    steps = open_steps(filing.working_state, sides, route=plan.route, signs_off=plan.agency.signs_off)
    owed = obligations(day_of(request, plan.agency, plan.programme))
    return {
        "plan": plan,
        "version": version,
        "current": current,
        "filing": filing,
        "findings": findings,
        "errors": errors,
        "warnings": [found for found in findings if found.finding.severity == Severity.WARNING],
        "parts": _parts(plan, version, current, findings),
        "step": next((step for step in steps if step in (Step.SUBMIT, Step.SIGN_OFF, Step.RELEASE)), None),
        "obligations": [
            o for o in owed if o.agency.pk == plan.agency_id and o.requirement.kind == Requirement.Kind.ACTS
        ],
        "returned": filing.last(Step.RETURN) if filing.working_state == State.RETURNED else None,
        "comments": _comments(filing, current),
        "saved_at": timezone.localtime(),
        **more,
    }


def _parts(plan, version, current: str, findings) -> list[dict]:
    """The parts of the editor, each with a mark: an error in it, filled in, or empty."""
    labels = dict(PlanSection.Key.choices) | {
        "breakdown": _("Task breakdown"),
        "attachments": _("Attachments"),
        "counties": _("Versions of the counties"),
    }
    filled = {section.key for section in version.sections.all() if section.body.strip()}
    filled |= {"breakdown"} if version.lines.exists() else set()
    filled |= {"attachments"} if version.attachments.exists() else set()
    filled |= {"counties"} if version.includes.exists() else set()
    wrong = {
        CHECK_WORDS[found.finding.code].part for found in findings if found.finding.severity == Severity.ERROR
    }
    return [
        {
            "url": part_url(plan, key),
            "label": labels[key],
            "mark": WRONG if key in wrong else FILLED if key in filled else UNFILLED,
            "active": key == current,
        }
        for key in part_keys(plan)
    ]


def _comments(filing, section: str):
    last = filing.last(Step.RETURN, Step.ACCEPT)
    if last is None or last.step != Step.RETURN:
        return []
    return [c for c in last.section_comments.all() if c.section == section]


@editing
def section(request, plan, version, key):
    """One section. A save by htmx answers with the new lock and the time alone."""
    row = get_object_or_404(version.sections.all(), key=key)
    form = _section_form(request.POST or None, row)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            drafts.save_section(
                section=row,
                by=request.user.acting,
                lock=given["lock"],
                body=given["body"],
                principles=given.get("principles"),
                departments=given.get("departments"),
            )
        except RecordModifiedError:
            now = PlanSection.objects.get(pk=row.pk)
            # The button was pressed while the same text was being saved by itself: nothing is in conflict.
            if not _says(now, given):
                return _section_conflict(request, plan, version, row, form)
            row = now
        if request.htmx:
            context = _page(request, plan, version, key, section=row)
            return render(request, "tasks/_section_saved.html", context)
        messages.success(request, _("Saved."))
        return redirect(_next(plan, key))
    context = _page(request, plan, version, key, section=row, form=form)
    return render(request, "tasks/plan_section.html", context, status=422 if form.is_bound else 200)


def _section_form(data, row):
    initial = {"lock": row.lock, "body": row.body}
    if row.key == PlanSection.Key.PRINCIPLES:
        initial |= {"principles": row.principles, "departments": "\n".join(row.departments)}
        return PrinciplesForm(data, initial=initial, principles=row.version.plan.programme.principles)
    return SectionForm(data, initial=initial)


def _says(section: PlanSection, given: dict) -> bool:
    """Whether the section holds already what was typed."""
    return all(getattr(section, name) == typed for name, typed in given.items() if name != "lock")


def _section_conflict(request, plan, version, row, form):
    """Shows what stands now beside what was typed; saving again replaces it knowingly."""
    now = PlanSection.objects.get(pk=row.pk)
    if request.htmx:
        return render(request, "tasks/_section_conflict.html", {"plan": plan, "section": now}, status=200)
    typed = form.data.copy()
    typed["lock"] = now.lock
    context = _page(
        request, plan, version, row.key, section=now, form=_section_form(typed, row), conflict=now
    )
    return render(request, "tasks/plan_section.html", context, status=409)


def _next(plan, key: str) -> str:
    keys = part_keys(plan)
    return part_url(plan, keys[keys.index(key) + 1])


@editing
def breakdown(request, plan, version):
    """The mine tasks as one editable table. POST saves every row that was changed."""
    lines, imported = _shown_lines(request, version)
    data = request.POST if request.method == "POST" else None
    forms = [LineForm(data, line=line) for line in lines]
    if data is not None:
        problems = [form for form in forms if not _save(form, request.user.acting)]
        if not problems:
            messages.success(request, _("Saved."))
            return redirect("tasks:plan_breakdown", pk=plan.pk)
        # A saved row carries its new lock; else the next press would call one's own saving a conflict.
        saved = {line.pk: line for line in version.lines.with_mines()}
        forms = [form if form in problems else LineForm(None, line=saved[form.line.pk]) for form in forms]
    included = PlanLine.objects.filter(version__included_in=version).with_mines()
    context = _page(request, plan, version, "breakdown", forms=forms, included=included)
    context["left_out"] = _left_out(context["findings"], version)
    context["imported"] = imported
    return render(request, "tasks/plan_breakdown.html", context, status=422 if data is not None else 200)


def _shown_lines(request, version) -> tuple[list[PlanLine], ImportFile | None]:
    """All lines, or with ?imported= those that one import of the own bureau wrote."""
    lines, number = version.lines.with_mines(), request.GET.get("imported", "")
    number = number if number.isascii() and number.isdigit() else "0"
    kept = ImportFile.objects.visible_to(request.user).filter(pk=number[:18]).first()
    return list(lines.filter(task__mine__imports=kept) if kept else lines), kept


def _left_out(findings, version) -> list[dict]:
    """Mines of the whole scope that are not in the plan: unexcused ones first, then with their reasons."""
    open_ones = [m for f in findings if f.finding.code == "scope_left_out" for m in f.finding.mines]
    rows = [{"id": mine.id, "name": mine.name, "reason": ""} for mine in open_ones]
    named = version.excuses.exclude(mine__tasks__lines__version=version).select_related("mine")
    return rows + [{"id": e.mine_id, "name": e.mine.name, "reason": e.reason} for e in named]


@require_POST
@editing
def excuse(request, plan, version, mine):
    """Why a mine of the whole scope stays out of the plan."""
    row = get_object_or_404(Mine.objects.visible_to(request.user).managed_below(plan.agency), pk=mine)
    drafts.excuse_mine(
        version=version, mine=row, reason=request.POST.get("reason", ""), by=request.user.acting
    )
    return redirect("tasks:plan_breakdown", pk=plan.pk)


def _save(form: LineForm, by) -> bool:
    """Save one row; False with the reason on the form when it is not saved."""
    if form.prefix + "-lock" not in form.data:
        return True
    if not form.is_valid():
        return False
    if not form.has_changed():
        return True
    given = form.cleaned_data
    try:
        drafts.save_line(
            line=form.line,
            by=by,
            lock=given["lock"],
            tier=given["tier"],
            planned=given["planned"],
            responsible=given["responsible"],
            note=given["note"],
        )
    except RecordModifiedError:
        form.conflict = PlanLine.objects.get(pk=form.line.pk)
        form.add_error(None, _("Somebody else changed this row meanwhile. Load the page again to see it."))
        return False
    return True


@require_POST
@editing
def line(request, plan, version, line):
    """One row, sent by htmx when it is left."""
    row = get_object_or_404(version.lines.with_mines(), pk=line)
    form = LineForm(request.POST, line=row)
    saved = _save(form, request.user.acting)
    context = _page(request, plan, version, "breakdown", form=form, line=row, saved=saved)
    return render(request, "tasks/_line_saved.html", context)


@once
@editing
def add_lines(request, plan, version):
    """Choose mines of the register that are not in the plan yet."""
    mines = (
        Mine.objects.visible_to(request.user)
        .managed_below(plan.agency)
        .exclude(tasks__lines__version=version)
        .select_related("managed_by")
    )
    if request.method == "POST":
        chosen = list(mines.filter(pk__in=row_ids(request.POST.getlist("mine"))))
        added = drafts.add_lines(version=version, mines=chosen, by=request.user.acting)
        messages.success(request, _("Added mines: %d") % len(added))
        return redirect("tasks:plan_breakdown", pk=plan.pk)
    context = _page(request, plan, version, "breakdown", mines=mines)
    return render(request, "tasks/plan_add_lines.html", context)


@once
@editing
def paste_lines(request, plan, version):
    """Rows copied from a spreadsheet: those that name a mine of the register are taken, the rest told."""
    form = PasteForm(request.POST or None)
    result = None
    if request.method == "POST" and form.is_valid():
        mines = Mine.objects.visible_to(request.user).managed_below(plan.agency)
        result = read_rows(form.cleaned_data["rows"], {mine.folded_name: mine for mine in mines})
        if not result.refused and result.rows:
            _take_pasted(version, result.rows, request.user.acting)
            messages.success(request, _("Taken rows: %d") % len(result.rows))
            return redirect("tasks:plan_breakdown", pk=plan.pk)
    context = _page(request, plan, version, "breakdown", form=form, result=result)
    return render(request, "tasks/plan_paste_lines.html", context, status=422 if form.is_bound else 200)


def _take_pasted(version, rows, by):
    drafts.add_lines(version=version, mines=[row.mine for row in rows], by=by)
    lines = {line.task.mine_id: line for line in version.lines.select_related("task", "version__plan")}
    for row in rows:
        current = lines[row.mine.pk]
        drafts.save_line(
            line=current,
            by=by,
            lock=current.lock,
            tier=row.tier or current.tier,
            planned=row.planned,
            responsible=row.responsible or current.responsible,
            note=row.note or current.note,
        )


@require_POST
@once
@editing
def drop_line(request, plan, version, line):
    drafts.drop_line(line=get_object_or_404(version.lines, pk=line), by=request.user.acting)
    return redirect("tasks:plan_breakdown", pk=plan.pk)


@once
@editing
def attachments(request, plan, version):
    form = AttachmentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        drafts.attach(version=version, file=file, checked=file.checked, by=request.user.acting)
        messages.success(request, _("Kept: %s") % file.checked.shown_name)
        return redirect("tasks:plan_attachments", pk=plan.pk)
    context = _page(request, plan, version, "attachments", form=form, attachments=version.attachments.all())
    return render(request, "tasks/plan_attachments.html", context, status=422 if form.is_bound else 200)


@require_POST
@once
@editing
def detach(request, plan, version, attachment):
    file = get_object_or_404(Attachment.objects.visible_to(request.user), pk=attachment)
    drafts.detach(version=version, attachment=file, by=request.user.acting)
    return redirect("tasks:plan_attachments", pk=plan.pk)


@once
@editing
def counties(request, plan, version):
    """For a city: which submitted versions of the counties its plan freezes."""
    offered = (
        PlanVersion.objects.visible_to(request.user)
        .frozen()
        .filter(plan__agency__path__startswith=plan.agency.path)
        .exclude(plan=plan)
        .select_related("plan__agency")
        .order_by("plan__agency__code", "-number")
    )
    if request.method == "POST":
        chosen = list(offered.filter(pk__in=row_ids(request.POST.getlist("version"))))
        drafts.choose_included(version=version, chosen=chosen, by=request.user.acting)
        messages.success(request, _("Saved."))
        return redirect("tasks:plan_counties", pk=plan.pk)
    context = _page(
        request,
        plan,
        version,
        "counties",
        offered=offered,
        chosen=set(version.includes.values_list("pk", flat=True)),
    )
    return render(request, "tasks/plan_counties.html", context)
