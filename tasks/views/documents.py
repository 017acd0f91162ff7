"""文件: the notices, what each demands of whom, and how a bureau enters its own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from greenmine.once import once
from tasks.actions import documents as actions
from tasks.forms.documents import (
    MOST_ROWS,
    DocumentForm,
    RequirementForm,
    addressee_rows,
    filled_in,
    typed,
    usual_rows,
)
from tasks.models import PolicyDocument, Requirement
from tasks.permissions import may_enter_documents
from tasks.reports import documents as report
from tasks.rules.date_phrases import Deadline, read_dates


def document_list(request):
    search = request.GET.get("q", "")
    context = {
        "documents": report.documents(request.user, as_of=request.as_of, search=search),
        "search": search,
        "may_enter": may_enter_documents(request.user.acting) and not request.is_past_view,
    }
    return render(request, "tasks/document_list.html", context)


def detail(request, pk):
    document = _visible_document(request, pk)
    acting = request.user.acting
    context = {
        "document": document,
        "rows": report.clause_rows(document, acting),
        "citations": report.citations(document),
        "disagree": report.issuers_disagree(document),
        "not_yet": document.dated_on is not None and document.dated_on > request.as_of,
        "may_add": actions.may_add_to(acting, document) and not request.is_past_view,
    }
    return render(request, "tasks/document_detail.html", context)


@once
def create(request):
    acting = request.user.acting
    if not may_enter_documents(acting):
        raise PermissionDenied(
            _("Documents are entered by reviewers of bureaus that have others below them.")
        )
    form = DocumentForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid() and (document := _entered(form, acting)):
        messages.success(request, _("Entered. Now add the sentences that bind."))
        return redirect("tasks:document_add_requirement", document.pk)
    return render(request, "tasks/document_form.html", {"form": form}, status=422 if form.is_bound else 200)


def _entered(form: DocumentForm, by) -> PolicyDocument | None:
    given = {name: value for name, value in form.cleaned_data.items() if name != "form_token"}
    try:
        with transaction.atomic():
            return actions.enter_document(by=by, **given)
    except ValidationError as refused:
        form.add_error(None, refused)
        return None


@once
def add_requirement(request, pk):
    """The page reads dates, shows who would be bound, and saves what was shown: all with buttons of one form."""
    document = _visible_document(request, pk)
    acting = request.user.acting
    if not actions.may_add_to(acting, document):
        raise PermissionDenied(_("Sentences are added by a reviewer of the bureau that issued the document."))
    page = _Page(request, document, acting)
    if page.is_saving and (requirement := page.saved()):
        messages.success(request, _("Saved as %(code)s.") % {"code": requirement.code})
        return redirect(f"{reverse('tasks:document_detail', args=[pk])}#{requirement.code}")
    return render(
        request, "tasks/requirement_form.html", page.context(), status=422 if page.is_saving else 200
    )


class _Page:
    """The half-filled page between two presses. Only "save" complains of what is missing."""

    def __init__(self, request, document: PolicyDocument, by):
        self.document, self.by = document, by
        self.post = request.POST if request.method == "POST" else None
        self.press = self.post.get("press", "save") if self.post is not None else ""
        self.found = self._found()
        self.form = self._form()
        self.who = addressee_rows(self._rows(), by=by)
        self.addressees, self.bound, self.refusal = self._bound()

    @property
    def is_saving(self) -> bool:
        return self.press == "save"

    @property
    def shown(self) -> str:
        """Whom the page shows as bound, to be sent back with the form."""
        return ",".join(agency.code for agency in self.bound)

    def _found(self) -> list:
        wording = self.post.get("wording", "") if self.post is not None else ""
        return read_dates(wording, self.document.dated_on) if wording.strip() else []

    def _form(self) -> RequirementForm:
        if self.post is None:
            return RequirementForm()
        form = RequirementForm(self.post)
        if self.is_saving:
            return form
        values = typed(form)
        deadlines = [one for one in self.found if isinstance(one, Deadline)]
        chosen = self.press.removeprefix("read-")
        if self.press.startswith("read-") and chosen.isdecimal() and int(chosen) < len(deadlines):
            values = filled_in(values, deadlines[int(chosen)])
        return RequirementForm(initial=values)

    def _rows(self) -> dict:
        """The rows of addressees as typed, at first the usual ones; one more when asked for."""
        if self.post is None:
            return usual_rows(self.by)
        rows = self.post.copy()
        count = rows.get("who-TOTAL_FORMS", "")
        if self.press == "more" and count.isdecimal():
            rows["who-TOTAL_FORMS"] = min(int(count) + 1, MOST_ROWS)
        return rows

    def _bound(self) -> tuple[list, list, str]:
        """The addressees, whom they bind, and why they cannot stand."""
        if not self.who.is_valid():
            return [], [], _("Complete the rows of those who are bound.")
        addressees = [one for row in self.who.forms if (one := row.addressee())]
        try:
            return addressees, actions.refuse_wrong_addressees(addressees, self.by), ""
        except ValidationError as refused:
            return addressees, [], "；".join(refused.messages)

    def saved(self) -> Requirement | None:
        """The requirement, once it is complete and those whom it binds were seen before the press."""
        if not self.form.is_valid():
            return None
        if self.refusal:
            self.form.add_error(None, self.refusal)
        elif self.form.cleaned_data["shown"] != self.shown:
            self.form.add_error(None, _("See below who is bound now, then save."))
        else:
            return self._added()
        return None

    def _added(self) -> Requirement | None:
        given = self.form.cleaned_data
        try:
            with transaction.atomic():
                return actions.add_requirement(
                    document=self.document,
                    section=given["section"],
                    wording=given["wording"],
                    demand=self.form.demand(),
                    addressees=self.addressees,
                    by=self.by,
                )
        except ValidationError as refused:
            self.form.add_error(None, refused)
            return None

    def context(self) -> dict:
        deadlines = [one for one in self.found if isinstance(one, Deadline)]
        return {
            "document": self.document,
            "form": self.form,
            "who": self.who,
            "may_add_row": len(self.who.forms) < MOST_ROWS,
            "bound": self.bound,
            "shown": self.shown,
            "refusal": self.refusal,
            "deadlines": deadlines,
            "periods": [one for one in self.found if not isinstance(one, Deadline)],
            "has_read": self.press.startswith("read-"),
        }


def _visible_document(request, pk) -> PolicyDocument:
    seen = PolicyDocument.objects.visible_to(request.user).select_related("issuer", "programme")
    lists = "aliases__found_in", "relations__target", "issuer_lists__stated_in"
    return get_object_or_404(seen.prefetch_related(*lists), pk=pk)
