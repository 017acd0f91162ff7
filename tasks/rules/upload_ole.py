"""Word and Excel files of 97–2003, and those of WPS: a small file system in a file (MS-CFB, 2.2 to 2.6).

Only its directory is read: what its streams are called says what the file is, and whether it holds macros.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from tasks.rules.upload_magic import OLE, refuse_as_another_kind, require
from tasks.rules.upload_refusal import UploadRefused

WRITER = {"WordDocument"}
SHEETS = {"Workbook", "Book"}
WANTED = {".doc": WRITER, ".wps": WRITER, ".xls": SHEETS, ".et": SHEETS}
REAL = {".doc/.wps": WRITER, ".xls/.et": SHEETS}
MACROS = {"_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA", "Macros"}
ENCRYPTED_WORD = 0x0100  # MS-DOC, 2.5.2: fEncrypted
FILE_PASS = 0x2F  # MS-XLS, 2.4.117
MAX_SECTORS = 4_000  # of the directory: 16,000 names
SHORT = 4096  # a shorter stream stands inside another one
LAST = 0xFFFFFFFA  # from here on a sector number is a mark


def check_ole(stream: BinaryIO, suffix: str) -> None:
    require(stream, OLE, suffix)
    try:
        names = Directory(stream).names
        if "EncryptedPackage" in names:
            raise UploadRefused("encrypted", suffix=suffix)
        if not WANTED[suffix] & set(names):
            refuse_as_another_kind(suffix, real_kind(set(names)))
        if MACROS & set(names):
            raise UploadRefused("active", suffix=suffix)
        if _is_encrypted(stream, names):
            raise UploadRefused("encrypted", suffix=suffix)
    except (struct.error, ValueError, IndexError) as error:
        raise UploadRefused("damaged", suffix=suffix) from error


def real_kind(names: set[str]) -> str:
    return next((real for real, wanted in REAL.items() if wanted & names), "")


class Directory:
    """`names`: name of each stream or storage → where its stream starts in the file, in bytes; 0 for one too
    short to have sectors of its own."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        stream.seek(0)
        header = stream.read(512)
        shift = struct.unpack_from("<H", header, 30)[0]
        if shift not in (9, 12):
            raise ValueError("neither of the two sector sizes")
        self.sector = 1 << shift
        self.table: list[int] = list(struct.unpack_from("<109I", header, 76))
        self.more_table = struct.unpack_from("<I", header, 68)[0]
        first = struct.unpack_from("<I", header, 48)[0]
        self.names = dict(self._entries(first))

    def _entries(self, number: int) -> Iterator[tuple[str, int]]:
        for _ in range(MAX_SECTORS):
            data = self._read(number)
            for entry in (data[at : at + 128] for at in range(0, len(data), 128)):
                length, kind = struct.unpack_from("<HB", entry, 64)
                if kind in (1, 2) and 2 <= length <= 64:
                    start, size = struct.unpack_from("<II", entry, 116)
                    name = entry[: length - 2].decode("utf-16-le")
                    yield name, (start + 1) * self.sector if size >= SHORT else 0
            number = self._next(number)
            if number >= LAST:
                return
        raise ValueError("the directory does not end")

    def _read(self, number: int) -> bytes:
        self.stream.seek((number + 1) * self.sector)
        data = self.stream.read(self.sector)
        if len(data) < self.sector:
            raise ValueError("cut off")
        return data

    def _next(self, number: int) -> int:
        """The sector that follows in the chain, from the allocation table."""
        per_sector = self.sector // 4
        block = self._table_sector(number // per_sector)
        return int(struct.unpack_from("<I", self._read(block), number % per_sector * 4)[0])

    def _table_sector(self, index: int) -> int:
        # Files over 7 MB go on with the list of table sectors outside the header.
        while index >= len(self.table) and self.more_table < LAST and len(self.table) < 1_000_000:
            *more, self.more_table = struct.unpack(f"<{self.sector // 4}I", self._read(self.more_table))
            self.table += more
        return self.table[index]


def _is_encrypted(stream: BinaryIO, names: dict[str, int]) -> bool:
    if start := names.get("WordDocument"):
        stream.seek(start)
        return bool(struct.unpack("<10xH", stream.read(12))[0] & ENCRYPTED_WORD)
    if start := names.get("Workbook") or names.get("Book"):
        stream.seek(start)
        # Only the opening record and one or two protections stand before the record that says so.
        for _ in range(4):
            kind, length = struct.unpack("<HH", stream.read(4))
            if kind == FILE_PASS:
                return True
            stream.seek(length, 1)
    return False
