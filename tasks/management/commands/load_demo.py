import csv
import json
import secrets
from collections.abc import Iterator
from datetime import date

from auditlog.context import disable_auditlog
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Max

from agencies.models import Agency, Membership, Role, User
from greenmine.clock import today, today_is
from tasks.actions.recording import record_fact
from tasks.imports.mines import commit_mines, read_mines
from tasks.models import Mine, MonthEvent, PlanEvent, StageFact

FIXTURES = settings.BASE_DIR / "fixtures"
STORY = FIXTURES / "demo.jsonl"
PUBLIC_MINES = FIXTURES / "mines_public.csv"
# The password is made at loading: no account that is shipped has one that is known.
PASSWORD = settings.BASE_DIR / ".demo_password"
# The accounts are in force and the public mines in the register from here on, before the story begins.
FIRST_DAY = date(2018, 1, 1)


def story(until: date) -> Iterator[tuple[date, dict]]:
    """The facts of the story that have happened by the day, each with the day on which it is recorded. A change of the
    target is told as a whole, once it was approved."""
    for line in STORY.read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        day = max(date.fromisoformat(fact[name]) for name in ("happened_on", "approved_on") if fact.get(name))
        if day <= until:
            yield day, fact


def last_day_told() -> date | None:
    """The last day of which a plan, a mine or a month tells, None while nothing is told."""
    lasts = [
        model.objects.aggregate(last=Max("happened_on"))["last"]
        for model in (PlanEvent, StageFact, MonthEvent)
    ]
    return max(filter(None, lasts), default=None)


class Command(BaseCommand):
    help = (
        "Load the demonstration: accounts, sample mines (示例) and plans in every state, told day by day up to "
        "today (GREENMINE_TODAY) and no further."
    )

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are accounts")

    def handle(self, *, if_empty, **options):
        if not User.objects.exists():
            with transaction.atomic(), disable_auditlog():
                self._accounts()
                self._story()
        elif not if_empty:
            raise CommandError("数据库里已有账号，演示数据只载入空数据库（make demo 重置）。")
        self._print_accounts()
        self._warn_of_later_days()

    def _accounts(self):
        password = secrets.token_urlsafe(9)
        PASSWORD.touch(mode=0o600)
        PASSWORD.write_text(password)
        # Hashing takes long by design, and all have the same.
        hashed = make_password(password)
        for row in self._rows():
            user = User.objects.create(username=row["username"], password=hashed, name=row["name"])
            for each in row["memberships"].split():
                code, role = each.split(":")
                Membership.objects.create(
                    user=user, agency=Agency.objects.get(code=code), role=role, valid_from=FIRST_DAY
                )

    def _story(self):
        """Each fact is recorded on the day it tells of, so that nothing looks like a late entry."""
        for day, fact in story(until=today()):
            with today_is(day):
                record_fact(fact)
        Mine.objects.filter(name__startswith="示例").update(is_sample=True)
        if today() >= FIRST_DAY:
            self._public_mines()

    def _public_mines(self):
        """Real names from public reports, with all that is unknown about them left unknown."""
        province = Membership(agency=Agency.objects.get_first_root_node(), role=Role.REVIEWER)
        with today_is(FIRST_DAY):
            commit_mines(
                read_mines(PUBLIC_MINES.name, PUBLIC_MINES),
                by=province,
                source="公开报道（名单见 fixtures）",
                since=FIRST_DAY,
            )

    def _print_accounts(self):
        if not PASSWORD.exists():
            return
        self.stdout.write(f"演示账号（密码都是 {PASSWORD.read_text()}）：")
        for row in self._rows():
            self.stdout.write(f"  {row['username']:<14}{row['name']}")

    def _warn_of_later_days(self):
        """A database that was loaded for a later day is no demonstration of this one."""
        last = last_day_told()
        if last and last > today():
            self.stderr.write(
                f"数据库里的事实讲到 {last}，晚于今天（{today()}）。"
                f"请用 make run GREENMINE_TODAY={last} 打开，或用 make demo 重置。"
            )

    def _rows(self):
        return list(csv.DictReader((FIXTURES / "demo_accounts.csv").read_text(encoding="utf-8").splitlines()))
