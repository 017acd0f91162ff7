"""The catalogue is complete in both directions: nothing on the screen is left in English, no entry is dead."""

import re
import subprocess
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
# Names of standards, kinds of file and the like, which are the same in both languages.
SAME_IN_BOTH = re.compile(r"[\W\d_]*|CSV|Excel|PDF|JSON|SHA-256.*")


def test_every_word_has_its_chinese():
    catalogue = polib.pofile(CATALOGUE)
    for entry in catalogue:
        if entry.obsolete:
            continue
        chinese = entry.msgstr_plural.get(0) if entry.msgid_plural else entry.msgstr
        assert chinese, entry.msgid
        assert "fuzzy" not in entry.flags, entry.msgid
        if not SAME_IN_BOTH.fullmatch(entry.msgid):
            assert re.search(r"[\u4e00-\u9fff]|月|日", chinese), entry.msgid


def test_english_is_written_in_the_source_and_not_in_the_catalogue():
    for entry in polib.pofile(CATALOGUE):
        assert not re.search(
            r"[\u4e00-\u9fff]{6,}",
            re.sub(r"[“「].*?[”」]|Accepted:.*|such as.*|like .*|found:.*|Write it.*", "", entry.msgid),
        ), entry.msgid


@pytest.mark.parametrize("folder", ["agencies", "tasks", "greenmine", "templates"])
def test_every_word_of_the_source_is_in_the_catalogue(folder, tmp_path):
    known = {entry.msgid for entry in polib.pofile(CATALOGUE) if not entry.obsolete}
    for path in (ROOT / folder).rglob("*.py" if folder != "templates" else "*.html"):
        text = path.read_text(encoding="utf-8")
        if folder == "templates":
            # As Django hands a template to gettext: blocktranslate too, with its plurals.
            path = tmp_path / f"{path.stem}.py"
            path.write_text(templatize(text), encoding="utf-8")
        for word in _marked(path):
            assert word in known, (path.name, word)


def _marked(path: Path) -> list[str]:
    """The msgids that gettext's own tool finds in a Python file."""
    found = subprocess.run(
        [
            "xgettext",
            "-L",
            "Python",
            "--from-code=UTF-8",
            "-k_",
            "-kgettext_noop",
            "-kpgettext:1c,2",
            "-knpgettext:1c,2,3",
            "-kpgettext_lazy:1c,2",
            "-kngettext:1,2",
        ]
        + ["-o", "-", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [entry.msgid for entry in polib.pofile(found.stdout)] if found.stdout else []
