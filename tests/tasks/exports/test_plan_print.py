"""The printout of a version: its words, its proof, its pages, and nothing fetched."""

import socket
import threading
from datetime import date
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from pypdf import PdfReader

from tasks.actions import drafts
from tasks.exports.plan_print import plan_context, plan_pdf
from tasks.models import PlanSection
from tasks.rules.planned_dates import PlannedDate
from tasks.rules.steps import Step
from tests import factories

TODAY = date(2018, 5, 25)
HOSTILE = [
    '<img src="http://127.0.0.1:{port}/i">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<a rel="attachment" href="file:///etc/hostname">x</a>',
    '<style>@import url("http://127.0.0.1:{port}/s.css"); p { background: url(file:///etc/passwd) }</style>',
    '<object data="file:///etc/passwd"></object><script>fetch("http://127.0.0.1:{port}")</script>',
    '"><iframe src="http://127.0.0.1:{port}/f"></iframe>',
    "{% include '/etc/passwd' %}{{ version.plan.agency }}",
]
SAID = [
    "桐柏县2018—2020年绿色矿山建设工作方案", "一、基本情况", "本县矿山基本情况。", "政府引导、企业主建",
    "示例县财政局", "三、任务分解", "2019年3座", "四、建设时序", "五、保障措施", "任务清单.pdf",
    "1.5KB", "abababababab", "任务分解表", "2019年12月",
]  # fmt: skip


class Checked:
    shown_name, content_type, sha256, suffix = "任务清单.pdf", "application/pdf", "ab" * 32, ".pdf"


def write(version, key, body, **more):
    by = factories.membership(version.plan.agency.code)
    section = version.sections.get(key=key)
    drafts.save_section(section=section, by=by, lock=section.lock, body=body, **more)


def text_of(content: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


@pytest.fixture
def working(reference):
    plan = factories.started_plan("411330", mines=3)
    version = plan.versions.working().get()
    principles = plan.programme.principles
    write(
        version, PlanSection.Key.PRINCIPLES, "联合编制。", principles=principles, departments=["示例县财政局"]
    )
    drafts.attach(
        version=version,
        file=ContentFile(b"x" * 1536, "a.pdf"),
        checked=Checked,
        by=factories.membership("411330"),
    )
    return version


@pytest.fixture
def frozen(working):
    factories.take(working.plan, Step.SUBMIT)
    return working.plan.versions.frozen().get()


def test_it_says_everything_that_was_submitted(frozen):
    text = "".join(text_of(plan_pdf(frozen, TODAY)))
    for said in SAID:
        assert said in text, said
    for line in frozen.lines.all():
        assert line.mine_row["name"] in text


def test_it_proves_which_version_it_is(frozen):
    """peers.md, point 10 of section 2: page, workbook and PDF carry the same version and hash."""
    pages = text_of(plan_pdf(frozen, TODAY))
    assert frozen.content_hash in "".join(pages)
    assert all(f"第1版校验码{frozen.content_hash[:12]}" in page for page in pages)
    assert "报送时间2018年5月25日" in "".join(pages)


def test_every_page_has_its_number_and_the_table_lies_on_its_side(frozen):
    content = plan_pdf(frozen, TODAY)
    pages = PdfReader(BytesIO(content)).pages
    for number, text in enumerate(text_of(content), start=1):
        assert f"—{number}—" in text
    first, last = pages[0].mediabox, pages[-1].mediabox
    assert (round(first.width), round(first.height)) == (595, 842)
    assert (round(last.width), round(last.height)) == (842, 595)


def test_a_working_copy_is_marked_on_each_page(working, frozen):
    factories.take(working.plan, Step.OPEN, Step.RETURN)
    draft = working.plan.versions.working().get()
    pages = text_of(plan_pdf(draft, TODAY))
    assert all("送审稿，尚未报送" in page for page in pages)
    assert "送审稿" not in "".join(text_of(plan_pdf(frozen, TODAY)))


def test_the_bureau_bears_the_name_of_the_day(frozen):
    """domain.md, trap 16."""
    assert plan_context(frozen, date(2020, 1, 1))["bureau"] == "桐柏县国土资源局"


def test_an_issued_plan_bears_its_document_number(frozen):
    factories.take(frozen.plan, Step.OPEN, Step.ACCEPT, Step.ISSUE, number="桐国土资〔2018〕12号")
    assert "桐国土资〔2018〕12号" in text_of(plan_pdf(frozen, TODAY))[0]


def test_markup_in_user_text_is_printed_and_neither_followed_nor_attached(working):
    """security.md, H-02."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hostile = [text.replace("{port}", str(listener.getsockname()[1])) for text in HOSTILE]
        asked = []
        threading.Thread(target=_accept, args=(listener, asked), daemon=True).start()
        write(working, PlanSection.Key.SAFEGUARDS, "\n".join(hostile))
        for number, text in enumerate(hostile):
            add_hostile_line(working, f"{number}{text}"[:120], text)
        content = plan_pdf(working, TODAY)
    reader = PdfReader(BytesIO(content))
    assert not asked
    assert not reader.attachments
    text = "".join(text_of(content))
    # As typed in all three places: the section, the mine's name and the note.
    assert text.count("<linkrel=") == text.count("{%include") == 3
    assert "root:" not in text


def test_an_address_that_reached_the_renderer_is_refused(tmp_path):
    """security.md, H-02: the second fence, should an escape ever be forgotten."""
    from weasyprint import HTML

    from tasks.exports.paper import _nothing_outside

    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    markup = f'<link rel="attachment" href="file://{secret}"><img src="file://{secret}">x'
    content = HTML(string=markup, url_fetcher=_nothing_outside()).write_pdf()
    assert not PdfReader(BytesIO(content)).attachments


def add_hostile_line(version, name, note):
    by = factories.membership("411330")
    [line] = drafts.add_lines(version=version, mines=[factories.mine("411330", name)], by=by)
    drafts.save_line(
        line=line,
        by=by,
        lock=line.lock,
        tier="stretch",
        planned=PlannedDate(date(2019, 9, 30), "quarter"),
        responsible="",
        note=note,
    )


def _accept(listener, asked):
    try:
        while True:
            asked.append(listener.accept()[1])
    except OSError:
        return
