"""The demo lived again month by month, May 2018 to December 2020, as the city's reviewer sees 进度.

Every month the figures on the screen are those of the report on that day, what is behind them never shrinks
without a recorded cause, and a picture is kept in the test's own folder (`--basetemp` says where).
"""

from calendar import monthrange
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from agencies.models import Role
from tasks.management.commands import load_demo
from tasks.models import StageFact
from tasks.standing.progress import progress
from tests import factories

CITY = "411300"
MONTHS = [
    date(year, month, monthrange(year, month)[1])
    for year in (2018, 2019, 2020)
    for month in range(1, 13)
    if (year, month) >= (2018, 5)
]


@pytest.fixture
def demo(reference, monkeypatch, tmp_path, settings):
    settings.GREENMINE_TODAY = date(2020, 12, 31)
    monkeypatch.setattr(load_demo, "PASSWORD", tmp_path / "password")
    call_command("load_demo", stdout=StringIO())


@pytest.mark.usefixtures("demo")
def test_every_month_from_the_notice_to_the_end_shows_the_figures_of_its_day(sit_down, tmp_path):
    page = sit_down(factories.membership(CITY, Role.REVIEWER), path="/progress/", language="zh-hans")
    before, left_before = 0, 0
    for day in MONTHS:
        look_at(page, day)
        seen = progress(factories.day_of(day, CITY))
        rows = [row for row in seen.rows if row.planned is not None]
        for row in rows:
            line = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=row.agency.name))
            expect(line.first).to_contain_text(f"{len(row.done)}/{row.standing.base}")
        for row in seen.below:
            expect(page.get_by_role("main")).to_contain_text(row.agency.name)
        left = sum(len(row.removed) for row in rows if row.agency.code == CITY)
        lost = left - left_before + delisted_in(day)
        assert len(seen.done) >= before - lost, f"{day}: what was done was lost without a cause"
        before, left_before = len(seen.done), left
        page.screenshot(path=tmp_path / f"{day:%Y-%m}.png", full_page=True)
    assert before > 0


def delisted_in(day) -> int:
    facts = StageFact.objects.filter(stage=StageFact.Stage.DELISTED)
    return facts.filter(happened_on__year=day.year, happened_on__month=day.month).count()


def look_at(page, day) -> None:
    """Choose the day in the menu at the top, as a reviewer does."""
    if day == MONTHS[-1]:
        page.get_by_role("button", name="回到今天").first.click()
        return
    menu = page.locator("details").filter(has=page.get_by_label("查看另一天的情况"))
    menu.locator("summary").click()
    menu.get_by_label("查看另一天的情况").fill(day.isoformat())
    menu.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(f"{day.year}年{day.month}月{day.day}日")
