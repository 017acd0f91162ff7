"""Imports on screen: who may, that a dry run always comes first, and that a commit writes what it showed."""

from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from agencies.models import Role
from tasks.actions import drafts
from tasks.exports.breakdown import breakdown_workbook
from tasks.models import ColumnMapping, ImportFile, LineState, Mine, PlanLine, Quota
from tasks.rules.planned_dates import PlannedDate
from tasks.rules.steps import Step
from tests.factories import agency, client_as, membership, mine, started_plan, take
from tests.tasks.imports.workbooks import book, row, saved

TONGBAI, XIXIA, NANYANG, ZHENGZHOU, PROVINCE = "411330", "411323", "411300", "410100", "410000"

pytestmark = pytest.mark.usefixtures("reference")


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def upload(by, url: str, data: bytes, name: str = "表.xlsx", **fields):
    form = {"form_token": uuid4(), "file": SimpleUploadedFile(name, data), **fields}
    return client_as(by).post(url, form)


def sent(by, url: str, data: bytes, name: str = "表.xlsx", **fields) -> str:
    """The address of the dry run of a file that was taken."""
    response = upload(by, url, data, name, **fields)
    assert response.status_code == 302, response.context["form"].errors
    return response.headers["Location"]


def dry_run(by, url: str):
    response = client_as(by).get(url)
    assert response.status_code == 200
    return response.context


def commit(by, url: str, **fields):
    """Press the button of the dry run as it stands now."""
    form = {"form_token": uuid4(), "basis": dry_run(by, url)["basis"], **fields}
    return client_as(by).post(url, form)


@pytest.fixture
def plan():
    return started_plan(TONGBAI, mines=2)


@pytest.fixture
def filer():
    return membership(TONGBAI)


def plan_url(plan, part="", **more) -> str:
    return reverse(f"tasks:plan_import{part}", kwargs={"pk": plan.pk, **more})


# Who may ---------------------------------------------------------------------------------------------------


def test_a_neighbour_finds_nothing_and_a_reader_of_the_branch_is_refused(plan, filer):
    url = plan_url(plan)
    kept = sent(filer, url, saved(book(row(1))))
    for address in (url, kept, f"{kept}columns/", f"{kept}errors.xlsx", plan_url(plan, "_template")):
        assert client_as(membership(XIXIA)).get(address).status_code == 404, address
        assert client_as(membership(TONGBAI, Role.VIEWER)).get(address).status_code == 403, address
        assert client_as(membership(NANYANG, Role.REVIEWER)).get(address).status_code == 403, address


def test_a_file_is_its_own_bureau_s_alone(filer):
    kept = sent(filer, reverse("tasks:mine_import"), saved(book(row(1))))
    for by in (membership(XIXIA), membership(NANYANG, Role.REVIEWER), membership(PROVINCE, Role.REVIEWER)):
        client = client_as(by)
        assert client.get(kept).status_code == 404
        assert client.post(kept, {"form_token": uuid4()}).status_code == 404
    assert not Mine.objects.exists()


def test_one_plan_s_file_is_not_taken_under_another_s_address(plan, filer):
    kept = sent(filer, reverse("tasks:mine_import"), saved(book(row(1))))
    number = kept.rstrip("/").rpartition("/")[2]
    assert client_as(filer).get(plan_url(plan, "_file", file=number)).status_code == 404


def test_only_those_who_keep_a_register_or_set_quotas_import_them():
    for who, mines, quotas in [
        ((TONGBAI, Role.FILER), 200, 403),
        ((TONGBAI, Role.LEADER), 403, 403),
        ((NANYANG, Role.FILER), 403, 403),
        ((NANYANG, Role.REVIEWER), 200, 200),
        ((PROVINCE, Role.VIEWER), 403, 403),
    ]:
        client = client_as(membership(*who))
        assert client.get(reverse("tasks:mine_import")).status_code == mines, who
        assert client.get(reverse("tasks:quota_import")).status_code == quotas, who


def test_a_submitted_plan_has_nothing_to_import_into(plan, filer):
    kept = sent(filer, plan_url(plan), saved(book(row(1))))
    take(plan, Step.SUBMIT)
    assert client_as(filer).get(kept).status_code == 404
    assert client_as(filer).post(kept, {"form_token": uuid4(), "basis": ""}).status_code == 404


# The upload ------------------------------------------------------------------------------------------------


def test_a_file_that_must_not_be_opened_is_refused_and_not_kept(plan, filer):
    for name, data in [("表.xlsx", b"%PDF-1.7"), ("表.exe", b"MZ"), ("表.xlsx", b"")]:
        response = upload(filer, plan_url(plan), data, name)
        assert response.status_code == 422
        (said,) = response.context["form"].errors["file"]
        assert "xlsx" in said or "保存" in said
        assert plan_url(plan, "_template") in response.content.decode()
    assert not ImportFile.objects.exists()


def test_a_file_without_a_table_says_what_was_looked_for_and_leads_to_the_columns(plan, filer):
    kept = sent(filer, plan_url(plan), csv("点位,竣工", "甲矿,2019年12月"), "表.csv")
    page = client_as(filer).get(kept)
    assert "没有找到表头" in page.content.decode()
    assert f"{kept}columns/" in page.content.decode()
    assert commit(filer, kept).status_code == 409


def test_what_the_columns_mean_is_remembered_for_the_bureau(plan, filer):
    data = csv("点位,竣工", "甲矿,2019年12月")
    kept = sent(filer, plan_url(plan), data, "表.csv")
    headings = client_as(filer).get(f"{kept}columns/").context["headings"]
    assert [each.text for each in headings] == ["点位", "竣工"]
    said = {"heading-0": "点位", "column-0": "mine", "heading-1": "竣工", "column-1": "planned"}
    assert client_as(filer).post(f"{kept}columns/", said).headers["Location"] == kept
    assert [each.name for each in dry_run(filer, kept)["page"].added.rows] == ["甲矿"]
    again = sent(filer, plan_url(plan), data, "又.csv")
    assert dry_run(filer, again)["page"].added.count == 1
    assert {one.agency_id for one in ColumnMapping.objects.all()} == {filer.agency_id}
    # Said as it is read anyway: nothing is left to remember.
    forgotten = {"heading-0": "点位", "column-0": "", "heading-1": "竣工", "column-1": ""}
    client_as(filer).post(f"{kept}columns/", forgotten)
    assert not ColumnMapping.objects.exists()


def test_a_field_that_is_none_is_not_remembered(plan, filer):
    kept = sent(filer, plan_url(plan), saved(book(row(1))))
    headings = client_as(filer).get(f"{kept}columns/").context["headings"]
    said = {f"heading-{n}": each.key for n, each in enumerate(headings)}
    said |= {f"column-{n}": "managed_by" for n, _each in enumerate(headings)}
    client_as(filer).post(f"{kept}columns/", said)
    assert not ColumnMapping.objects.exists()


# The dry run and the commit --------------------------------------------------------------------------------


def test_nothing_is_written_before_the_commit_and_then_the_rows_appear(plan, filer):
    kept = sent(filer, plan_url(plan), saved(book(row(1), row(2))))
    page = dry_run(filer, kept)["page"]
    assert (page.added.count, page.changed.count, page.absent.count) == (2, 0, 2)
    assert not Mine.objects.filter(name="示例1矿").exists()
    response = commit(filer, kept)
    shown = client_as(filer).get(response.headers["Location"]).context["forms"]
    assert {form.line.task.mine.name for form in shown} == {"示例1矿", "示例2矿"}
    assert PlanLine.objects.filter(task__mine__name="示例1矿", planned_on=date(2019, 12, 31)).count() == 1
    assert ImportFile.objects.get().result == {"verdict": "accept", "new": 2, "changed": 0}


def test_the_button_carries_the_counts(plan, filer):
    one = plan.versions.working().get().lines.first()
    changed = row(1, mine=one.task.mine.name, licence=None, note="改了")
    kept = sent(filer, plan_url(plan), saved(book(changed, row(2), row(3))))
    client = client_as(filer)
    client.cookies["django_language"] = "en"
    page = client.get(kept)
    assert page.context["page"].total == 3
    (shown,) = page.context["page"].changed.rows
    assert ("备注", "", "改了") in {(cell.name, cell.old, cell.new) for cell in shown.cells}
    assert "Import 3 mines: 2 new, 1 changed" in page.content.decode()


def test_a_second_press_writes_nothing_twice(plan, filer):
    kept = sent(filer, plan_url(plan), saved(book(row(1))))
    form = {"form_token": uuid4(), "basis": dry_run(filer, kept)["basis"]}
    answers = [client_as(filer).post(kept, form).headers["Location"] for _press in range(3)]
    assert len(set(answers)) == 1
    assert commit(filer, kept).status_code == 409
    assert Mine.objects.filter(name="示例1矿").count() == 1


def test_a_file_is_written_once_whatever_stands_now(plan, filer):
    kept = sent(filer, plan_url(plan), saved(book(row(1, note="文件里的"))))
    commit(filer, kept)
    line = PlanLine.objects.get(task__mine__name="示例1矿")
    PlanLine.objects.filter(pk=line.pk).update(note="后来改的")
    assert commit(filer, kept).status_code == 409
    line.refresh_from_db()
    assert line.note == "后来改的"


def test_the_same_file_again_changes_nothing_and_is_recognised(plan, filer):
    data = saved(book(row(1)))
    commit(filer, sent(filer, plan_url(plan), data))
    context = dry_run(filer, sent(filer, plan_url(plan), data))
    assert not context["page"].may_write
    assert context["earlier"].committed_at


def test_rows_of_another_county_are_refused_by_number_and_the_others_taken(plan, filer):
    """C-06."""
    kept = sent(filer, plan_url(plan), saved(book(row(1), row(2, county="西峡县"), row(3))))
    page = dry_run(filer, kept)["page"]
    assert [remark.row for remark in page.refused.rows] == [3]
    assert "西峡县" in page.refused.rows[0].message
    commit(filer, kept)
    assert set(Mine.objects.filter(name__regex="示例[123]矿").values_list("name", flat=True)) == {
        "示例1矿",
        "示例3矿",
    }


def test_a_county_s_own_list_of_mines_brings_no_other_county_s(filer):
    there = mine(XIXIA, name="示例2矿")
    data = saved(book(row(1, county=None), row(2, county="西峡县", note="x"), row(3)))
    kept = sent(filer, reverse("tasks:mine_import"), data)
    page = dry_run(filer, kept)["page"]
    assert [remark.row for remark in page.refused.rows] == [3]
    response = commit(filer, kept)
    found = client_as(filer).get(response.headers["Location"]).context["table"].data.data
    assert {(one.name, one.managed_by.code) for one in found} == {("示例1矿", TONGBAI), ("示例3矿", TONGBAI)}
    there.refresh_from_db()
    assert there.note == ""


def test_a_city_s_mine_without_a_county_is_refused_and_the_province_s_waits():
    data = saved(book(row(1, county=None), row(2)))
    city, province = membership(NANYANG, Role.REVIEWER), membership(PROVINCE, Role.REVIEWER)
    page = dry_run(city, sent(city, reverse("tasks:mine_import"), data))["page"]
    assert [(remark.row, page.added.count) for remark in page.refused.rows] == [(2, 1)]
    commit(province, sent(province, reverse("tasks:mine_import"), data))
    assert Mine.objects.get(name="示例1矿").managed_by is None


def test_what_decides_is_not_taken_from_columns_or_fields(plan, filer):
    """C-05: agency, plan and owner come from who acts."""
    made = Workbook()
    made.active.append(["县（市、区）", "矿山名称", "managed_by", "状态", "agency"])
    made.active.append(["桐柏县", "示例一矿", XIXIA, "accepted", XIXIA])
    response = upload(filer, plan_url(plan), saved(made), agency=agency(XIXIA).pk, committed_at="2018-01-01")
    commit(filer, response.headers["Location"], agency=agency(XIXIA).pk)
    assert Mine.objects.get(name="示例一矿").managed_by.code == TONGBAI
    assert ImportFile.objects.get().agency.code == TONGBAI


def test_nothing_is_written_when_what_was_shown_has_changed(plan, filer):
    kept = sent(filer, plan_url(plan), saved(book(row(1))))
    shown = dry_run(filer, kept)["basis"]
    mine(TONGBAI, name="示例1矿")
    response = client_as(filer).post(kept, {"form_token": uuid4(), "basis": shown})
    assert response.status_code == 409
    assert not PlanLine.objects.filter(task__mine__name="示例1矿").exists()


def test_a_changed_copy_on_the_disk_is_not_written(plan, filer):
    kept = sent(filer, plan_url(plan), saved(book(row(1))))
    shown = dry_run(filer, kept)["basis"]
    with open(ImportFile.objects.get().file.path, "wb") as file:
        file.write(saved(book(row(2))))
    response = client_as(filer).post(kept, {"form_token": uuid4(), "basis": shown})
    assert response.headers["Location"] == plan_url(plan)
    assert not Mine.objects.filter(name__in=["示例1矿", "示例2矿"]).exists()


def test_the_kept_file_has_a_name_of_its_own(plan, filer):
    sent(filer, plan_url(plan), saved(book(row(1))), "../../桐柏机密.xlsx")
    kept = ImportFile.objects.get()
    assert "桐柏" not in kept.file.name
    assert kept.file.name.startswith(f"imports/{filer.agency_id}/")


def test_many_rows_are_counted_and_the_first_shown(plan, filer):
    kept = sent(filer, plan_url(plan), saved(book(*(row(n) for n in range(1, 251)))))
    added = dry_run(filer, kept)["page"].added
    assert (added.count, len(added.rows), added.rest) == (250, 200, 50)


def test_without_its_hidden_columns_the_page_says_how_our_own_table_was_matched(plan, filer):
    version = plan.versions.working().get()
    made = load_workbook(BytesIO(breakdown_workbook(version, date(2018, 5, 25))))
    assert "标识列" not in dry_run(filer, sent(filer, plan_url(plan), saved(made)))["page"].message
    made.worksheets[0].delete_cols(15, 5)
    page = dry_run(filer, sent(filer, plan_url(plan), saved(made)))["page"]
    assert "没有标识列，各行按采矿许可证号" in page.message
    assert (page.same.count, page.total) == (2, 0)


# A file that has become old --------------------------------------------------------------------------------


@pytest.fixture
def aged(plan, filer):
    """The exported workbook with two edits; one of its rows was saved here meanwhile."""
    version = plan.versions.working().get()
    first, second = version.lines.order_by("pk")
    made = load_workbook(BytesIO(breakdown_workbook(version, date(2018, 5, 25))))
    sheet = made.worksheets[0]
    cells = {str(cell.value): cell.column for line in sheet["3:4"] for cell in line if cell.value}
    for number in (5, 6):
        sheet.cell(number, cells["责任人"]).value = "文件里的人"
    by_lock = {sheet.cell(n, cells["任务标识"]).value: n for n in (5, 6)}
    drafts.save_line(
        line=first,
        by=filer,
        lock=first.lock,
        tier=first.tier,
        planned=PlannedDate(first.planned_on, first.planned_precision),
        responsible="后来的人",
        note="",
    )
    assert set(by_lock) == {first.task_id, second.task_id}
    return sent(filer, plan_url(plan), saved(made)), first, second


def test_a_row_that_changed_since_the_export_is_asked_with_all_three_states(aged, filer):
    url, first, _second = aged
    page = dry_run(filer, url)["page"]
    (stale,) = page.stale.rows
    (cell,) = stale.cells
    assert (stale.line, page.changed.count, page.total) == (first.pk, 1, 1)
    assert (cell.new, cell.old, cell.exported) == ("文件里的人", "后来的人", "示例责任人")


def test_without_an_answer_nothing_is_written(aged, filer):
    url, _first, second = aged
    assert commit(filer, url).status_code == 409
    second.refresh_from_db()
    assert second.responsible == "示例责任人"


@pytest.mark.parametrize(("choice", "kept"), [("now", "后来的人"), ("file", "文件里的人")])
def test_the_choice_is_honoured(aged, filer, choice, kept):
    url, first, second = aged
    assert commit(filer, url, **{f"line-{first.pk}": choice}).status_code == 302
    for line in (first, second):
        line.refresh_from_db()
    assert (first.responsible, second.responsible) == (kept, "文件里的人")


def test_a_row_of_an_exported_version_shows_what_that_version_held(plan, filer):
    take(plan, Step.SUBMIT, Step.OPEN, Step.RETURN)
    frozen = plan.versions.frozen().get()
    made = load_workbook(BytesIO(breakdown_workbook(frozen, date(2018, 5, 25))))
    sheet = made.worksheets[0]
    cells = {str(cell.value): cell.column for line in sheet["3:4"] for cell in line if cell.value}
    sheet.cell(5, cells["责任人"]).value = "文件里的人"
    line = plan.versions.working().get().lines.first()
    for responsible in ("甲", "乙"):
        line = drafts.save_line(
            line=line,
            by=filer,
            lock=line.lock,
            tier=line.tier,
            planned=PlannedDate(line.planned_on, line.planned_precision),
            responsible=responsible,
            note="",
        )
    page = dry_run(filer, sent(filer, plan_url(plan), saved(made)))["page"]
    cells = [cell for shown in page.stale.rows for cell in shown.cells if cell.new == "文件里的人"]
    assert [(cell.old, cell.exported) for cell in cells] == [("乙", "示例责任人")]


def test_each_saving_keeps_what_stood_before(aged):
    _url, first, _second = aged
    assert [state.responsible for state in LineState.objects.filter(line=first)][-1] == "示例责任人"


# The clerk's own file back ---------------------------------------------------------------------------------


def errors_of(by, url: str):
    response = client_as(by).get(f"{url}errors.xlsx")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    return load_workbook(BytesIO(response.content))


def test_errors_come_back_in_the_own_file_marked_and_listed(plan, filer):
    made = book(row(1), row(2, county="西峡县"), row(3, planned="年底前后"))
    made.active.title = "原表"
    made.active["A9"] = "=1+1"
    returned = errors_of(filer, sent(filer, plan_url(plan), saved(made)))
    assert returned.sheetnames == ["原表", "错误"]
    sheet = returned["原表"]
    assert sheet["B3"].fill.start_color.rgb == "FFF4B6B2"
    assert "西峡县" in sheet["B3"].comment.text
    assert sheet["F4"].comment
    listed = list(returned["错误"].values)
    assert listed[1][:4] == ("不导入", "原表", 3, "B")
    assert [values[1] for values in sheet.values][1:4] == ["桐柏县", "西峡县", "桐柏县"]


def test_errors_of_a_csv_come_back_as_a_workbook_of_its_rows(plan, filer):
    data = csv("县,矿山名称,备注", "桐柏县,甲矿,", "西峡县,乙矿,=cmd|1")
    returned = errors_of(filer, sent(filer, plan_url(plan), data, "表.csv"))
    sheet = returned.worksheets[0]
    assert "错误" in returned.sheetnames
    assert sheet["A3"].value == "西峡县"
    assert "西峡县" in sheet["A3"].comment.text
    assert (sheet["C3"].value, sheet["C3"].data_type) == ("=cmd|1", "s")


def test_errors_in_merged_cells_are_said_at_their_first_cell(plan, filer):
    made = book(row(1, county="西峡县"), row(2, county=None))
    made.active.merge_cells("B2:B3")
    returned = errors_of(filer, sent(filer, plan_url(plan), saved(made)))
    assert returned.worksheets[0]["B2"].comment


# Quotas ----------------------------------------------------------------------------------------------------


def test_quotas_are_imported_and_the_unknown_stay_unknown():
    by = membership(NANYANG, Role.REVIEWER)
    data = csv("县（市、区）,省下达任务数", "桐柏县,12", "西峡县,", "合计,12", "中原区,3", "唐河县,几座")
    url = sent(by, reverse("tasks:quota_import"), data, "任务数.csv", document="豫1号", day="2018-04-17")
    page = dry_run(by, url)["page"]
    assert (page.added.count, [remark.row for remark in page.refused.rows]) == (1, [5, 6])
    assert not Quota.objects.exists()
    assert commit(by, url).status_code == 302
    (quota,) = Quota.objects.all()
    assert (quota.agency.code, quota.count, quota.document) == (TONGBAI, 12, "豫1号")
    assert quota.happened_on == date(2018, 4, 17)
    rows = client_as(by).get(reverse("tasks:quota_list")).context["rows"]
    shown = {row["agency"].code: row["quota"] for row in rows}
    assert shown[TONGBAI].count == 12
    assert shown[XIXIA] is None


def test_a_new_quota_stands_beside_the_old_one():
    by = membership(PROVINCE, Role.REVIEWER)
    for figure in ("12", "15"):
        data = csv("代码,任务数", f"{TONGBAI},{figure}")
        url = sent(by, reverse("tasks:quota_import"), data, "任务数.csv", day="2018-05-01")
        assert commit(by, url).status_code == 302
    rows = client_as(membership(TONGBAI)).get(reverse("tasks:quota_list")).context["rows"]
    (row,) = [row for row in rows if row["agency"].code == TONGBAI]
    assert (row["quota"].count, [one.count for one in row["earlier"]]) == (15, [12])


def test_the_template_of_the_quotas_comes_back_as_no_change():
    by = membership(NANYANG, Role.REVIEWER)
    blank = client_as(by).get(reverse("tasks:quota_import_template")).content
    page = dry_run(by, sent(by, reverse("tasks:quota_import"), blank, day="2018-05-01"))["page"]
    assert (page.total, page.refused.count) == (0, 0)


def test_the_template_of_a_plan_is_its_own_table_and_changes_nothing(plan, filer):
    blank = client_as(filer).get(plan_url(plan, "_template")).content
    page = dry_run(filer, sent(filer, plan_url(plan), blank))["page"]
    assert (page.same.count, page.total, page.stale.count) == (2, 0, 0)


# Files as they really come ---------------------------------------------------------------------------------

CORPUS = Path(__file__).parents[2] / "files" / "imports" / "files"


def test_every_awkward_file_gets_a_page_and_comes_back_marked(plan, filer):
    """security.md, F-03: what the engine makes of each is tested there; here no page breaks on one."""
    for path in sorted(CORPUS.iterdir()):
        response = upload(filer, plan_url(plan), path.read_bytes(), path.name)
        if response.status_code == 422:
            assert response.context["form"].errors["file"], path.name
            continue
        url = response.headers["Location"]
        page = dry_run(filer, url)["page"]
        assert page.refusal or page.total or page.refused.count, path.name
        assert client_as(filer).get(f"{url}columns/").status_code in (200, 302), path.name
        if page.refused.count or page.doubts.count:
            assert "错误" in errors_of(filer, url).sheetnames, path.name


def test_a_mine_that_changed_in_the_register_since_the_export_is_asked_too(plan, filer):
    version = plan.versions.working().get()
    made = load_workbook(BytesIO(breakdown_workbook(version, date(2018, 5, 25))))
    sheet = made.worksheets[0]
    cells = {str(cell.value): cell.column for line in sheet["3:4"] for cell in line if cell.value}
    for number in (5, 6):
        sheet.cell(number, cells["采矿权人"]).value = "文件里的公司"
    moved, still = (line.task.mine for line in version.lines.order_by("pk"))
    moved.holder = "后来登记的公司"
    moved.save()
    url = sent(filer, plan_url(plan), saved(made))
    page = dry_run(filer, url)["page"]
    assert (page.stale.count, page.changed.count) == (1, 1)
    assert commit(filer, url).status_code == 409
    still.refresh_from_db()
    assert still.holder != "文件里的公司"
