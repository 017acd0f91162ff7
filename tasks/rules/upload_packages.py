"""Packages of XML parts in a ZIP file: Word, Excel and OFD.

The list of members is bounded before anything is unpacked, and what is unpacked is counted, since the list
may lie (security.md, G-03). Nothing is written to disk and no reference is followed.
"""

import re
import stat
import zipfile
from typing import IO, BinaryIO, cast

from defusedxml.ElementTree import fromstring

from tasks.rules.upload_magic import OLE, ZIP, refuse_as_another_kind, require
from tasks.rules.upload_ole import Directory, real_kind
from tasks.rules.upload_refusal import UploadRefused

CHUNK = 1024 * 1024
MAX_MEMBERS = 2_000
MAX_MEMBER = 100 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed, of a member above 1 MB: no text is that dull
MAX_READ_PART = 4 * 1024 * 1024  # of the few parts that are read as XML
TYPES = "[content_types].xml"
MAIN_PARTS = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
MACROS = re.compile("macroenabled|vbaproject", re.IGNORECASE)
PROGRAMS = (
    ".exe",
    ".dll",
    ".com",
    ".scr",
    ".bat",
    ".cmd",
    ".ps1",
    ".vbs",
    ".js",
    ".hta",
    ".lnk",
    ".msi",
    ".jar",
)
# Relationships whose far end would be loaded and could start something; a picture's would only be shown.
LOADED = ("attachedTemplate", "oleObject", "frame", "subDocument", "aFChunk")
ELSEWHERE = re.compile(r"\s*(?!file:///[A-Za-z]:)(?:[a-z][a-z0-9+.-]+:|[\\/]{2})", re.IGNORECASE)


class _Bounded:
    """The upload, read in pieces of at most CHUNK. zipfile reads the whole list of members at once: one of
    many megabytes is no document's, and would take many times its size in memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, lambda: True

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(CHUNK + 1 if size < 0 else min(size, CHUNK + 1))
        if len(data) > CHUNK:
            raise UploadRefused("archive")
        return data


def check_package(stream: BinaryIO, suffix: str) -> None:
    try:
        _refuse_older(stream, suffix)
        require(stream, ZIP, suffix)
        size = stream.seek(0, 2)
        with zipfile.ZipFile(cast(IO[bytes], _Bounded(stream))) as package:
            _check_list(package, size, suffix)
            _check_kind(package, suffix)
            _check_relationships(package, suffix)
            _unpack(package, suffix)
    except UploadRefused:
        raise
    except Exception as error:
        # Whatever the unpacker stumbles over is a damaged file to the one who sent it.
        raise UploadRefused("damaged", suffix=suffix) from error


def _refuse_older(stream: BinaryIO, suffix: str) -> None:
    """An OLE file is a document of 97–2003 under a new extension, or a new one behind a password."""
    stream.seek(0)
    if stream.read(len(OLE)) == OLE:
        names = set(Directory(stream).names)
        if "EncryptedPackage" in names:
            raise UploadRefused("encrypted", suffix=suffix)
        refuse_as_another_kind(suffix, real_kind(names))


def _check_list(package: zipfile.ZipFile, size: int, suffix: str) -> None:
    """What the list of members shows; it takes no time, whatever they hold. `size`: of the package, in bytes."""
    members = package.infolist()
    # Readers differ in whether case and the kind of slash distinguish names.
    names = {member.filename.replace("\\", "/").casefold() for member in members}
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    # The first member stands at the very start, or another file stands before the package; members that
    # together are longer than the file lie upon one another.
    if not members or min(member.header_offset for member in members) > 0 or packed > size:
        raise UploadRefused("archive")
    if len(members) > MAX_MEMBERS or len(names) < len(members) or unpacked > MAX_UNPACKED:
        raise UploadRefused("archive")
    for member in members:
        _check_member(member, suffix)


def _check_member(member: zipfile.ZipInfo, suffix: str) -> None:
    if member.flag_bits & 1:
        raise UploadRefused("encrypted", suffix=suffix)
    path = member.filename.replace("\\", "/")
    leaves = path.startswith("/") or ":" in path or ".." in path.split("/")
    ratio = member.file_size / max(member.compress_size, 1)
    is_bomb = member.file_size > MAX_MEMBER or (member.file_size > CHUNK and ratio > MAX_RATIO)
    is_packed_oddly = member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if leaves or stat.S_ISLNK(member.external_attr >> 16) or is_bomb or is_packed_oddly:
        raise UploadRefused("archive")
    if path.lower().endswith(PROGRAMS) or "vbaproject" in path.lower():
        raise UploadRefused("active", suffix=suffix)


def _check_kind(package: zipfile.ZipFile, suffix: str) -> None:
    real = _real_kind(package)
    if real != suffix:
        refuse_as_another_kind(suffix, real)


def _real_kind(package: zipfile.ZipFile) -> str:
    """Said by the content type of the main part, or by the entry file of an OFD (GB/T 33190, 7.2); else ""."""
    if "OFD.xml" in package.namelist():
        return ".ofd"
    types = next((member for member in package.infolist() if member.filename.casefold() == TYPES), None)
    if types is None:
        return ""
    said = {element.get("ContentType", "") for element in _xml(package, types).iter()}
    if any(MACROS.search(one) for one in said):
        raise UploadRefused("active", suffix="")
    return next((suffix for suffix, main in MAIN_PARTS.items() if main in said), "")


def _check_relationships(package: zipfile.ZipFile, suffix: str) -> None:
    """Refuses what a document would fetch from elsewhere and run, such as a remote template."""
    for member in package.infolist():
        if not member.filename.lower().endswith(".rels"):
            continue
        for element in _xml(package, member).iter():
            is_loaded = element.get("Type", "").endswith(LOADED) and element.get("TargetMode") == "External"
            if is_loaded and ELSEWHERE.match(element.get("Target", "")):
                raise UploadRefused("remote", suffix=suffix)


def _xml(package: zipfile.ZipFile, member: zipfile.ZipInfo):  # type: ignore[no-untyped-def]
    if member.file_size > MAX_READ_PART:
        raise UploadRefused("archive")
    data = package.read(member)
    _refuse_declarations(data)
    return fromstring(data, forbid_dtd=True)


def _unpack(package: zipfile.ZipFile, suffix: str) -> None:
    """Once through everything, keeping nothing: zipfile stops at the size that was announced, and finds by
    the check sum when that was a lie or the file is damaged."""
    total = 0
    for member in package.infolist():
        with package.open(member) as part:
            tail, is_markup = b"", None
            while chunk := part.read(CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    raise UploadRefused("archive")
                if is_markup is None:
                    is_markup = _is_markup(chunk)
                if is_markup:
                    _refuse_declarations(tail + chunk)
                    tail = chunk[-64:]


def _is_markup(head: bytes) -> bool:
    """By its first character, whatever the encoding and the name."""
    return head[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")


def _refuse_declarations(data: bytes) -> None:
    """An office program writes neither a document type nor entities; in text, < is always written &lt;."""
    data = data.replace(b"\0", b"")  # of UTF-16
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UploadRefused("archive")
