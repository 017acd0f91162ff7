"""Who gets what answer from every address (security.md, C-01 to C-07).

The table below names every address of the program. An address that is not in it fails the test, so a new
page cannot be forgotten. The plan, files and mines belong to county A (桐柏): 200 or 302 for those of its
branch, 404 outside the scope as if it did not exist, 403 inside the scope without the right.
"""

from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agencies.models import Role
from tasks.models import Attachment, PlanLine, PolicyDocument, Programme
from tasks.rules.steps import Step
from tests.factories import client_as, membership, mine, pdf, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")

MARKER = "标记甲7f3a"

# The cast: short name → (agency code, role).
CAST = {
    "filer": ("411330", Role.FILER),
    "leader": ("411330", Role.LEADER),
    "viewer": ("411330", Role.VIEWER),
    "neighbour": ("411323", Role.FILER),
    "city": ("411300", Role.REVIEWER),
    "city viewer": ("411300", Role.VIEWER),
    "other city": ("411200", Role.REVIEWER),
    "other county": ("411282", Role.FILER),
    "province": ("410000", Role.REVIEWER),
    "administrator": ("411300", Role.ADMINISTRATOR),
}
BRANCH = ["filer", "leader", "viewer", "city", "city viewer", "province"]
ALL = list(CAST)
READERS = [name for name in ALL if name != "administrator"]

# Address → who gets a page by GET; everyone else gets the code that stands behind it. "post" marks an
# address that only takes POST: by GET everybody inside the scope gets 405.
LISTS = {
    "tasks:obligation_list": (READERS, 403),
    "tasks:work_plan_list": (READERS, 403),
    "tasks:task_list": (READERS, 403),
    "tasks:mine_list": (READERS, 403),
    "tasks:progress": (READERS, 403),
    "tasks:progress_curve": (READERS, 403),
    "tasks:progress_export": (READERS, 403),
    "tasks:progress_compare": (READERS, 403),
    "tasks:progress_compare_export": (READERS, 403),
    "tasks:progress_open_pits": (READERS, 403),
    "tasks:month_list": (READERS, 403),
    "tasks:target_ledger": (READERS, 403),
    "tasks:change_enter": (["filer", "leader", "neighbour", "other county"], 403),
    "tasks:change_merge": (["filer", "leader", "neighbour", "other county"], 403),
    "tasks:inspection_window_list": (ALL, 403),
    "tasks:document_list": (ALL, 403),
    "tasks:quota_list": (READERS, 403),
    "tasks:mine_import": (["filer", "neighbour", "city", "other city", "other county", "province"], 403),
    "tasks:mine_import_template": (
        ["filer", "neighbour", "city", "other city", "other county", "province"],
        403,
    ),
    "tasks:quota_import": (["city", "other city", "province"], 403),
    "tasks:quota_import_template": (["city", "other city", "province"], 403),
    "tasks:mine_create": (["filer", "neighbour", "city", "other city", "other county", "province"], 403),
    "tasks:decision_create": (["city", "other city", "province"], 403),
    "tasks:document_create": (["city", "other city", "province"], 403),
    "agencies:user_list": (["administrator"], 403),
    "agencies:user_create": (["administrator"], 403),
    "agencies:agency_list": (ALL, 403),
    "agencies:audit_list": (["administrator"], 403),
    "agencies:password_change": (ALL, 403),
    "agencies:mine_free_declare": (["filer", "leader", "neighbour", "other county"], 403),
}
OF_PLAN = {
    "tasks:work_plan_detail": BRANCH,
    "tasks:version_detail": BRANCH,
    "tasks:version_print": BRANCH,
    "tasks:version_export": BRANCH,
    "tasks:plan_export": BRANCH,
    "tasks:attachment_download": BRANCH,
    "tasks:mine_detail": BRANCH,
    "tasks:progress_place": BRANCH,
    "tasks:month_detail": BRANCH,
    # Its form is for those who record the stage: tests/tasks/views/test_scores.py.
    "tasks:stage_scores": BRANCH,
    "tasks:evidence_download": BRANCH,
}
# Forms of the plan: who may open the form; the rest of the branch gets 403.
FORMS = {
    "tasks:plan_section": ["filer"],
    "tasks:plan_breakdown": ["filer"],
    "tasks:plan_add_lines": ["filer"],
    "tasks:plan_paste_lines": ["filer"],
    "tasks:plan_import": ["filer"],
    "tasks:plan_import_template": ["filer"],
    "tasks:plan_attachments": ["filer"],
    "tasks:plan_counties": ["filer"],
    "tasks:plan_print_draft": ["filer", "leader", "viewer"],
    "tasks:mine_edit": ["filer", "city", "province"],
    "tasks:mine_add_permit": ["filer", "city", "province"],
    "tasks:stage_record": ["filer", "leader", "city"],
    "tasks:stage_correct": ["filer", "leader"],
    "tasks:change_ask": ["filer", "leader"],
    "tasks:inspection_record": ["city", "province"],
}
# Tested one by one below or in the tests of their views.
ELSEWHERE = {
    "tasks:home",
    "tasks:work_plan_start",
    "tasks:work_plan_step",
    "tasks:work_plan_revise",
    "tasks:event_correct",
    "tasks:plan_line",
    "tasks:plan_drop_line",
    "tasks:plan_detach",
    "tasks:plan_review",
    "tasks:plan_comment",
    "tasks:plan_compare",
    "tasks:task_export",
    "tasks:plan_import_file",
    "tasks:plan_import_columns",
    "tasks:plan_import_errors",
    "tasks:mine_import_file",
    "tasks:mine_import_columns",
    "tasks:mine_import_errors",
    "tasks:quota_import_file",
    "tasks:quota_import_columns",
    "tasks:quota_import_errors",
    "tasks:change_detail",
    "tasks:change_decline",
    "tasks:inspection_rectify",
    "tasks:month_overview",
    "tasks:month_export",
    "tasks:month_return",
    "tasks:month_correct",
    "tasks:document_detail",
    "tasks:document_add_requirement",
    "agencies:choose_day",
    "agencies:choose_membership",
    "agencies:mine_free_confirm",
    "agencies:user_detail",
    "agencies:membership_add",
    "agencies:membership_end",
    "agencies:user_reset_password",
    "agencies:user_set_active",
    "agencies:agency_detail",
}
PUBLIC = {"login", "set_language"}
POST_ONLY = {
    "tasks:work_plan_start": {},
    "tasks:plan_line": {"pk": 1, "line": 1},
    "tasks:plan_drop_line": {"pk": 1, "line": 1},
    "tasks:plan_detach": {"pk": 1, "attachment": 1},
    "tasks:plan_excuse": {"pk": 1, "mine": 1},
    "tasks:plan_comment": {"pk": 1, "section": "overview"},
    "tasks:change_approve": {"pk": 1},
    "tasks:month_confirm_many": {"month": "2018-05"},
    "tasks:month_zero": {"month": "2018-05", "code": "411330"},
    "tasks:month_confirm": {"month": "2018-05", "code": "411330"},
    "agencies:choose_day": {},
    "agencies:choose_membership": {},
    "agencies:membership_add": {"pk": 1},
    "agencies:user_reset_password": {"pk": 1},
    "agencies:user_set_active": {"pk": 1},
    "logout": {},
}


def patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield prefix + entry.name, entry


def example(name: str, entry: URLPattern) -> str:
    """The address with stand-ins for its parameters."""
    words = {"key": "overview", "section": "overview", "step": "submit", "code": "411330"}
    return reverse(name, kwargs={k: words.get(k, 1) for k in entry.pattern.converters})


def test_every_address_is_in_the_table():
    """C-02: an address that nobody thought of fails here."""
    known = set(LISTS) | set(OF_PLAN) | set(FORMS) | ELSEWHERE | PUBLIC | set(POST_ONLY)
    assert {name for name, _entry in patterns()} == known


def test_a_stranger_is_sent_to_sign_in_from_every_address(client):
    for name, entry in patterns():
        if name in PUBLIC:
            continue
        for method in (client.get, client.post):
            response = method(example(name, entry))
            # Signing out needs no account: it shows nothing and leads to the sign-in page.
            assert response.status_code in (302, 405), name
            if response.status_code == 302:
                assert "/login/" in response.headers["Location"], name


@pytest.mark.parametrize("who", ALL)
def test_lists_are_for_those_who_may(who):
    client = client_as(membership(*CAST[who]))
    for name, (allowed, otherwise) in LISTS.items():
        expected = 200 if who in allowed else otherwise
        assert client.get(reverse(name)).status_code == expected, (name, who)


@pytest.fixture
def submitted(reference):
    """County A's plan with a marked mine and file, submitted once and returned: a version and a draft."""
    plan = started_plan("411330", mines=0)
    by = membership("411330")
    version = plan.versions.working().get()
    from tasks.actions import drafts
    from tasks.rules.planned_dates import parse

    marked = mine("411330", name=f"示例{MARKER}矿")
    (line,) = drafts.add_lines(version=version, mines=[marked], by=by)
    drafts.save_line(
        line=line,
        by=by,
        lock=line.lock,
        tier="baseline",
        planned=parse("2019年12月"),
        responsible="",
        note=MARKER,
    )
    attachment = _attachment(version, by)
    take(plan, Step.SUBMIT, Step.OPEN, Step.RETURN)
    return {
        "plan": plan,
        "mine": marked,
        "attachment": attachment,
        "line": PlanLine.objects.get(version=plan.versions.working().get()),
        "assessed": _assessed(line.task, by),
    }


def _assessed(task, by):
    from tasks.actions import stages

    return stages.record_stage(
        task=task, stage="assessed", by=by, reference=f"{MARKER}评估报告", files=[pdf(f"{MARKER}.pdf")]
    )


def _attachment(version, by):
    from tasks.actions import drafts

    file = pdf(f"{MARKER}.pdf")
    return drafts.attach(version=version, file=file, checked=file.checked, by=by)


def address(name: str, submitted) -> str:
    plan = submitted["plan"]
    match name:
        case "tasks:attachment_download":
            return reverse(name, args=[submitted["attachment"].pk])
        case "tasks:mine_detail" | "tasks:mine_edit" | "tasks:mine_add_permit":
            return reverse(name, args=[submitted["mine"].pk])
        case "tasks:version_detail" | "tasks:version_print" | "tasks:version_export":
            return reverse(name, args=[plan.pk, 1])
        case "tasks:progress_place":
            return reverse(name, args=[plan.agency.code])
        case "tasks:month_detail":
            return reverse(name, args=["2018-05", plan.agency.code])
        case "tasks:plan_section":
            return reverse(name, args=[plan.pk, "overview"])
        case "tasks:stage_record" | "tasks:change_ask":
            return reverse(name, args=[submitted["line"].task_id])
        case "tasks:inspection_record":
            return reverse(name, args=[submitted["mine"].pk])
        case "tasks:evidence_download":
            return reverse(name, args=[submitted["assessed"].files.get().pk])
        case "tasks:stage_scores" | "tasks:stage_correct":
            return reverse(name, args=[submitted["assessed"].pk])
    return reverse(name, args=[plan.pk])


@pytest.mark.parametrize("who", ALL)
def test_what_belongs_to_a_county_is_seen_in_its_branch_alone(who, submitted):
    client = client_as(membership(*CAST[who]))
    for name, allowed in OF_PLAN.items():
        response = client.get(address(name, submitted))
        body(response)
        expected = 200 if who in allowed else 404
        if name in ("tasks:progress_place", "tasks:month_detail") and who == "administrator":
            expected = 403
        assert response.status_code == expected, (name, who)


@pytest.mark.parametrize("who", ALL)
def test_forms_are_for_those_who_write(who, submitted):
    client = client_as(membership(*CAST[who]))
    for name, allowed in FORMS.items():
        response = client.get(address(name, submitted))
        # A superior is not told what a draft holds: for the printed draft it does not exist.
        outside = 404 if who not in BRANCH or name == "tasks:plan_print_draft" else 403
        assert response.status_code == (200 if who in allowed else outside), (name, who)


@pytest.mark.parametrize("who", ["neighbour", "other city", "other county"])
def test_no_page_of_another_branch_holds_a_byte_of_the_county(who, submitted):
    """C-03: lists, counts, search, filters, exports and choices."""
    client = client_as(membership(*CAST[who]))
    paths = [reverse(name) for name, (allowed, _code) in LISTS.items() if who in allowed]
    paths += [
        "/",
        f"/mines/?q={MARKER}",
        f"/mines/?search={MARKER}",
        "/tasks/?agency=411330",
        "/mines/?county=411330",
    ]
    paths += ["/obligations/?agency=411330", "/?show=not_filed", reverse("tasks:task_export")]
    for path in paths:
        response = client.get(path)
        content = body(response)
        text = _unzipped(content) if content[:2] == b"PK" else content
        # A page may repeat what was searched for, in its search box alone.
        assert text.count(MARKER.encode()) <= path.count(MARKER), path
        assert f"/work-plans/{submitted['plan'].pk}/".encode() not in text, path


def body(response) -> bytes:
    """The whole answer; a file that is given out is closed when it has been read to its end."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def _unzipped(content: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def test_a_superior_sees_that_a_draft_exists_and_not_what_it_says(submitted):
    working = submitted["plan"].versions.working().get()
    section = working.sections.get(key="safeguards")
    section.body = "草稿机密内容"
    section.save()
    client = client_as(membership(*CAST["city"]))
    for path in ["/", f"/work-plans/{submitted['plan'].pk}/", "/tasks/", "/work-plans/"]:
        assert "草稿机密内容" not in client.get(path).content.decode(), path
    draft_only = started_plan("411323")
    page = client.get(f"/work-plans/{draft_only.pk}/")
    assert page.status_code == 200
    assert "本县矿山基本情况" not in page.content.decode()


STEPS_BY_POST = {
    # In the state "returned": what each of the cast gets for each step by direct POST (C-07).
    Step.SUBMIT: {"filer": 302},
    Step.ACCEPT: {},
    Step.RETURN: {},
    Step.ISSUE: {},
    Step.RELEASE: {},
    Step.RECEIPT: {},
}


@pytest.mark.parametrize("who", ALL)
def test_a_step_by_direct_post_is_refused_unless_it_is_open_to_them(who, submitted):
    client = client_as(membership(*CAST[who]))
    for step, allowed in STEPS_BY_POST.items():
        before = submitted["plan"].events.count()
        form = {
            "form_token": uuid4(),
            "comment": "越权",
            "number": "桐国土资〔2018〕12号",
            "day": "2018-05-25",
        }
        response = client.post(reverse("tasks:work_plan_step", args=[submitted["plan"].pk, step]), form)
        wanted = allowed.get(who)
        if wanted:
            assert response.status_code == wanted
            assert submitted["plan"].events.count() == before + 1
        else:
            assert response.status_code in (403, 422) if who in BRANCH else response.status_code == 404
            assert submitted["plan"].events.count() == before, (step, who)


def test_what_decides_is_never_taken_from_the_form(submitted):
    """C-05: county, owner, state and recorder are not fields."""
    client = client_as(membership(*CAST["neighbour"]))
    form = {
        "form_token": uuid4(),
        "programme": Programme.objects.get().pk,
        "agency": "411330",
        "status": "accepted",
    }
    assert client.post(reverse("tasks:work_plan_start"), form).status_code == 404
    line = submitted["line"]
    client = client_as(membership(*CAST["filer"]))
    form = {f"l{line.pk}-lock": line.lock, f"l{line.pk}-tier": "stretch", f"l{line.pk}-planned": "2019年6月"}
    form |= {"version": 999, "task": 999, f"l{line.pk}-task": 999}
    client.post(reverse("tasks:plan_line", args=[submitted["plan"].pk, line.pk]), form)
    changed = PlanLine.objects.get(pk=line.pk)
    assert (changed.tier, changed.task_id, changed.version_id) == ("stretch", line.task_id, line.version_id)


def test_a_second_press_does_nothing_twice(submitted):
    """L-01: both answers lead to the same plan, and there is one event."""
    client = client_as(membership(*CAST["filer"]))
    url = reverse("tasks:work_plan_step", args=[submitted["plan"].pk, Step.SUBMIT])
    form = {"form_token": uuid4()}
    answers = [client.post(url, form) for _press in range(3)]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert submitted["plan"].events.filter(step=Step.SUBMIT, round=1).count() == 2


def test_a_file_is_given_as_a_download_that_runs_nothing(submitted):
    """G-04 and G-07."""
    client = client_as(membership(*CAST["city"]))
    response = client.get(reverse("tasks:attachment_download", args=[submitted["attachment"].pk]))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    body(response)
    assert MARKER not in Attachment.objects.get().file.name


@pytest.mark.parametrize("name", POST_ONLY)
def test_what_changes_something_does_not_answer_a_get(name, reference):
    client = client_as(membership(*CAST["filer"]))
    assert client.get(reverse(name, kwargs=POST_ONLY[name])).status_code == 405


def test_a_change_needs_the_token_of_the_page(reference):
    """C-14."""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(membership(*CAST["filer"]).user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("tasks:work_plan_start"), {"form_token": uuid4()}).status_code == 403


def test_a_membership_that_ended_opens_nothing_any_more(submitted):
    from datetime import date

    by = membership(*CAST["filer"])
    client = client_as(by)
    by.valid_to = date(2018, 5, 24)
    by.save()
    assert client.get(address("tasks:work_plan_detail", submitted)).status_code == 404


def test_documents_are_read_by_all_and_show_names_of_the_own_branch_alone(reference):
    document = PolicyDocument.objects.get(number="豫国土资办发〔2018〕38号")
    client = client_as(membership(*CAST["neighbour"]))
    assert client.get(reverse("tasks:document_detail", args=[document.pk])).status_code == 200
