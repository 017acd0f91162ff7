import csv
import json
import secrets
from datetime import date

from auditlog.context import disable_auditlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agencies.models import Agency, Membership, Role, User
from greenmine.clock import today_is
from tasks.actions.recording import record_fact
from tasks.imports.mines import commit_mines, read_mines
from tasks.models import Mine

FIXTURES = settings.BASE_DIR / "fixtures"
PUBLIC_MINES = FIXTURES / "mines_public.csv"
# The password is made at loading: no account that is shipped has one that is known.
PASSWORD = settings.BASE_DIR / ".demo_password"
FIRST_DAY = date(2018, 1, 1)


class Command(BaseCommand):
    help = "Load the demonstration: accounts, sample mines (示例) and plans in every state, told day by day."

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

    def _accounts(self):
        password = secrets.token_urlsafe(9)
        PASSWORD.touch(mode=0o600)
        PASSWORD.write_text(password)
        for row in self._rows():
            user = User.objects.create_user(row["username"], password=password, name=row["name"])
            for hat in row["memberships"].split():
                code, role = hat.split(":")
                Membership.objects.create(
                    user=user, agency=Agency.objects.get(code=code), role=role, valid_from=FIRST_DAY
                )

    def _story(self):
        """Each fact is recorded on the day it tells of, so that nothing looks like a late entry."""
        for line in (FIXTURES / "demo.jsonl").read_text(encoding="utf-8").splitlines():
            fact = json.loads(line)
            with today_is(date.fromisoformat(fact["happened_on"])):
                record_fact(fact)
        Mine.objects.filter(name__startswith="示例").update(is_sample=True)
        self._public_mines()

    def _public_mines(self):
        """Real names from public reports, with all that is unknown about them left unknown."""
        province = Membership(agency=Agency.objects.get_first_root_node(), role=Role.REVIEWER)
        with today_is(FIRST_DAY):
            commit_mines(
                read_mines(PUBLIC_MINES.name, PUBLIC_MINES), by=province, source="公开报道（名单见 fixtures）"
            )

    def _print_accounts(self):
        if not PASSWORD.exists():
            return
        self.stdout.write(f"演示账号（密码都是 {PASSWORD.read_text()}）：")
        for row in self._rows():
            self.stdout.write(f"  {row['username']:<14}{row['name']}")

    def _rows(self):
        return list(csv.DictReader((FIXTURES / "demo_accounts.csv").read_text(encoding="utf-8").splitlines()))
