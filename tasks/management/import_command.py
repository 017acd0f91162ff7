"""Base of the two import commands: always one JSON object on standard output, exit 1 only for a refusal."""

import json
import sys
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand

from tasks.imports.breakdown import NoWorkingCopy
from tasks.imports.reading import TableReading
from tasks.rules.steps import StepRefused
from tasks.words import refusal


class ImportCommand(BaseCommand):
    """Subclasses give `compare` and `commit`."""

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write; without it this is a dry run")
        parser.add_argument("--format", choices=["json", "table"], default="json")

    def handle(self, *, file: Path, commit: bool, **options):
        if not file.is_file():
            reading = TableReading(refusal=f"找不到文件 {file.name}。请检查路径。", refusal_code="missing")
        else:
            comparison = self.compare(file, **options)
            reading = comparison.reading
            if commit and not reading.refusal:
                self._commit(comparison, file)
        self._answer(reading.as_json(), options["format"])
        if reading.refusal:
            sys.exit(1)

    def _commit(self, comparison, file: Path) -> None:
        reading = comparison.reading
        try:
            self.commit(comparison, source=f"导入：{file.name}")
        except StepRefused as refused:
            reading.refusal = f"没有写入：{refusal(refused)}"
        except PermissionDenied:
            reading.refusal = "没有写入：方案当前不能编辑，或不属于这个机构。"
        except NoWorkingCopy:
            reading.refusal = "没有写入：工作方案已报送，没有可编辑的草稿；请先撤回、等待退回，或开始修订。"
        except ValidationError as refused:
            reading.refusal = f"没有写入：{'；'.join(refused.messages)}"
        else:
            reading.notes.insert(
                0, "已写入。" if comparison.new or comparison.changed else "没有需要写入的内容。"
            )

    def _answer(self, answer: dict, style: str) -> None:
        if style == "json":
            text = json.dumps(answer, ensure_ascii=False, indent=2)
        else:
            remarks = answer["errors"] + answer["warnings"]
            text = "\n".join(
                [f"{answer['verdict']}\t{answer['message']}", *(each["message"] for each in remarks)]
            )
        # A file name in another encoding must not make the answer fail.
        self.stdout.write(text.encode("utf-8", "replace").decode("utf-8"))

    def compare(self, file: Path, **options):
        raise NotImplementedError

    def commit(self, comparison, *, source: str) -> None:
        raise NotImplementedError
