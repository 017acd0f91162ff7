"""What the bytes of an upload are, and what must not be opened.

The name decides only whether the extension is one that is taken; what the file is, its content says: an
.xls that is a web page, an .xlsx that is a CSV. An archive is measured member by member, counting while it
unpacks, before any reader sees it (security.md, rows G-03 and F-03).
"""

import re
import stat
import struct
import zlib
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from tasks.imports.limits import MAX_BYTES, MAX_MEMBERS, MAX_RATIO, MAX_STRINGS, MAX_UNPACKED, MAX_XLS_BYTES
from tasks.imports.refusals import Refused

SUFFIXES = {"xlsx", "xlsm", "xltx", "xls", "et", "ods", "csv", "tsv", "txt", "html", "htm"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"RIFF", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"{\\rtf", "word"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)


class Kind(Enum):
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    TEXT = "text"


@dataclass(frozen=True)
class Container:
    """An upload that may be opened: `text` of HTML and TEXT, `data` of all others."""

    kind: Kind
    data: bytes
    text: str = ""


def identify(name: str, data: bytes) -> Container:
    """Say what the upload is. Raises Refused with the cause.

    `name` is whatever the browser called it: only what stands after its last dot counts.
    """
    suffix = suffix_of(name)
    if suffix == "xlsb":
        raise Refused("xlsb")
    if suffix not in SUFFIXES:
        shown = "".join(c for c in suffix if c.isprintable())[:12]
        raise Refused("extension", suffix=f".{shown}" if shown else "无扩展名")
    if not data:
        raise Refused("empty")
    _check_size(len(data), MAX_BYTES)
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    if data.startswith(_OLE) or data[:2] == b"\x09\x08":
        return _ole(data)
    return _plain(data)


def suffix_of(name: str) -> str:
    """The extension in lower case, without the dot; what a path or Windows' habits add is cut off."""
    last = re.split(r"[\\/]", name)[-1].rstrip(". \t\r\n")
    stem, dot, suffix = last.rpartition(".")
    return suffix.lower() if dot and stem else ""


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise Refused("too_big", size=-(-size // 2**20), limit=limit // 2**20)


# Archives: xlsx, xlsm and ods -------------------------------------------------------------------------


def _archive(data: bytes) -> Container:
    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError) as error:
        raise Refused("damaged", detail="压缩包不完整，可能没有传完") from error
    with archive:
        members = archive.infolist()
        _check_directory(members, len(data))
        for member in members:
            _check_content(data, member)
        names = {member.filename for member in members}
        kind = _kind_of(archive, names)
    return Container(kind, data)


def _check_directory(members: list[ZipInfo], size: int) -> None:
    """What the list of members already shows; it takes no time, whatever the archive hides."""
    if len(members) > MAX_MEMBERS:
        raise Refused("members", count=len(members), limit=MAX_MEMBERS)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise Refused("bomb", size=unpacked // 2**20, limit=MAX_UNPACKED // 2**20)
    seen: set[str] = set()
    for member in members:
        # Some readers take names without regard to case.
        key = member.filename.replace("\\", "/").lstrip("/").casefold()
        if key in seen:
            raise Refused("duplicate", name=member.filename[:80])
        seen.add(key)
        _check_member(member)
    if sum(member.compress_size for member in members) > size:
        raise Refused("size_lie")


def _check_member(member: ZipInfo) -> None:
    name = member.filename
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if (
        is_link
        or name.startswith(("/", "\\"))
        or re.match(r"[A-Za-z]:", name)
        or ".." in re.split(r"[\\/]", name)
    ):
        raise Refused("bad_name", name=name[:80])
    if member.flag_bits & 0x1:
        raise Refused("password")
    if member.compress_type not in (0, 8):
        raise Refused("packing")
    ratio = member.file_size / max(member.compress_size, 1)
    is_strings = name.casefold().endswith("sharedstrings.xml")
    limit = MAX_STRINGS if is_strings else MAX_UNPACKED
    if member.file_size > limit:
        raise Refused("bomb", size=member.file_size // 2**20, limit=limit // 2**20)
    if member.file_size > 2**20 and ratio > MAX_RATIO:
        raise Refused("ratio", ratio=int(ratio))


def _check_content(data: bytes, member: ZipInfo) -> None:
    """Unpack once, keeping nothing: the directory may lie about size, name and check sum."""
    header = data[member.header_offset : member.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Refused("damaged", detail="压缩包的目录与内容对不上")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start = member.header_offset + 30 + name_length
    inner = data[member.header_offset + 30 : start]
    if inner not in (
        member.orig_filename.encode("utf-8", "replace"),
        member.orig_filename.encode("cp437", "replace"),
    ):
        raise Refused("size_lie")
    start += extra_length
    packed = memoryview(data)[start : start + member.compress_size]
    size, checksum = _measure(packed, member)
    if size != member.file_size:
        raise Refused("size_lie")
    if checksum != member.CRC:
        raise Refused("damaged", detail="校验不符，可能没有传完")


def _measure(packed: memoryview, member: ZipInfo) -> tuple[int, int]:
    """Real size and CRC-32; stops as soon as more comes out than was declared."""
    if member.compress_type == 0:
        return len(packed), zlib.crc32(packed)
    unpacker = zlib.decompressobj(-15)
    size, checksum, pending = 0, 0, bytes(packed)
    try:
        while not unpacker.eof:
            chunk = unpacker.decompress(pending, 2**18)
            pending = unpacker.unconsumed_tail
            if not chunk and not pending:
                break
            size += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            if size > member.file_size:
                raise Refused("size_lie")
    except zlib.error as error:
        raise Refused("damaged", detail="压缩内容读不出来") from error
    return size, checksum


def _kind_of(archive: ZipFile, names: set[str]) -> Kind:
    if "mimetype" in names:
        mimetype = archive.read("mimetype")[:100]
        if b"opendocument.spreadsheet" in mimetype:
            return Kind.ODS
        if b"opendocument" in mimetype:
            raise Refused("slides" if b"presentation" in mimetype else "word")
    if any(name.startswith("xl/workbook.bin") for name in names):
        raise Refused("xlsb")
    if "EncryptedPackage" in names:
        raise Refused("password")
    if any(name.startswith("word/") for name in names):
        raise Refused("word")
    if any(name.startswith("ppt/") for name in names):
        raise Refused("slides")
    if "[Content_Types].xml" in names:
        return Kind.XLSX
    if any(PurePosixPath(name).suffix.lower() in (".xlsx", ".xls", ".ods", ".csv") for name in names):
        raise Refused("archive")
    raise Refused("not_workbook")


# OLE files: xls, but also Word, mail, and encrypted xlsx -----------------------------------------------


def _ole(data: bytes) -> Container:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise Refused("password")
    if data.startswith(_OLE) and not (has("Workbook") or has("Book")):
        raise Refused("word" if has("WordDocument") else "slides" if has("PowerPoint") else "ole_other")
    _check_size(len(data), MAX_XLS_BYTES)
    return Container(Kind.XLS, data)


# Text: csv in several encodings, and web pages that call themselves .xls --------------------------------


def _plain(data: bytes) -> Container:
    for magic, code in _MAGIC:
        if data.startswith(magic) and (code != "image" or b"\x00" in data[:4096] or magic == b"GIF8"):
            raise Refused(code)
    if b"PK\x03\x04" in data and b"PK\x05\x06" in data[-66_000:]:
        raise Refused("prefixed")
    text = decode(data)
    head = text[:4096].lstrip("\ufeff \t\r\n").lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and head.startswith("<?xml"):
        raise Refused("xml_2003")
    if head.startswith("mime-version:") or "content-type: multipart/related" in head:
        raise Refused("mht")
    if "%pdf-" in head[:1024]:
        raise Refused("pdf")
    if re.match(
        r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype html|<html|<head|<meta|<body|<table|<style|<div)",
        head,
        re.S,
    ):
        if "<table" not in text.lower():
            raise Refused("no_table_in_html")
        return Container(Kind.HTML, b"", text)
    if head.startswith("<?xml") or "<!doctype" in head[:200]:
        raise Refused("binary")
    return Container(Kind.TEXT, b"", text)


def decode(data: bytes) -> str:
    """UTF-8 and UTF-16 with or without a mark, else GB18030, which Chinese Excel writes. Never guessed
    with errors ignored: a byte that does not fit refuses the file."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(data, encoding)
    if b"\x00" in data[:2000]:
        return _unmarked_utf16(data)
    try:
        return _without_nul(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:2000], re.I)
    if declared and declared[1].lower() in (b"big5", b"big5-hkscs"):
        return _strict(data, "big5hkscs")
    return _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return _without_nul(data.decode(encoding))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused("text_encoding", line=line) from error


def _without_nul(text: str) -> str:
    # A text with NUL bytes is no text; a few other control characters are named cell by cell.
    if "\x00" in text:
        raise Refused("binary")
    return text


def _unmarked_utf16(data: bytes) -> str:
    even, odd = data[0:2000:2].count(0), data[1:2000:2].count(0)
    if bool(even) == bool(odd):
        raise Refused("binary")
    text = _strict(data, "utf-16-le" if odd else "utf-16-be")
    if re.search("[\x01-\x08\x0e-\x1f]", text[:2000]):
        raise Refused("binary")
    return text
