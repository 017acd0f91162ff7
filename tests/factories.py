"""Plain functions that make what tests need. A plan reaches a state by taking the steps, so that no test
stands on a row that the program could not have made."""

from datetime import date
from itertools import count
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.models import Agency, Membership, Role, User
from tasks.actions import drafts, filings
from tasks.actions.filings import Details
from tasks.actions.mines import save_mine
from tasks.models import Mine, MineState, PlanSection, WorkPlan
from tasks.rules.planned_dates import PlannedDate
from tasks.rules.steps import Step
from tasks.rules.uploads import check_upload
from tasks.standing.day import Day
from tasks.standing.programmes import programme_meant

_numbers = count(1)

BY_LEADER = {Step.RELEASE, Step.ISSUE, Step.SEND}
BY_REVIEWER = {Step.OPEN, Step.RETURN, Step.ACCEPT}
BY_RECEIVER = {Step.ASK_SUPPLEMENT, Step.RECEIPT}


def agency(code: str) -> Agency:
    return Agency.objects.get(code=code)


def user(name: str | None = None) -> User:
    name = name or f"person{next(_numbers)}"
    return User.objects.filter(username=name).first() or User.objects.create_user(name, name=name)


def membership(code: str, role: str = Role.FILER, who: User | None = None) -> Membership:
    """A hat: the same person for the same code and role, so that tests can name it twice."""
    person = who or user(f"{role}-{code}")
    found, _created = Membership.objects.get_or_create(
        user=person, agency=agency(code), role=role, defaults={"valid_from": date(2018, 1, 1)}
    )
    return found


def client_as(by: Membership) -> Client:
    client = Client()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["membership"] = by.pk
    session.save()
    return client


def mine(code: str, name: str | None = None, *, since: date | None = None, **fields) -> Mine:
    """A registered mine of the county, nobody knows since when; open-pit and small unless said otherwise."""
    place = agency(code)
    fields = {"method": "open_pit", "size_class": "small", "mineral_name": "石灰岩", **fields}
    entered = Mine.objects.create(
        name=name or f"示例{next(_numbers)}号矿", county=place, managed_by=place, **fields
    )
    MineState.of(entered, mine=entered, since=since).save()
    return entered


def change_mine(changed: Mine, since: date | None = None, **fields) -> Mine:
    """What the register says of the mine from the day on (today without one), written by the province."""
    changed = Mine.objects.get(pk=changed.pk)
    for name, value in fields.items():
        setattr(changed, name, value)
    province = membership(Agency.objects.get_first_root_node().code, Role.REVIEWER)
    return save_mine(mine=changed, by=province, since=since)


def day_of(on: date, code: str | None = None) -> Day:
    """How it stood on the day, of the branch of the code; everybody's without one."""
    return Day(on, agency(code) if code else None)


def started_plan(code: str, mines: int = 1, planned: date = date(2019, 12, 31)) -> WorkPlan:
    """A draft with an overview and complete rows for that many new mines."""
    by = membership(code)
    plan = filings.start(programme=programme_meant(), agency=by.agency, by=by)
    version = plan.versions.working().get()
    overview = version.sections.get(key=PlanSection.Key.OVERVIEW)
    drafts.save_section(section=overview, by=by, lock=overview.lock, body="本县矿山基本情况。")
    lines = drafts.add_lines(version=version, mines=[mine(code) for _ in range(mines)], by=by)
    for line in lines:
        drafts.save_line(
            line=line,
            by=by,
            lock=line.lock,
            tier="baseline",
            planned=PlannedDate(planned, "month"),
            responsible="示例责任人",
            note="",
        )
    return plan


def take(plan: WorkPlan, *steps: Step, day: date | None = None, number: str = "示国土资〔2018〕1号"):
    """Take the steps as whoever may take them."""
    for step in steps:
        hat = _hat(plan, step)
        details = Details(
            day=day,
            number=number if step == Step.ISSUE else "",
            comment="请补正。" if step in (Step.RETURN, Step.ASK_SUPPLEMENT) else "",
        )
        filings.take_step(plan=plan, step=step, by=hat, details=details)
    return plan


def _hat(plan: WorkPlan, step: Step) -> Membership:
    if step in BY_LEADER:
        return membership(plan.agency.code, Role.LEADER)
    if step in BY_REVIEWER:
        return membership(plan.agency.superior.code, Role.REVIEWER)
    if step in BY_RECEIVER:
        return membership(Agency.objects.get_first_root_node().code, Role.REVIEWER)
    return membership(plan.agency.code, Role.FILER)


def pdf(name: str = "示例报告.pdf"):
    """An upload that was checked, as CheckedFileField gives it."""
    content = (Path(__file__).parent / "files/uploads/D27_good.pdf").read_bytes()
    file = SimpleUploadedFile(name, content)
    file.checked = check_upload(file.name, file, file.size)
    return file
