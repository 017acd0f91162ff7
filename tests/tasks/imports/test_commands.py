"""import_mines and import_breakdown: a dry run writes nothing, a commit goes through the actions."""

import json
import shutil
import subprocess
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tasks.exports.breakdown import breakdown_workbook, template_workbook
from tasks.imports.breakdown import read_breakdown
from tasks.models import Mine, Permit, PlanLine, PlanVersion, Programme
from tests import factories
from tests.tasks.imports.workbooks import book, row, saved

FILES = Path(__file__).parents[2] / "files" / "imports"
BASELINE = FILES / "files" / "A01_baseline.xlsx"
pytestmark = pytest.mark.django_db
KEYS = {"verdict", "message", "rows", "accepted", "warnings", "errors", "preview"}


def run(command: str, file: Path, *flags: str, **options) -> tuple[int, dict]:
    out = StringIO()
    try:
        call_command(command, str(file), *flags, stdout=out, **options)
        code = 0
    except SystemExit as stop:
        code = stop.code
    answer = json.loads(out.getvalue())
    assert answer.keys() == KEYS
    return code, answer


def breakdown(file: Path, *flags: str, agency: str = "411330") -> tuple[int, dict]:
    return run("import_breakdown", file, *flags, agency=agency)


@pytest.fixture
def exported(reference, tmp_path):
    """桐柏's breakdown after an import, as the workbook that leaves here."""
    breakdown(BASELINE, "--commit")
    version = PlanVersion.objects.working().get()
    path = tmp_path / "分解表.xlsx"
    path.write_bytes(breakdown_workbook(version, date(2018, 5, 25)))
    return path


def compared(path: Path):
    return read_breakdown(
        path.name, path, agency=factories.agency("411330"), programme=Programme.objects.get()
    )


def test_a_dry_run_writes_nothing(reference):
    code, answer = breakdown(BASELINE)
    assert (code, answer["verdict"], answer["accepted"]) == (0, "accept", 12)
    assert not Mine.objects.exists()
    assert not PlanLine.objects.exists()


def test_a_commit_writes_mines_permits_and_lines(reference):
    breakdown(BASELINE, "--commit")
    assert (Mine.objects.count(), Permit.objects.count(), PlanLine.objects.count()) == (12, 12, 12)
    line = PlanLine.objects.get(task__mine__name="石门沟采石场")
    assert (line.planned_on, line.tier, line.task.mine.managed_by.code) == (
        date(2019, 12, 31),
        "baseline",
        "411330",
    )


def test_the_same_file_again_changes_nothing(reference):
    breakdown(BASELINE, "--commit")
    _code, answer = breakdown(BASELINE, "--commit")
    assert "没有变化" in answer["message"]
    assert Mine.objects.count() == 12


def test_a_refused_file_answers_in_json_with_exit_1(reference, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.4")
    assert breakdown(path)[0] == 1
    assert breakdown(tmp_path / "nothing.xlsx")[0] == 1


def test_error_rows_are_left_out_and_the_others_written(reference, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(saved(book(row(1), row(2, output="十二"), row(3, county="西峡县"))))
    code, answer = breakdown(path, "--commit")
    assert (code, answer["verdict"]) == (0, "warn")
    assert [mine.name for mine in Mine.objects.all()] == ["示例1矿"]


def test_a_shared_permit_is_kept_once_and_no_row_overwrites_another(reference):
    breakdown(FILES / "files" / "B13_conflicting_identity.xlsx", "--commit")
    assert Mine.objects.count() == 12
    assert Permit.objects.get(number="C1304252012037130100274").mine.name == "青龙岭白云岩矿"


def test_equal_rows_are_one_mine_and_alike_ones_two(reference):
    breakdown(FILES / "files" / "B12_duplicates_near.xlsx", "--commit")
    assert Mine.objects.count() == 9


def test_a_submitted_plan_is_not_written(reference):
    plan = factories.started_plan("411330")
    factories.take(plan, factories.Step.SUBMIT)
    before = Mine.objects.count()
    code, answer = breakdown(BASELINE, "--commit")
    assert (code, answer["verdict"]) == (1, "reject")
    assert Mine.objects.count() == before


def test_the_number_of_queries_does_not_grow_with_the_rows(
    reference, tmp_path, django_assert_max_num_queries
):
    path = tmp_path / "a.xlsx"
    path.write_bytes(saved(book(*[row(number) for number in range(1, 400)])))
    with django_assert_max_num_queries(12):
        compared(path)


def test_an_unknown_agency_is_an_error(reference):
    with pytest.raises(CommandError):
        breakdown(BASELINE, agency="999999")


# Public lists ---------------------------------------------------------------------------------------------


def test_the_public_list_comes_in_with_what_it_leaves_unknown(reference):
    code, answer = run("import_mines", FILES / "mines_public.csv", "--commit")
    assert (code, answer["verdict"], answer["rows"]) == (0, "warn", 18)
    assert [each["row"] for each in answer["warnings"]] == [17]
    assert Mine.objects.get(managed_by=None).name == "南阳独山玉矿"
    assert not Mine.objects.exclude(status="").exists()
    assert not Mine.objects.exclude(holder="").exists()
    assert Mine.objects.get(name="桐柏县老湾金矿").county.code == "411330"


def test_a_list_imported_again_changes_nothing(reference):
    run("import_mines", FILES / "mines_public.csv", "--commit")
    _code, answer = run("import_mines", FILES / "mines_public.csv", "--commit")
    assert "没有变化" in answer["message"]
    assert Mine.objects.count() == 18


def test_a_county_is_found_under_its_short_name(reference, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(saved(book(row(1, county="桐柏"), row(2, county="无名县"))))
    run("import_mines", path, "--commit")
    assert Mine.objects.get(name="示例1矿").county.name == "桐柏县"
    assert Mine.objects.get(name="示例2矿").county is None


# The workbook that leaves and comes back -------------------------------------------------------------------


def test_an_untouched_workbook_changes_nothing(exported):
    comparison = compared(exported)
    assert (comparison.reading.verdict, len(comparison.same)) == ("accept", 12)
    assert "没有变化" in comparison.reading.message


def test_an_edited_workbook_gives_exactly_the_edits(exported):
    edited = load_workbook(exported)
    sheet = edited.worksheets[0]
    columns = {sheet.cell(3, column).value or sheet.cell(4, column).value: column for column in range(1, 20)}
    sheet.cell(5, columns["责任人"]).value = "李工"
    sheet.cell(6, columns["任务类别"]).value = "增量"
    sheet.cell(7, columns["基本建成时间"]).value = date(2020, 6, 30)
    sheet.cell(8, columns["矿山名称"]).value = "改名矿"
    edited.save(exported)
    changes = {each.row.row: [*each.mine_changes, *each.line_changes] for each in compared(exported).changed}
    assert {row: [change.field for change in said] for row, said in changes.items()} == {
        5: ["responsible"],
        6: ["tier"],
        7: ["planned"],
        8: ["mine"],
    }
    breakdown(exported, "--commit")
    assert Mine.objects.filter(name="改名矿").count() == 1
    assert not compared_again(exported)


def compared_again(path: Path) -> list:
    """What the same file would still change; its locks are those of before."""
    return [each for each in compared(path).changed if not each.is_stale]


def test_a_row_changed_since_the_export_is_asked_and_not_overwritten(exported):
    line = PlanLine.objects.first()
    line.responsible = "王工"
    line.save()
    comparison = compared(exported)
    assert [each.is_stale for each in comparison.changed] == [True]
    breakdown(exported, "--commit")
    line.refresh_from_db()
    assert line.responsible == "王工"


def test_the_empty_template_of_a_place_without_mines_means_no_change(reference, tmp_path):
    path = tmp_path / "模板.xlsx"
    path.write_bytes(
        template_workbook(factories.agency("411302"), Programme.objects.get(), date(2018, 5, 25))
    )
    code, answer = breakdown(path, agency="411302")
    assert (code, answer["verdict"], answer["rows"]) == (0, "accept", 0)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_libreoffice_saves_it_again_and_nothing_changes(exported, tmp_path, kind):
    out = tmp_path / kind
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", out, exported],
        check=True,
        capture_output=True,
        timeout=120,
    )
    comparison = compared(out / f"分解表.{kind}")
    assert len(comparison.same) == 12, comparison.reading.message
