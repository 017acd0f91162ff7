import secrets

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agencies.models import Agency, Membership, Role, User
from greenmine.clock import today


class Command(BaseCommand):
    help = "Create the first administrator of an agency, with a password shown once."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--agency", required=True, help="code, such as 410000")

    @transaction.atomic
    def handle(self, *, username, agency, **options):
        place = Agency.objects.filter(code=agency).first()
        if place is None:
            raise CommandError(f"没有代码为 {agency} 的机构，请先运行 load_reference。")
        if User.objects.filter(username=username).exists():
            raise CommandError(f"账号 {username} 已存在。")
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(username, password=password)
        Membership.objects.create(user=user, agency=place, role=Role.ADMINISTRATOR, valid_from=today())
        self.stdout.write(f"账号 {username}　初始密码 {password}（只显示这一次，登录后请修改）")
