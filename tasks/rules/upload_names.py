"""Names of uploaded files, made fit to be shown; what is stored has a generated name."""

import unicodedata

MAX_CHARACTERS = 200
MAX_BYTES = 240


def clean_name(raw: str) -> str:
    """The last part of any path, without controls, marks that turn or hide text, or a trailing dot;
    shortened in the middle of its stem to what file systems and mail programs take."""
    name = raw.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    name = name.strip().rstrip(". ") or "file"
    suffix = suffix_of(name)
    stem = name[: len(name) - len(suffix)] if suffix else name
    while len(stem) + len(suffix) > MAX_CHARACTERS or len((stem + suffix).encode()) > MAX_BYTES:
        stem = stem[:-1]
    return stem + suffix


def suffix_of(name: str) -> str:
    """The last extension decides, in lower case, with its dot; "" when there is none."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot and stem and last.isalnum() and len(last) <= 8 else ""
