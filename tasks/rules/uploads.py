"""What may be kept as a file of a plan: known kinds alone, told by extension and content together.

The last extension says what a file claims to be, and its content must bear that out from the first byte on,
so that no file is one thing to us and another to a browser (security.md, G-01 to G-03). Nothing is changed:
what is kept has the hash of what was sent, so the position in a site photo stays in it, on purpose; files
are only given to those who may read the plan.
"""

import hashlib
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from tasks.rules.upload_names import clean_name, suffix_of

MAX_PIXELS = 60_000_000
MAX_MEMBERS = 2_000
MAX_MEMBER_BYTES = 100 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 200
CHUNK = 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Accepted:
    """`shown_name` is cleaned for reading; the stored name is generated elsewhere."""

    content_type: str
    suffix: str
    shown_name: str
    sha256: str


class UploadRefused(Exception):
    """`code` names the rule; the sentences stand in tasks/upload_messages.py."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def check_upload(name: str, stream: BinaryIO, size: int, *, max_bytes: int) -> Accepted:
    """What the file is, or UploadRefused saying why it is not kept. Leaves the stream at its start."""
    shown = clean_name(name)
    suffix = suffix_of(shown)
    if suffix not in KINDS:
        raise UploadRefused("kind", suffix=suffix or shown)
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


def _check_pdf(stream: BinaryIO, suffix: str) -> None:
    if stream.read(5) != b"%PDF-":
        raise UploadRefused("not_what_it_says", suffix=suffix)
    _check_pdf_words(stream)
    stream.seek(0)
    try:
        reader = PdfReader(stream, strict=False)
        if reader.is_encrypted:
            raise UploadRefused("encrypted", suffix=suffix)
        if len(reader.pages) == 0:
            raise UploadRefused("damaged", suffix=suffix)
        root = cast(DictionaryObject, reader.trailer["/Root"].get_object())
        if "/AA" in root or _starts_something(root) or _carries_something(root):
            raise UploadRefused("active", suffix=suffix)
    except UploadRefused:
        raise
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UploadRefused("damaged", suffix=suffix) from error


def _starts_something(root: DictionaryObject) -> bool:
    """Whether opening the file does more than show a page."""
    action = root.get("/OpenAction")
    action = action.get_object() if action is not None else None
    return isinstance(action, DictionaryObject) and action.get("/S") not in (None, "/GoTo")


def _carries_something(root: DictionaryObject) -> bool:
    names = root.get("/Names")
    names = names.get_object() if names is not None else None
    return isinstance(names, DictionaryObject) and bool({"/JavaScript", "/EmbeddedFiles"} & set(names))


def _check_pdf_words(stream: BinaryIO) -> None:
    """Actions that start something, wherever in the file they stand in the open."""
    tail = b""
    while chunk := stream.read(CHUNK):
        window = tail + chunk
        if any(word in window for word in (b"/Launch", b"/JavaScript", b"/EmbeddedFile", b"/RichMedia")):
            raise UploadRefused("active", suffix=".pdf")
        tail = window[-20:]


def _check_zip(stream: BinaryIO, suffix: str) -> None:
    """A package of XML parts: bounded before and while it is unpacked, and of the kind it says."""
    if stream.read(4) != b"PK\x03\x04":
        raise UploadRefused("not_what_it_says", suffix=suffix)
    try:
        with zipfile.ZipFile(stream) as package:
            _check_members(package, suffix)
            _check_parts(package, suffix)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, KeyError) as error:
        raise UploadRefused("damaged", suffix=suffix) from error


def _check_members(package: zipfile.ZipFile, suffix: str) -> None:
    members = package.infolist()
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS or len(set(names)) != len(names):
        raise UploadRefused("archive", suffix=suffix)
    for member in members:
        path = member.filename.replace("\\", "/")
        is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
        if path.startswith("/") or ":" in path or ".." in path.split("/") or is_link:
            raise UploadRefused("archive", suffix=suffix)
        if member.flag_bits & 1:
            raise UploadRefused("encrypted", suffix=suffix)
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > MAX_MEMBER_BYTES or (ratio > MAX_RATIO and member.file_size > CHUNK):
            raise UploadRefused("archive", suffix=suffix)
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise UploadRefused("archive", suffix=suffix)


def _check_parts(package: zipfile.ZipFile, suffix: str) -> None:
    names = set(package.namelist())
    marker = {".docx": "word/", ".xlsx": "xl/", ".ofd": "OFD.xml"}[suffix]
    if not any(name.startswith(marker) for name in names):
        raise UploadRefused("not_what_it_says", suffix=suffix)
    if suffix != ".ofd" and "[Content_Types].xml" not in names:
        raise UploadRefused("not_what_it_says", suffix=suffix)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UploadRefused("active", suffix=suffix)
    total = 0
    for name in names:
        # What the directory says of a size may be a lie: count while unpacking.
        with package.open(name) as part:
            head = b""
            while chunk := part.read(CHUNK):
                total += len(chunk)
                head = head or chunk[:4096]
                if total > MAX_UNPACKED_BYTES:
                    raise UploadRefused("archive", suffix=suffix)
            _check_xml_head(name, head, suffix)


def _check_xml_head(name: str, head: bytes, suffix: str) -> None:
    if not name.lower().endswith((".xml", ".rels")):
        return
    plain = head.replace(b"\x00", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise UploadRefused("archive", suffix=suffix)
    if name == "[Content_Types].xml" and b"macroEnabled" in plain:
        raise UploadRefused("active", suffix=suffix)


def _check_ole(stream: BinaryIO, suffix: str) -> None:
    if stream.read(8) != OLE:
        raise UploadRefused("not_what_it_says", suffix=suffix)


def _check_image(stream: BinaryIO, suffix: str) -> None:
    wanted = "PNG" if suffix == ".png" else "JPEG"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(stream, formats=["PNG", "JPEG"]) as image:
                if image.format != wanted:
                    raise UploadRefused("not_what_it_says", suffix=suffix)
                # The header says how large it is: a flood of pixels is refused before it is decoded.
                if image.width * image.height > MAX_PIXELS:
                    raise UploadRefused("pixels", width=image.width, height=image.height, limit=MAX_PIXELS)
                image.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise UploadRefused("pixels", width="?", height="?", limit=MAX_PIXELS) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise UploadRefused("damaged", suffix=suffix) from error


Check = Callable[[BinaryIO, str], None]
KINDS: dict[str, tuple[str, Check]] = {
    ".pdf": ("application/pdf", _check_pdf),
    ".ofd": ("application/ofd", _check_zip),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _check_zip),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _check_zip),
    ".doc": ("application/msword", _check_ole),
    ".xls": ("application/vnd.ms-excel", _check_ole),
    ".wps": ("application/vnd.ms-works", _check_ole),
    ".et": ("application/vnd.ms-excel", _check_ole),
    ".jpg": ("image/jpeg", _check_image),
    ".jpeg": ("image/jpeg", _check_image),
    ".png": ("image/png", _check_image),
}
