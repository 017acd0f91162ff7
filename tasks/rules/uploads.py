"""What may be kept as a file of a plan: known kinds alone, told by extension and content together.

The last extension says what a file claims to be, and its content must bear that out from the first byte on,
so that no file is one thing to us and another to a browser (security.md, G-01 to G-03, G-09). Nothing is
changed: what is kept has the hash of what was sent, so the position in a site photo stays in it, on purpose
(it is proof of where the photo was taken); files are only given to those who may read the plan.

This is no virus scanner: it keeps out what has no place in a plan, and what could harm whoever opens it here.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from tasks.rules.upload_images import check_image
from tasks.rules.upload_names import clean_name, suffix_of
from tasks.rules.upload_ole import check_ole
from tasks.rules.upload_packages import check_package
from tasks.rules.upload_pdf import check_pdf
from tasks.rules.upload_refusal import UploadRefused

MAX_BYTES = 50 * 1024 * 1024
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Accepted:
    """`shown_name` is cleaned for reading; the stored name is generated elsewhere."""

    content_type: str
    suffix: str
    shown_name: str
    sha256: str


def check_upload(name: str, stream: BinaryIO, size: int, *, max_bytes: int = MAX_BYTES) -> Accepted:
    """What the file is, or UploadRefused saying why it is not kept. Leaves the stream at its start.

    `size` and `max_bytes` in bytes; `name` as the browser gave it.
    """
    shown = clean_name(name)
    suffix = suffix_of(shown)
    if suffix not in KINDS:
        raise UploadRefused(OTHER_KINDS.get(suffix, "kind"), suffix=suffix or shown)
    if size == 0:
        raise UploadRefused("empty", name=shown)
    if size > max_bytes:
        raise UploadRefused("too_large", size=size, limit=max_bytes)
    content_type, check = KINDS[suffix]
    stream.seek(0)
    check(stream, suffix)
    digest = _sha256(stream)
    stream.seek(0)
    return Accepted(content_type, suffix, shown, digest)


def _sha256(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


Check = Callable[[BinaryIO, str], None]
OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, tuple[str, Check]] = {
    ".pdf": ("application/pdf", check_pdf),
    ".ofd": ("application/ofd", check_package),
    ".docx": (f"{OFFICE}.wordprocessingml.document", check_package),
    ".xlsx": (f"{OFFICE}.spreadsheetml.sheet", check_package),
    ".doc": ("application/msword", check_ole),
    ".wps": ("application/wps-office.wps", check_ole),
    ".xls": ("application/vnd.ms-excel", check_ole),
    ".et": ("application/wps-office.et", check_ole),
    ".jpg": ("image/jpeg", check_image),
    ".jpeg": ("image/jpeg", check_image),
    ".png": ("image/png", check_image),
}
# Kinds that clerks do send, each with a way out of its own.
OTHER_KINDS = {
    **dict.fromkeys((".heic", ".heif", ".webp", ".gif", ".bmp", ".tif", ".tiff"), "other_picture"),
    **dict.fromkeys((".zip", ".rar", ".7z"), "bundle"),
    **dict.fromkeys((".docm", ".xlsm", ".dotm", ".xltm"), "active"),
}
