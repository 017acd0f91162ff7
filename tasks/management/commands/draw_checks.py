import re
from pathlib import Path

from tasks.check_words import CHECK_WORDS, SEVERITIES
from tasks.management.guide_page import GuidePage
from tasks.models import Clause
from tasks.rules.plan_checks import CHECKS

WHAT_IT_MEANS = {
    "error": "改正之前不能报送。",
    "warning": "可以报送，报送时须确认，审核人也会看到。",
    "info": "只作提示。",
}


class Command(GuidePage):
    help = "Draw docs/checks.md, the guide's page on the self-check, from the texts that the screen shows."
    path = Path("docs/checks.md")

    def text(self):
        backed = {}
        for clause in Clause.objects.select_related("document").order_by("document__number", "position"):
            for code in clause.checks:
                backed.setdefault(code, []).append(clause)
        lines = ["# 方案自查", "", "由 `manage.py draw_checks` 从程序的文字生成，请勿手改。", ""]
        for severity, (word, shape) in SEVERITIES.items():
            lines += [f"## {shape} {word}", "", WHAT_IT_MEANS[severity], ""]
            for code, (its_severity, _function) in CHECKS.items():
                if its_severity == severity:
                    lines += self._check(code, backed.get(code, []))
        return "\n".join(lines)

    def _check(self, code, clauses):
        words = CHECK_WORDS[code]
        message = re.sub(r"%\(\w+\)[ds]", "…", str(words.message))
        lines = [f"### {words.title}", "", f"`{code}`　{message}", "", f"怎样改：{words.mend}", ""]
        for clause in clauses:
            section = f" 第{clause.section}部分" if clause.section else ""
            lines.append(f"> 「{clause.wording}」　{clause.document.number}{section}")
        return [*lines, ""]
