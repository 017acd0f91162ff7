"""The large and the swelling files of the corpus, made instead of kept."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tests.tasks.imports.workbooks import book, changed, licence, row, saved, with_rows

FILES = Path(__file__).parents[2] / "files" / "imports" / "files"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
TWELVE = [row(number) for number in range(1, 13)]


def c28_spaces() -> bytes:
    """One shared text of 1 GiB of spaces, in a megabyte."""
    return _with_member(saved(book(*TWELVE)), STRINGS, _swelling(b"<sst><si><t>", b" ", 2**30))


def c29_rows() -> bytes:
    return _with_member(
        saved(book(*TWELVE)), "xl/worksheets/sheet9.xml", _swelling(b"<sheetData>", b"<row/>", 2**30)
    )


def c31_size_lie() -> bytes:
    """The directory says 2,048 bytes; 256 MiB come out."""
    packed, _size, checksum = _swelling(b"<worksheet>", b" ", 2**28)
    return _with_member(saved(book(*TWELVE)), "xl/worksheets/sheet9.xml", (packed, 2048, checksum))


def c39_empty_rows() -> bytes:
    """Twelve mines, then 100,000 rows of formatted cells with nothing in them."""
    cells = "".join(
        f'<row r="{number}">'
        + "".join(f'<c r="{chr(65 + c)}{number}" s="{c % 2}"/>' for c in range(16))
        + "</row>"
        for number in range(14, 100_014)
    )
    end = b"</sheetData>"
    baseline = (FILES / "A01_baseline.xlsx").read_bytes()
    return changed(baseline, SHEET, lambda xml: xml.replace(end, cells.encode() + end))


def c43_many_rows(rows: int = 50_000) -> bytes:
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n - 1}</v></c><c r="B{n}" t="inlineStr"><is><t>桐柏县</t></is></c>'
        f'<c r="C{n}" t="inlineStr"><is><t>示例{n}矿</t></is></c>'
        f'<c r="D{n}" t="inlineStr"><is><t>{licence(n)}</t></is></c><c r="E{n}"><v>12.5</v></c>'
        f'<c r="F{n}" t="inlineStr"><is><t>2019年12月</t></is></c></row>'
        for n in range(3, rows + 2)
    )
    return with_rows(cells)


def _swelling(start: bytes, filler: bytes, size: int) -> tuple[bytes, int, int]:
    """Packed bytes of `size` bytes that repeat, their size and check sum, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = filler * (2**20 // len(filler))
    packed, checksum, written = [packer.compress(start)], zlib.crc32(start), len(start)
    while written < size:
        packed.append(packer.compress(block))
        checksum, written = zlib.crc32(block, checksum), written + len(block)
    packed.append(packer.flush())
    return b"".join(packed), written, checksum


def _with_member(data: bytes, name: str, member: tuple[bytes, int, int]) -> bytes:
    """Append a member whose packed bytes and directory entry are given as they are."""
    packed, size, checksum = member
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(buffer, "w", ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        offset = new.fp.tell()
        local = struct.pack(
            "<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 33, checksum, len(packed), size, len(name), 0
        )
        new.fp.write(local + name.encode() + packed)
        new.start_dir = new.fp.tell()
        info = _entry(name, offset, len(packed), size, checksum)
        new.filelist.append(info)
        new.NameToInfo[name] = info
        new._didModify = True
    return buffer.getvalue()


def _entry(name, offset, packed, size, checksum):
    info = ZipInfo(name)
    info.compress_type, info.header_offset = ZIP_DEFLATED, offset
    info.compress_size, info.file_size, info.CRC = packed, size, checksum
    return info
