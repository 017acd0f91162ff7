"""What the pages cost: the queries of each list for one row and for a thousand, and the weight of the first
page after signing in, which must stay under 200 KB compressed, styles and scripts included."""

import gzip
import re
from datetime import date
from io import StringIO
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from agencies.models import Agency, Membership, Role, User
from bench.ratio import Ratio
from bench.registers import enter
from greenmine.clock import today_is
from tasks.models import Mine, MineTask, PlanLine, PlanVersion, Programme, WorkPlan

COUNTY = "411330"
LISTS = ["/", "/obligations/", "/work-plans/", "/tasks/", "/mines/", "/documents/", "/inspection-windows/"]
FIRST_PAGE_LIMIT = 200 * 1024
PLAIN_STATIC = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def measure() -> list[Ratio]:
    """In a database of its own, which goes with the run."""
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        with override_settings(STORAGES=PLAIN_STATIC, SECURE_SSL_REDIRECT=False), today_is(date(2018, 5, 25)):
            return _measure()
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def _measure() -> list[Ratio]:
    call_command("load_reference", verbosity=0, stdout=StringIO())
    client = _reviewer()
    version = _plan()
    _add_mines(version, 1)
    few = {path: _queries(client, path) for path in LISTS}
    _add_mines(version, 999)
    many = {path: _queries(client, path) for path in LISTS}
    ratios = [
        Ratio(f"queries of {path}, 1,000 rows / 1 row", many[path], few[path], 1.0, "") for path in LISTS
    ]
    weight = _weight(client)
    return [*ratios, Ratio("first page / 200 KB", weight / 1024, FIRST_PAGE_LIMIT / 1024, 1.0, "KB")]


def _reviewer() -> Client:
    user = User.objects.create_user("bench")
    city = Agency.objects.get(code=COUNTY).superior
    Membership.objects.create(user=user, agency=city, role=Role.REVIEWER, valid_from=date(2018, 1, 1))
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _plan() -> PlanVersion:
    """A frozen version, made at once: the steps are not what is measured."""
    plan = WorkPlan.objects.create(programme=Programme.objects.get(), agency=Agency.objects.get(code=COUNTY))
    day = date(2018, 5, 20)
    version = PlanVersion.objects.create(
        plan=plan, number=1, frozen_at=f"{day}T12:00:00Z", frozen_on=day, content_hash="0" * 64
    )
    for step in ("start", "submit"):
        plan.events.create(
            step=step, version=version, happened_on=day, recorded_for=plan.agency, recorded_as=Role.FILER
        )
    return version


def _add_mines(version: PlanVersion, count: int) -> None:
    agency, programme = version.plan.agency, version.plan.programme
    start = Mine.objects.count()
    names = [f"示例{n}号矿" for n in range(start, start + count)]
    mines = enter(
        Mine(
            name=name,
            folded_name=name,
            initials="sl",
            county=agency,
            managed_by=agency,
            method="open_pit",
            version=1,
        )
        for name in names
    )
    tasks = MineTask.objects.bulk_create(
        MineTask(programme=programme, mine=mine, agency=agency) for mine in mines
    )
    PlanLine.objects.bulk_create(
        PlanLine(
            version=version,
            task=task,
            tier="baseline",
            planned_on=date(2019, 12, 31),
            planned_precision="month",
            lock=1,
        )
        for task in tasks
    )


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as made:
        assert client.get(path).status_code == 200, path
    return len(made)


def _weight(client: Client) -> int:
    """The page and every style and script that it names, each compressed by itself, in bytes."""
    page = client.get("/").content
    parts = [page]
    for path in set(re.findall(rb'(?:href|src)="/static/([^"?]+)"', page)):
        parts.append(Path(finders.find(path.decode())).read_bytes())
    return sum(len(gzip.compress(part, 6)) for part in parts)
