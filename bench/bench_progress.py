"""进度 of a whole province: 50,000 tasks in 150 counties.

The page against one statement written by hand that fetches the same aggregates from the same database:
targets, what is done under each criterion and what is planned, by place and by month. And its queries, which
must be as many as with 50 tasks.
"""

from datetime import date, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from agencies.models import Agency, Level, Membership, Role, User
from bench.bench_pages import PLAIN_STATIC
from bench.ratio import Ratio, seconds
from bench.registers import enter
from greenmine.clock import today_is
from tasks.models import Mine, MineTask, PlanLine, PlanVersion, Programme, StageFact, TargetChange, WorkPlan

TODAY = date(2019, 11, 20)
FILED = date(2018, 5, 20)
COUNTIES = 150
TASKS = 50_000
PAGE = "/progress/"
BATCH = 5_000

BY_HAND = """
WITH accepted AS (
  SELECT plan_id, MAX(id) AS event FROM tasks_planevent
  WHERE step IN ('accept', 'release') AND happened_on <= %(day)s GROUP BY plan_id
), gone AS (
  SELECT task_id FROM tasks_targetchange
  WHERE kind = 'removal' AND happened_on <= %(day)s AND approved_on <= %(day)s
), target AS (
  SELECT line.task_id, plan.agency_id, line.planned_on
  FROM accepted
  JOIN tasks_planevent event ON event.id = accepted.event
  JOIN tasks_workplan plan ON plan.id = event.plan_id
  JOIN tasks_planline line ON line.version_id = event.version_id
  WHERE line.task_id NOT IN (SELECT task_id FROM gone)
), left_list AS (
  SELECT task_id, MAX(happened_on) AS day FROM tasks_stagefact
  WHERE stage = 'delisted' AND happened_on <= %(day)s GROUP BY task_id
), done AS (
  SELECT fact.task_id,
    MIN(CASE WHEN stage IN ('declared', 'assessed', 'verified', 'publicised', 'listed')
        THEN happened_on END) AS declared,
    MIN(CASE WHEN stage IN ('verified', 'publicised', 'listed') THEN happened_on END) AS verified,
    MIN(CASE WHEN stage = 'listed' THEN happened_on END) AS listed
  FROM tasks_stagefact fact LEFT JOIN left_list ON left_list.task_id = fact.task_id
  WHERE happened_on <= %(day)s AND (left_list.day IS NULL OR happened_on > left_list.day)
  GROUP BY fact.task_id
), one AS (
  SELECT target.*, done.declared, done.verified, done.listed
  FROM target LEFT JOIN done ON done.task_id = target.task_id
)
SELECT 'place', CAST(agency_id AS TEXT), COUNT(*), COUNT(declared), COUNT(verified), COUNT(listed),
  SUM(CASE WHEN verified IS NOT NULL OR planned_on <= '2019-12-31' THEN 1 ELSE 0 END)
FROM one GROUP BY agency_id
UNION ALL SELECT 'planned', CAST(planned_on AS TEXT), COUNT(*), 0, 0, 0, 0 FROM one GROUP BY planned_on
UNION ALL SELECT 'declared', CAST(declared AS TEXT), COUNT(*), 0, 0, 0, 0 FROM one GROUP BY declared
UNION ALL SELECT 'verified', CAST(verified AS TEXT), COUNT(*), 0, 0, 0, 0 FROM one GROUP BY verified
UNION ALL SELECT 'listed', CAST(listed AS TEXT), COUNT(*), 0, 0, 0, 0 FROM one GROUP BY listed
UNION ALL SELECT 'scope', CAST(managed_by_id AS TEXT), COUNT(*), 0, 0, 0, 0 FROM tasks_minestate
  WHERE (size_class IN ('large', 'medium') OR method IN ('open_pit', 'combined')) AND NOT is_overruled
  AND (since IS NULL OR since <= %(day)s) AND (until IS NULL OR until > %(day)s) GROUP BY managed_by_id
"""


def measure() -> list[Ratio]:
    """In a database of its own, which goes with the run."""
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        with override_settings(STORAGES=PLAIN_STATIC, SECURE_SSL_REDIRECT=False), today_is(TODAY):
            return _measure()
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def _measure() -> list[Ratio]:
    call_command("load_reference", verbosity=0, stdout=StringIO())
    client = _officer()
    versions = _plans()
    _add_tasks(versions[:1], 50)
    few = _queries(client)
    _add_tasks(versions, TASKS)
    many = _queries(client)
    page = seconds(lambda: client.get(PAGE), repeat=3)
    desk = seconds(lambda: client.get("/"), repeat=3)
    tasks = seconds(lambda: client.get("/tasks/"), repeat=3)
    by_hand = seconds(_by_hand, repeat=3)
    return [
        Ratio("queries of 进度, 50,000 tasks / 50 tasks", many, few, 1.0, ""),
        Ratio("进度, 50,000 tasks in 150 counties / one statement by hand", page, by_hand, 3.0),
        Ratio("the province's desk, 50,000 tasks / the same statement", desk, by_hand, 4.0),
        Ratio("the task list, 50,000 tasks / the same statement", tasks, by_hand, 4.0),
    ]


def _by_hand() -> list:
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, {"day": TODAY})
        return cursor.fetchall()


def _officer() -> Client:
    user = User.objects.create_user("bench")
    Membership.objects.create(
        user=user, agency=Agency.objects.get(depth=1), role=Role.REVIEWER, valid_from=date(2018, 1, 1)
    )
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _plans() -> list[PlanVersion]:
    """An accepted version of each county, made at once: the steps are not what is measured."""
    programme = Programme.objects.get()
    versions = []
    for county in Agency.objects.filter(level=Level.COUNTY).order_by("code")[:COUNTIES]:
        plan = WorkPlan.objects.create(programme=programme, agency=county)
        version = PlanVersion.objects.create(
            plan=plan, number=1, frozen_at=f"{FILED}T12:00:00Z", frozen_on=FILED, content_hash="0" * 64
        )
        for step in ("start", "submit", "accept"):
            plan.events.create(
                step=step, version=version, happened_on=FILED, recorded_for=county, recorded_as=Role.FILER
            )
        versions.append(version)
    return versions


def _add_tasks(versions: list[PlanVersion], count: int) -> None:
    start = Mine.objects.count()
    owners = [versions[n % len(versions)] for n in range(count)]
    mines = enter(_mine(start + n, owner.plan.agency) for n, owner in enumerate(owners))
    tasks = MineTask.objects.bulk_create(
        [
            MineTask(programme=owner.plan.programme, mine=mine, agency=owner.plan.agency)
            for mine, owner in zip(mines, owners, strict=True)
        ],
        batch_size=BATCH,
    )
    lines = [_line(n, task, owner) for n, (task, owner) in enumerate(zip(tasks, owners, strict=True))]
    PlanLine.objects.bulk_create(lines, batch_size=BATCH)
    StageFact.objects.bulk_create(
        [fact for n, task in enumerate(tasks) for fact in _life(n, task)], batch_size=BATCH
    )
    TargetChange.objects.bulk_create([_removal(task) for task in tasks[::500]], batch_size=BATCH)


def _mine(n: int, agency: Agency) -> Mine:
    name = f"示例{n}号矿"
    return Mine(
        name=name,
        folded_name=name,
        initials="sl",
        county=agency,
        managed_by=agency,
        method="open_pit",
        first_permitted_on=date(2012 + n % 9, 6, 1),
        version=1,
    )


def _line(n: int, task: MineTask, version: PlanVersion) -> PlanLine:
    planned = date(2018, 9, 30) + timedelta(days=n * 7 % 820)
    return PlanLine(
        version=version, task=task, tier="baseline", planned_on=planned, planned_precision="day", lock=1
    )


def _life(n: int, task: MineTask) -> list[StageFact]:
    """Two tasks in three are under way, one in two declared, fewer verified and listed, a few delisted."""
    begun = date(2018, 6, 1) + timedelta(days=n * 11 % 500)
    reached = ["building", "declared", "assessed", "verified", "publicised", "listed", "delisted"]
    upto = 0 if n % 3 == 0 else 7 if n % 400 == 1 else 1 + n % 6
    return [
        StageFact(
            task=task,
            stage=stage,
            happened_on=begun + timedelta(days=30 * place),
            reference="示例",
            recorded_for=task.agency,
            recorded_as=Role.FILER,
        )
        for place, stage in enumerate(reached[:upto])
    ]


def _removal(task: MineTask) -> TargetChange:
    day = date(2019, 3, 1)
    return TargetChange(
        task=task,
        agency=task.agency,
        kind="removal",
        cause="closed",
        reason="示例",
        happened_on=day,
        approved_on=day,
        recorded_for=task.agency,
        recorded_as=Role.FILER,
    )


def _queries(client: Client) -> int:
    client.get(PAGE)
    with CaptureQueriesContext(connection) as made:
        assert client.get(PAGE).status_code == 200
    return len(made)
