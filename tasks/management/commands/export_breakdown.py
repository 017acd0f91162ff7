from pathlib import Path

from django.core.management.base import CommandError

from agencies.models import Agency, Level
from tasks.exports.breakdown import agency_workbook
from tasks.exports.summary import city_workbook
from tasks.management.report_command import ReportCommand, known_agency, known_programme
from tasks.models import PlanVersion
from tasks.standing.breakdown import breakdown, city_breakdown, rows_of_register
from tasks.standing.day import Day


class Command(ReportCommand):
    help = (
        "Write the 任务分解表 as xlsx: a county's (the version in force with what was removed and entered since, else "
        "the last submitted, else the working copy, else the empty table), or a city's summary with all its rows."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--agency", required=True, help="code of a county or a city")
        parser.add_argument("--output", required=True, type=Path, help="the file to write")
        parser.add_argument("--programme", help="code; the first one set up without it")

    def report(self, *, as_of, agency, output, programme=None, **options):
        day = Day(as_of, known_agency(agency), known_programme(programme))
        match day.branch.level:
            case Level.COUNTY:
                content, answer = _county(day, day.branch)
            case Level.CITY:
                content, answer = _city(day, day.branch)
            case _:
                raise CommandError(f"{day.branch.name}没有自己的任务分解表，请给出市或县的代码。")
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"文件 {output} 写不进去：{error.strerror}。") from error
        return {"file": str(output), "agency": day.branch.code, "agency_name": day.branch.name} | answer


def _county(day: Day, agency: Agency) -> tuple[bytes, dict]:
    speaking = day.speaking.get(agency.pk)
    if speaking is None:
        rows = rows_of_register(day, agency)
        return agency_workbook(day, agency), _answer("template", None, len(rows), None, 0)
    whole = breakdown(day)
    version = PlanVersion.objects.get(pk=speaking.version)
    source = {"draft": "working"}.get(speaking.kind, speaking.kind)
    answer = _answer(source, version, len(whole.rows), whole.planned, whole.drafted)
    return agency_workbook(day, agency), answer


def _city(day: Day, agency: Agency) -> tuple[bytes, dict]:
    found = city_breakdown(day, agency)
    whole = found.breakdown
    return city_workbook(found), _answer("summary", None, len(found.rows), whole.planned, whole.drafted)


def _answer(source: str, version: PlanVersion | None, rows: int, planned: int | None, drafted: int) -> dict:
    number, content_hash = (version.number, version.content_hash) if version else (None, "")
    return {
        "source": source,
        "version": number,
        "hash": content_hash or None,
        "rows": rows,
        "planned": planned,
        "drafted": drafted,
    }
