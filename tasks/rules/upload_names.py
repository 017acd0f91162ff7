"""Names of uploaded files, made fit to be shown; what is stored has a generated name."""

import unicodedata

MAX_CHARACTERS = 200
MAX_BYTES = 240
# Controls, marks that turn or hide text, halves of characters, and separators of lines: none is a name's.
UNSHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def clean_name(raw: str) -> str:
    """What stands after the last / or \\, without unshown characters and without trailing dots and spaces.

    At most 200 characters and 240 bytes in UTF-8 (file systems take 255 bytes, and a name that is saved again
    gains a few): what is too long loses the end of its stem and keeps its extension. Never empty.
    """
    name = raw.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in UNSHOWN)
    name = name.strip().rstrip(". ") or "file"
    suffix = suffix_of(name)
    stem = name.removesuffix(name[-len(suffix) :]) if suffix else name
    stem = stem[: MAX_CHARACTERS - len(suffix)]
    # A character that no longer fits as a whole is dropped as a whole.
    stem = stem.encode()[: MAX_BYTES - len(suffix.encode())].decode(errors="ignore")
    return (stem + suffix).rstrip(". ")


def suffix_of(name: str) -> str:
    """The last extension decides, in lower case, with its dot; "" when there is none."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot and stem and last.isalnum() and len(last) <= 8 else ""
