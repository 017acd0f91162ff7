"""Base of the commands that draw a page of the docs from the code, so that neither can lie about the other."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class GuidePage(BaseCommand):
    path: Path

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="fail when the page is not up to date")

    def text(self) -> str:
        raise NotImplementedError

    def handle(self, *, check, **options):
        page = settings.BASE_DIR / self.path
        if not check:
            page.write_text(self.text(), encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != self.text():
            raise CommandError(f"{self.path} 不是最新的，请运行 make docs。")
