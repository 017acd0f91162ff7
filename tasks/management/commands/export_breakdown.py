from pathlib import Path

from django.core.management.base import CommandError

from agencies.models import Agency, Level
from tasks.exports.breakdown import breakdown_workbook, template_workbook
from tasks.exports.summary import city_workbook
from tasks.management.report_command import ReportCommand
from tasks.models import PlanVersion, Programme, WorkPlan
from tasks.reports.breakdown import city_breakdown, rows_of, rows_of_register, version_on
from tasks.reports.filings import filing_on


class Command(ReportCommand):
    help = (
        "Write the 任务分解表 as xlsx: a county's (the version in force, else the last submitted, else the "
        "working copy, else the empty table), or a city's summary with all its rows."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--agency", required=True, help="code of a county or a city")
        parser.add_argument("--output", required=True, type=Path, help="the file to write")
        parser.add_argument("--programme", help="code; needed where there are several")

    def report(self, *, as_of, agency, output, programme=None, **options):
        agency, programme = _agency(agency), _programme(programme)
        match agency.level:
            case Level.COUNTY:
                content, answer = _county(agency, programme, as_of)
            case Level.CITY:
                content, answer = _city(agency, programme, as_of)
            case _:
                raise CommandError(f"{agency.name}没有自己的任务分解表，请给出市或县的代码。")
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"文件 {output} 写不进去：{error.strerror}。") from error
        return {"file": str(output), "agency": agency.code, "agency_name": agency.name} | answer


def _county(agency: Agency, programme: Programme, as_of) -> tuple[bytes, dict]:
    plan = WorkPlan.objects.filter(agency=agency, programme=programme).with_events().first()
    version, source = _version(plan, as_of) if plan else (None, "template")
    if version is None:
        rows = rows_of_register(agency)
        return template_workbook(agency, programme, as_of), _answer("template", None, len(rows))
    return breakdown_workbook(version, as_of), _answer(source, version, len(rows_of(version)))


def _version(plan: WorkPlan, as_of) -> tuple[PlanVersion | None, str]:
    """The version that speaks for the plan on the day, and which one that is."""
    filing = filing_on(plan, as_of)
    versions = PlanVersion.objects.filter(plan=plan).select_related("plan__agency", "plan__programme")
    submitted = version_on(filing)
    if submitted:
        source = "in_force" if submitted == filing.in_force_id else "submitted"
        return versions.get(pk=submitted), source
    working = versions.working().first() if filing.events else None
    return working, "working" if working else "template"


def _city(agency: Agency, programme: Programme, as_of) -> tuple[bytes, dict]:
    breakdown = city_breakdown(
        agency=agency,
        programme=programme,
        as_of=as_of,
        agencies=Agency.objects.below(agency),
        plans=WorkPlan.objects.all(),
    )
    return city_workbook(breakdown), _answer("summary", None, len(breakdown.rows))


def _answer(source: str, version: PlanVersion | None, rows: int) -> dict:
    number, content_hash = (version.number, version.content_hash) if version else (None, "")
    return {"source": source, "version": number, "hash": content_hash or None, "rows": rows}


def _agency(code: str) -> Agency:
    found = Agency.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"没有代码为 {code} 的机构。")
    return found


def _programme(code: str | None) -> Programme:
    found = Programme.objects.filter(code=code) if code else Programme.objects.all()
    if found.count() != 1:
        names = "、".join(Programme.objects.values_list("code", flat=True)) or "无，请先运行 load_reference"
        raise CommandError(f"请用 --programme 给出专项工作的代码（现有：{names}）。")
    return found.get()
