"""Base of the two import commands: always one JSON object on standard output, exit 1 only for a refusal."""

import json
import sys
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand

from tasks.imports.breakdown import NoWorkingCopy
from tasks.imports.reading import TableReading
from tasks.imports.values import shown
from tasks.rules.steps import StepRefused
from tasks.words import refusal


class ImportCommand(BaseCommand):
    """Subclasses give `compare` and `commit`."""

    # The checks load every page and the PDF engine: three seconds and 80 MB that an import does not need.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write; without it this is a dry run")
        parser.add_argument("--format", choices=["json", "table"], default="json")

    def handle(self, *, file: Path, commit: bool, **options):
        if not file.is_file():
            reading = TableReading(
                refusal=f"找不到文件 {shown(file.name)}。请检查路径。", refusal_code="missing"
            )
        else:
            comparison = self.compare(file, **options)
            reading = comparison.reading
            if commit and not reading.refusal:
                self._commit(comparison, file)
        self._answer(reading, options["format"])
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

    def _answer(self, reading: TableReading, style: str) -> None:
        summary = reading.summary()
        if style == "table":
            remarks = summary["errors"] + summary["warnings"]
            lines = [f"{summary['verdict']}\t{summary['message']}", *(each["message"] for each in remarks)]
            self.stdout.write("\n".join(lines))
            return
        # Row by row: fifty thousand of them need not stand in memory once more as one text.
        self.stdout.write(json.dumps(summary, ensure_ascii=False, indent=2)[:-2] + ',\n  "preview": [')
        last = len(reading.rows) - 1
        for index, row in enumerate(reading.rows):
            end = "" if index == last else ","
            self.stdout.write(f"    {json.dumps(row.as_json(), ensure_ascii=False)}{end}")
        self.stdout.write("  ]\n}")

    def compare(self, file: Path, **options):
        raise NotImplementedError

    def commit(self, comparison, *, source: str) -> None:
        raise NotImplementedError
