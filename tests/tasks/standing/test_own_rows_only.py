"""A bureau's pages read no other bureau's rows: what a county sees costs the same whatever stands beside it."""

from datetime import date

import pytest
from django.db import connection

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import ledger, stages
from tasks.models import MineTask
from tasks.rules.steps import Step
from tests.factories import client_as, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
PAGES = ["/", "/obligations/", "/work-plans/", "/tasks/", "/mines/", "/progress/", "/target-ledger/",
         "/progress/open-pits/", "/progress/compare/", "/months/", "/tasks/summary.xlsx", "/progress/report.xlsx"]  # fmt: skip


class RowsRead:
    """Counts the rows that every SELECT gives: each is asked once more, past Django, beside the page."""

    def __init__(self):
        self.rows = 0

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.lstrip().upper().startswith("SELECT"):
            own = sql if connection.vendor == "postgresql" else sql.replace("%s", "?")
            beside = connection.connection.cursor()
            self.rows += len(beside.execute(own, params or ()).fetchall())
            beside.close()
        return result


def rows_read(client, path):
    counting = RowsRead()
    with connection.execute_wrapper(counting):
        response = client.get(path)
    assert response.status_code == 200, path
    return counting.rows


def lived(code, mines):
    take(started_plan(code, mines=mines), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    mine(code, first_permitted_on=date(2012, 1, 1))
    city = membership(CITY, Role.REVIEWER)
    with today_is(date(2018, 9, 1)):
        for task in MineTask.objects.filter(agency__code=code):
            stages.record_stage(task=task, stage="verified", by=city, reference="示例")
        asked = {"kind": "removal", "cause": "closed", "reason": "关闭", "by": membership(code)}
        change = ledger.ask_change(task=MineTask.objects.filter(agency__code=code).first(), **asked)
        ledger.approve_change(change=change, by=city)


@pytest.mark.parametrize("role", [Role.FILER, Role.LEADER, Role.VIEWER])
def test_a_countys_pages_read_as_many_rows_whatever_its_neighbour_holds(role):
    lived(COUNTY, 3)
    client = client_as(membership(COUNTY, role))
    with today_is(date(2018, 12, 1)):
        known = [path for path in PAGES if client.get(path).status_code == 200]
        assert len(known) >= 10
        before = {path: rows_read(client, path) for path in known}
    lived(OTHER, 12)
    with today_is(date(2018, 12, 1)):
        after = {path: rows_read(client, path) for path in known}
    assert after == before
