"""PDF: whole, readable without a password, and only paper: nothing in it starts or carries a program."""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from pypdf import PdfReader
from pypdf.errors import DependencyError
from pypdf.generic import DictionaryObject

from tasks.rules.upload_magic import PDF, require
from tasks.rules.upload_refusal import UploadRefused

CHUNK = 1024 * 1024
# Longer than any word looked for, each letter of it written as #xx.
OVERLAP = 64
MAX_UNPACKED = 100 * 1024 * 1024
# Showing a certain page, or one of the reader's own menu entries.
HARMLESS_ACTIONS = {"/GoTo", "/Named"}


def _name(word: str) -> bytes:
    """A PDF name as a pattern: each letter may also be written by its number (ISO 32000-1, 7.3.5)."""
    letters = "".join(f"(?:{letter}|#(?i:{ord(letter):x}))" for letter in word)
    return rb"/" + letters.encode() + rb"(?=[\s\0()<>\[\]{}/%])"


RISKS = {
    "active": re.compile(b"|".join(_name(word) for word in ("Launch", "JavaScript", "RichMedia"))),
    "carries_files": re.compile(_name("EmbeddedFile") + b"|" + _name("FileAttachment")),
}
OBJECT_STREAM = re.compile(_name("ObjStm"))


def check_pdf(stream: BinaryIO, suffix: str) -> None:
    require(stream, PDF, suffix)
    _check_end(stream, suffix)
    try:
        _check_document(stream, suffix)
        _check_words(stream, suffix)
    except UploadRefused:
        raise
    except DependencyError as error:
        raise UploadRefused("encrypted", suffix=suffix) from error
    except Exception as error:
        # Whatever the reader stumbles over is a damaged file to the one who sent it.
        raise UploadRefused("damaged", suffix=suffix) from error


def _check_end(stream: BinaryIO, suffix: str) -> None:
    """A transfer that broke off has no end mark; a ZIP file hung on behind makes it two files in one."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 64 * 1024))
    end = stream.read().rstrip(b"\0 \t\r\n")[-1024:]
    _before, mark, behind = end.rpartition(b"%%EOF")
    if not mark:
        raise UploadRefused("damaged", suffix=suffix)
    if b"PK\x05\x06" in behind:
        raise UploadRefused("archive", suffix=suffix)


def _check_document(stream: BinaryIO, suffix: str) -> None:
    stream.seek(0)
    reader = PdfReader(stream, strict=False)
    if reader.is_encrypted:
        raise UploadRefused("encrypted", suffix=suffix)
    root = _inner(reader.trailer, "/Root")
    if _inner(root, "/Pages").get("/Count", 0) < 1:
        raise UploadRefused("damaged", suffix=suffix)
    action = _inner(root, "/OpenAction")
    starts = bool(action) and action.get("/S") not in HARMLESS_ACTIONS
    if starts or "/AA" in root or "/XFA" in _inner(root, "/AcroForm"):
        raise UploadRefused("active", suffix=suffix)
    names = _inner(root, "/Names")
    if "/JavaScript" in names:
        raise UploadRefused("active", suffix=suffix)
    carried = _inner(names, "/EmbeddedFiles")
    if carried.get("/Names") or carried.get("/Kids"):
        raise UploadRefused("carries_files", suffix=suffix)


def _inner(outer: DictionaryObject, key: str) -> DictionaryObject:
    """The dictionary under `key`, resolved; empty when there is none (an action may also be a mere place)."""
    value = outer.get(key)
    value = value.get_object() if value is not None else None
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def _check_words(stream: BinaryIO, suffix: str) -> None:
    """The words of actions and attachments, wherever they stand, in the open or in packed objects."""
    packed = []
    for start, window in _windows(stream):
        _check_window(window, suffix)
        packed += [start + match.start() for match in OBJECT_STREAM.finditer(window)]
    total = 0
    for position in sorted(set(packed)):
        tail = b""
        for chunk in _unpack(stream, position, suffix):
            total += len(chunk)
            if total > MAX_UNPACKED:
                raise UploadRefused("archive", suffix=suffix)
            _check_window(tail + chunk, suffix)
            tail = chunk[-OVERLAP:]


def _check_window(window: bytes, suffix: str) -> None:
    for code, pattern in RISKS.items():
        if pattern.search(window):
            raise UploadRefused(code, suffix=suffix)


def _windows(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The file in pieces that overlap, each with the place where it starts."""
    stream.seek(0)
    start, tail = 0, b""
    while chunk := stream.read(CHUNK):
        window = tail + chunk
        yield start, window
        tail = window[-OVERLAP:]
        start += len(window) - len(tail)


def _unpack(stream: BinaryIO, position: int, suffix: str) -> Iterator[bytes]:
    """What an object stream (ISO 32000-1, 7.5.7) holds; `position` is that of its type in its dictionary.

    Refuses what no office program writes and what could not be looked into here.
    """
    before = min(position, 512)
    stream.seek(position - before)
    head = stream.read(before + 4096)
    end = head.find(b"stream", before)
    dictionary = head[head.rfind(b"obj", 0, before) + 3 : max(end, before)]
    if end < 0 or b"#" in dictionary:
        raise UploadRefused("archive", suffix=suffix)
    if b"/Filter" not in dictionary:
        return  # its words stood in the open
    if dictionary.count(b"Decode") != 1 or b"/FlateDecode" not in dictionary:
        raise UploadRefused("archive", suffix=suffix)
    begin = end + len(b"stream")
    begin += 2 if head[begin : begin + 2] == b"\r\n" else 1
    stream.seek(position - before + begin)
    unpacker = zlib.decompressobj()
    while not unpacker.eof and (pending := unpacker.unconsumed_tail or stream.read(64 * 1024)):
        yield unpacker.decompress(pending, CHUNK)
